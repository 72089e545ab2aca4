"""For each damage to the table, the reconciliation names the item and its consequences, and nothing else."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from typing import Any, TypeVar

import pytest

from local import dynamodb
from shop.dynamodb import keys
from shop.dynamodb.keys import Key
from shop.dynamodb.table import Table
from shop.dynamodb.writes import Item, Write
from shop.ledger.items import entry_to_item
from shop.ledger.journal import Actor, Entry, Kind, Role
from tests.conftest import assembled
from tests.support.clock import Clock
from tests.support.lived_in import LivedIn
from tests.support.mailbox import Mailbox
from tests.support.queues import Queues

T = TypeVar("T")
NOBODY = "01M83FTSR0000000000000N0DY"


@pytest.fixture(scope="module")
def lived_in(dynamodb_url: str) -> Iterator[LivedIn]:
    """One shop for all tests: each repairs its damage."""
    client = dynamodb.client(dynamodb_url)
    dynamodb.create_table(client, "lived-in")
    clock, queues = Clock(), Queues()
    yield LivedIn(assembled(Table("lived-in", client), clock, Mailbox(), queues), clock, queues)
    client.delete_table(TableName="lived-in")


@dataclass(frozen=True)
class Damage:
    """A damage: the key of an item, its change, and other items that become wrong.

    `is_named` is false of what nothing but a sum tells of.
    """

    what: str
    key: Callable[[LivedIn], Key]
    change: Callable[[Item], Item | None]
    besides: Callable[[LivedIn], set[str]] = lambda _: set()
    is_named: bool = True


def lost(_: Item) -> None:
    """The item is deleted."""


def phantom(item: Item) -> Item:
    """Only its key is there."""
    return {"PK": item["PK"], "SK": item["SK"]}


def naming_another(item: Item) -> Item:
    """The totals name another purchase than the first that is open on a day."""
    days = {day: {**values, "f": "0" * 12} if "f" in values else values for day, values in item["days"].items()}
    return {**item, "days": days}


def setting(**values: Any) -> Callable[[Item], Item]:
    return lambda item: {**item, **values}


def without(*names: str) -> Callable[[Item], Item]:
    return lambda item: {name: value for name, value in item.items() if name not in names}


def adding(**amounts: int) -> Callable[[Item], Item]:
    return lambda item: {**item, **{name: item.get(name, 0) + amount for name, amount in amounts.items()}}


def named(*found: Key | str) -> set[str]:
    return {key if isinstance(key, str) else f"{key['PK']} {key['SK']}" for key in found}


def word(listing: str, text: str, of: str) -> Callable[[LivedIn], Key]:
    """The word of a person's account, of a product or of a purchase."""

    def key(shop: LivedIn) -> Key:
        if listing == "PRODUCT":
            return keys.word(listing, text, f"{shop.products[of].id:07}")
        ids: dict[str, Any] = {**shop.people, **shop.purchases}
        return keys.word(listing, text, ids[of].id)

    return key


def in_kitchen(of: str) -> Callable[[LivedIn], Key]:
    """The place of a product in its category."""
    return lambda shop: keys.category_lead("kitchen", f"{shop.products[of].id:07}")


def in_plan(number: int, **values: Any) -> Callable[[Item], Item]:
    def change(item: Item) -> Item:
        item["installments"][number - 1].update(values)
        return item

    return change


def on_day(day: str, **values: Any) -> Callable[[Item], Item]:
    """Other figures of a day in a customer's totals; none at all drop the day."""

    def change(item: Item) -> Item:
        item["days"][day].update(values)
        if not values:
            del item["days"][day]
        return item

    return change


def leading_to_rahim(shop: LivedIn) -> set[str]:
    words = [word("USER", text, "rahim")(shop) for text in ("rahim", "example", "com")]
    return named(keys.credentials("rahim@example.com"), keys.username("rahim"), *words, "STATS ALL")


def an_entry_of_nothing(item: Item) -> Item:
    purchase_id, entry_id = item["SK"].split("#")[1:]
    customer_id, at = item["PK"].partition("#")[2], datetime(2026, 12, 4, 6, 5, tzinfo=UTC)
    actor = Actor(customer_id, Role.CUSTOMER)
    entry = Entry(entry_id, Kind.PAYMENT, customer_id, purchase_id, 2, actor, at, at.date(), at.date())
    return {**entry_to_item(entry), "receipt": "due"}


def of_one_more(item: Item) -> Item:
    """A payment of one more, balanced in itself."""
    line, posted = item["lines"][0], item["postings"]
    more = {"self_declared": posted["self_declared"] + 1, "receivable": posted["receivable"] - 1}
    return {**item, "lines": [{**line, "principal": line["principal"] + 1}], "postings": {**posted, **more}}


def posting(account: str, amount: int) -> Callable[[Item], Item]:
    return lambda item: {**item, "postings": {**item["postings"], account: Decimal(amount)}}


def given(what: T, _: LivedIn) -> T:
    """The part that is the same in every shop."""
    return what


def of_purchase(name: str) -> Callable[[LivedIn], set[str]]:
    return lambda shop: named(shop.purchase(name))


def of_what_waits(shop: LivedIn) -> set[str]:
    return named(shop.purchase("waiting"), shop.totals("jamal"))


ACCOUNTS = [
    Damage("listed nowhere", lambda shop: shop.account("selima"), without("listing")),
    Damage("in another's place of the list", lambda shop: shop.account("selima"), setting(created_key=NOBODY)),
    Damage("an admin without summaries", lambda shop: shop.account("admin"), without("mail_queue", "mail_due")),
    Damage(
        "a customer with summaries", lambda shop: shop.account("rahim"), setting(mail_queue="SUMMARY", mail_due="x")
    ),
    Damage("unreadable", lambda shop: shop.account("tanvir"), setting(joined_at="yesterday")),
    Damage("a phantom", lambda shop: shop.account("rahim"), phantom),
    Damage("lost", lambda shop: shop.account("rahim"), lost, leading_to_rahim),
    Damage("credentials lost", lambda _: keys.credentials("selima@example.com"), lost),
    Damage("credentials with rights", lambda _: keys.credentials("selima@example.com"), setting(is_staff=True)),
    Damage("credentials of old", lambda _: keys.credentials("nadia@example.com"), setting(version=7)),
    Damage("no password", lambda _: keys.credentials("selima@example.com"), without("password_hash")),
    Damage("credentials of nobody", lambda _: keys.credentials("x@example.com"), setting(id=NOBODY)),
    Damage("username lost", lambda _: keys.username("selima"), lost),
    Damage("username another's", lambda _: keys.username("selima"), setting(id=NOBODY)),
    Damage("username of nobody", lambda _: keys.username("x"), setting(id=NOBODY, email="x@example.com")),
    Damage("word lost", word("USER", "selima", "selima"), lost),
    Damage("word with another text", word("USER", "selima", "selima"), setting(text=" x")),
    Damage("word of another", word("USER", "selima", "selima"), setting(of={"PK": f"USER#{NOBODY}", "SK": "ACCOUNT"})),
    Damage(
        "word too many", word("USER", "zebra", "selima"), setting(id=NOBODY, text=" zebra", of={"PK": "x", "SK": "x"})
    ),
    Damage("word of who is erased", word("USER", "farid", "farid"), phantom),
]
PRODUCTS = [
    Damage("listed nowhere", lambda shop: shop.product("Kettle"), without("listing")),
    Damage("under its old name", lambda shop: shop.product("Rice Cooker"), setting(name_key="rice pot")),
    Damage("under another price", lambda shop: shop.product("Kettle"), setting(price_key="000000000001")),
    Damage("in another's place", lambda shop: shop.product("Kettle"), setting(created_key=NOBODY)),
    Damage("archived and listed", lambda shop: shop.product("Tea"), setting(listing="PRODUCT", created_key=NOBODY)),
    Damage("unreadable", lambda shop: shop.product("Kettle"), setting(price="1000")),
    Damage("a phantom", lambda shop: shop.product("Kettle"), phantom),
    Damage("word lost", word("PRODUCT", "kettle", "Kettle"), lost),
    Damage("word under another price", word("PRODUCT", "kettle", "Kettle"), setting(price_key="000000000001")),
    Damage("word of its old name", word("PRODUCT", "pot", "Rice Cooker"), phantom),
    Damage("word of an archived one", word("PRODUCT", "tea", "Tea"), phantom),
    Damage("in no category", in_kitchen("Kettle"), lost),
    Damage("in its category under another name", in_kitchen("Kettle"), setting(name_key="pot")),
    Damage("in a category's list no more", in_kitchen("Kettle"), without("listing")),
    Damage("in its category, though archived", in_kitchen("Tea"), phantom),
    Damage("SKU of nobody", lambda _: keys.sku("k6"), lost),
    Damage("SKU of another", lambda _: keys.sku("k6"), setting(of=dict(keys.product(1)))),
    Damage("SKU that no product has", lambda _: keys.sku("k99"), setting(of=dict(keys.product(1)))),
]
PURCHASES = [
    Damage("in the wrong list", lambda shop: shop.purchase("due"), setting(listing="PURCHASE#paid")),
    Damage("cancelled, and listed as due", lambda shop: shop.purchase("cancelled"), setting(listing="PURCHASE#due")),
    Damage("listed nowhere", lambda shop: shop.purchase("paid off"), without("listing", "created_key")),
    Damage("owed back, and not listed", lambda shop: shop.purchase("cancelled"), without("mail_queue", "mail_due")),
    Damage("of another status", lambda shop: shop.purchase("paid late"), setting(status="due")),
    Damage("word lost", word("PURCHASE", "cooker", "due"), lost),
    Damage("word of its buyer's lost", word("PURCHASE", "selima", "cancelled"), lost),
    Damage("word too many", word("PURCHASE", "zebra", "due"), phantom),
    Damage("word of who is erased", word("PURCHASE", "farid", "of who is erased"), phantom),
    Damage("unreadable", lambda shop: shop.purchase("due"), setting(interval="sometimes")),
    Damage("an amount that is a text", lambda shop: shop.purchase("due"), setting(unit_price="900")),
    Damage("a phantom", lambda shop: shop.purchase("paid off"), phantom),
    Damage(
        "another plan",
        lambda shop: shop.purchase("due"),
        in_plan(3, principal=Decimal(249)),
        lambda shop: named(shop.totals("selima"), "STATS 2026-12"),
    ),
    Damage(
        "a payment that was never made", lambda shop: shop.purchase("due"), in_plan(3, paid=1, paid_at="2026-12-04")
    ),
]
ENTRIES = [
    Damage("a phantom", lambda shop: keys.entry(shop.people["selima"].id, shop.purchases["due"].id, NOBODY), phantom),
    Damage("unreadable", lambda shop: shop.entry("due", 1), setting(postings="275")),
    Damage("of no purchase", lambda shop: keys.entry(shop.people["selima"].id, NOBODY, NOBODY), an_entry_of_nothing),
    Damage("of an unknown act", lambda shop: shop.entry("due", 1), setting(kind="gift")),
    Damage(
        "of another amount",
        lambda shop: shop.entry("paid late", 1),
        of_one_more,
        lambda shop: named(
            shop.purchase("paid late"), shop.totals("selima"), "STATS 2026-11", "STATS 2026-12", "STATS ALL"
        ),
    ),
    Damage("not balanced", lambda shop: shop.entry("due", 1), posting("sales", 1)),
    Damage(
        "of another value date",
        lambda shop: shop.entry("due", 1),
        setting(value_date="2026-11-30"),
        lambda shop: named(shop.totals("selima"), "STATS 2026-11", "STATS 2026-12"),
        is_named=False,
    ),
    Damage(
        "a reversal of nothing",
        lambda shop: shop.entry("due", 1),
        setting(reverses=NOBODY),
        lambda shop: named(shop.purchase("due")),
    ),
    Damage(
        "of another installment",
        lambda shop: shop.entry("due", 1),
        lambda item: {**item, "lines": [{**item["lines"][0], "number": 3}]},
        lambda shop: named(shop.purchase("due"), shop.totals("selima"), "STATS 2026-11", "STATS 2026-12"),
    ),
    Damage("listed on another day", lambda shop: shop.entry("due", 1), setting(listing="ENTRY#2026-12-05")),
    Damage("in another's place of the list", lambda shop: shop.entry("due", 1), setting(created_key=NOBODY)),
    Damage("listed nowhere", lambda shop: shop.entry("due", 1), without("listing")),
    Damage("not sent, and not due", lambda shop: shop.entry("due", 1), without("receipt")),
    Damage("an odd receipt", lambda shop: shop.entry("due", 1), setting(receipt="odd")),
    Damage("sent, and still due", lambda shop: shop.entry("due", 0), setting(receipt="due")),
    Damage("a receipt that no act needs", lambda shop: shop.entry("given up", 1), setting(receipt="due")),
    Damage(
        "a mail of which nothing is noted",
        lambda shop: shop.receipt("due", 0),
        lost,
        lambda shop: named(shop.entry("due", 0)),
        is_named=False,
    ),
]
ATTEMPTS = [
    Damage("lost while it waits", lambda shop: shop.attempt("waiting"), lost, of_what_waits, is_named=False),
    Damage(
        "lost when its money had come",
        lambda shop: shop.attempt("confirmed"),
        lost,
        lambda shop: named(shop.entry("confirmed", 0)),
        is_named=False,
    ),
    Damage(
        "lost when it was rejected",
        lambda shop: shop.attempt("rejected"),
        lost,
        of_purchase("rejected"),
        is_named=False,
    ),
    Damage(
        "confirmed without money",
        lambda shop: shop.attempt("waiting"),
        setting(status="succeeded", listing="ATTEMPT#succeeded"),
        of_what_waits,
    ),
    Damage("rejected by nobody", lambda shop: shop.attempt("rejected"), without("decision")),
    Damage(
        "of another amount",
        lambda shop: shop.attempt("waiting"),
        setting(amount=7),
        of_what_waits,
        is_named=False,
    ),
    Damage("of more than came", lambda shop: shop.attempt("confirmed"), setting(amount=401)),
    Damage("in the wrong list", lambda shop: shop.attempt("waiting"), setting(listing="ATTEMPT#expired")),
    Damage("in another's place of the list", lambda shop: shop.attempt("waiting"), setting(created_key=NOBODY)),
    Damage("unreadable", lambda shop: shop.attempt("rejected"), setting(amount="400")),
    Damage("not mailed, and not due", lambda shop: shop.attempt("waiting"), without("mail_queue", "mail_due")),
    Damage(
        "mailed, and still due",
        lambda shop: shop.attempt("rejected"),
        setting(mail_queue="ATTEMPT", mail_due="2026-12-04T06:05:00.000000Z#x"),
    ),
    Damage("an order that waits for nothing", lambda shop: shop.purchase("waiting"), without("waiting")),
    Damage(
        "an order that was never sold",
        lambda shop: shop.purchase("confirmed"),
        setting(sold=False, status="pending", listing="PURCHASE#pending"),
        lambda shop: named(shop.totals("jamal"), "STATS ALL", "STATS 2026-12"),
    ),
]
TOTALS = [
    Damage(
        "reminded of another day",
        lambda shop: shop.totals("rahim"),
        setting(mail_due=f"2026-12-09#2026-12-09#{NOBODY}"),
    ),
    Damage("never reminded", lambda shop: shop.totals("rahim"), without("mail_queue", "mail_due")),
    Damage("where no planner looks", lambda shop: shop.totals("selima"), setting(mail_queue="OWING#99")),
    Damage("another purchase first on a day", lambda shop: shop.totals("rahim"), naming_another),
    Damage("reminded before it is due", lambda shop: shop.totals("rahim"), without("reminded")),
    Damage("another figure", lambda shop: shop.totals("selima"), on_day("2026-12-07", d=1)),
    Damage("an open day missing", lambda shop: shop.totals("rahim"), on_day("2026-11-30")),
    Damage("a day of reports missing", lambda shop: shop.totals("selima"), on_day("2026-12-04")),
    Damage("unreadable", lambda shop: shop.totals("selima"), setting(days="all")),
    Damage("a phantom", lambda shop: shop.totals("rahim"), phantom),
    Damage("lost", lambda shop: shop.totals("rahim"), lost),
]
SUMS = [
    Damage(what, partial(given, key), change, partial(given, {sum_of}), is_named=False)
    for what, key, change, sum_of in [
        ("accounts", keys.counts(3), adding(accounts=1), "STATS ALL"),
        ("verified", keys.counts(3), adding(verified=-1), "STATS ALL"),
        ("purchases", keys.counts(3), adding(purchases_due=1), "STATS ALL"),
        ("a month", keys.year_totals(3, 2026), adding(paid_11=1), "STATS 2026-11"),
        ("another year", keys.year_totals(3, 2030), adding(due_01=1), "STATS 2030-01"),
        ("products", keys.catalogue_totals(), adding(products=1), "STATS#PRODUCTS STATS"),
        ("a closed day", keys.sales(date(2026, 11, 23)), adding(received=1), "SALES DAY#2026-11-23"),
        ("a closed day lost", keys.sales(date(2026, 11, 23)), lost, "SALES DAY#2026-11-23"),
        ("a closed day without sales", keys.sales(date(2026, 11, 24)), adding(purchases=1), "SALES DAY#2026-11-24"),
        ("a category", keys.category("kitchen"), adding(products=1), "CATEGORIES kitchen"),
        ("a category that is none", keys.category("garden"), setting(products=1, name="Garden"), "CATEGORIES garden"),
        ("a category lost", keys.category("kitchen"), lost, "CATEGORIES kitchen"),
        ("actions", keys.action_totals(), adding(actions=1), "STATS#ACTIONS STATS"),
    ]
]
OTHERS = [
    Damage("a closed day unreadable", lambda _: keys.sales(date(2026, 11, 24)), setting(purchases="many")),
    Damage("sales by product unreadable", lambda shop: shop.some("SALES", "PRODUCTS#"), setting(products="many")),
    Damage("a late customer unreadable", lambda shop: shop.some("LATE#", ""), setting(mail_due="soon")),
    Damage("a due day unreadable", lambda shop: shop.some("DUE#", ""), setting(expires_at="soon")),
    Damage("debts unreadable", lambda shop: shop.some("AGING", ""), setting(buckets={"young": [1, 2, 3]})),
    Damage("an action listed nowhere", lambda shop: shop.some("ACTION#", ""), without("listing")),
    Damage("an action unreadable", lambda shop: shop.some("ACTION#", ""), setting(kind="magic")),
    Damage(
        "an action lost",
        lambda shop: shop.some("ACTION#", ""),
        lost,
        lambda _: named(keys.action_totals()),
        is_named=False,
    ),
    Damage("a session", lambda shop: shop.some("USER#", "SESSION#"), without("token_id")),
    Damage("a code", lambda shop: shop.some("EMAIL#", "OTP#"), without("digest")),
    Damage("tries", lambda shop: shop.some("EMAIL#", "TRIES"), setting(tries="many")),
    Damage("a suppression", lambda shop: shop.some("EMAIL#", "SUPPRESSION"), setting(mail_status="odd")),
    Damage("what a source did", lambda _: keys.counted("x", "FAILURES"), phantom),
    Damage("a mail", lambda shop: shop.some("USER#", "MAIL#reminder"), without("claimed_until")),
    Damage("a receipt's mail", lambda shop: shop.receipt("due", 0), setting(sent_at="soon")),
    Damage("an idempotency record", lambda shop: shop.some("USER#", "IDEMPOTENCY#"), without("entry")),
    Damage("a listed session", lambda shop: shop.some("USER#", "SESSION#"), setting(listing="USER")),
    Damage("the shop's sums", lambda _: keys.counts(3), setting(accounts="many")),
    Damage("the sums of a shard that is none", lambda _: keys.counts(99), adding(accounts=1)),
    Damage("the count of products", lambda _: keys.catalogue_totals(), setting(products="many")),
    Damage("the count of a category", lambda _: keys.category("kitchen"), setting(products="many")),
    Damage("an account of nobody", lambda _: keys.account(NOBODY), phantom),
    Damage("a product that never was", lambda _: keys.product(99), phantom),
    Damage("an action that never was", lambda _: keys.action(NOBODY), phantom),
    Damage("totals of nobody", lambda _: keys.customer_totals(NOBODY), phantom),
    Damage("an entry of nobody", lambda _: keys.entry(NOBODY, NOBODY, NOBODY), phantom),
    Damage("a purchase of nobody", lambda _: keys.purchase(NOBODY, NOBODY), phantom),
    Damage("a kind that is none", lambda shop: Key(PK=f"USER#{shop.people['selima'].id}", SK="PHANTOM"), phantom),
    Damage("an item that is nobody's", lambda _: Key(PK="x", SK="x"), phantom),
]
ALL = {
    "account": ACCOUNTS,
    "product": PRODUCTS,
    "purchase": PURCHASES,
    "journal entry": ENTRIES,
    "payment attempt": ATTEMPTS,
    "totals": TOTALS,
    "sum": SUMS,
    "other": OTHERS,
}


@pytest.mark.parametrize(
    "damage",
    [pytest.param(one, id=f"{kind}: {one.what}") for kind, damages in ALL.items() for one in damages],
)
def test_a_damaged_item_is_found_and_nothing_else(lived_in: LivedIn, damage: Damage) -> None:
    table, key = lived_in.shop.table, damage.key(lived_in)
    expected = damage.besides(lived_in)
    if damage.is_named:
        expected |= named(key)
    before = table.get(key)
    after = damage.change(table.get(key) or {**key})
    table.write(Write.delete(key) if after is None else Write.put(after))

    findings = lived_in.shop.reconciliation.run()

    table.write(Write.put(before) if before else Write.delete(key))
    assert {difference.key for difference in findings.differences} == expected, findings
    assert findings.moving == []


def test_a_shop_that_is_lived_in_is_clean(lived_in: LivedIn) -> None:
    findings = lived_in.shop.reconciliation.run()

    assert findings.is_clean, findings
    assert findings.customers == 5


def test_an_attribute_that_the_shop_never_writes_is_found(lived_in: LivedIn) -> None:
    client, name = lived_in.shop.table.client, lived_in.shop.table.name
    counts = next(key for key in map(keys.counts, range(keys.SHARDS)) if lived_in.shop.table.get(key))
    for key in (lived_in.purchase("due"), counts, lived_in.account("rahim"), lived_in.totals("rahim")):
        wire: Any = {part: {"S": value} for part, value in key.items()}
        before = client.get_item(TableName=name, Key=wire)["Item"]
        client.put_item(TableName=name, Item={**before, "odd": {"B": b"odd"}})

        findings = lived_in.shop.reconciliation.run()

        client.put_item(TableName=name, Item=before)
        assert {difference.key for difference in findings.differences} == named(key)
