"""A DynamoDB client that records the cost of each call."""

import math
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

_READS = {"get_item", "batch_get_item", "query", "scan"}
_WRITES = {"put_item", "update_item", "delete_item", "transact_write_items", "batch_write_item"}


@dataclass
class Cost:
    """The cost of a request: calls, round trips (calls that began while no other ran), units, items and bytes."""

    calls: int = 0
    round_trips: int = 0
    read_units: float = 0
    write_units: int = 0
    items: int = 0
    read_bytes: int = 0
    scans: int = 0


@dataclass
class MeteredClient:
    """Passes every call on and asks DynamoDB for the consumed units."""

    client: Any
    cost: Cost = field(default_factory=Cost)
    _in_flight: int = 0
    _lock: Lock = field(default_factory=Lock)

    def __getattr__(self, name: str) -> Any:
        call = getattr(self.client, name)
        if name not in _READS | _WRITES:
            return call

        def metered(**request: Any) -> Any:
            with self._lock:
                self.cost.calls += 1
                self.cost.round_trips += not self._in_flight
                self.cost.scans += name == "scan"
                self._in_flight += 1
            try:
                answer = call(**request, ReturnConsumedCapacity="TOTAL")
            finally:
                with self._lock:
                    self._in_flight -= 1
            self._note(name, request, answer)
            return answer

        return metered

    def _note(self, name: str, request: Mapping[str, Any], answer: Mapping[str, Any]) -> None:
        consumed = answer.get("ConsumedCapacity") or []
        units = sum(one["CapacityUnits"] for one in (consumed if isinstance(consumed, list) else [consumed]))
        found = list(_items(answer))
        with self._lock:
            if name in _READS:
                self.cost.read_units += units
                self.cost.items += len(found)
                self.cost.read_bytes += sum(size_of(item) for item in found)
            else:
                self.cost.write_units += _write_units(name, request)

    @contextmanager
    def measured(self) -> Iterator[Cost]:
        """Record the calls in the context."""
        self.cost = Cost()
        yield self.cost


def _items(answer: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    if "Item" in answer:
        yield answer["Item"]
    yield from answer.get("Items", [])
    for items in answer.get("Responses", {}).values():
        yield from items


def size_of(item: Mapping[str, Any]) -> int:
    """Return an item's bytes, by the rules of DynamoDB's developer guide, "Item sizes and formats"."""
    return sum(len(name.encode()) + _value_size(value) for name, value in item.items())


def _value_size(value: Mapping[str, Any]) -> int:
    ((kind, inner),) = value.items()
    if kind == "S":
        return len(str(inner).encode())
    if kind == "N":
        return (len(str(inner).strip("-0").replace(".", "")) + 1) // 2 + 1 + str(inner).startswith("-")
    if kind == "M":
        return 3 + sum(len(name.encode()) + _value_size(one) + 1 for name, one in inner.items())
    if kind == "L":
        return 3 + sum(_value_size(one) + 1 for one in inner)
    return 1


_INDEX_KEYS = ("created_key", "name_key", "price_key", "mail_due")


def _write_units(name: str, request: Mapping[str, Any]) -> int:
    """Return the units of a write by DynamoDB's developer guide: DynamoDB Local's own figure for transactions is wrong.

    A transaction costs twice the units of each item, plus one write for each index that lists an item that is put. The
    item of an update, a delete or a check counts as one kilobyte, which is the size of all such items of the shop.
    """
    if name == "transact_write_items":
        return sum(2 * table_units(write) + index_units(write) for write in request["TransactItems"])
    if name == "batch_write_item":
        puts = [write for writes in request["RequestItems"].values() for write in writes]
        return sum(table_units(write) + index_units(write) for write in puts)
    return table_units({name: request}) + index_units({name: request})


def table_units(write: Mapping[str, Any]) -> int:
    """Return the units of a write's item, outside a transaction."""
    ((_, inner),) = write.items()
    return math.ceil(size_of(inner["Item"]) / 1024) if "Item" in inner else 1


def index_units(write: Mapping[str, Any]) -> int:
    """Return the units of the indexes that list the item of a put."""
    ((_, inner),) = write.items()
    item: Mapping[str, Any] = inner.get("Item", {})
    listed = [key for key in _INDEX_KEYS if key in item and ("listing" in item or key == "mail_due")]
    return len(listed) * table_units(write)
