"""Totals in the table: an item for each customer, and shards by year for the shop."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from shop.accounts.audit_log import AuditEntry, entry_writes
from shop.dynamodb import due_lists, keys
from shop.dynamodb.paging import Counter
from shop.dynamodb.table import ConditionFailed, Contended, Table
from shop.dynamodb.writes import Item, Write
from shop.ledger.totals import FIGURES, CustomerTotals, Days, Figures, by_month
from shop.money import ZERO

_SHORT = {
    "purchased": "b",
    "purchases_due": "o",
    "purchases_paid": "c",
    "quantity": "q",
    "paid": "p",
    "due": "d",
    "open": "n",
    "closed": "k",
    "refundable": "r",
    "purchases_cancelled": "x",
    "purchases_written_off": "w",
    "purchases_open": "l",
    "purchases_pending": "g",
    "pending": "h",
    "waiting": "t",
}
"""Short names of figures in items: each purchase and payment rewrites the customer's item, so its size matters."""

MONTHLY = ("purchased", "paid", "due")
"""The figures that the shop counts by month."""

PURCHASE_COUNTS = (
    "purchases_pending",
    "purchases_due",
    "purchases_paid",
    "purchases_written_off",
    "purchases_cancelled",
)
"""The figures that the shop counts over all time."""


def _to_map(figures: Figures) -> Item:
    return {_SHORT[name]: value for name in FIGURES if (value := getattr(figures, name))}


def _from_map(values: Item) -> Figures:
    return Figures(
        purchased=values.get("b", ZERO),
        purchases_due=int(values.get("o", 0)),
        purchases_paid=int(values.get("c", 0)),
        quantity=int(values.get("q", 0)),
        paid=values.get("p", ZERO),
        due=values.get("d", ZERO),
        open=int(values.get("n", 0)),
        closed=int(values.get("k", 0)),
        refundable=values.get("r", ZERO),
        purchases_cancelled=int(values.get("x", 0)),
        purchases_written_off=int(values.get("w", 0)),
        purchases_open=int(values.get("l", 0)),
        purchases_pending=int(values.get("g", 0)),
        pending=values.get("h", ZERO),
        waiting=values.get("t", ZERO),
    )


def _days_to_map(totals: CustomerTotals) -> Item:
    """Convert the figures by day, each with its first open purchase where that differs from the day before."""
    days: Item = {}
    place = ""
    for day in sorted(totals.days):
        figures = totals.days[day]
        days[day.isoformat()] = _to_map(figures)
        if figures.open and totals.first_open.get(day, "") != place:
            days[day.isoformat()]["f"] = place = totals.first_open.get(day, "")
    return days


def _first_open(days: Item) -> Mapping[date, str]:
    found: dict[date, str] = {}
    place = ""
    for day in sorted(days):
        place = days[day].get("f", place)
        if place and "n" in days[day]:
            found[date.fromisoformat(day)] = place
    return found


def to_item(totals: CustomerTotals, reminder: date | None) -> Item:
    """Convert a customer's totals to their item, listed while an installment is open, with the next reminder."""
    item: Item = {
        **keys.customer_totals(totals.customer_id),
        "overall": _to_map(totals.overall),
        "days": _days_to_map(totals),
        "version": totals.version,
    }
    if totals.reminded:
        item["reminded"] = {due.isoformat(): day.isoformat() for due, day in totals.reminded.items()}
    if totals.is_closed:
        item["closed"] = True
    if totals.is_blocked:
        item["blocked"] = True
    if totals.credit_limit is not None:
        item["credit_limit"] = totals.credit_limit
    if totals.next_due is not None:
        item |= due_lists.owing(totals.customer_id, totals.next_due, reminder)
    return item


def from_item(customer_id: str, item: Item | None) -> CustomerTotals:
    """Read the totals in an item; without an item, the totals of a customer who never bought."""
    if item is None:
        return CustomerTotals(customer_id)
    return CustomerTotals(
        customer_id,
        _from_map(item["overall"]),
        {date.fromisoformat(day): _from_map(values) for day, values in item["days"].items()},
        int(item["version"]),
        {date.fromisoformat(due): date.fromisoformat(day) for due, day in item.get("reminded", {}).items()},
        _first_open(item["days"]),
        item.get("closed", False),
        item.get("blocked", False),
        item.get("credit_limit"),
    )


def shop_writes(change: Days, shard: int) -> list[Write]:
    """Return the writes that add a change to one shard of the shop's totals."""
    years: dict[int, dict[str, Decimal]] = {}
    for month, figures in by_month(change).items():
        amounts = years.setdefault(int(month[:4]), {})
        amounts |= {f"{name}_{month[5:]}": value for name in MONTHLY if (value := getattr(figures, name))}
    writes = [Write.add(keys.year_totals(shard, year), amounts) for year, amounts in years.items() if amounts]
    counts = {
        name: value for name in PURCHASE_COUNTS if (value := sum(getattr(figures, name) for figures in change.values()))
    }
    return [*writes, Write.add(keys.counts(shard), counts)] if counts else writes


def shop_counter(names: Sequence[str]) -> Counter:
    """Return the counter that sums some of the shop's counts over all shards."""
    return Counter(
        [keys.counts(shard) for shard in range(keys.SHARDS)],
        lambda item: sum(int(item.get(name, 0)) for name in names),
    )


def purchases_in(item: Item) -> int:
    """Return the number of purchases in a customer's totals, including pending and cancelled ones."""
    overall = _from_map(item["overall"])
    return overall.purchases + overall.purchases_cancelled + overall.purchases_pending


class Totals:
    """Access patterns of the totals."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def of_customers(self, customer_ids: Sequence[str]) -> list[CustomerTotals]:
        """Read the totals of customers, in the order of the ids."""
        items = self._table.get_all([keys.customer_totals(customer_id) for customer_id in customer_ids])
        return [from_item(customer_id, item) for customer_id, item in zip(customer_ids, items, strict=True)]

    def change(
        self, before: CustomerTotals, after: CustomerTotals, reminder: date | None, audit: AuditEntry | None
    ) -> None:
        """Store a customer's totals with an entry of the audit log.

        Raises Contended when they changed since they were read, Forbidden when the admin has not the right.
        """
        try:
            self._table.transact([Write.replace(to_item(after, reminder), before.version), *entry_writes(audit)])
        except ConditionFailed as error:
            raise Contended("the totals were changed meanwhile") from error

    def of_months(self, months: Sequence[str]) -> list[Figures]:
        """Read the shop's figures of months, `YYYY-MM`: purchased, paid and due amounts, in one round trip."""
        years = sorted({int(month[:4]) for month in months})
        wanted = [keys.year_totals(shard, year) for year in years for shard in range(keys.SHARDS)]
        items = [item for item in self._table.get_all(wanted) if item]
        return [_month(items, month) for month in months]

    def of_years(self, years: Iterable[int]) -> Mapping[str, Figures]:
        """Read the shop's figures of some years: every month that has any."""
        months = [f"{year:04}-{month:02}" for year in sorted(years) for month in range(1, 13)]
        return {month: figures for month, figures in zip(months, self.of_months(months), strict=True) if figures}

    def counts(self) -> Mapping[str, int]:
        """Read the shop's counts: `accounts`, `verified`, and purchases by status."""
        items = self._table.get_all([keys.counts(shard) for shard in range(keys.SHARDS)])
        names = ("accounts", "verified", *PURCHASE_COUNTS)
        return {name: sum(int(item.get(name, 0)) for item in items if item) for name in names}


def _month(items: Sequence[Item], month: str) -> Figures:
    year, number = month.split("-")
    shards = [item for item in items if item["SK"] == year]

    def total(name: str) -> Decimal:
        return sum((item.get(f"{name}_{number}", ZERO) for item in shards), ZERO)

    return Figures(purchased=total("purchased"), paid=total("paid"), due=total("due"))
