"""The writes of a purchase in three installments, from buying to the last mail, by the kind of key.

Nothing reads a table: a client that sends nothing records the requests of the stores.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from bench.meter import index_units, size_of, table_units
from bench.shops import NOW, TERMS, ZONE, act_of, customer_of, product_of
from shop import ids
from shop.calendar import Interval, ReminderDays, local_day
from shop.dynamodb.table import Table
from shop.ledger.acting import Tender
from shop.ledger.journal import Entry, Method
from shop.ledger.purchases import Change, Customer, Order, Purchase
from shop.ledger.rules import pay
from shop.ledger.store import Purchases
from shop.ledger.totals import CustomerTotals
from shop.mail.model import Mail
from shop.mail.store import Mails
from tests.support.acts import buy

_DAYS = ReminderDays((3, 0), (1, 7))
_TENDER = Tender(Method.SELF_DECLARED, local_day(NOW, ZONE))
_ITEM_OVERHEAD = 100
"""The bytes that DynamoDB adds to an item, once in the table and once in each index that lists it."""


@dataclass
class _Recorder:
    """Records the writes of a DynamoDB client without sending them."""

    units: Counter[str] = field(default_factory=Counter)
    stored: dict[str, int] = field(default_factory=dict)

    def transact_write_items(self, *, TransactItems: list[Any], **_: object) -> None:  # noqa: N803 - the client's name
        """Note a transaction."""
        for write in TransactItems:
            self._note(write, 2)

    def put_item(self, **request: Any) -> None:
        """Note an item of its own."""
        self._note({"Put": request}, 1)

    def _note(self, write: Mapping[str, Any], times: int) -> None:
        ((action, inner),) = write.items()
        item: Mapping[str, Any] = inner.get("Item", inner.get("Key"))
        self.units[_kind(item)] += times * table_units(write)
        entries = [(name, entry) for name in ("listing", "mail_queue") if (entry := item.get(name))]
        for name, entry in entries:
            self.units[f"{name} {_shardless(entry['S'])}"] += index_units(write) // len(entries)
        if inner.get("UpdateExpression", "") == "REMOVE receipt":
            self.units["listing ENTRY#<day>"] += 1
        if action == "Put":
            self.stored[item["SK"]["S"]] = (size_of(item) + _ITEM_OVERHEAD) * (1 + len(entries))


def _kind(item: Mapping[str, Any]) -> str:
    """Return the kind of an item: its key with placeholders for ids."""
    partition, sort = item["PK"]["S"], item["SK"]["S"]
    group = partition.partition("#")[0]
    if group == "STATS":
        return f"STATS#<shard> {sort}"
    if group == "WORD":
        return f"{partition} {sort.partition('#')[0]}"
    return f"{group}#<id> {sort.partition('#')[0]}"


def _shardless(queue: str) -> str:
    kind, _, rest = queue.partition("#")
    if kind == "ENTRY":
        return "ENTRY#<day>"
    return f"{kind}#<shard>" if rest.isdigit() else queue


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a purchase's life: the write units of each kind of key."""

    name: str
    units: Mapping[str, int]

    @property
    def total(self) -> int:
        """Its write units together."""
        return sum(self.units.values())


class _Life:
    """A customer who buys and pays on a single day, as in `bench.cost`."""

    def __init__(self) -> None:
        self._account, self._product = customer_of(3), product_of(7)
        self._totals = CustomerTotals(self._account.id)
        self._recorder = _Recorder()
        table = Table("writes", self._recorder)  # type: ignore[arg-type]  # it has the methods that are used
        self._purchases, self._mails = Purchases(table, _DAYS), Mails(table)

    def steps(self) -> list[Step]:
        """Return the steps: buying, two payments, a receipt and a reminder."""
        buyer = Customer(self._account.id, self._account.username, self._account.email)
        order = Order(self._product.id, 1, Decimal(400), 3, Interval.THIRTY_DAYS)
        sale = buy(
            order,
            purchase_id=ids.new_parent_id(NOW),
            customer=buyer,
            product_name=self._product.name,
            unit_price=self._product.price,
            act=act_of(buyer, NOW),
            tender=_TENDER,
            terms=TERMS,
        )
        purchase = self._committed("purchase", sale)
        reminder = self._reminded()
        receipt = self._receipted(sale.entry)
        paid, payment = self._paid("payment", sale.after, 2)
        _, last = self._paid("last payment", paid, 3)
        return [purchase, payment, last, receipt, reminder]

    def _receipted(self, entry: Entry) -> Step:
        mail = Mail(self._account.id, f"receipt-{entry.id}")
        self._mails.claim(mail, ids.new_id(NOW), {}, NOW)
        self._mails.finish_receipt(mail, entry.purchase_id, entry.id, NOW)
        return self._step("receipt")

    def _paid(self, name: str, before: Purchase, number: int) -> tuple[Purchase, Step]:
        change = pay(before, number, Decimal(300), act_of(before.customer, NOW), _TENDER, TERMS)
        return change.after, self._committed(name, change)

    def _committed(self, name: str, change: Change) -> Step:
        self._purchases.commit(change, self._totals, caller_id=self._account.id)
        self._totals = self._totals.after(change)
        return self._step(name)

    def _reminded(self) -> Step:
        due = self._totals.next_due
        assert due is not None  # noqa: S101 - two installments are open
        mail, announced = Mail(self._account.id, f"reminder-{due}"), self._totals.to_remind_of(due, _DAYS)
        after = self._totals.reminded_of(announced, due)
        self._mails.claim(mail, ids.new_id(NOW), announced, NOW)
        self._mails.finish_reminder(mail, self._totals, after, _DAYS, NOW)
        return self._step("reminder")

    def _step(self, name: str) -> Step:
        step = Step(name, dict(self._recorder.units))
        self._recorder.units.clear()
        return step

    def stored(self) -> int:
        """Return the bytes that stay, with those of the indexes; notes of mails expire after 90 days."""
        return sum(size for sort, size in self._recorder.stored.items() if not sort.startswith("MAIL#"))


def recorded() -> tuple[list[Step], int]:
    """Return the writes at each step of a purchase's life, and the bytes that stay in the table and its indexes."""
    life = _Life()
    steps = life.steps()
    return steps, life.stored()
