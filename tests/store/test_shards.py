"""More shards may be deployed into a running shop: the items of the old ones are still found and added up."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from shop.accounts.model import Account
from shop.bootstrap import Shop
from shop.calendar import Interval
from shop.catalogue.model import Product
from shop.dynamodb import keys
from shop.dynamodb.paging import PageRequest
from shop.ledger.purchases import Order, Status
from tests.support.clock import Clock


def test_more_shards_go_on_with_what_the_fewer_hold(
    shop: Shop,
    new_customer: Callable[[], Account],
    product: Product,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def sell() -> list[str]:
        people = [new_customer() for _ in range(4)]
        for person in people:
            order = Order(product.id, 1, Decimal(400), 2, Interval.WEEKLY)
            shop.purchasing.buy(person.id, order)
        return [person.id for person in people]

    with monkeypatch.context() as before:
        before.setattr(keys, "SHARDS", 2)
        people = sell()
    people += sell()

    (month,) = shop.totals.of_months([f"{clock():%Y-%m}"])
    assert month.purchased == 8 * 1000
    assert shop.totals.counts()["accounts"] == 8
    assert shop.purchasing.page_of_shop(Status.DUE, "", PageRequest(None, 20)).count == 8
    listed = {one.user_id for shard in range(keys.SHARDS) for one in shop.mails.owing(shard, "", date(2027, 1, 1), 100)}
    assert listed == set(people)
