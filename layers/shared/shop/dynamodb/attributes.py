"""Values as DynamoDB's attribute values, `{"S": "text"}`, and back.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Clamped, Context, Decimal, Inexact, Overflow, Rounded, Underflow
from typing import Any

# DynamoDB keeps 38 digits; one that would be rounded is refused rather than changed.
_NUMBERS = Context(prec=38, Emin=-128, Emax=126, traps=[Clamped, Overflow, Inexact, Rounded, Underflow])


def encoded(value: object) -> dict[str, Any]:
    """The attribute value of a str, int, Decimal, bool, None, list or dict.

    Raises TypeError for anything else, a float above all, and decimal.DecimalException for a number that DynamoDB
    cannot keep as it is.
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


def decoded(attribute: Mapping[str, Any]) -> Any:  # noqa: ANN401 - whatever was put in
    """The value of an attribute; numbers are Decimals. Raises TypeError for a kind that `encoded` does not make."""
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
    """An instant as ISO 8601 in UTC, to the microsecond, so that texts sort as instants do."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def to_instant(text: str) -> datetime:
    """The instant that `to_text` wrote."""
    return datetime.fromisoformat(text)


def to_epoch(instant: datetime) -> int:
    """Seconds since 1970, which the table's time to live counts in."""
    return int(instant.timestamp())
