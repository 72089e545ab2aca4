"""Payment attempts that are decided on by several at once: one decision stands, and the money counts once."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal

import pytest

from local import dynamodb
from shop import ids
from shop.accounts.audit_log import OPERATOR
from shop.accounts.model import Account
from shop.bootstrap import Shop
from shop.calendar import Interval
from shop.catalogue.model import Product
from shop.dynamodb.table import Table
from shop.errors import Conflict
from shop.ledger.acting import Confirmed, Received
from shop.ledger.attempts import AttemptStatus
from shop.ledger.journal import Method
from shop.ledger.purchases import Order, Status
from tests.support.clock import Clock

WORKERS = 8
ORDER = (1, Decimal(400), 3, Interval.WEEKLY)

pytestmark = pytest.mark.usefixtures("no_waiting")


@pytest.fixture
def busy(shop: Shop, dynamodb_url: str) -> Shop:
    """The shop with a connection for each worker."""
    return replace(shop, table=Table(shop.table.name, dynamodb.client(dynamodb_url, connections=WORKERS)))


def at_once(acts: list[Callable[[], object]]) -> Counter[str]:
    """Do all acts at the same time; how often each ended how."""

    def attempt(act: Callable[[], object]) -> str:
        try:
            act()
        except Conflict as error:
            return error.code
        return "done"

    with ThreadPoolExecutor(len(acts)) as threads:
        return Counter(threads.map(attempt, acts))


@pytest.mark.parametrize("again", range(3))
def test_of_many_decisions_one_stands(shop: Shop, busy: Shop, buyer: Account, product: Product, again: int) -> None:
    noted = shop.attempting.order(buyer.id, Order(product.id, *ORDER), Received(Method.CARD))
    of = (noted.purchase.id, noted.attempt.id)
    confirm = [lambda: busy.decisions.confirm(OPERATOR, *of, Confirmed())] * (WORKERS // 2)
    reject = [lambda: busy.decisions.reject(OPERATOR, *of, "nothing came")] * (WORKERS // 2)
    acts: list[Callable[[], object]] = [*confirm, *reject] if again else [*reject, *confirm]

    done = at_once(acts)

    purchase = shop.purchases.get(buyer.id, noted.purchase.id)
    attempt = shop.attempts.get(buyer.id, *of)
    assert purchase
    assert attempt
    entries = shop.purchases.entries_of(buyer.id, purchase.id)
    # money that comes after a rejection still counts, once, and is then owed back
    assert attempt.status is AttemptStatus.SUCCEEDED
    assert sum(entry.money for entry in entries) == 400
    assert len(entries) == 1
    assert done["done"] in (1, 2)
    if done["done"] == 1:
        assert (purchase.status, purchase.refundable) == (Status.DUE, Decimal(0))
    else:
        assert (purchase.status, purchase.refundable) == (Status.CANCELLED, Decimal(400))


def test_what_is_said_many_times_at_once_waits_once(
    shop: Shop, busy: Shop, buyer: Account, product: Product, clock: Clock
) -> None:
    bought = shop.purchasing.buy(buyer.id, Order(product.id, *ORDER)).purchase
    by_card = Received(Method.CARD)

    done = at_once([lambda: busy.attempting.pay_off(buyer.id, bought.id, None, by_card)] * WORKERS)

    assert done == {"done": 1, "payment_waiting": WORKERS - 1}
    clock.move(days=8)
    assert [shop.decisions.expire_oldest(10) for _ in range(2)] == [1, 0]


def test_a_credit_limit_holds_for_orders_made_at_once(shop: Shop, busy: Shop, buyer: Account, product: Product) -> None:
    shop.credit.limit(OPERATOR, buyer.id, Decimal(1200), "two orders")
    order = Order(product.id, *ORDER)

    done = at_once([lambda: busy.attempting.order(buyer.id, order, Received(Method.CARD))] * WORKERS)

    assert done == {"done": 2, "credit_limit_exceeded": WORKERS - 2}


def test_money_for_an_overdue_installment_settles_it_or_is_owed_back(
    shop: Shop, buyer: Account, product: Product, clock: Clock
) -> None:
    """An entry is reversed after the customer said that the rest was paid: the money does not settle the whole."""
    bought = shop.purchasing.buy(buyer.id, Order(product.id, *ORDER)).purchase
    second = shop.paying.pay(buyer.id, ids.numbered(bought.id, 2), Decimal(200))
    clock.move(days=8)
    said = shop.attempting.pay(buyer.id, ids.numbered(bought.id, 2), Decimal(110), Received(Method.CARD))
    shop.desk.reverse(OPERATOR, bought.id, second.entry.id, "bounced")

    after = shop.decisions.confirm(OPERATOR, bought.id, said.attempt.id, Confirmed())

    assert after.entry.lines == ()
    assert (after.purchase.refundable, after.purchase.installment(2).outstanding) == (Decimal(110), Decimal(300))
