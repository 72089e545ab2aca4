"""Reads of the table for the reconciliation, which also return malformed items."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from shop.dynamodb import schema
from shop.dynamodb.attributes import decoded, encoded
from shop.dynamodb.keys import Key
from shop.dynamodb.table import Table
from shop.dynamodb.writes import Item


@dataclass(frozen=True, slots=True)
class Found:
    """An item with its key. `item` is None when it has attributes that the shop never writes.

    It is also None, and `is_later` is true, when a later release wrote it in a schema that this release does not know.
    """

    key: Key
    item: Item | None
    is_later: bool = False


class Inspection:
    """Reads a table consistently. Only for maintenance."""

    def __init__(self, table: Table) -> None:
        self._name = table.name
        self._client = table.client

    def scan(self, segment: int, segments: int) -> Iterator[Found]:
        """Yield every item of a segment of the table."""
        request: Any = {"Segment": segment, "TotalSegments": segments}
        while request is not None:
            page = self._client.scan(TableName=self._name, ConsistentRead=True, **request)
            yield from map(_found, page["Items"])
            request = _next(request, page)

    def query(self, partition: str, prefix: str) -> Iterator[Found]:
        """Yield every item of a partition whose sort key begins with a prefix."""
        request: Any = {
            "KeyConditionExpression": "PK = :partition AND begins_with(SK, :prefix)",
            "ExpressionAttributeValues": {":partition": encoded(partition), ":prefix": encoded(prefix)},
        }
        while request is not None:
            page = self._client.query(TableName=self._name, ConsistentRead=True, **request)
            yield from map(_found, page["Items"])
            request = _next(request, page)

    def get(self, key: Key) -> Found | None:
        """Get an item by its key."""
        wire = {name: encoded(value) for name, value in key.items()}
        response = self._client.get_item(TableName=self._name, Key=wire, ConsistentRead=True)
        return _found(response["Item"]) if "Item" in response else None


def _next(request: Mapping[str, Any], page: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the request for the next page, None after the last one."""
    return {**request, "ExclusiveStartKey": page["LastEvaluatedKey"]} if "LastEvaluatedKey" in page else None


def _found(wire: Mapping[str, Any]) -> Found:
    key = Key(PK=wire["PK"]["S"], SK=wire["SK"]["S"])
    try:
        stored = {name: decoded(value) for name, value in wire.items()}
        if schema.number_of(stored) > schema.VERSION:
            return Found(key, None, is_later=True)
        return Found(key, schema.current(stored))
    except schema.MALFORMED:
        return Found(key, None)
