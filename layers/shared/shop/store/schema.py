"""The schema of items: the number that each carries, and the steps that bring older ones up to this release's.

Whoever reads takes an item through the steps that it lacks, so a release reads what any before it wrote, while old and
new functions run beside each other and while a migration is under way (decision 0012).
"""

from collections.abc import Callable, Mapping
from typing import Any

Item = dict[str, Any]
Step = Callable[[Item], Item]

ATTRIBUTE = "schema"
MALFORMED = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What reading an item raises that is not as the shop writes it."""


def numbered(item: Item) -> Item:
    """Release 0.1.0 wrote no number; its items are otherwise those of today."""
    return item


STEPS: Mapping[int, Step] = {0: numbered}
"""From each schema to the next: pure, and leaving alone what it does not know, such as part of an item."""


def version() -> int:
    """The schema that this release writes."""
    return len(STEPS)


def stamped(item: Item) -> Item:
    """An item as it is stored: with its number."""
    return {**item, ATTRIBUTE: version()}


def number_of(item: Item) -> int:
    """The schema that an item was stored in."""
    return int(item.get(ATTRIBUTE, 0))


def current(item: Item) -> Item:
    """A stored item as this release has it, without its number; that of a later release as it is."""
    for step in range(number_of(item), version()):
        item = STEPS[step](item)
    return {name: value for name, value in item.items() if name != ATTRIBUTE}
