"""Calendar days of the shop, due dates of a plan, and days of reminders."""

import calendar
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo


class Interval(StrEnum):
    """The time between the due dates of a plan."""

    THIRTY_DAYS = "30d"
    MONTHLY = "monthly"
    BIWEEKLY = "biweekly"
    WEEKLY = "weekly"


_DAYS = {Interval.THIRTY_DAYS: 30, Interval.BIWEEKLY: 14, Interval.WEEKLY: 7}


def local_day(instant: datetime, zone: ZoneInfo) -> date:
    """Return the calendar day in the shop's time zone at an instant."""
    return instant.astimezone(zone).date()


def due_date(purchased_on: date, interval: Interval, number: int) -> date:
    """Return the due date of installment `number` (from 1): `number - 1` intervals after the purchase.

    `monthly` keeps the purchase's day of the month, or takes the last day of a shorter month.
    Raises OverflowError or ValueError beyond the year 9999.
    """
    if interval is Interval.MONTHLY:
        months = purchased_on.month - 1 + number - 1
        year, month = purchased_on.year + months // 12, months % 12 + 1
        return date(year, month, min(purchased_on.day, calendar.monthrange(year, month)[1]))
    return purchased_on + timedelta(days=_DAYS[interval] * (number - 1))


@dataclass(frozen=True, slots=True)
class ReminderDays:
    """The days of reminders, counted before and after an installment's due date; 0 before is the due date itself."""

    before: tuple[int, ...] = (3, 0)
    after: tuple[int, ...] = (1, 7)

    def of(self, due: date) -> list[date]:
        """Return the reminder days of a due date, earliest first."""
        offsets = {-days for days in self.before} | set(self.after)
        return [due + timedelta(days=offset) for offset in sorted(offsets)]

    def next_after(self, due: date, reminded: date | None) -> date | None:
        """Return the first reminder day after the day of the last reminder; it may lie in the past."""
        return next((day for day in self.of(due) if reminded is None or day > reminded), None)
