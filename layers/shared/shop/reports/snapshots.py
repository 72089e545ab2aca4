"""What the nightly run stores of those who owe: what was owed by age, who was late, and who has to pay on which day."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from shop.dynamodb import keys
from shop.dynamodb.attributes import to_epoch
from shop.dynamodb.table import MOST_WRITES, Range, Table
from shop.dynamodb.writes import Item, Write
from shop.money import CENT
from shop.reports.aging import Aging, Bucket, Share

_LATE_KEPT = timedelta(days=3)
_DUE_KEPT = timedelta(days=400)


def aging_to_item(day: date, shard: int, aging: Aging) -> Item:
    """Convert what the customers of a shard owed on a day to its item."""
    return {
        **keys.aging(day, shard),
        "buckets": {
            bucket.value: [share.customers, share.installments, share.amount] for bucket, share in aging.shares.items()
        },
        "coming": {due.isoformat(): amount for due, amount in aging.coming.items()},
    }


def aging_from_item(item: Item) -> Aging:
    """Read what the customers of a shard owed."""
    return Aging(
        {
            Bucket(bucket): Share(int(customers), int(installments), amount)
            for bucket, (customers, installments, amount) in item["buckets"].items()
        },
        {date.fromisoformat(due): amount for due, amount in item["coming"].items()},
    )


def late_to_item(user_id: str, amount: Decimal, day: date) -> Item:
    """List a customer who is late by the overdue amount, for some nights."""
    listed = {"mail_queue": keys.late_list(keys.shard_of(user_id)), "mail_due": f"{int(amount / CENT):014}#{user_id}"}
    return {**keys.late_customer(user_id), **listed, "expires_at": _end(day + _LATE_KEPT)}


def late_from_item(item: Item) -> tuple[str, int]:
    """Read the id and the overdue amount, in cents, of a customer in the list."""
    amount, _, user_id = item["mail_due"].partition("#")
    return user_id, int(amount)


def due_to_item(user_id: str, day: date) -> Item:
    """Note that a customer has installments due on a day. What they are, the purchases say."""
    return {**keys.due_day(user_id, day), "expires_at": _end(day + _DUE_KEPT)}


def _end(day: date) -> int:
    return to_epoch(datetime.combine(day, time(), UTC))


class Snapshots:
    """Access patterns of what the nightly run stores."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def save_aging(self, day: date, shard: int, aging: Aging) -> None:
        """Store what the customers of a shard owed on a day. Storing it again replaces it."""
        self._table.write(Write.put(aging_to_item(day, shard, aging)))

    def agings(self, days: Sequence[date]) -> Mapping[date, Aging]:
        """Read what everybody owed on some days; a day that was not or only half stored is left out."""
        wanted = [keys.aging(day, shard) for day in days for shard in range(keys.SHARDS)]
        items = self._table.get_all(wanted)
        found: dict[date, Aging] = {}
        for position, day in enumerate(days):
            shards = items[position * keys.SHARDS : (position + 1) * keys.SHARDS]
            if all(shards):
                found[day] = sum((aging_from_item(item) for item in shards if item), Aging())
        return found

    def due_days(self, shard: int, first: date, last: date) -> set[tuple[date, str]]:
        """Read the due days noted for the customers of a shard, each with the user id."""
        source = Range(keys.due_partition(shard), first.isoformat(), until=last.isoformat(), consistent=False)
        return {keys.due_on(item["SK"]) for item in self._table.query(source)}

    def save(self, items: Iterable[Item]) -> None:
        """Store items of the lists, each on its own."""
        for some in _batches(items):
            self._table.write_each([Write.put(item) for item in some])


def _batches(items: Iterable[Item]) -> Iterator[list[Item]]:
    batch: list[Item] = []
    for item in items:
        batch.append(item)
        if len(batch) == MOST_WRITES:
            yield batch
            batch = []
    if batch:
        yield batch
