"""What the nightly run stores of those who owe: what was owed by age, who was late, and who has to pay on which day."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from shop.dynamodb import keys
from shop.dynamodb.attributes import to_epoch
from shop.dynamodb.keys import Key
from shop.dynamodb.table import MOST_WRITES, Range, Table
from shop.dynamodb.writes import Item, Write
from shop.money import CENT
from shop.reports.aging import Aging, Bucket, Share

_NIGHT_KEPT = timedelta(days=3)
"""The time that only the next nights need."""
_DUE_KEPT = timedelta(days=400)


def aging_to_item(key: Key, aging: Aging) -> Item:
    """Convert what was owed to an item."""
    return {
        **key,
        "buckets": {
            bucket.value: [share.customers, share.installments, share.amount] for bucket, share in aging.shares.items()
        },
        "coming": {due.isoformat(): amount for due, amount in aging.coming.items()},
    }


def aging_from_item(item: Item) -> Aging:
    """Read what was owed."""
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
    return {**keys.late_customer(user_id), **listed, "expires_at": _end(day + _NIGHT_KEPT)}


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
        """Store for some nights what the customers of a shard owed on a day. Storing it again replaces it."""
        item = aging_to_item(keys.aging_of_shard(day, shard), aging)
        self._table.write(Write.put({**item, "shards": keys.SHARDS, "expires_at": _end(day + _NIGHT_KEPT)}))

    def latest(self, day: date) -> Aging | None:
        """Add up what the customers of all shards owed on a recent day; None unless all shards are stored."""
        items = list(self._table.query(Range(keys.AGING, f"{day.isoformat()}#")))
        is_whole = bool(items) and len(items) == items[0]["shards"]  # as many as there were then
        return sum(map(aging_from_item, items), Aging()) if is_whole else None

    def keep(self, day: date) -> None:
        """Keep what everybody owed on a recent day, if it was stored."""
        if (aging := self.latest(day)) is not None:
            self._table.write(Write.put(aging_to_item(keys.aging(day), aging)))

    def agings(self, days: Sequence[date]) -> Mapping[date, Aging]:
        """Read what everybody owed on some past days, if it was kept."""
        items = self._table.get_all([keys.aging(day) for day in days])
        return {day: aging_from_item(item) for day, item in zip(days, items, strict=True) if item}

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
