"""Pages of lists: from a position, forwards or backwards, with a count.

A position is the sort key of the item at the edge of a page. When items are added or removed between two requests, the
next page neither misses nor repeats the items that stay.
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
"""A search counts at most this many results, as the API contract allows."""
MOST_EXAMINED = 200
"""A page with few wanted items ends after about this many."""

T = TypeVar("T")
U = TypeVar("U")
By = TypeVar("By")


@dataclass(frozen=True, slots=True)
class Ordering(Generic[By]):
    """The attribute and the direction that a list is sorted by."""

    by: By
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Position:
    """The start of a page: after a sort key or, backwards, before it."""

    key: str
    backwards: bool = False


@dataclass(frozen=True, slots=True)
class PageRequest:
    """The page to read: up to `size` items from a position; None is the start of the list."""

    position: Position | None
    size: int

    @property
    def after(self) -> str | None:
        """Return the sort key at which the previous page ended."""
        return self.position.key if self.position else None

    @property
    def backwards(self) -> bool:
        """Return whether the page is read backwards."""
        return self.position is not None and self.position.backwards


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """A page: its items with their sort keys, the positions of the next and previous page, the length of the list.

    `count` is None for a list whose length is not known.
    """

    items: list[T]
    keys: list[str]
    count: int | None
    count_capped: bool = False
    next: Position | None = None
    previous: Position | None = None

    def map(self, shape: "Callable[[T], U]") -> "Page[U]":
        """Return the same page with each item converted."""
        items = [shape(item) for item in self.items]
        return Page(items, self.keys, self.count, self.count_capped, self.next, self.previous)

    def known(self, items: "Sequence[U | None]") -> "Page[U]":
        """Return the same page with its items converted already, without those that are None."""
        pairs = [(item, key) for item, key in zip(items, self.keys, strict=True) if item is not None]
        found, keys = [item for item, _ in pairs], [key for _, key in pairs]
        return Page(found, keys, self.count, self.count_capped, self.next, self.previous)

    def cut(self, size: int, *, backwards: bool) -> "Page[T]":
        """Shorten the page to at most `size` items; the next page begins with the rest.

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
    """The stored length of a list: the sum of `count_in` over some items."""

    keys: Sequence[Key]
    count_in: Callable[[Item], int]

    def read(self, table: Table) -> int:
        """Compute the length of the list."""
        items = table.get_all(self.keys) if len(self.keys) > 1 else [table.get(key) for key in self.keys]
        return sum(self.count_in(item) for item in items if item)


NOT_COUNTED = Counter((), lambda _: 0)
"""The counter of a list without a count."""


def page_of(
    table: Table, ranges: Sequence[Range], request: PageRequest, counter: Counter, *, descending: bool
) -> Page[Item]:
    """Read a page of several ranges, merged by sort key. All ranges and the counter are read in parallel."""
    sort_key = ranges[0].sort_key
    falling = descending != request.backwards

    def read(source: Range) -> list[Item]:
        return list(table.query(source, after=request.after, descending=falling, limit=request.size + 1))

    count, *flows = table.at_once(partial(counter.read, table), *(partial(read, source) for source in ranges))
    merged = heapq.merge(*flows, key=lambda item: str(item[sort_key]), reverse=falling)
    # A purchase that moves between two lists during these reads can be in both.
    once = (next(same) for _, same in groupby(merged, key=lambda item: item[sort_key]))
    found = list(islice(once, request.size + 1))
    return _cut(found, request, lambda item: str(item[sort_key]), count=count, capped=False)


def page_where(
    read: Callable[[str | None, int], Sequence[Item]],
    sort_key: str,
    request: PageRequest,
    load: Callable[[Sequence[Item]], Sequence[Item | None]],
    wanted: Callable[[Item], bool],
) -> Page[Item]:
    """Read a page of those items of a list that are wanted. It has no count.

    `read` returns the first items after a position, in the direction of the request; `load` what they stand for, each
    in its place. A page ends early when many items are not wanted; the next one goes on after them.
    """
    position, step = request.after, request.size + 1
    found: list[tuple[str, Item]] = []
    examined, is_over = 0, False
    while not is_over and len(found) <= request.size and examined < MOST_EXAMINED:
        listed = read(position, step)
        is_over = len(listed) < step
        if listed:
            examined, position = examined + len(listed), str(listed[-1][sort_key])
            for one, item in zip(listed, load(listed), strict=True):
                if item is not None and wanted(item):
                    found.append((str(one[sort_key]), item))
        step *= 2
    page = _cut(found[: request.size + 1], request, lambda one: one[0], count=None, capped=False)
    page = page.map(lambda one: one[1])
    if is_over or len(found) > request.size or position is None:
        return page
    on = Position(position, backwards=request.backwards)
    return replace(page, previous=on) if request.backwards else replace(page, next=on)


def page_within(
    items: Sequence[T],
    key: Callable[[T], str],
    request: PageRequest,
    *,
    descending: bool = False,
    capped: bool = False,
) -> Page[T]:
    """Return a page of a list in memory, sorted by a unique key."""
    falling = descending != request.backwards
    ordered = sorted(items, key=key, reverse=falling)
    if request.after is not None:
        after = request.after
        ordered = [item for item in ordered if (key(item) < after if falling else key(item) > after)]
    return _cut(ordered[: request.size + 1], request, key, count=len(items), capped=capped)


def _cut(
    found: list[Any], request: PageRequest, key: Callable[[Any], str], *, count: int | None, capped: bool
) -> Page[Any]:
    """Make a page of up to size + 1 items in the order of reading."""
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
