"""Pages of lists: from a position on, forwards or backwards, with a count.

A position is the sort key of the item at the edge of a page. So a page neither misses nor repeats an item that stays,
whatever is added or removed between two requests.
"""

import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby, islice
from typing import Any, Generic, TypeVar

from shop.dynamodb.keys import Key
from shop.dynamodb.table import Range, Table
from shop.dynamodb.writes import Item

MOST_COUNTED = 1000
"""A search counts up to this many results, as the contract allows."""

T = TypeVar("T")
U = TypeVar("U")
By = TypeVar("By")


@dataclass(frozen=True, slots=True)
class Ordering(Generic[By]):
    """What a list is sorted by, and in which direction."""

    by: By
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Position:
    """Where a page begins: behind a sort key or, going backwards, before it."""

    key: str
    backwards: bool = False


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Which page of a list to read: up to `size` items from a position on; None is the beginning."""

    position: Position | None
    size: int

    @property
    def after(self) -> str | None:
        """The sort key at which the page before ended."""
        return self.position.key if self.position else None

    @property
    def backwards(self) -> bool:
        """Whether the page is read against the order of the list."""
        return self.position is not None and self.position.backwards


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some items of a list with their sort keys, the positions of the pages around, and the length of the list."""

    items: list[T]
    keys: list[str]
    count: int
    count_capped: bool = False
    next: Position | None = None
    previous: Position | None = None

    def map(self, shape: "Callable[[T], U]") -> "Page[U]":
        """The same page with its items in another shape."""
        items = [shape(item) for item in self.items]
        return Page(items, self.keys, self.count, self.count_capped, self.next, self.previous)

    def cut(self, size: int, *, backwards: bool) -> "Page[T]":
        """The page with at most `size` items; the following page begins with the rest.

        A page that was read backwards keeps its last items.
        """
        if len(self.items) <= size:
            return self
        if backwards:
            items, keys = self.items[-size:], self.keys[-size:]
            return replace(self, items=items, keys=keys, previous=Position(keys[0], backwards=True))
        items, keys = self.items[:size], self.keys[:size]
        return replace(self, items=items, keys=keys, next=Position(keys[-1]))


@dataclass(frozen=True, slots=True)
class Counter:
    """Where the length of a list is kept: the sum of `count_in` over some items."""

    keys: Sequence[Key]
    count_in: Callable[[Item], int]

    def read(self, table: Table) -> int:
        """The length of the list."""
        items = table.get_all(self.keys) if len(self.keys) > 1 else [table.get(key) for key in self.keys]
        return sum(self.count_in(item) for item in items if item)


NOT_COUNTED = Counter((), lambda _: 0)
"""For a list without a count."""


def page_of(
    table: Table, ranges: Sequence[Range], request: PageRequest, counter: Counter, *, descending: bool
) -> Page[Item]:
    """A page of ranges merged by their sort key. All ranges and the counter are read in parallel."""
    sort_key = ranges[0].sort_key
    falling = descending != request.backwards

    def read(source: Range) -> list[Item]:
        return list(table.query(source, after=request.after, descending=falling, limit=request.size + 1))

    count, *flows = table.at_once(partial(counter.read, table), *(partial(read, source) for source in ranges))
    merged = heapq.merge(*flows, key=lambda item: str(item[sort_key]), reverse=falling)
    # A purchase that changes its list between two of these reads is in both.
    once = (next(same) for _, same in groupby(merged, key=lambda item: item[sort_key]))
    found = list(islice(once, request.size + 1))
    return _cut(found, request, lambda item: str(item[sort_key]), count=count, capped=False)


def page_within(
    items: Sequence[T],
    key: Callable[[T], str],
    request: PageRequest,
    *,
    descending: bool = False,
    capped: bool = False,
) -> Page[T]:
    """A page of a list that is in memory, sorted by a unique key."""
    falling = descending != request.backwards
    ordered = sorted(items, key=key, reverse=falling)
    if request.after is not None:
        after = request.after
        ordered = [item for item in ordered if (key(item) < after if falling else key(item) > after)]
    return _cut(ordered[: request.size + 1], request, key, count=len(items), capped=capped)


def _cut(found: list[Any], request: PageRequest, key: Callable[[Any], str], *, count: int, capped: bool) -> Page[Any]:
    """The page of up to size + 1 items in the order of reading, with the positions around it."""
    more = len(found) > request.size
    items = found[: request.size][::-1] if request.backwards else found[: request.size]
    keys = [key(item) for item in items]
    if not items:
        return Page(items, keys, count, capped)
    return Page(
        items,
        keys,
        count,
        capped,
        next=Position(keys[-1]) if more or request.backwards else None,
        previous=Position(keys[0], backwards=True) if (more if request.backwards else request.position) else None,
    )
