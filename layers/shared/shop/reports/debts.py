"""What the customers owe by age: last night, and over the past."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from shop import problems
from shop.calendar import local_day
from shop.reports.aging import Aging
from shop.reports.sales import Period, Step
from shop.reports.snapshots import Snapshots

MOST_POINTS = 62
"""The most points of a series."""


@dataclass(frozen=True, slots=True)
class Debts:
    """The use cases of those who watch what is owed."""

    snapshots: Snapshots
    zone: ZoneInfo
    clock: Callable[[], datetime]

    def aging(self) -> tuple[date | None, Aging]:
        """Read what was owed last night, with its day; without one, nothing yet."""
        today = local_day(self.clock(), self.zone)
        for day in (today, today - timedelta(days=1)):
            if (aging := self.snapshots.latest(day)) is not None:
                return day, aging
        return None, Aging()

    def series(self, period: Period, by: Step) -> list[tuple[date, Aging]]:
        """Read what was owed on the last day of each part of a period; days without figures are left out.

        Raises InvalidInput naming `to` when there are none or more than `MOST_POINTS` parts.
        """
        is_possible = period.days <= MOST_POINTS * 31 and period.is_within_calendar
        points = [part.last for part in period.divided(by)] if is_possible else []
        if not 1 <= len(points) <= MOST_POINTS:
            raise problems.RANGE_OF_POINTS.error(most=MOST_POINTS)
        found = dict(self.snapshots.agings(points))
        today = local_day(self.clock(), self.zone)
        if today in points and (aging := self.snapshots.latest(today)) is not None:
            found[today] = aging
        return sorted(found.items())
