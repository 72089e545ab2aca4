"""Conversion of values to DynamoDB's attribute values, such as `{"S": "text"}`, and back.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Clamped, Context, Decimal, Inexact, Overflow, Rounded, Underflow
from typing import Any

# DynamoDB keeps 38 digits; a number that it would round is refused.
_NUMBERS = Context(prec=38, Emin=-128, Emax=126, traps=[Clamped, Overflow, Inexact, Rounded, Underflow])


def encoded(value: object) -> dict[str, Any]:
    """Convert a str, int, Decimal, bool, None, list or dict to an attribute value.

    Raises TypeError for other types, such as float, and decimal.DecimalException for a number that DynamoDB cannot
    store exactly.
    """
    match value:
        case str():
            return {"S": value}
        case bool():
            return {"BOOL": value}
        case int() | Decimal():
            return {"N": _number(value)}
        case None:
            return {"NULL": True}
        case dict():
            return {"M": {name: encoded(inner) for name, inner in value.items()}}
        case list() | tuple():
            return {"L": [encoded(inner) for inner in value]}
        case _:
            raise TypeError(f"DynamoDB keeps no {type(value).__name__}")


def decoded(attribute: Mapping[str, Any]) -> Any:  # noqa: ANN401 - a value of any type
    """Convert an attribute back; numbers become Decimals. Raises TypeError for types that `encoded` never uses."""
    ((kind, value),) = attribute.items()
    match kind:
        case "S" | "BOOL":
            return value
        case "N":
            return _NUMBERS.create_decimal(value)
        case "NULL":
            return None
        case "M":
            return {name: decoded(inner) for name, inner in value.items()}
        case "L":
            return [decoded(inner) for inner in value]
        case _:
            raise TypeError(f"an attribute of type {kind}")


def _number(value: int | Decimal) -> str:
    number = _NUMBERS.create_decimal(value)
    if not number.is_finite():
        raise TypeError(f"DynamoDB keeps no {number}")
    return str(number)


def to_text(instant: datetime) -> str:
    """Format an instant as ISO 8601 in UTC, to the microsecond, so that texts sort like instants."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def to_instant(text: str) -> datetime:
    """Parse an instant that `to_text` formatted."""
    return datetime.fromisoformat(text)


def to_epoch(instant: datetime) -> int:
    """Convert an instant to seconds since 1970, the unit of the table's time to live."""
    return int(instant.timestamp())
