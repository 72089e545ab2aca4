"""What leads to an item, beside what must: each comes by in no order, and what finds its like is forgotten."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Set

from shop.store.keys import Key
from shop.store.table import Item

Name = tuple[str, str]
"""A key, hashable."""


def name_of(key: Key | Item) -> Name:
    """The name of a key or of an item's key."""
    return key["PK"], key["SK"]


class Pairs:
    """Items that must be there, and items that are. Keeps keys and digests of those that have not met their like."""

    def __init__(self) -> None:
        self._expected: dict[Name, tuple[bytes, Name]] = {}
        self._found: dict[Name, bytes] = {}
        self._doubtful: dict[Name, set[Name]] = defaultdict(set)

    def expect(self, item: Item, target: Name) -> None:
        """Take note of an item that must be there, for it leads to a target."""
        name, digest = name_of(item), _digest(item)
        if name in self._expected:  # two claim it
            self._doubtful[name].add(target)
        elif name not in self._found:
            self._expected[name] = digest, target
        elif self._found.pop(name) != digest:
            self._doubtful[name].add(target)

    def find(self, name: Name, item: Item | None) -> None:
        """Take note of an item that is there; None when it cannot be read."""
        digest = _digest(item or {})
        expected, target = self._expected.pop(name, (b"", None))
        if target is None:
            self._found[name] = digest
        elif expected != digest:
            self._doubtful[name].add(target)

    def unlike(self) -> Iterator[tuple[Name, Set[Name]]]:
        """What has not met its like, with the targets that it must lead to: none when nobody has asked for it."""
        left: Mapping[Name, set[Name]] = {name: {target} for name, (_, target) in self._expected.items()}
        for name in {*left, *self._found, *self._doubtful}:
            yield name, left.get(name, set()) | self._doubtful.get(name, set())


def _digest(item: Item) -> bytes:
    text = json.dumps(item, sort_keys=True, default=str)
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
