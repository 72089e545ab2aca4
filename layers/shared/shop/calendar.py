"""Days of the shop and the due dates of a plan."""

import calendar
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo


class Interval(StrEnum):
    """How far apart the installments of a plan fall due."""

    THIRTY_DAYS = "30d"
    MONTHLY = "monthly"
    BIWEEKLY = "biweekly"
    WEEKLY = "weekly"


_DAYS = {Interval.THIRTY_DAYS: 30, Interval.BIWEEKLY: 14, Interval.WEEKLY: 7}


def local_day(instant: datetime, zone: ZoneInfo) -> date:
    """The calendar day in the shop's zone at an instant."""
    return instant.astimezone(zone).date()


def due_date(purchased_on: date, interval: Interval, number: int) -> date:
    """The day installment `number` (from 1) falls due: `number - 1` intervals after the purchase.

    `monthly` keeps the day of the month of the purchase, clamped to the month's last.
    Raises OverflowError or ValueError beyond the year 9999.
    """
    if interval is Interval.MONTHLY:
        months = purchased_on.month - 1 + number - 1
        year, month = purchased_on.year + months // 12, months % 12 + 1
        return date(year, month, min(purchased_on.day, calendar.monthrange(year, month)[1]))
    return purchased_on + timedelta(days=_DAYS[interval] * (number - 1))


@dataclass(frozen=True, slots=True)
class ReminderDays:
    """How many days before and after its due date an installment is spoken of; 0 before is the due date itself."""

    before: tuple[int, ...] = (3, 0)
    after: tuple[int, ...] = (1, 7)

    def of(self, due: date) -> list[date]:
        """The days on which to remind of what falls due on a day, in their order."""
        offsets = {-days for days in self.before} | set(self.after)
        return [due + timedelta(days=offset) for offset in sorted(offsets)]

    def next_after(self, due: date, reminded: date | None) -> date | None:
        """The first of these days that comes after the day of the last reminder; it may have passed by now."""
        return next((day for day in self.of(due) if reminded is None or day > reminded), None)
