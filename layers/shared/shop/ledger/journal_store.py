"""Lists of journal entries: of days, and of a customer."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice

from shop.dynamodb import keys
from shop.dynamodb.paging import Page, PageRequest, Position, page_within
from shop.dynamodb.table import Range, Table
from shop.ledger.items import entry_from_item
from shop.ledger.journal import Entry, Method


@dataclass(frozen=True, slots=True)
class EntryFilter:
    """The entries to list: all, or only those that moved money, by method, actor and customer."""

    moved_money: bool = False
    method: Method | None = None
    actor: str | None = None
    customer: str | None = None

    @property
    def is_narrow(self) -> bool:
        """Return whether it leaves out most entries of a day."""
        return self.method is not None or self.actor is not None or self.customer is not None

    def includes(self, entry: Entry) -> bool:
        """Return whether a list has an entry."""
        return (
            (not self.moved_money or bool(entry.money))
            and self.method in (None, entry.method)
            and self.actor in (None, entry.actor.id)
            and self.customer in (None, entry.customer_id)
        )


class Journal:
    """Access patterns of journal entries."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def of_days(
        self,
        days: Sequence[date],
        *,
        after: str | None = None,
        descending: bool = False,
        at_once: int | None = None,
    ) -> Iterator[Entry]:
        """Read the entries recorded on consecutive days, by time. `after` is the id of the entry before the first.

        Pages of `at_once` entries are read as they are needed.
        """
        for day in reversed(days) if descending else days:
            source = Range(keys.entry_listing(day), "", "by-created", "listing", "created_key")
            for item in self._table.query(source, after=after, descending=descending, at_once=at_once):
                yield entry_from_item(item)

    def page_of_days(
        self, days: Sequence[date], chosen: EntryFilter, request: PageRequest, *, descending: bool
    ) -> Page[Entry]:
        """Read a page of the entries recorded on consecutive days. It has no count."""
        falling, size = descending != request.backwards, request.size + 1
        entries = self.of_days(
            days, after=request.after, descending=falling, at_once=None if chosen.is_narrow else size
        )
        found = list(islice((entry for entry in entries if chosen.includes(entry)), size))
        more, found = len(found) > request.size, found[: request.size]
        if request.backwards:
            found.reverse()
        ids = [entry.id for entry in found]
        if not found:
            return Page(found, ids, count=None)
        has_next, has_previous = (True, more) if request.backwards else (more, request.position is not None)
        return Page(
            found,
            ids,
            count=None,
            next=Position(ids[-1]) if has_next else None,
            previous=Position(ids[0], backwards=True) if has_previous else None,
        )

    def page_of_customer(self, customer_id: str, request: PageRequest) -> Page[Entry]:
        """Read a page of a customer's entries, newest first. Reads all of them; a customer has few."""
        found = self._table.query(Range(keys.customer_partition(customer_id), keys.ENTRIES))
        return page_within(list(map(entry_from_item, found)), lambda entry: entry.id, request, descending=True)
