"""Request bodies: unambiguous JSON of limited size and depth, with decimals instead of floats."""

import base64
import json
from decimal import Decimal, InvalidOperation

from aws_lambda_powertools.utilities.data_classes.common import BaseProxyEvent

from shop import problems
from shop.errors import ShopError

LARGEST = 64 * 1024
LONGEST_NUMBER = 28
"""The most characters of a number, and its largest exponent: decimals are exact to that many digits."""


def parse(text: str) -> object:
    """Parse a JSON text; numbers with a fraction or exponent become decimals. Raises InvalidInput."""
    try:
        return json.loads(
            text, parse_int=_whole, parse_float=_decimal, parse_constant=_refuse, object_pairs_hook=_object
        )
    except (ValueError, RecursionError) as error:
        raise problems.INVALID_JSON.error() from error


def read(event: BaseProxyEvent, largest: int = LARGEST) -> dict[str, object]:
    """Read the JSON object in the body of a request. Ignores the Content-Type, which simple clients set wrongly.

    Raises InvalidInput when there is no object, or it has more than `largest` bytes.
    """
    if len(event.get("body") or "") > largest * 4 // 3 + 4:
        raise _too_large(largest)
    try:
        text = event.decoded_body or ""
    except ValueError as error:
        raise problems.INVALID_UTF8.error() from error
    if len(text.encode(errors="replace")) > largest:
        raise _too_large(largest)
    value = parse(text)
    if not isinstance(value, dict):
        raise problems.NOT_AN_OBJECT.error()
    return value


def raw(event: BaseProxyEvent, largest: int = LARGEST) -> bytes:
    """Return the bytes of a body, as they were signed. Raises InvalidInput when there are more than `largest`."""
    text = event.get("body") or ""
    if len(text) > largest * 4 // 3 + 4:
        raise _too_large(largest)
    try:
        found = base64.b64decode(text, validate=True) if event.get("isBase64Encoded") else text.encode()
    except ValueError as error:
        raise problems.INVALID_JSON.error() from error
    if len(found) > largest:
        raise _too_large(largest)
    return found


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):  # parsers differ in which of the two values they take
        raise problems.FIELD_REPEATED.error()
    return found


def _whole(text: str) -> int:
    if len(text) > LONGEST_NUMBER:
        raise _number_too_long()
    return int(text)


def _decimal(text: str) -> Decimal:
    """Make a decimal that is cheap to compute with: converting 1e30000000 to an integer would take minutes."""
    if len(text) > LONGEST_NUMBER:
        raise _number_too_long()
    try:
        value = Decimal(text)
    except InvalidOperation as error:  # an exponent that decimals do not support
        raise _number_too_long() from error
    if abs(value.adjusted()) > LONGEST_NUMBER:
        raise _number_too_long()
    return value


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")


def _too_large(largest: int) -> ShopError:
    return problems.BODY_TOO_LARGE.error(kib=largest // 1024)


def _number_too_long() -> ShopError:
    return problems.NUMBER_TOO_LONG.error(longest=LONGEST_NUMBER)
