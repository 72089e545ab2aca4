"""Notes of staff on customers, and promises to pay, which are kept or broken by themselves as money comes in."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from shop.ledger.journal import Entry, Kind
from shop.money import ZERO


@dataclass(frozen=True, slots=True)
class Promise:
    """A customer's promise to pay an amount by the end of a day of the shop."""

    on: date
    amount: Decimal


class PromiseStatus(StrEnum):
    """Whether there is time left, the money has come, or the day is over without it."""

    OPEN = "open"
    KEPT = "kept"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Note:
    """A note on a customer by a member of staff."""

    id: str
    customer_id: str
    text: str
    at: datetime
    by: str
    promise: Promise | None = None


@dataclass(frozen=True, slots=True)
class JudgedNote:
    """A note with what became of its promise, if it has one."""

    note: Note
    promise_status: PromiseStatus | None


def judged(note: Note, entries: Iterable[Entry], today: date) -> JudgedNote:
    """Judge a promise by the payments that were entered after it, and that came by its day. `entries` are standing."""
    if note.promise is None:
        return JudgedNote(note, None)
    promise = note.promise
    paid = sum(
        (
            entry.money
            for entry in entries
            if entry.kind is Kind.PAYMENT and entry.recorded_at > note.at and entry.value_date <= promise.on
        ),
        ZERO,
    )
    if paid >= promise.amount:
        return JudgedNote(note, PromiseStatus.KEPT)
    return JudgedNote(note, PromiseStatus.BROKEN if today > promise.on else PromiseStatus.OPEN)
