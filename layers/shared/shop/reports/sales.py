"""Sales: what the journal entries of a day, or of any days, come to."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Self

from shop.ledger.journal import Entry, Kind, LedgerAccount
from shop.money import ZERO


@dataclass(frozen=True, slots=True)
class Sales:
    """The sums of entries, by the days on which they were recorded.

    `purchases` and `quantity` are what was sold; `sales` is its price less what came back. `received` and `handed_out`
    are money, each less what was reversed of it.
    """

    purchases: int = 0
    quantity: int = 0
    sales: Decimal = ZERO
    late_fees: Decimal = ZERO
    discounts: Decimal = ZERO
    write_offs: Decimal = ZERO
    received: Decimal = ZERO
    handed_out: Decimal = ZERO

    def __add__(self, other: Self) -> Self:
        return type(self)(*(getattr(self, name) + getattr(other, name) for name in FIGURES))


FIGURES = tuple(part.name for part in fields(Sales))


@dataclass(frozen=True, slots=True)
class OfProduct:
    """The sales of a product, and the category that it had last; an empty text is none."""

    sales: Sales
    category: str = ""


def sales_of(entry: Entry, quantity: int) -> Sales:
    """Return what an entry of a purchase of some pieces adds."""
    postings, money, is_purchase = entry.postings, entry.money, entry.kind is Kind.PURCHASE
    came_in = (money > 0) != (entry.kind is Kind.REVERSAL)
    return Sales(
        purchases=int(is_purchase),
        quantity=quantity if is_purchase else 0,
        sales=-postings.get(LedgerAccount.SALES, ZERO),
        late_fees=-postings.get(LedgerAccount.LATE_FEES, ZERO),
        discounts=postings.get(LedgerAccount.DISCOUNTS, ZERO),
        write_offs=postings.get(LedgerAccount.WRITE_OFFS, ZERO),
        received=money if came_in else ZERO,
        handed_out=ZERO if came_in else -money,
    )


def added(parts: Iterable[Sales]) -> Sales:
    """Add up sales."""
    return sum(parts, Sales())


class Step(StrEnum):
    """The periods that a report is divided into. Weeks begin on Monday."""

    TOTAL = "total"
    MONTH = "month"
    WEEK = "week"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Period:
    """Days from the first to the last."""

    first: date
    last: date

    @property
    def is_within_calendar(self) -> bool:
        """Return whether there is a year before it and a day after it, as reports need."""
        return self.first.year > date.min.year and self.last.year < date.max.year

    @property
    def days(self) -> int:
        """Return the number of days."""
        return (self.last - self.first).days + 1

    @property
    def year_before(self) -> "Period":
        """Return the same days of the year before; 28 February for the 29th."""
        return Period(_year_before(self.first), _year_before(self.last))

    def divided(self, by: Step) -> list["Period"]:
        """Return the periods, in order. The first and the last one end with the range."""
        parts = []
        first = self.first
        while first <= self.last:
            last = min(_last_day(first, by) or self.last, self.last)
            parts.append(Period(first, last))
            first = last + timedelta(days=1)
        return parts


def _last_day(first: date, by: Step) -> date | None:
    match by:
        case Step.TOTAL:
            return None
        case Step.DAY:
            return first
        case Step.WEEK:
            return first + timedelta(days=6 - first.weekday())
        case Step.MONTH:
            return last_of_month(first)


def last_of_month(day: date) -> date:
    """Return the last day of a day's month."""
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def _year_before(day: date) -> date:
    is_leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year - 1, day=28 if is_leap_day else day.day)
