"""Bringing the whole table up to this release's schema while the shop is open. For maintenance alone."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from shop.store import keys, schema
from shop.store.keys import Key
from shop.store.table import ConditionFailed, Contended, Item, Table, Write

Cursor = Mapping[str, Any]


@dataclass(slots=True)
class Tally:
    """What a migration found and did. Items that the shop wrote meanwhile have `overtaken` it."""

    seen: int = 0
    migrated: int = 0
    overtaken: int = 0

    def add(self, other: "Tally") -> None:
        """Add another's counts."""
        self.seen += other.seen
        self.migrated += other.migrated
        self.overtaken += other.overtaken


class Migration:
    """One segment of a pass over the table. Its place is kept in the table after every page, so it may be killed."""

    def __init__(self, table: Table, segment: int, segments: int) -> None:
        self._table = table
        self._segment = segment
        self._segments = segments
        self._key: Key = keys.migration(schema.version(), segment, segments)

    def run(self, told: Callable[[Tally], None] = lambda _: None) -> Tally:
        """Go on from where the last run stopped, to the end of the segment; `told` of each page."""
        total, place = Tally(), self._place()
        while True:
            page = self._table.page(self._segment, self._segments, place)
            tally = Tally(seen=len(page.items))
            for item in page.items:
                self._bring_up(item, tally)
            total.add(tally)
            place = page.last
            self._keep(place)
            told(tally)
            if place is None:
                return total

    def _bring_up(self, stored: Item, tally: Tally) -> None:
        if schema.number_of(stored) >= schema.version():
            return
        write = _change(stored, schema.stamped(schema.current(stored)))
        try:
            self._table.write(write)
        except (ConditionFailed, Contended):
            tally.overtaken += 1
        else:
            tally.migrated += 1

    def _place(self) -> Cursor | None:
        kept = self._table.get(self._key)
        return kept["place"] if kept else None

    def _keep(self, place: Cursor | None) -> None:
        if place is None:
            self._table.write(Write.delete(self._key))
        else:
            self._table.write(Write.put({**self._key, "place": dict(place)}))


def _change(before: Item, after: Item) -> Write:
    """What turns an item into another, on the condition that nothing it was made from has changed."""
    touched = {name for name in {*before, *after} if before.get(name) != after.get(name)} | {schema.ATTRIBUTE}
    expression = _Expression()
    for name in sorted(touched):
        expression.add(name, before, after)
    key: Key = {"PK": before["PK"], "SK": before["SK"]}
    return Write.update(key, *expression.parts())


@dataclass(slots=True)
class _Expression:
    """An update of some attributes from what they are to what they become."""

    sets: list[str] = field(default_factory=list)
    removes: list[str] = field(default_factory=list)
    conditions: list[str] = field(default_factory=lambda: ["attribute_exists(PK)"])
    values: Item = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, before: Item, after: Item) -> None:
        number = len(self.names)
        self.names[f"#{number}"] = name
        if name in after:
            self.sets.append(f"#{number} = :new{number}")
            self.values[f":new{number}"] = after[name]
        else:
            self.removes.append(f"#{number}")
        if name in before:
            self.conditions.append(f"#{number} = :old{number}")
            self.values[f":old{number}"] = before[name]
        else:
            self.conditions.append(f"attribute_not_exists(#{number})")

    def parts(self) -> tuple[str, Item, str, Mapping[str, str]]:
        clauses = [f"SET {', '.join(self.sets)}", *([f"REMOVE {', '.join(self.removes)}"] if self.removes else [])]
        return " ".join(clauses), self.values, " AND ".join(self.conditions), self.names
