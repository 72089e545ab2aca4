"""Pages of ranges: from a position on, either way, with a count.

A position is the sort key of the item at a page's edge, so nothing that stays is missed or shown twice when others
come and go between two pages.
"""

import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby, islice
from typing import Any, Generic, TypeVar

from shop.store.table import Item, Range, Table

MOST_COUNTED = 1000
"""A count of a search stops here, as the contract allows."""

T = TypeVar("T")
U = TypeVar("U")
By = TypeVar("By")


@dataclass(frozen=True, slots=True)
class Ordering(Generic[By]):
    """By what a list is sorted, and which way."""

    by: By
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Position:
    """Where a page begins: behind a sort key, or, going back, before it."""

    key: str
    backwards: bool = False


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some items of a list with their sort keys, the positions of the pages around them, and how many the list has."""

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
        """The page with no more than `size` items, at least one; the others are on the page that comes after it.

        A page read backwards keeps its last items, and what comes after it is the previous page.
        """
        if len(self.items) <= size:
            return self
        if backwards:
            items, keys = self.items[-size:], self.keys[-size:]
            return replace(self, items=items, keys=keys, previous=Position(keys[0], backwards=True))
        items, keys = self.items[:size], self.keys[:size]
        return replace(self, items=items, keys=keys, next=Position(keys[-1]))


def page_of(
    table: Table,
    ranges: Sequence[Range],
    *,
    descending: bool,
    position: Position | None,
    size: int,
    total: Callable[[], int],
) -> Page[Item]:
    """A page of ranges merged by their sort key, and `total`, which counts the list; all are read at the same time."""
    backwards = position is not None and position.backwards
    sort_key = ranges[0].sort_key

    def read(source: Range) -> list[Item]:
        after = position.key if position else None
        return list(table.query(source, after=after, descending=descending != backwards, limit=size + 1))

    count, *flows = table.at_once(total, *(partial(read, source) for source in ranges))
    merged = heapq.merge(*flows, key=lambda item: str(item[sort_key]), reverse=descending != backwards)
    # A purchase that changes its list between two of these reads is in both.
    once = (next(same) for _, same in groupby(merged, key=lambda item: item[sort_key]))
    found = list(islice(once, size + 1))
    return _cut(found, size, position, lambda item: str(item[sort_key]), count=count, capped=False)


def page_within(
    items: Sequence[T],
    key: Callable[[T], str],
    *,
    position: Position | None,
    size: int,
    descending: bool = False,
    capped: bool = False,
) -> Page[T]:
    """A page of a list that is wholly in memory, sorted by `key`, which is unique."""
    falling = descending != (position is not None and position.backwards)
    ordered = sorted(items, key=key, reverse=falling)
    if position is not None:
        after = position.key
        ordered = [item for item in ordered if (key(item) < after if falling else key(item) > after)]
    return _cut(ordered[: size + 1], size, position, key, count=len(items), capped=capped)


def _cut(
    found: list[Any], size: int, position: Position | None, key: Callable[[Any], str], *, count: int, capped: bool
) -> Page[Any]:
    """Of up to size + 1 items in the order they were read, the page and the positions around it."""
    backwards = position is not None and position.backwards
    more = len(found) > size
    items = found[:size][::-1] if backwards else found[:size]
    keys = [key(item) for item in items]
    if not items:
        return Page(items, keys, count, capped)
    return Page(
        items,
        keys,
        count,
        capped,
        next=Position(keys[-1]) if more or backwards else None,
        previous=Position(keys[0], backwards=True) if (more if backwards else position is not None) else None,
    )
