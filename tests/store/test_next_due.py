"""The next due installment is found without reading all purchases of a customer."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

import pytest

from bench.meter import MeteredClient, size_of
from shop import ids
from shop.accounts.audit_log import OPERATOR
from shop.accounts.model import Account
from shop.bootstrap import Shop
from shop.calendar import Interval
from shop.catalogue.model import Product
from shop.dynamodb import keys, retry
from shop.dynamodb.attributes import encoded
from shop.dynamodb.table import Table
from shop.dynamodb.writes import Write
from shop.errors import NotFound
from shop.ledger import totals_store as totals
from shop.ledger.purchases import Order, Purchase
from shop.ledger.totals import CustomerTotals, Figures, place_of
from tests.support.clock import Clock


def buy(shop: Shop, account: Account, product: Product, interval: Interval = Interval.WEEKLY) -> str:
    order = Order(product.id, 1, Decimal(400), 3, interval)
    return shop.purchasing.buy(account.id, order).purchase.id


def pay(shop: Shop, purchase: Purchase, number: int) -> None:
    part = purchase.installment(number)
    amount = purchase.amount_to_pay(part, shop.today)
    shop.paying.pay(purchase.customer.id, ids.numbered(purchase.id, number), amount)


def found(shop: Shop, account: Account) -> tuple[str, int] | None:
    """The purchase and number of the next installment, as the shop finds it."""
    try:
        listed = shop.paying.next_due(account.id)
    except NotFound:
        return None
    return listed.purchase.id, listed.installment.number


def expected(shop: Shop, account: Account) -> tuple[str, int] | None:
    """The same, looked for among all."""
    everything = [
        (part.due_date, purchase.id, part.number)
        for purchase in shop.purchases.of_customer(account.id)
        for part in purchase.open_installments
    ]
    return min(everything)[1:] if everything else None


def first_of_each_day(shop: Shop, account: Account) -> dict[date, str]:
    """The place of the first purchase with an installment open on it, of each day that has one."""
    found: dict[date, str] = {}
    for purchase in sorted(shop.purchases.of_customer(account.id), key=lambda one: one.id):
        for part in purchase.open_installments:
            found.setdefault(part.due_date, place_of(purchase.id))
    return found


@pytest.mark.parametrize("seed", range(3))
def test_it_is_what_looking_at_all_finds_after_every_change(
    monkeypatch: pytest.MonkeyPatch, shop: Shop, buyer: Account, product: Product, clock: Clock, seed: int
) -> None:
    # The patches are the first fixture, so that they hold while the shop is audited.
    chance = Random(seed)  # noqa: S311 - a test's
    monkeypatch.setattr("shop.ledger.store._AT_ONCE", 2)
    monkeypatch.setattr(
        "shop.ledger.totals._PLACE", chance.choice([6, 10, 12])
    )  # with fewer letters, many have the same place

    for _ in range(30):
        unpaid = [one for one in shop.purchases.of_customer(buyer.id) if one.open_installments]
        act = chance.choice(["buy", "buy", "next", "some", "some", "rest", "cancel", "wait"])
        if act == "buy" or not unpaid:
            buy(shop, buyer, product, chance.choice([Interval.WEEKLY, Interval.WEEKLY, Interval.BIWEEKLY]))
        elif act == "next":
            following = shop.paying.next_due(buyer.id)
            pay(shop, following.purchase, following.installment.number)
        elif act == "some":
            purchase = chance.choice(unpaid)
            pay(shop, purchase, chance.choice(purchase.open_installments).number)
        elif act == "rest":
            shop.paying.pay_off(buyer.id, chance.choice(unpaid).id, None)
        elif act == "cancel":
            shop.desk.cancel(OPERATOR, chance.choice(unpaid).id, "reason")
        else:
            clock.move(days=chance.choice([1, 7]))

        assert found(shop, buyer) == expected(shop, buyer)
        assert shop.totals.of_customers([buyer.id])[0].first_open == first_of_each_day(shop, buyer)


def test_it_reads_the_totals_and_one_purchase_however_many_there_are(
    shop: Shop, buyer: Account, product: Product, clock: Clock
) -> None:
    for _ in range(60):
        buy(shop, buyer, product)
        clock.move(seconds=1)  # purchases of one millisecond may share a place
    client = MeteredClient(shop.table.client)
    metered = replace(shop, table=Table(shop.table.name, client))  # type: ignore[arg-type]

    for turn in range(6):
        with client.measured() as reading:
            one = metered.paying.next_due(buyer.id)
        assert (reading.calls, reading.items) == (2, 2)
        assert reading.read_units <= 2
        assert (one.purchase.id, one.installment.number) == expected(shop, buyer)
        with client.measured() as changing:
            if turn % 3 == 2:
                metered.paying.pay_off(buyer.id, one.purchase.id, None)
            else:
                pay(metered, one.purchase, one.installment.number)
        assert (changing.calls, changing.items) <= (3, 2 + 25)


def test_a_payment_that_leaves_one_thing_open_a_day_reads_nothing_more(
    shop: Shop, buyer: Account, product: Product
) -> None:
    purchase = shop.purchases.get(buyer.id, buy(shop, buyer, product))
    assert purchase is not None
    client = MeteredClient(shop.table.client)

    with client.measured() as cost:
        pay(replace(shop, table=Table(shop.table.name, client)), purchase, 2)  # type: ignore[arg-type]

    assert (cost.calls, cost.write_units) == (2, 11)


def test_totals_that_the_release_before_wrote_do_as_well(shop: Shop, buyer: Account, product: Product) -> None:
    for _ in range(5):
        buy(shop, buyer, product)
    item = shop.table.get(keys.customer_totals(buyer.id)) or {}
    for values in item["days"].values():
        values.pop("f", None)
    shop.table.write(Write.put(item))
    assert len(shop.totals.of_customers([buyer.id])[0].without_first_open) == 2

    first = shop.paying.next_due(buyer.id)
    assert (first.purchase.id, first.installment.number) == expected(shop, buyer)
    pay(shop, first.purchase, first.installment.number)

    assert not shop.totals.of_customers([buyer.id])[0].without_first_open
    assert found(shop, buyer) == expected(shop, buyer)


def test_what_is_paid_while_it_is_looked_for_is_not_the_answer(
    shop: Shop, buyer: Account, product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retry, "pause", lambda _: None)
    for _ in range(2):
        buy(shop, buyer, product)
    first, second = sorted(shop.purchases.of_customer(buyer.id), key=lambda one: one.id)

    class Overtaken(Table):
        """Pays the first purchase's installment once the totals were read."""

        def query(self, *given: Any, **more: Any) -> Any:
            monkeypatch.setattr(Overtaken, "query", Table.query)
            pay(shop, first, 2)
            return super().query(*given, **more)

    overtaken = replace(shop, table=Overtaken(shop.table.name, shop.table.client))

    assert found(overtaken, buyer) == (second.id, 2)


@pytest.mark.parametrize(("purchases", "more"), [(1, 14), (3, 3 * 60 * 14)])
def test_a_long_plan_of_one_purchase_needs_one_place_in_the_totals(purchases: int, more: int) -> None:
    days = {date.fromordinal(740_000 + number): Figures(open=1, due=Decimal(100)) for number in range(60 * purchases)}
    places = {day: f"{position % purchases:012}" for position, day in enumerate(days)}
    plain, placed = CustomerTotals("id", days=days), CustomerTotals("id", days=days, first_open=places)

    def wire(one: CustomerTotals) -> int:
        return size_of(encoded(totals.to_item(one, None))["M"])

    assert wire(placed) - wire(plain) == more
    assert totals.from_item("id", totals.to_item(placed, None)) == placed
