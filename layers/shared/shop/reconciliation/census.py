"""The census: a pass over the whole table that checks each item, and pairs items that must exist with those found."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Set
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Lock

from shop.calendar import ReminderDays
from shop.dynamodb import keys
from shop.dynamodb.keys import Key
from shop.dynamodb.writes import Item
from shop.reconciliation import kinds
from shop.reconciliation.arithmetic import Difference
from shop.reconciliation.inspection import Found, Inspection
from shop.reconciliation.kinds import Kind, Malformed, kind_of

Name = tuple[str, str]
"""A key, hashable."""


def name_of(key: Key | Item) -> Name:
    """The name of a key or of an item's key."""
    return key["PK"], key["SK"]


class Pairs:
    """Expected and found leads, in any order. Keeps keys and digests of those without a match."""

    def __init__(self) -> None:
        self._expected: dict[Name, tuple[bytes, Name]] = {}
        self._found: dict[Name, bytes] = {}
        self._doubtful: dict[Name, set[Name]] = defaultdict(set)

    def expect(self, item: Item, target: Name) -> None:
        """Note that an item must exist, since it leads to a target."""
        name, digest = name_of(item), _digest(item)
        if name in self._expected:  # two targets require it
            self._doubtful[name].add(target)
        elif name not in self._found:
            self._expected[name] = digest, target
        elif self._found.pop(name) != digest:
            self._doubtful[name].add(target)

    def find(self, name: Name, item: Item | None) -> None:
        """Note that an item exists; `item` is None when it cannot be read."""
        digest = _digest(item or {})
        expected, target = self._expected.pop(name, (b"", None))
        if target is None:
            self._found[name] = digest
        elif expected != digest:
            self._doubtful[name].add(target)

    def unlike(self) -> Iterator[tuple[Name, Set[Name]]]:
        """The leads without a match, with the targets that require them; no target requires a superfluous one."""
        left: Mapping[Name, set[Name]] = {name: {target} for name, (_, target) in self._expected.items()}
        for name in {*left, *self._found, *self._doubtful}:
            yield name, left.get(name, set()) | self._doubtful.get(name, set())


def _digest(item: Item) -> bytes:
    text = json.dumps(item, sort_keys=True, default=str)
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()


_CUSTOMER = keys.customer_partition("")
_MONEY = {kinds.PURCHASE, kinds.PAYMENT, kinds.TOTALS}
_SHOWN = {"listing", "created_key", "name_key", "price_key", "mail_queue", "mail_due", "status"}
"""Attributes whose values a difference shows; others may have names and addresses in them."""


@dataclass(slots=True)
class Tally:
    """The counts of the shop. Two are equal only if they counted the same accounts."""

    accounts: set[str] = field(default_factory=set)
    verified: int = 0
    products: int = 0
    actions: int = 0


@dataclass(slots=True)
class Census:
    """What the table holds, and what is wrong with single items.

    `unreadable` are kinds of which not all could be read. `moving` are items that a later release has written.
    """

    customers: set[str] = field(default_factory=set)
    years: set[int] = field(default_factory=set)
    tally: Tally = field(default_factory=Tally)
    pairs: Pairs = field(default_factory=Pairs)
    unreadable: set[Kind] = field(default_factory=set)
    differences: list[Difference] = field(default_factory=list)
    moving: list[str] = field(default_factory=list)


def shown(key: keys.Key | tuple[str, str]) -> str:
    """The text of a key in a difference."""
    partition, sort = key if isinstance(key, tuple) else name_of(key)
    return f"{partition} {sort}"


def contradictions(key: keys.Key, stored: Item, expected: Item) -> Iterator[Difference]:
    """The attributes in which a stored item differs from the expected one."""
    for name in sorted({*stored, *expected}):
        if stored.get(name) != expected.get(name):
            yield Difference(shown(key), name, _value(stored, name, "another"), _value(expected, name, "one"))


def _value(item: Item, name: str, otherwise: str) -> str:
    if name not in item:
        return "none"
    return str(item[name]) if name in _SHOWN else otherwise


def taken(inspection: Inspection, segments: int, reminder_days: ReminderDays) -> Census:
    """Take the census of a table."""
    census = Census()

    def take(found: Found) -> None:
        _count(census, found)
        _examine(census, found, reminder_days)

    _each(inspection, segments, take)
    return census


def tallied(inspection: Inspection, segments: int) -> Tally:
    """Count only."""
    census = Census()
    _each(inspection, segments, lambda found: _count(census, found))
    return census.tally


def _each(inspection: Inspection, segments: int, take: Callable[[Found], None]) -> None:
    lock = Lock()

    def run(segment: int) -> None:
        for found in inspection.scan(segment, segments):
            with lock:
                take(found)

    with ThreadPoolExecutor(segments) as threads:
        for _ in threads.map(run, range(segments)):
            pass


def _count(census: Census, found: Found) -> None:
    kind, tally, item = kind_of(found.key), census.tally, found.item or {}
    if kind == kinds.ACCOUNT:
        tally.accounts.add(found.key["PK"].removeprefix(_CUSTOMER))
        tally.verified += bool(item.get("is_verified"))
    elif kind == kinds.PRODUCT:
        tally.products += not item.get("archived")
    elif kind == kinds.ACTION:
        tally.actions += 1
    elif kind == kinds.STATS and found.key["SK"].isdigit():
        census.years.add(int(found.key["SK"]))
    elif kind in _MONEY:
        census.customers.add(found.key["PK"].removeprefix(_CUSTOMER))


def _examine(census: Census, found: Found, reminder_days: ReminderDays) -> None:
    try:
        expected = kinds.remade(found, reminder_days)
        if found.item and found.item != expected:
            census.differences += contradictions(found.key, found.item, expected)
        if kind_of(found.key) in kinds.LEADING:
            census.pairs.find(name_of(found.key), kinds.as_required(found))
        for item in kinds.leading_to(found):
            census.pairs.expect(item, name_of(found.key))
    except Malformed:
        if found.is_later:
            census.moving.append(shown(found.key))
        else:
            census.differences.append(Difference(shown(found.key), "itself", "unreadable", "one of its kind"))
        census.unreadable.add(kind_of(found.key))
        if kind_of(found.key) in kinds.LEADING:
            census.pairs.find(name_of(found.key), None)
