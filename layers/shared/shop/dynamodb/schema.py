"""The schema version that every stored item carries, so that a reader can tell what a later release wrote."""

from typing import Any

Item = dict[str, Any]

VERSION = 1
"""The schema that this release writes."""
ATTRIBUTE = "schema"
MALFORMED = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What reading an item raises when the item is not as the shop writes it."""


def stamped(item: Item) -> Item:
    """Return an item as it is stored: with its schema version."""
    return {**item, ATTRIBUTE: VERSION}


def number_of(item: Item) -> int:
    """Return the schema version of a stored item; 0 when it has none."""
    return int(item.get(ATTRIBUTE, 0))


def current(item: Item) -> Item:
    """Return a stored item without its schema version."""
    return {name: value for name, value in item.items() if name != ATTRIBUTE}
