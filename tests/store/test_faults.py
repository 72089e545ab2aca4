"""Every call of every change of the ledger fails in turn, in every way: one effect, and the books are right."""

from collections.abc import Callable
from decimal import Decimal
from itertools import count

import pytest

from shop.domain import ids
from shop.domain.accounts import Account
from shop.domain.calendar import Interval
from shop.domain.products import Product
from shop.domain.purchases import Order, Purchase, Status
from shop.errors import Unavailable, Unconfirmed
from shop.services import retries
from shop.services.administration import OPERATOR
from shop.services.catalogue import Changes
from shop.services.idempotency import Answer, Keyed
from shop.wiring import Shop
from tests.support.faults import Fault, failing
from tests.support.queues import Queues

pytestmark = pytest.mark.usefixtures("no_waiting")

Operation = Callable[[Shop, Purchase, Keyed | None], Answer]
KEYED = Keyed("key", "fingerprint")


def buy(shop: Shop, bought: Purchase, keyed: Keyed | None) -> Answer:
    order = Order(bought.product_id, 1, Decimal(500), 2, Interval.MONTHLY)
    return shop.purchasing.buy(bought.customer.id, order, keyed, lambda purchase: purchase.id)


def pay(shop: Shop, bought: Purchase, keyed: Keyed | None) -> Answer:
    installment = ids.numbered(bought.id, 2)
    return shop.paying.pay(bought.customer.id, installment, Decimal(100), keyed, lambda _, payment, __: payment.id)


def pay_off(shop: Shop, bought: Purchase, keyed: Keyed | None) -> Answer:
    return shop.purchasing.pay_off(bought.customer.id, bought.id, None, keyed, lambda _, payments: payments[0].id)


def cancel(shop: Shop, bought: Purchase, keyed: Keyed | None) -> Answer:
    return shop.purchasing.cancel(OPERATOR, bought.id, "reason", keyed, lambda purchase: purchase.status.value)


NOTHING = (1, 1, 0)
EXPECTED: dict[Operation, tuple[int, int, int]] = {
    buy: (2, 2, 0),
    pay: (1, 2, 0),
    pay_off: (1, 3, 0),
    cancel: (1, 1, 1),
}
"""How many purchases, payments and cancellations there are after an operation."""


@pytest.fixture
def new_purchase(shop: Shop, new_customer: Callable[[], Account], product: Product) -> Callable[[], Purchase]:
    """Makes customers with a purchase each: three weekly installments, the first paid."""

    def make() -> Purchase:
        buyer = new_customer()
        shop.purchasing.buy(buyer.id, Order(product.id, 1, Decimal(400), 3, Interval.WEEKLY), None, lambda _: "")
        (purchase,) = shop.purchases.of_customer(buyer.id)
        return purchase

    return make


def effects(shop: Shop, bought: Purchase) -> tuple[int, int, int]:
    """How many purchases, payments and cancellations the customer of a purchase has."""
    purchases = list(shop.purchases.of_customer(bought.customer.id))
    payments = [payment for one in purchases for payment in shop.purchases.payments_of(bought.customer.id, one.id)]
    return len(purchases), len(payments), sum(one.status is Status.CANCELLED for one in purchases)


@pytest.mark.parametrize("fault", list(Fault))
@pytest.mark.parametrize("operation", EXPECTED)
@pytest.mark.parametrize("keyed", [KEYED, None], ids=["key", "no key"])
def test_one_fault_is_made_up_for(
    shop: Shop,
    new_purchase: Callable[[], Purchase],
    queues: Queues,
    operation: Operation,
    fault: Fault,
    keyed: Keyed | None,
) -> None:
    for at in count():
        bought = new_purchase()
        queues.mail.messages.clear()
        broken, client = failing(shop, fault, lambda number, at=at: number == at)  # type: ignore[misc]

        answer = operation(broken, bought, keyed and Keyed(f"key {at}", "fingerprint"))

        assert not answer.replayed
        assert effects(shop, bought) == EXPECTED[operation]
        assert len(queues.mail.messages) == (operation is not cancel)
        if client.calls <= at:  # every call was struck once
            break


@pytest.mark.parametrize("fault", list(Fault))
@pytest.mark.parametrize("operation", EXPECTED)
def test_after_an_outage_the_same_key_has_one_effect(
    shop: Shop, new_purchase: Callable[[], Purchase], operation: Operation, fault: Fault
) -> None:
    for begin in range(4):
        bought, keyed = new_purchase(), Keyed(f"key {begin}", "fingerprint")
        broken, _ = failing(shop, fault, lambda number, begin=begin: number >= begin)  # type: ignore[misc]
        try:
            first: Answer | None = operation(broken, bought, keyed)
        except Unavailable:
            first = None

        again = operation(shop, bought, keyed)

        assert first is None or again.json == first.json
        assert effects(shop, bought) == EXPECTED[operation]


@pytest.mark.parametrize("fault", [one for one in Fault if one.is_done])
@pytest.mark.parametrize("operation", EXPECTED)
def test_without_a_key_a_change_that_nobody_confirms_is_made_once_and_not_said_to_have_failed(
    shop: Shop, new_purchase: Callable[[], Purchase], operation: Operation, fault: Fault
) -> None:
    bought = new_purchase()
    broken, client = failing(shop, fault, lambda _: client.last == "transact_write_items")

    with pytest.raises(Unconfirmed):
        operation(broken, bought, None)

    assert effects(shop, bought) == EXPECTED[operation]


@pytest.mark.parametrize("operation", EXPECTED)
def test_what_is_refused_for_contention_has_no_effect(
    shop: Shop, new_purchase: Callable[[], Purchase], operation: Operation
) -> None:
    bought = new_purchase()
    broken, client = failing(shop, Fault.THROTTLED, lambda _: True)

    with pytest.raises(Unavailable) as refused:
        operation(broken, bought, None)

    assert refused.value.code == "try_again"
    assert effects(shop, bought) == NOTHING
    assert client.calls == retries.TRIES


def test_a_price_that_changes_while_answers_are_lost_is_not_told_for_the_purchase_made(
    shop: Shop, new_purchase: Callable[[], Purchase]
) -> None:
    bought = new_purchase()

    def fails(_: int) -> bool:
        if client.last != "transact_write_items":
            return False
        shop.catalogue.change(OPERATOR, bought.product_id, Changes(price=Decimal(1100 + client.calls)))
        return client.calls < 4  # the answers of two sends

    broken, client = failing(shop, Fault.LOST, fails)
    order = Order(bought.product_id, 1, Decimal(500), 2, Interval.MONTHLY)
    answer = broken.purchasing.buy(
        bought.customer.id, order, None, lambda purchase: f"{purchase.id} {purchase.total_price}"
    )

    (made,) = (one for one in shop.purchases.of_customer(bought.customer.id) if one.id != bought.id)
    assert answer.json == f"{made.id} {made.total_price}"
