"""The census: one pass over the whole table that checks each item.

A lead is an item that leads to another one, its target: credentials lead to an account, a search word to a product. The
census also compares the leads it finds with those that the targets require.
"""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Set
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from threading import Lock

from shop.calendar import ReminderDays
from shop.catalogue.model import folded
from shop.dynamodb import keys
from shop.dynamodb.keys import Key
from shop.dynamodb.writes import Item
from shop.reconciliation import kinds
from shop.reconciliation.arithmetic import Difference
from shop.reconciliation.inspection import Found, Inspection
from shop.reconciliation.kinds import Kind, Malformed, kind_of
from shop.reports.sales import Sales
from shop.reports.sales_store import closed_day

Name = tuple[str, str]
"""A key as a hashable pair."""


def name_of(key: Key | Item) -> Name:
    """Return a key, or an item's key, as a name."""
    return key["PK"], key["SK"]


class Pairs:
    """Compares expected leads with found ones, in any order. Keeps the keys and digests of those without a match."""

    def __init__(self) -> None:
        self._expected: dict[Name, tuple[bytes, Name]] = {}
        self._found: dict[Name, bytes] = {}
        self._mismatched: dict[Name, set[Name]] = defaultdict(set)

    def expect(self, item: Item, target: Name) -> None:
        """Note that a lead must exist because a target requires it."""
        name, digest = name_of(item), _digest(item)
        if name in self._expected:  # two targets require it
            self._mismatched[name].add(target)
        elif name not in self._found:
            self._expected[name] = digest, target
        elif self._found.pop(name) != digest:
            self._mismatched[name].add(target)

    def find(self, name: Name, item: Item | None) -> None:
        """Note that a lead exists; `item` is None when it cannot be read."""
        digest = _digest(item or {})
        expected, target = self._expected.pop(name, (b"", None))
        if target is None:
            self._found[name] = digest
        elif expected != digest:
            self._mismatched[name].add(target)

    def mismatches(self) -> Iterator[tuple[Name, Set[Name]]]:
        """Yield the leads without a match, each with the targets that require it: none for a superfluous lead."""
        left: Mapping[Name, set[Name]] = {name: {target} for name, (_, target) in self._expected.items()}
        for name in {*left, *self._found, *self._mismatched}:
            yield name, left.get(name, set()) | self._mismatched.get(name, set())


def _digest(item: Item) -> bytes:
    text = json.dumps(item, sort_keys=True, default=str)
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()


_CUSTOMER = keys.customer_partition("")
_MONEY = {kinds.PURCHASE, kinds.ENTRY, kinds.ATTEMPT, kinds.REFUND, kinds.TOTALS}
_SAFE_TO_SHOW = {"listing", "created_key", "name_key", "price_key", "mail_queue", "mail_due", "status", "receipt"}
"""Attributes whose values a difference may show; the others may contain names and addresses."""


@dataclass(slots=True)
class Tally:
    """Counts of the shop. Two tallies are equal only if they counted the same accounts."""

    accounts: set[str] = field(default_factory=set)
    verified: int = 0
    products: int = 0
    categories: Counter[str] = field(default_factory=Counter)
    actions: int = 0


@dataclass(slots=True)
class Census:
    """The content of the table, and the differences of single items.

    `unreadable` has the kinds with an item that cannot be read, `moving` the items that a later release wrote.
    """

    customers: set[str] = field(default_factory=set)
    years: set[int] = field(default_factory=set)
    closed: dict[date, Sales] = field(default_factory=dict)
    tally: Tally = field(default_factory=Tally)
    pairs: Pairs = field(default_factory=Pairs)
    unreadable: set[Kind] = field(default_factory=set)
    differences: list[Difference] = field(default_factory=list)
    moving: list[str] = field(default_factory=list)


def label(key: keys.Key | tuple[str, str]) -> str:
    """Return the text of a key, as differences show it."""
    partition, sort = key if isinstance(key, tuple) else name_of(key)
    return f"{partition} {sort}"


def contradictions(key: keys.Key, stored: Item, expected: Item) -> Iterator[Difference]:
    """Yield the attributes in which a stored item differs from the expected one."""
    for name in sorted({*stored, *expected}):
        if stored.get(name) != expected.get(name):
            yield Difference(label(key), name, _value(stored, name, "hidden"), _value(expected, name, "another"))


def _value(item: Item, name: str, otherwise: str) -> str:
    if name not in item:
        return "none"
    return str(item[name]) if name in _SAFE_TO_SHOW else otherwise


def take_census(inspection: Inspection, segments: int, reminder_days: ReminderDays) -> Census:
    """Take the census of a table."""
    census = Census()

    def examine(found: Found) -> None:
        _count(census, found)
        _examine(census, found, reminder_days)

    _each(inspection, segments, examine)
    return census


def take_tally(inspection: Inspection, segments: int) -> Tally:
    """Take only the counts of the census."""
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
        if "category" in item and not item.get("archived"):
            tally.categories[folded(str(item["category"]))] += 1
    elif kind == kinds.ACTION:
        tally.actions += 1
    elif kind == kinds.STATS and found.key["SK"].isdigit():
        census.years.add(int(found.key["SK"]))
    elif kind in _MONEY:
        census.customers.add(found.key["PK"].removeprefix(_CUSTOMER))


def _examine(census: Census, found: Found, reminder_days: ReminderDays) -> None:
    try:
        expected = kinds.rebuilt(found, reminder_days)
        if found.item and found.item != expected:
            census.differences += contradictions(found.key, found.item, expected)
        if kind_of(found.key) == kinds.SALES and (day := closed_day(found.key)):
            census.closed[day] = kinds.read(found)
        if kind_of(found.key) in kinds.LEADING:
            census.pairs.find(name_of(found.key), kinds.as_required(found))
        for item in kinds.leading_to(found):
            census.pairs.expect(item, name_of(found.key))
    except Malformed:
        if found.is_later:
            census.moving.append(label(found.key))
        else:
            census.differences.append(Difference(label(found.key), "item", "unreadable", "a valid item"))
        census.unreadable.add(kind_of(found.key))
        if kind_of(found.key) in kinds.LEADING:
            census.pairs.find(name_of(found.key), None)
