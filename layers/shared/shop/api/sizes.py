"""How large an answer may be."""

import json
from collections.abc import Callable, Iterable
from typing import TypeVar

MOST_BYTES = 4 * 1024 * 1024
"""Of the results of a page, or the rows of a file. Lambda answers at most 6 MB, with what is around them."""

T = TypeVar("T")


def fitting(results: Iterable[T], text_of: Callable[[T], str]) -> list[T]:
    """The first results, at least one, whose texts fit into one answer."""
    found: list[T] = []
    left = MOST_BYTES
    for result in results:
        left -= _sent_bytes(text_of(result))
        if left < 0 and found:
            break
        found.append(result)
    return found


def _sent_bytes(text: str) -> int:
    """The most bytes that a text takes in an answer: its body is a string in the JSON that a function returns."""
    return len(json.dumps(text))
