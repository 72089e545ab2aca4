"""Requests with an idempotency key: one effect, and the first answer for every repetition."""

from dataclasses import dataclass
from datetime import datetime

from shop.errors import Conflict
from shop.store.idempotency import Record, first_use


@dataclass(frozen=True, slots=True)
class Keyed:
    """A client's key, and the fingerprint of the request it came with."""

    key: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What the client is told, as JSON, and whether it was told so before."""

    json: str
    replayed: bool = False


def replay(record: Record | None, keyed: Keyed | None, now: datetime) -> Answer | None:
    """The first answer to a key, or None where it is new. Raises Conflict when the request was another."""
    if record is None or keyed is None or record.is_over(now):
        return None
    if record.fingerprint != keyed.fingerprint:
        raise Conflict("This Idempotency-Key was used for another request.", code="idempotency_key_reused")
    return Answer(record.answer, replayed=True)


def recorded(keyed: Keyed | None, json: str, now: datetime) -> Record | None:
    """The record to commit with the effect."""
    return first_use(keyed.key, keyed.fingerprint, json, now) if keyed else None
