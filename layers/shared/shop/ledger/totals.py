"""Totals of the ledger: by day for a customer, by month for the shop.

Every purchase contributes figures to certain days; totals change by the difference that a purchase or payment makes.
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
"""The longest report looks back this many days, today among them."""
_PLACE = 12


@dataclass(frozen=True, slots=True)
class Figures:
    """Amounts and counts that add up. Each counts on a day of its own, as its name's comment says."""

    purchased: Decimal = ZERO  # total price, by day of purchase
    purchases_due: int = 0  # by day of purchase
    purchases_paid: int = 0  # by day of purchase
    quantity: int = 0  # by day of purchase
    paid: Decimal = ZERO  # payments with their late fees, by day of payment
    due: Decimal = ZERO  # unpaid principal, by due date
    open: int = 0  # unpaid installments, by due date
    closed: int = 0  # paid installments, by due date
    refundable: Decimal = ZERO  # paid of cancelled purchases, by day of purchase
    purchases_cancelled: int = 0  # by day of purchase
    purchases_open: int = 0  # purchases with something unpaid, by the due date of the last that is

    def __add__(self, other: Self) -> Self:
        return type(self)(*(getattr(self, name) + getattr(other, name) for name in FIGURES))

    def __sub__(self, other: Self) -> Self:
        return type(self)(*(getattr(self, name) - getattr(other, name) for name in FIGURES))

    def __bool__(self) -> bool:
        return any(getattr(self, name) for name in FIGURES)

    @property
    def purchases(self) -> int:
        """Purchases that were not cancelled."""
        return self.purchases_due + self.purchases_paid


def place_of(purchase_id: str) -> str:
    """The beginning of a purchase's id, short enough to be kept in many places: few others of one customer share it.

    It has the instant in its first ten letters and some chance in the others. Places sort as the ids do.
    """
    return purchase_id[:_PLACE]


FIGURES = tuple(part.name for part in fields(Figures))

Days = Mapping[date, Figures]


def combined(parts: Iterable[Figures]) -> Figures:
    """The sum of figures."""
    return sum(parts, Figures())


def difference(change: Change) -> Days:
    """By how much a change moves the figures of each day."""
    days: dict[date, Figures] = {}
    for day, figures in _contribution(change.after):
        days[day] = days.get(day, Figures()) + figures
    for day, figures in _contribution(change.before) if change.before else ():
        days[day] = days.get(day, Figures()) - figures
    for payment in change.payments:
        days[payment.paid_on] = days.get(payment.paid_on, Figures()) + Figures(paid=payment.amount)
    return {day: figures for day, figures in days.items() if figures}


def _contribution(purchase: Purchase) -> Iterable[tuple[date, Figures]]:
    if purchase.status is Status.CANCELLED:
        bought = Figures(refundable=purchase.refundable, purchases_cancelled=1)
    else:
        bought = Figures(
            purchased=purchase.total_price,
            purchases_due=int(purchase.status is Status.DUE),
            purchases_paid=int(purchase.status is Status.PAID),
            quantity=purchase.quantity,
        )
    yield purchase.purchased_on, bought
    for part in purchase.installments:
        settled = part.status is InstallmentStatus.PAID
        yield part.due_date, Figures(due=part.outstanding, open=int(part.is_open), closed=int(settled))
    if purchase.open_installments:
        yield purchase.open_installments[-1].due_date, Figures(purchases_open=1)


@dataclass(frozen=True, slots=True)
class CustomerTotals:
    """A customer's figures of all time, and of each day that something may still ask for.

    Days are kept while an installment due on them is open, and while a report looks back on them. `reminded` has, by
    due date, the day of the last reminder that spoke of all that was open on it. `first_open` has, by due date, the
    place (`place_of`) of the first purchase with an installment open on it, where it is known. Once `is_closed`,
    nothing can be bought any more: the account was erased.
    """

    customer_id: str
    overall: Figures = field(default_factory=Figures)
    days: Days = field(default_factory=dict)
    version: int = 0
    reminded: Mapping[date, date] = field(default_factory=dict)
    first_open: Mapping[date, str] = field(default_factory=dict)
    is_closed: bool = False

    def closed(self) -> "CustomerTotals":
        """The totals of a customer who is erased."""
        return replace(self, is_closed=True, version=self.version + 1)

    def after(self, change: Change) -> "CustomerTotals":
        """The totals after a change of the ledger. `without_first_open` lists days whose first purchase is unknown."""
        moved = self.moved(difference(change), change.on)
        return replace(moved, first_open=self._first_open(change, moved.days))

    def finding_first_open(self, purchases: Iterable[Purchase]) -> "CustomerTotals":
        """The totals with what is first on the days `without_first_open`, found among purchases, oldest first."""
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
        """The totals after figures changed, with the days dropped that nothing asks for any more."""
        days = dict(self.days)
        for day, figures in change.items():
            days[day] = days.get(day, Figures()) + figures
        oldest = today - timedelta(days=REPORT_DAYS)
        kept = {day: figures for day, figures in days.items() if figures.open or (day >= oldest and figures)}
        reminded = {  # not of later purchases: no reminder has announced them yet
            due: day
            for due, day in self.reminded.items()
            if due in kept and kept[due].open and change.get(due, Figures()).open <= 0
        }
        overall = self.overall + combined(change.values())
        return replace(self, overall=overall, days=kept, reminded=reminded, first_open={}, version=self.version + 1)

    def within(self, first: date, last: date) -> Figures:
        """The figures of the days from `first` to `last`, both included."""
        return combined(figures for day, figures in self.days.items() if first <= day <= last)

    def overdue_amount(self, today: date) -> Decimal:
        """The unpaid principal of what fell due before today."""
        return self.within(date.min, today - timedelta(days=1)).due

    def overdue_count(self, today: date) -> int:
        """How many unpaid installments fell due before today."""
        return sum(figures.open for day, figures in self.days.items() if day < today)

    @property
    def next_due(self) -> date | None:
        """The due date of the earliest unpaid installment."""
        return min((day for day, figures in self.days.items() if figures.open), default=None)

    @property
    def without_first_open(self) -> set[date]:
        """The days with open installments of which the first purchase is not known."""
        return {day for day, figures in self.days.items() if figures.open and day not in self.first_open}

    def next_reminder(self, reminder_days: ReminderDays) -> date | None:
        """The day on which the next reminder is owed. It may have passed: what was missed is owed until it is made."""
        owed = (
            reminder_days.next_after(due, self.reminded.get(due)) for due, figures in self.days.items() if figures.open
        )
        return min((day for day in owed if day is not None), default=None)

    def to_remind_of(self, today: date, reminder_days: ReminderDays) -> Mapping[date, int]:
        """The due dates that a reminder is owed of by today, and how many installments are open on each."""
        found: dict[date, int] = {}
        for due, figures in self.days.items():
            owed = reminder_days.next_after(due, self.reminded.get(due)) if figures.open else None
            if owed is not None and owed <= today:
                found[due] = figures.open
        return found

    def reminded_of(self, announced: Mapping[date, int], today: date) -> "CustomerTotals":
        """The totals after a reminder that announced due dates, with the number of installments on each.

        A due date on which more are open by now, because something was bought meanwhile, stays owed.
        """
        done = {
            due: today
            for due, count in announced.items()
            if 0 < self.days.get(due, Figures()).open <= count and self.reminded.get(due, date.min) < today
        }
        return replace(self, reminded={**self.reminded, **done}, version=self.version + 1) if done else self


def by_month(change: Days) -> Mapping[str, Figures]:
    """The same figures by month, `YYYY-MM`."""
    months: dict[str, Figures] = {}
    for day, figures in change.items():
        month = f"{day:%Y-%m}"
        months[month] = months.get(month, Figures()) + figures
    return months
