"""Every call of every change of the ledger fails in turn, in every way: one effect, and the books are right."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from shop.domain import ids
from shop.domain.accounts import Account
from shop.domain.calendar import Interval
from shop.domain.products import Product
from shop.domain.purchases import Order, Purchase, Status
from shop.errors import Unavailable
from shop.services import retries
from shop.services.administration import OPERATOR
from shop.services.idempotency import Answer, Keyed
from shop.store.table import Table
from shop.wiring import Shop
from tests.support.faults import Fault, FaultyClient

Operation = Callable[[Shop, Keyed | None], Answer]
MOST_CALLS = 4


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retries, "pause", lambda _: None)


@pytest.fixture
def bought(shop: Shop, buyer: Account, product: Product) -> Purchase:
    """Three weekly installments, the first paid."""
    shop.purchasing.buy(buyer.id, Order(product.id, 1, Decimal(400), 3, Interval.WEEKLY), None, lambda _: "")
    (purchase,) = shop.purchases.of_customer(buyer.id)
    return purchase


@pytest.fixture(params=["buy", "pay", "pay off", "cancel"])
def operation(request: pytest.FixtureRequest, buyer: Account, product: Product, bought: Purchase) -> Operation:
    """A change of the ledger; its answer is the id of what it made, or its status."""
    order = Order(product.id, 1, Decimal(500), 2, Interval.MONTHLY)
    installment = ids.numbered(bought.id, 2)
    operations: dict[str, Operation] = {
        "buy": lambda shop, keyed: shop.purchasing.buy(buyer.id, order, keyed, lambda purchase: purchase.id),
        "pay": lambda shop, keyed: shop.paying.pay(
            buyer.id, installment, Decimal(100), keyed, lambda _, payment, __: payment.id
        ),
        "pay off": lambda shop, keyed: shop.purchasing.pay_off(
            buyer.id, bought.id, None, keyed, lambda _, payments: payments[0].id
        ),
        "cancel": lambda shop, keyed: shop.purchasing.cancel(
            OPERATOR, bought.id, "reason", keyed, lambda purchase: purchase.status.value
        ),
    }
    return operations[str(request.param)]


def effects(shop: Shop, buyer: Account) -> tuple[int, int, int]:
    """How many purchases, payments and cancellations there are."""
    purchases = list(shop.purchases.of_customer(buyer.id))
    payments = [payment for one in purchases for payment in shop.purchases.payments_of(buyer.id, one.id)]
    return len(purchases), len(payments), sum(one.status is Status.CANCELLED for one in purchases)


EXPECTED = {"buy": (2, 2, 0), "pay": (1, 2, 0), "pay off": (1, 3, 0), "cancel": (1, 1, 1)}


def failing(shop: Shop, fault: Fault, fails: Callable[[int], bool]) -> tuple[Shop, FaultyClient]:
    """The same shop through a client that fails."""
    client = FaultyClient(shop.table.client, fault, fails)
    return replace(shop, table=Table(shop.table.name, client)), client  # type: ignore[arg-type]


@pytest.mark.parametrize("fault", list(Fault))
@pytest.mark.parametrize("at", range(MOST_CALLS))
@pytest.mark.parametrize("keyed", [Keyed("key", "fingerprint"), None], ids=["key", "no key"])
def test_one_fault_is_made_up_for(
    shop: Shop,
    buyer: Account,
    operation: Operation,
    request: pytest.FixtureRequest,
    fault: Fault,
    at: int,
    keyed: Keyed | None,
) -> None:
    broken, client = failing(shop, fault, lambda number: number == at)

    answer = operation(broken, keyed)

    assert not answer.replayed
    assert effects(shop, buyer) == EXPECTED[request.node.callspec.params["operation"]]
    assert client.calls


@pytest.mark.parametrize("fault", list(Fault))
@pytest.mark.parametrize("begin", range(MOST_CALLS))
def test_after_an_outage_the_same_key_has_one_effect(
    shop: Shop, buyer: Account, operation: Operation, request: pytest.FixtureRequest, fault: Fault, begin: int
) -> None:
    keyed = Keyed("key", "fingerprint")
    broken, _ = failing(shop, fault, lambda number: number >= begin)
    try:
        first: Answer | None = operation(broken, keyed)
    except Unavailable:
        first = None

    again = operation(shop, keyed)

    assert first is None or again.json == first.json
    assert effects(shop, buyer) == EXPECTED[request.node.callspec.params["operation"]]


def test_what_is_refused_for_contention_has_no_effect(shop: Shop, buyer: Account, operation: Operation) -> None:
    before = effects(shop, buyer)
    broken, client = failing(shop, Fault.THROTTLED, lambda _: True)

    with pytest.raises(Unavailable):
        operation(broken, None)

    assert effects(shop, buyer) == before
    assert client.calls == retries.TRIES
