"""Identifiers: ULIDs, opaque to clients and ordered by time.

The last byte of a purchase's id is zero. An installment's id is the same with the installment's number as its last
byte, so it leads to the purchase without a lookup. The payments of a journal entry are numbered in the same way.
"""

import secrets
from datetime import datetime

from ulid.base32 import decode, encode


def new_id(now: datetime) -> str:
    """Make an id that sorts by `now`, to the millisecond."""
    return from_parts(now, secrets.token_bytes(10))


def new_parent_id(now: datetime) -> str:
    """Make an id that leaves room for the ids of numbered parts."""
    return from_parts(now, secrets.token_bytes(9) + b"\0")


def first_at(instant: datetime) -> str:
    """Return the smallest id of an instant, to the millisecond."""
    return from_parts(instant, bytes(10))


def from_parts(now: datetime, rest: bytes) -> str:
    """Make an id of an instant and ten bytes; the last byte of a parent's id is zero."""
    # ULID's own generator counts up within a millisecond: ids would be guessable, and two parents could share one
    return encode(int(now.timestamp() * 1000).to_bytes(6) + rest)


def numbered(parent_id: str, number: int) -> str:
    """Return the id of part `number` (1 to 255) of a parent."""
    parent = decode(parent_id)
    return encode(parent[:-1] + bytes([parent[-1] | number]))


def parent_of(part_id: str) -> tuple[str, int] | None:
    """Return the parent's id and the number in a part's id; None for text that is not an id."""
    if not is_id(part_id):
        return None
    part = decode(part_id)
    return encode(part[:-1] + b"\0"), part[-1]


def is_id(text: str) -> bool:
    """Return whether a client's text is the canonical form of an id."""
    try:
        return encode(decode(text)) == text
    except ValueError:
        return False
