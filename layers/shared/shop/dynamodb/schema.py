"""The schema version of stored items, which shows a reader that a later release wrote an item."""

from typing import Any

Item = dict[str, Any]

VERSION = 1
"""The schema version that this release writes."""
ATTRIBUTE = "schema"
MALFORMED = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""The exceptions that reading a malformed item raises."""


def stamped(item: Item) -> Item:
    """Return an item with its schema version, ready to be stored."""
    return {**item, ATTRIBUTE: VERSION}


def number_of(item: Item) -> int:
    """Return the schema version of a stored item; 0 when it has none."""
    return int(item.get(ATTRIBUTE, 0))


def current(item: Item) -> Item:
    """Return a stored item without its schema version."""
    return {name: value for name, value in item.items() if name != ATTRIBUTE}
