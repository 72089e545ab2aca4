"""The table as an audit reads it: every item, whatever is wrong with it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from shop.store import schema
from shop.store.attributes import decoded, encoded
from shop.store.keys import Key
from shop.store.table import Item, Table


@dataclass(frozen=True, slots=True)
class Found:
    """An item with its key; `item` is None when it cannot be decoded, for the shop never writes such attributes.

    It is None as well, and `is_later` true, when a later release wrote it in a schema that this one does not know.
    """

    key: Key
    item: Item | None
    is_later: bool = False


class Inspection:
    """Reads a table consistently. For maintenance alone."""

    def __init__(self, table: Table) -> None:
        self._name = table.name
        self._client = table.client

    def scan(self, segment: int, segments: int) -> Iterator[Found]:
        """Every item of a segment of the whole table."""
        pages = self._client.get_paginator("scan").paginate(
            TableName=self._name, Segment=segment, TotalSegments=segments, ConsistentRead=True
        )
        return (_found(wire) for page in pages for wire in page["Items"])

    def query(self, partition: str, prefix: str) -> Iterator[Found]:
        """Every item of a partition whose sort key begins with a prefix."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._name,
            KeyConditionExpression="PK = :partition AND begins_with(SK, :prefix)",
            ExpressionAttributeValues={":partition": encoded(partition), ":prefix": encoded(prefix)},
            ConsistentRead=True,
        )
        return (_found(wire) for page in pages for wire in page["Items"])

    def get(self, key: Key) -> Found | None:
        """An item by its key."""
        wire = {name: encoded(value) for name, value in key.items()}
        response = self._client.get_item(TableName=self._name, Key=wire, ConsistentRead=True)
        return _found(response["Item"]) if "Item" in response else None


def _found(wire: Mapping[str, Any]) -> Found:
    key = Key(PK=wire["PK"]["S"], SK=wire["SK"]["S"])
    try:
        stored = {name: decoded(value) for name, value in wire.items()}
        if schema.number_of(stored) > schema.version():
            return Found(key, None, is_later=True)
        return Found(key, schema.current(stored))
    except schema.MALFORMED:
        return Found(key, None)
