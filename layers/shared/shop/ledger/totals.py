"""Totals of the ledger: by day for a customer, by month for the shop.

Each purchase contributes figures to certain days. A change adds the difference of these contributions to the totals.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Self

from shop.calendar import ReminderDays
from shop.ledger.purchases import Change, InstallmentStatus, Purchase, Status
from shop.money import ZERO

REPORT_DAYS = 30
"""The number of days in the longest report, including today."""
_PLACE = 12


@dataclass(frozen=True, slots=True)
class Figures:
    """Amounts and counts that can be added. The comment of each names the day that it belongs to."""

    purchased: Decimal = ZERO  # price of what was not returned, by day of purchase
    purchases_due: int = 0  # by day of purchase
    purchases_paid: int = 0  # by day of purchase
    quantity: int = 0  # by day of purchase
    paid: Decimal = ZERO  # money in and out, with late fees, by value date
    due: Decimal = ZERO  # unpaid principal, by due date
    open: int = 0  # unpaid installments, by due date
    closed: int = 0  # paid installments, by due date
    refundable: Decimal = ZERO  # owed back to customers, by day of purchase
    purchases_cancelled: int = 0  # by day of purchase
    purchases_written_off: int = 0  # by day of purchase
    purchases_open: int = 0  # purchases with open installments, by the due date of the last one
    purchases_pending: int = 0  # orders whose first payment is not confirmed, by day of purchase
    pending: Decimal = ZERO  # what is owed for these after the first payment, by day of purchase
    waiting: Decimal = ZERO  # money that waits for confirmation, by day of purchase

    def __add__(self, other: Self) -> Self:
        return type(self)(*(getattr(self, name) + getattr(other, name) for name in FIGURES))

    def __sub__(self, other: Self) -> Self:
        return type(self)(*(getattr(self, name) - getattr(other, name) for name in FIGURES))

    def __bool__(self) -> bool:
        return any(getattr(self, name) for name in FIGURES)

    @property
    def owed(self) -> "Figures":
        """Return only what is open. A day before the longest report keeps no more: other figures may be incomplete."""
        return Figures(due=self.due, open=self.open)

    @property
    def purchases(self) -> int:
        """Return the number of purchases that were not cancelled."""
        return self.purchases_due + self.purchases_paid + self.purchases_written_off


def place_of(purchase_id: str) -> str:
    """Return the place of a purchase: the beginning of its id, short because totals store many of them.

    The first ten letters are the instant, the others are random, so two purchases of a customer rarely share a place.
    Places sort like the ids.
    """
    return purchase_id[:_PLACE]


FIGURES = tuple(part.name for part in fields(Figures))

Days = Mapping[date, Figures]


def combined(parts: Iterable[Figures]) -> Figures:
    """Add up figures."""
    return sum(parts, Figures())


def difference(change: Change) -> Days:
    """Return the difference that a change makes to the figures of each day."""
    days = dict(moved_by(change.before, change.after))
    if money := change.entry.money:
        day = change.entry.value_date
        days[day] = days.get(day, Figures()) + Figures(paid=money)
    return {day: figures for day, figures in days.items() if figures}


def moved_by(before: Purchase | None, after: Purchase) -> Days:
    """Return the difference between two states of a purchase, without money."""
    days: dict[date, Figures] = {}
    for day, figures in _contribution(after):
        days[day] = days.get(day, Figures()) + figures
    for day, figures in _contribution(before) if before else ():
        days[day] = days.get(day, Figures()) - figures
    return {day: figures for day, figures in days.items() if figures}


def _contribution(purchase: Purchase) -> Iterable[tuple[date, Figures]]:
    if purchase.waiting:
        yield purchase.purchased_on, Figures(waiting=purchase.waiting_amount)
    if purchase.status is Status.PENDING:
        yield purchase.purchased_on, Figures(purchases_pending=1, pending=purchase.planned_rest)
        return
    if purchase.status is Status.CANCELLED:
        bought = Figures(refundable=purchase.refundable, purchases_cancelled=1)
    else:
        bought = Figures(
            purchased=purchase.kept_price,
            purchases_due=int(purchase.status is Status.DUE),
            purchases_paid=int(purchase.status is Status.PAID),
            purchases_written_off=int(purchase.status is Status.WRITTEN_OFF),
            quantity=purchase.quantity - purchase.returned,
            refundable=purchase.refundable,
        )
    yield purchase.purchased_on, bought
    for part in purchase.installments:
        settled = part.status is InstallmentStatus.PAID
        yield part.due_date, Figures(due=part.outstanding, open=int(part.is_open), closed=int(settled))
    if purchase.open_installments:
        yield purchase.open_installments[-1].due_date, Figures(purchases_open=1)


@dataclass(frozen=True, slots=True)
class CustomerTotals:
    """A customer's figures of all time, and of each day that is still needed.

    A day is kept while a report covers it, and what is open of it until that is paid. `reminded` has, by due date, the
    day of the last reminder that announced all installments open on it. `first_open` has, by due date, the place
    (`place_of`) of the first purchase with an installment open on it, if known. Once the account is erased, `is_closed`
    is true and nothing can be bought. A customer who `is_blocked` may pay, but not buy. `credit_limit` is the most that
    the customer may owe after a purchase; None is the shop's default.
    """

    customer_id: str
    overall: Figures = field(default_factory=Figures)
    days: Days = field(default_factory=dict)
    version: int = 0
    reminded: Mapping[date, date] = field(default_factory=dict)
    first_open: Mapping[date, str] = field(default_factory=dict)
    is_closed: bool = False
    is_blocked: bool = False
    credit_limit: Decimal | None = None

    def closed(self) -> "CustomerTotals":
        """Return the totals of an erased customer."""
        return replace(self, is_closed=True, version=self.version + 1)

    def after(self, change: Change) -> "CustomerTotals":
        """Return the totals after a change. `without_first_open` then has the days whose first purchase is unknown."""
        moved = self.moved(difference(change), change.entry.recorded_on)
        return replace(moved, first_open=self._first_open(change, moved.days))

    def after_attempt(self, before: Purchase | None, after: Purchase, today: date) -> "CustomerTotals":
        """Return the totals after a change that moves no money and leaves the open installments as they are."""
        return replace(self.moved(moved_by(before, after), today), first_open=self.first_open)

    def finding_first_open(self, purchases: Iterable[Purchase]) -> "CustomerTotals":
        """Return the totals with the missing `first_open` places, found in purchases ordered from oldest to newest."""
        missing = self.without_first_open
        found = dict(self.first_open)
        for purchase in purchases:
            for day in missing & {part.due_date for part in purchase.open_installments}:
                found[day] = place_of(purchase.id)
                missing.remove(day)
            if not missing:
                break
        return replace(self, first_open=found)

    def _first_open(self, change: Change, days: Days) -> Mapping[date, str]:
        place = place_of(change.after.id)
        opened = {part.due_date for part in change.after.open_installments}
        first: dict[date, str] = {}
        for day, figures in days.items():
            known = self.first_open.get(day)
            if figures.open == 1 and day in opened:
                first[day] = place
            elif figures.open and known is not None and (day in opened or known != place):
                first[day] = min(known, place) if day in opened else known
        return first

    def moved(self, change: Days, today: date) -> "CustomerTotals":
        """Return the totals after figures changed, without the days that are no longer needed."""
        days = dict(self.days)
        for day, figures in change.items():
            days[day] = days.get(day, Figures()) + figures
        oldest = today - timedelta(days=REPORT_DAYS)
        kept = {day: figures if day >= oldest else figures.owed for day, figures in days.items()}
        kept = {day: figures for day, figures in kept.items() if figures}
        reminded = {  # drop days with new installments: no reminder has announced those yet
            due: day
            for due, day in self.reminded.items()
            if due in kept and kept[due].open and change.get(due, Figures()).open <= 0
        }
        overall = self.overall + combined(change.values())
        return replace(self, overall=overall, days=kept, reminded=reminded, first_open={}, version=self.version + 1)

    def within(self, first: date, last: date) -> Figures:
        """Add up the figures of the days from `first` to `last`, both included."""
        return combined(figures for day, figures in self.days.items() if first <= day <= last)

    def overdue_amount(self, today: date) -> Decimal:
        """Return the unpaid principal that was due before today."""
        return self.within(date.min, today - timedelta(days=1)).due

    def overdue_count(self, today: date) -> int:
        """Return the number of unpaid installments that were due before today."""
        return sum(figures.open for day, figures in self.days.items() if day < today)

    @property
    def next_due(self) -> date | None:
        """Return the due date of the earliest unpaid installment."""
        return min((day for day, figures in self.days.items() if figures.open), default=None)

    @property
    def without_first_open(self) -> set[date]:
        """Return the days with open installments whose first purchase is unknown."""
        return {day for day, figures in self.days.items() if figures.open and day not in self.first_open}

    def next_reminder(self, reminder_days: ReminderDays) -> date | None:
        """Return the day of the next reminder. It lies in the past while a missed reminder waits to be sent."""
        planned = (
            reminder_days.next_after(due, self.reminded.get(due)) for due, figures in self.days.items() if figures.open
        )
        return min((day for day in planned if day is not None), default=None)

    def to_remind_of(self, today: date, reminder_days: ReminderDays) -> Mapping[date, int]:
        """Return the due dates to remind of by today, with the number of open installments on each."""
        found: dict[date, int] = {}
        for due, figures in self.days.items():
            planned = reminder_days.next_after(due, self.reminded.get(due)) if figures.open else None
            if planned is not None and planned <= today:
                found[due] = figures.open
        return found

    def due_now_or_next(self, today: date) -> Mapping[date, int]:
        """Return the due dates up to today or, without one, the next, with the number of open installments on each."""
        found = {day: figures.open for day, figures in self.days.items() if figures.open}
        return {day: count for day, count in found.items() if day <= max(today, min(found))}

    def reminded_of(self, announced: Mapping[date, int], today: date) -> "CustomerTotals":
        """Return the totals after a reminder that announced due dates, with the number of installments on each.

        A due date with more open installments by now, after another purchase, still needs a reminder.
        """
        done = {
            due: today
            for due, count in announced.items()
            if 0 < self.days.get(due, Figures()).open <= count and self.reminded.get(due, date.min) < today
        }
        return replace(self, reminded={**self.reminded, **done}, version=self.version + 1) if done else self


def by_month(change: Days) -> Mapping[str, Figures]:
    """Add up figures by month, `YYYY-MM`."""
    months: dict[str, Figures] = {}
    for day, figures in change.items():
        month = f"{day:%Y-%m}"
        months[month] = months.get(month, Figures()) + figures
    return months
