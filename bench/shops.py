"""Shops of any size, loaded in bulk: the store's own code makes the items that the API would have written."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from zoneinfo import ZoneInfo

from tqdm import tqdm

from local import dynamodb
from shop import ids
from shop.accounts import store as accounts
from shop.accounts.model import Account
from shop.calendar import Interval, ReminderDays, local_day
from shop.catalogue.items import leading_to, product_to_item
from shop.catalogue.model import Product, folded
from shop.dynamodb import keys
from shop.dynamodb.table import MOST_WRITES, Table
from shop.dynamodb.writes import Item, Write
from shop.ledger.acting import Act, Tender
from shop.ledger.journal import Actor, Method, Role
from shop.ledger.purchases import Change, Customer, Order, Terms
from shop.ledger.rules import pay
from shop.ledger.store import Purchases
from shop.ledger.totals import CustomerTotals
from shop.money import Formats, Locale
from shop.security.passwords import hash_password
from tests.support.acts import buy

NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Dhaka")
TERMS = Terms(Formats(Locale.BANGLADESH, "BDT"), Decimal("0.10"), Decimal("0.30"), 60, Decimal("0.01"))
PASSWORD = "correct horse battery"
PRICE = Decimal(1000)
PURCHASES_EACH = 10
"""The purchases of a customer in a shop of any size: a customer does not buy more in a larger shop."""
CATEGORIES = 5
_CUSTOMERS_AT_ONCE = 50
_PROCESSES = 4
"""The number of processes, more than cores: each waits for the engine half of its time."""
_REMINDER_DAYS = ReminderDays((3, 0), (1, 7))

Sums = dict[tuple[str, str], dict[str, Decimal]]


@dataclass(frozen=True, slots=True)
class Part:
    """The customers that a process loads, with their purchases."""

    url: str
    table_name: str
    customers: range
    products: int


def load(url: str, table_name: str, purchases: int) -> None:
    """Fill an empty table: a customer for each ten purchases, a product for each twenty."""
    engine = dynamodb.client(url)
    dynamodb.create_table(engine, table_name)
    table, number = Table(table_name, engine), products_in(purchases)
    sums = _stored(table, (Write.put(item) for one in range(number) for item in _items_of(product_of(one))))
    table.write(Write.put({**keys.catalogue_totals(), "products": number, "last_number": number}))
    counted = Counter(product_of(one).category or "" for one in range(number))
    for name, count in counted.items():
        table.write(Write.put({**keys.category(folded(name)), "products": count, "name": name}))
    everybody = range(purchases // PURCHASES_EACH)
    parts = [
        Part(url, table_name, everybody[start : start + _CUSTOMERS_AT_ONCE], number)
        for start in range(0, len(everybody), _CUSTOMERS_AT_ONCE)
    ]
    with (
        ProcessPoolExecutor(_PROCESSES) as processes,
        tqdm(total=purchases, unit=" purchases", mininterval=1) as progress,
    ):
        for part, more in zip(parts, processes.map(_load_part, parts), strict=True):
            _merge(sums, more)
            progress.update(len(part.customers) * PURCHASES_EACH)
    for (partition, sort), amounts in sums.items():
        table.write(Write.put({"PK": partition, "SK": sort, **amounts}))


def products_in(purchases: int) -> int:
    """Return the number of products in a shop with so many purchases."""
    return max(20, purchases // 20)


def _items_of(product: Product) -> list[Item]:
    return [product_to_item(product), *leading_to(product)]


def product_of(number: int) -> Product:
    """Make a product by number, the same every time."""
    made = NOW - timedelta(days=365) + timedelta(seconds=number)
    name, category = f"Rice cooker {number:05}", f"Kitchen {number % CATEGORIES}"
    return Product(number + 1, name, "1.8 litres", PRICE, made, made, category=category)


def customer_of(number: int) -> Account:
    """Make a customer by number, the same every time; the first is an admin."""
    joined = NOW - timedelta(days=300) + timedelta(seconds=number)
    name = f"customer{number:05}"
    return Account(
        _id_of(joined, number),
        name,
        f"{name}@example.com",
        "Rahima",
        "Chowdhury",
        _password_hash(),
        joined,
        is_verified=True,
        is_staff=number == 0,
    )


@cache
def _password_hash() -> str:
    return hash_password(PASSWORD, 4)


def _id_of(instant: datetime, number: int) -> str:
    return ids.from_parts(instant, number.to_bytes(9) + b"\0")


def _load_part(part: Part) -> Sums:
    table = Table(part.table_name, dynamodb.client(part.url, validates=False))
    writes = (write for number in part.customers for write in _writes_of(number, part.products))
    return _stored(table, writes)


def _writes_of(number: int, product_count: int) -> Iterator[Write]:
    """Return the writes of a customer with ten purchases of three installments, two of them paid."""
    account, purchases = customer_of(number), Purchases(None, _REMINDER_DAYS)  # type: ignore[arg-type]  # only its writes are used
    yield from accounts.creation(account)
    totals = CustomerTotals(account.id)
    for change in changes(number, product_count):
        after = totals.after(change)
        yield from purchases.writes(change, totals, after)
        totals = after


def changes(number: int, product_count: int) -> Iterator[Change]:
    """Make the sales and payments of a customer by number."""
    account = customer_of(number)
    buyer = Customer(account.id, account.username, account.email)
    for turn in range(PURCHASES_EACH):
        begun = NOW - timedelta(days=40 + 3 * turn, seconds=number)
        product = product_of((number * PURCHASES_EACH + turn) % product_count)
        order = Order(product.id, 1, Decimal(400), 3, Interval.THIRTY_DAYS)
        sale = buy(
            order,
            purchase_id=ids.new_parent_id(begun),
            customer=buyer,
            product_name=product.name,
            unit_price=product.price,
            act=act_of(buyer, begun),
            tender=Tender(Method.SELF_DECLARED, local_day(begun, ZONE)),
            terms=TERMS,
        )
        yield sale
        act = act_of(buyer, begun + timedelta(days=20))
        yield pay(sale.after, 2, Decimal(300), act, Tender(Method.SELF_DECLARED, act.on), TERMS)


def act_of(buyer: Customer, at: datetime) -> Act:
    """Make the act of a customer at an instant."""
    return Act(ids.new_parent_id(at), Actor(buyer.id, Role.CUSTOMER), at, local_day(at, ZONE))


def _stored(table: Table, writes: Iterable[Write]) -> Sums:
    """Store the last item of each key. Returns the additions to counters, which the caller stores at the end."""
    sums: Sums = defaultdict(lambda: defaultdict(Decimal))
    pending: dict[tuple[str, str], Item] = {}
    for write in writes:
        if write.action == "Put":
            item = write.request["Item"]
            pending[item["PK"], item["SK"]] = item
        elif write.action == "Update":
            _merge(sums, _added(write))
    batches = list(pending.values())
    for start in range(0, len(batches), MOST_WRITES):
        table.write_each([Write.put(item) for item in batches[start : start + MOST_WRITES]])
    return {key: dict(amounts) for key, amounts in sums.items()}


def _added(write: Write) -> Sums:
    key, names = write.request["Key"], write.request["ExpressionAttributeNames"]
    values = write.request["ExpressionAttributeValues"]
    return {(key["PK"], key["SK"]): {names[f"#{n}"]: Decimal(values[f":{n}"]) for n in range(len(names))}}


def _merge(sums: Sums, more: Sums) -> None:
    for key, amounts in more.items():
        kept = sums.setdefault(key, {})
        for name, amount in amounts.items():
            kept[name] = kept.get(name, Decimal(0)) + amount
