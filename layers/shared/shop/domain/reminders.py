"""On which days a customer is reminded of an installment."""

from dataclasses import dataclass
from datetime import date, timedelta


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
