"""Identifiers: ULIDs, opaque to clients and ordered by time.

The last byte of a purchase's id is zero and that of its installments' ids is their number, so an installment's id
leads to its purchase without a look-up. The payments of a payoff are numbered in the same way.
"""

import secrets
from datetime import datetime

from ulid.base32 import decode, encode


def new_id(now: datetime) -> str:
    """An id that sorts by `now`, to the millisecond."""
    return from_parts(now, secrets.token_bytes(10))


def new_parent_id(now: datetime) -> str:
    """The id of something with numbered parts, which leaves room for theirs."""
    return from_parts(now, secrets.token_bytes(9) + b"\0")


def from_parts(now: datetime, rest: bytes) -> str:
    """The id of an instant and ten bytes, the last of them zero for a parent's."""
    # ULID's own maker counts up within a millisecond, which would tell ids and give two parents one
    return encode(int(now.timestamp() * 1000).to_bytes(6) + rest)


def numbered(parent_id: str, number: int) -> str:
    """The id of the part `number` (1 to 255) of a parent."""
    parent = decode(parent_id)
    return encode(parent[:-1] + bytes([parent[-1] | number]))


def parent_of(part_id: str) -> tuple[str, int] | None:
    """The parent and the number that a part's id means, or None where it can be no part's."""
    if not is_id(part_id):
        return None
    part = decode(part_id)
    return encode(part[:-1] + b"\0"), part[-1]


def is_id(text: str) -> bool:
    """Whether a client's text is the canonical form of an id."""
    try:
        return encode(decode(text)) == text
    except ValueError:
        return False
