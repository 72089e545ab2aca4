"""Who is to be reminded, in the table: a sparse index of customers' totals by day and shard."""

from collections.abc import Iterator
from datetime import date

from shop.domain.totals import CustomerTotals
from shop.store import keys, totals
from shop.store.table import ConditionFailed, Range, Table, Write


class Reminders:
    """Access patterns of reminders."""

    def __init__(self, table: Table, reminder_days_before: int) -> None:
        self._table = table
        self._days_before = reminder_days_before

    def last_day(self) -> date | None:
        """The last day whose reminders were all sent."""
        item = self._table.get(keys.reminders())
        return date.fromisoformat(item["day"]) if item else None

    def finish_day(self, day: date) -> None:
        """Note that all reminders of a day were sent."""
        self._table.write(Write.put({**keys.reminders(), "day": day.isoformat()}))

    def customers_on(self, day: date) -> Iterator[str]:
        """The ids of the customers to be reminded on a day, shard by shard."""
        for shard in range(keys.SHARDS):
            partition = keys.reminder_partition(day, shard)
            source = Range(partition, index="by-reminder", partition_key="reminder", sort_key="PK")
            for item in self._table.query(source):
                yield item["PK"].removeprefix(keys.customer_partition(""))

    def store(self, before: CustomerTotals, after: CustomerTotals, today: date) -> bool:
        """Store totals with another note of reminders; False when they have changed since they were read."""
        try:
            self._table.write(
                Write.replace(totals.to_item(after, after.next_reminder(today, self._days_before)), before.version)
            )
        except ConditionFailed:
            return False
        return True
