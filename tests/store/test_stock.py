"""The stock of a product: never below zero, whoever buys at once, and back when a purchase comes to nothing."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal

import pytest

from local import dynamodb
from shop.accounts.audit_log import OPERATOR
from shop.accounts.model import Account
from shop.bootstrap import Shop
from shop.calendar import Interval
from shop.catalogue.model import Changes, Product
from shop.dynamodb.table import Table
from shop.errors import Conflict, Unavailable
from shop.ledger.acting import Received
from shop.ledger.idempotency import IdempotencyKey
from shop.ledger.journal import Method
from shop.ledger.purchases import Order, Status
from tests.support.clock import Clock

BUYERS, PIECES = 50, 20

pytestmark = pytest.mark.usefixtures("no_waiting")


@pytest.fixture
def lamp(shop: Shop) -> Product:
    """Costs 1,000.00; ten are left."""
    return shop.catalogue.add(OPERATOR, "Lamp", "", Decimal(1000), 10)


def order(product: Product, quantity: int = 1) -> Order:
    return Order(product.id, quantity, Decimal(500 * quantity), 2, Interval.WEEKLY)


def left(shop: Shop, product: Product) -> int | None:
    found = shop.products.get(product.id)
    assert found
    return found.stock


def test_of_fifty_who_buy_the_last_twenty_at_once_twenty_get_one(
    shop: Shop, dynamodb_url: str, new_customer: Callable[[], Account], lamp: Product
) -> None:
    shop.catalogue.change(OPERATOR, lamp.id, Changes(stock=PIECES))
    busy = replace(shop, table=Table(shop.table.name, dynamodb.client(dynamodb_url, connections=BUYERS)))
    people = [new_customer().id for _ in range(BUYERS)]

    def buy(number: int) -> str:
        keyed = IdempotencyKey(f"{number}", "fingerprint")
        for _ in range(BUYERS):
            try:
                busy.purchasing.buy(people[number], order(lamp), keyed)
            except Conflict as error:
                return error.code
            except Unavailable:
                continue
            return "bought"
        return "busy"

    with ThreadPoolExecutor(BUYERS) as threads:
        done = Counter(threads.map(buy, range(BUYERS)))

    assert done == {"bought": PIECES, "out_of_stock": BUYERS - PIECES}
    assert left(shop, lamp) == 0
    assert shop.totals.counts()["purchases_due"] == PIECES


def test_what_comes_back_is_for_sale_again(shop: Shop, buyer: Account, lamp: Product) -> None:
    bought = shop.purchasing.buy(buyer.id, order(lamp, 6)).purchase
    assert left(shop, lamp) == 4
    shop.desk.give_back(OPERATOR, bought.id, 2, "too many")
    assert left(shop, lamp) == 6
    cancelled = shop.desk.cancel(OPERATOR, bought.id, "broken")
    assert left(shop, lamp) == 10

    shop.purchasing.buy(buyer.id, order(lamp, 7))
    with pytest.raises(Conflict, match="3 left"):
        shop.desk.reverse(OPERATOR, bought.id, cancelled.entry.id, "they are fine")
    shop.catalogue.change(OPERATOR, lamp.id, Changes(stock=4))
    shop.desk.reverse(OPERATOR, bought.id, cancelled.entry.id, "they are fine")
    assert left(shop, lamp) == 0


def test_an_order_holds_its_pieces_until_it_comes_to_nothing(
    shop: Shop, buyer: Account, lamp: Product, clock: Clock
) -> None:
    by_card = Received(Method.CARD)
    first, *_ = [shop.attempting.order(buyer.id, order(lamp, 3), by_card) for _ in range(3)]
    assert left(shop, lamp) == 1
    with pytest.raises(Conflict, match="1 left"):
        shop.attempting.order(buyer.id, order(lamp, 2), by_card)

    shop.decisions.reject(OPERATOR, first.purchase.id, first.attempt.id, "nothing came")
    assert left(shop, lamp) == 4
    clock.move(days=8)
    assert shop.decisions.expire_oldest(10) == 2
    assert left(shop, lamp) == 10
    assert {one.status for one in shop.purchases.of_customer(buyer.id)} == {Status.CANCELLED}


def test_a_stock_that_is_counted_no_longer_takes_nothing_back(shop: Shop, buyer: Account, lamp: Product) -> None:
    bought = shop.purchasing.buy(buyer.id, order(lamp)).purchase
    shop.catalogue.change(OPERATOR, lamp.id, Changes(stock=None))
    shop.desk.cancel(OPERATOR, bought.id, "broken")

    assert left(shop, lamp) is None
    shop.purchasing.buy(buyer.id, order(lamp, 100))
    shop.catalogue.change(OPERATOR, lamp.id, Changes(stock=0))
    with pytest.raises(Conflict, match="0 left"):
        shop.purchasing.buy(buyer.id, order(lamp))
