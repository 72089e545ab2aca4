"""The writes that a transaction is made of, in plain Python values."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from shop.dynamodb import schema
from shop.dynamodb.keys import Key
from shop.errors import ShopError

Item = dict[str, Any]
"""The values of one item: str, int, Decimal, bool, None, list and dict."""
Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Write:
    """One write, alone or in a transaction.

    When its condition does not hold, a transaction raises `refusal` or, without one, ConditionFailed.
    """

    action: Literal["Put", "Update", "Delete", "ConditionCheck"]
    request: Values
    refusal: ShopError | None = None

    @classmethod
    def put(cls, item: Item, condition: str | None = None, values: Values | None = None) -> "Write":
        """Store a whole item."""
        return cls("Put", {"Item": schema.stamped(item), **_conditional(condition, values)})

    @classmethod
    def create(cls, item: Item) -> "Write":
        """Store an item that must not exist yet."""
        return cls.put(item, "attribute_not_exists(PK)")

    @classmethod
    def replace(cls, item: Item, version: int) -> "Write":
        """Replace the last version of an item; 0 means that no item exists yet."""
        if version == 0:
            return cls.create(item)
        return cls.put(item, "version = :before", {":before": version})

    @classmethod
    def update(
        cls,
        key: Key,
        expression: str,
        values: Values,
        condition: str | None = None,
        names: Mapping[str, str] | None = None,
    ) -> "Write":
        """Change some attributes; `values` and `names` are for the expression and the condition."""
        request = {"Key": key, "UpdateExpression": expression, **_conditional(condition, values)}
        return cls("Update", {**request, "ExpressionAttributeNames": names} if names else request)

    @classmethod
    def add(cls, key: Key, amounts: Values) -> "Write":
        """Add to numbers; a missing number counts as zero."""
        parts = [f"#{position} :{position}" for position in range(len(amounts))]
        return cls(
            "Update",
            {
                "Key": key,
                "UpdateExpression": f"ADD {', '.join(parts)}",
                "ExpressionAttributeNames": {f"#{position}": name for position, name in enumerate(amounts)},
                "ExpressionAttributeValues": {f":{position}": value for position, value in enumerate(amounts.values())},
            },
        )

    @classmethod
    def delete(cls, key: Key, condition: str | None = None, values: Values | None = None) -> "Write":
        """Remove an item."""
        return cls("Delete", {"Key": key, **_conditional(condition, values)})

    @classmethod
    def check(cls, key: Key, condition: str, values: Values | None = None, refusal: ShopError | None = None) -> "Write":
        """Write nothing, but require that a condition holds for an item."""
        return cls("ConditionCheck", {"Key": key, **_conditional(condition, values)}, refusal)


def _conditional(condition: str | None, values: Values | None) -> Item:
    request: Item = {}
    if condition is not None:
        request["ConditionExpression"] = condition
    if values:
        request["ExpressionAttributeValues"] = values
    return request
