"""Idempotency keys: a key takes effect once, and each repetition gets the first answer.

A record stores the outcome of the command, not the JSON of the answer: the same outcome makes the same answer.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from shop import problems
from shop.dynamodb import keys
from shop.dynamodb.attributes import to_epoch
from shop.dynamodb.writes import Item, Write
from shop.ledger.attempts import Attempt
from shop.ledger.items import (
    attempt_from_item,
    attempt_to_item,
    entry_from_item,
    entry_to_item,
    purchase_from_item,
    purchase_to_item,
)
from shop.ledger.journal import Entry, Payment
from shop.ledger.purchases import Purchase

LIFETIME = timedelta(hours=24)
_NAMES = ("username", "email")
"""Personal attributes of a purchase, which records leave out, so that erasing an account leaves none behind."""
_OF_PURCHASE = ("customer_id", "purchase_id", "version")
"""Attributes of an entry that its purchase has, too."""
_KEYS = ("PK", "SK", "listing", "created_key")


@dataclass(frozen=True, slots=True)
class IdempotencyKey:
    """A client's key, and the fingerprint of the request that came with it."""

    key: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of a command: the purchase after it, and the journal entry it made.

    A replay repeats the outcome of the first request with the same key, without the names of the customer.
    """

    purchase: Purchase
    entry: Entry
    is_replay: bool = False

    @property
    def today(self) -> date:
        """Return the shop's day of the command."""
        return self.entry.recorded_on

    @property
    def payments(self) -> list[Payment]:
        """Return the payments that the command made."""
        return self.entry.payments


@dataclass(frozen=True, slots=True)
class AttemptOutcome:
    """The outcome of a command that moved no money: the purchase after it, and the payment attempt."""

    purchase: Purchase
    attempt: Attempt
    is_replay: bool = False

    @property
    def today(self) -> date:
        """Return the shop's day of the command."""
        return self.attempt.decision.on if self.attempt.decision else self.attempt.made_on


@dataclass(frozen=True, slots=True)
class Record:
    """The first use of a key: a fingerprint of the request, and its outcome."""

    key: str
    fingerprint: str
    outcome: Outcome | AttemptOutcome
    expires_at: int


def replay(record: Record | None, key: IdempotencyKey | None, now: datetime) -> Outcome | None:
    """Return the outcome of the first request with a key, None for a new key.

    After `LIFETIME` a key counts as new again, even while DynamoDB has not removed its record yet.
    Raises Conflict when the first request was a different one.
    """
    first = _first(record, key, now)
    if first is None or isinstance(first, Outcome):
        return first
    raise problems.IDEMPOTENCY_KEY_REUSED.error()


def replay_attempt(record: Record | None, key: IdempotencyKey | None, now: datetime) -> AttemptOutcome | None:
    """Return the outcome of the first request with a key as `replay` does, for commands on payment attempts."""
    first = _first(record, key, now)
    if first is None or isinstance(first, AttemptOutcome):
        return first
    raise problems.IDEMPOTENCY_KEY_REUSED.error()


def _first(record: Record | None, key: IdempotencyKey | None, now: datetime) -> Outcome | AttemptOutcome | None:
    if record is None or key is None or record.expires_at <= to_epoch(now):
        return None
    if record.fingerprint != key.fingerprint:
        raise problems.IDEMPOTENCY_KEY_REUSED.error()
    return replace(record.outcome, is_replay=True)


def record_to_write(caller_id: str, key: IdempotencyKey, outcome: Outcome | AttemptOutcome, now: datetime) -> Write:
    """Make the write that reserves a key. Its condition fails while another request has the key."""
    made: Item = (
        {"entry": _without(_OF_PURCHASE, entry_to_item(outcome.entry))}
        if isinstance(outcome, Outcome)
        else {"attempt": _without((), attempt_to_item(outcome.attempt))}
    )
    item: Item = {
        **keys.idempotency(caller_id, key.key),
        "key": key.key,
        "fingerprint": key.fingerprint,
        "purchase": _without(_NAMES, purchase_to_item(outcome.purchase)),
        **made,
        "expires_at": to_epoch(now + LIFETIME),
    }
    return Write.put(item, "attribute_not_exists(PK) OR expires_at <= :now", {":now": to_epoch(now)})


def record_from_item(item: Item) -> Record:
    """Read the record in an item."""
    purchase = purchase_from_item({**item["purchase"], **dict.fromkeys(_NAMES, "")})
    if "attempt" in item:
        noted = AttemptOutcome(purchase, attempt_from_item(item["attempt"]))
        return Record(item["key"], item["fingerprint"], noted, int(item["expires_at"]))
    of_purchase = dict(zip(_OF_PURCHASE, (purchase.customer.id, purchase.id, purchase.version), strict=True))
    outcome = Outcome(purchase, entry_from_item({**item["entry"], **of_purchase}))
    return Record(item["key"], item["fingerprint"], outcome, int(item["expires_at"]))


def _without(names: tuple[str, ...], item: Item) -> Item:
    return {name: value for name, value in item.items() if name not in (*_KEYS, *names)}
