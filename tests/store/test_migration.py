"""The table of the release before, read and brought up by this one while the shop is open."""

import json
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from shop.domain.accounts import Account
from shop.domain.calendar import Interval
from shop.domain.purchases import Order, Purchase
from shop.services.idempotency import Answer
from shop.store import keys, migration, schema
from shop.store.migration import Migration, Tally
from shop.store.table import ConditionFailed, Table, Write
from shop.wiring import Shop

RELEASE = Path(__file__).parent / "tables" / "release-0.1.0.json"
SEGMENTS = 3


@pytest.fixture
def before(shop: Shop) -> list[dict[str, Any]]:
    """The items of a shop of release 0.1.0, put into the table as that release wrote them."""
    items: list[dict[str, Any]] = json.loads(RELEASE.read_text(encoding="utf-8"))
    assert not [item for item in items if schema.ATTRIBUTE in item]
    for item in items:
        shop.table.client.put_item(TableName=shop.table.name, Item=item)
    return items


def stored(table: Table) -> list[dict[str, Any]]:
    """All items as they are stored, but for a migration's own."""
    items = [item for segment in range(SEGMENTS) for item in table.page(segment, SEGMENTS, None).items]
    return [item for item in items if not item["PK"].startswith("MIGRATION#")]


def migrated(table: Table) -> Tally:
    """What one pass did."""
    total = Tally()
    with ThreadPoolExecutor(SEGMENTS) as threads:
        for tally in threads.map(lambda segment: Migration(table, segment, SEGMENTS).run(), range(SEGMENTS)):
            total.add(tally)
    return total


def customer_of(shop: Shop) -> tuple[Account, list[Purchase]]:
    account = shop.accounts.by_email("person2@example.com")
    assert account is not None
    return account, sorted(shop.purchases.of_customer(account.id), key=lambda one: one.id)


def renaming(item: schema.Item) -> schema.Item:
    """A step as a release to come might have it: one attribute gets another name, one is made of others."""
    if "first_name" not in item:
        return item
    kept = {name: value for name, value in item.items() if name != "first_name"}
    return {**kept, "given_name": item["first_name"], "full_name": f"{item['first_name']} {item['last_name']}".strip()}


@pytest.mark.usefixtures("before")
def test_the_table_of_the_release_before_is_read_as_it_is(shop: Shop) -> None:
    account, purchases = customer_of(shop)

    assert account.first_name == "Selima"
    assert len(purchases) == 3
    assert shop.auditing.run().is_clean


def test_all_items_are_brought_up_and_nothing_else_about_them_changes(shop: Shop, before: list[Any]) -> None:
    as_read = customer_of(shop)

    assert migrated(shop.table) == Tally(seen=len(before), migrated=len(before))

    assert {schema.number_of(item) for item in stored(shop.table)} == {schema.version()}
    assert customer_of(shop) == as_read
    assert len(stored(shop.table)) == len(before)
    assert migrated(shop.table) == Tally(seen=len(before)), "the second time there is nothing to do"
    assert shop.auditing.run().is_clean


def test_it_goes_on_where_it_was_killed(shop: Shop, before: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shop.store.table._PAGE", 7)
    seen: list[Tally] = []

    def killed(page: Tally) -> None:
        seen.append(page)
        if len(seen) == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Migration(shop.table, 0, 1).run(killed)
    rest = Migration(shop.table, 0, 1).run()

    done = sum(page.seen for page in seen)
    assert done == 28
    assert rest.seen in (len(before) - done, len(before) - done + 1), "its own place may lie on the way"
    assert {schema.number_of(item) for item in stored(shop.table)} == {schema.version()}


def test_a_step_changes_items_unless_the_shop_has_written_them_meanwhile(
    shop: Shop, before: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    account, _ = customer_of(shop)
    key = keys.account(account.id)

    def of_customer() -> dict[str, Any]:
        return next(item for item in stored(shop.table) if (item["PK"], item["SK"]) == (key["PK"], key["SK"]))

    late = of_customer()
    with monkeypatch.context() as patch:
        patch.setattr(schema, "STEPS", {**schema.STEPS, len(schema.STEPS): renaming})
        write = migration._change(late, schema.stamped(schema.current(late)))
        shop.table.write(Write.update(key, "SET first_name = :new", {":new": "Rahima"}))

        with pytest.raises(ConditionFailed):
            shop.table.write(write)
        migrated(shop.table)

        assert of_customer()["full_name"] == "Rahima"
        assert "first_name" not in of_customer()
        assert (shop.table.get(key) or {})["given_name"] == "Rahima"

    assert shop.auditing.run().differences == [], "it does not judge what a later release has written"
    for item in before:
        shop.table.client.put_item(TableName=shop.table.name, Item=item)


def test_the_shop_sells_and_is_paid_while_it_is_migrated(shop: Shop, before: list[Any]) -> None:
    account, purchases = customer_of(shop)
    (purchase,) = [one for one in purchases if one.open_installments and one.cancellation is None]

    def buy() -> Answer:
        order = Order(purchase.product_id, 1, Decimal(400), 3, Interval.WEEKLY)
        return shop.purchasing.buy(account.id, order, None, lambda _: "")

    with ThreadPoolExecutor(2) as threads:
        buying = threads.submit(lambda: [buy() for _ in range(20)])
        tallies = [migrated(shop.table) for _ in range(3)]
        buying.result()

    assert tallies[0].seen >= len(before), "of which a purchase may have written some before they were come to"
    final = migrated(shop.table)
    assert final.overtaken == 0
    assert {schema.number_of(item) for item in stored(shop.table)} == {schema.version()}
    assert len(customer_of(shop)[1]) == len(purchases) + 20
