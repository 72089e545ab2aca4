"""Idempotency keys: a key takes effect once, and each repetition gets the first answer.

A record stores the outcome of the command, not the JSON of the answer: the same outcome makes the same answer.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from shop import problems
from shop.dynamodb import keys
from shop.dynamodb.attributes import to_epoch
from shop.dynamodb.writes import Item, Write
from shop.ledger.items import payment_from_item, payment_to_item, purchase_from_item, purchase_to_item
from shop.ledger.purchases import Payment, Purchase

LIFETIME = timedelta(hours=24)
_NAMES = ("username", "email")
"""Personal attributes of a purchase, which records leave out, so that erasing an account leaves none behind."""


@dataclass(frozen=True, slots=True)
class IdempotencyKey:
    """A client's key, and the fingerprint of the request that came with it."""

    key: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of a command: the purchase after it, the payments it made, and the shop's day.

    A replay repeats the outcome of the first request with the same key, without the names of the customer.
    """

    purchase: Purchase
    payments: tuple[Payment, ...]
    today: date
    is_replay: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """The first use of a key: a fingerprint of the request, and its outcome."""

    key: str
    fingerprint: str
    outcome: Outcome
    expires_at: int


def replay(record: Record | None, key: IdempotencyKey | None, now: datetime) -> Outcome | None:
    """Return the outcome of the first request with a key, None for a new key.

    After `LIFETIME` a key counts as new again, even while DynamoDB has not removed its record yet.
    Raises Conflict when the first request was a different one.
    """
    if record is None or key is None or record.expires_at <= to_epoch(now):
        return None
    if record.fingerprint != key.fingerprint:
        raise problems.IDEMPOTENCY_KEY_REUSED.error()
    return replace(record.outcome, is_replay=True)


def record_to_write(caller_id: str, key: IdempotencyKey, outcome: Outcome, now: datetime) -> Write:
    """Make the write that reserves a key. Its condition fails while another request has the key."""
    purchase = outcome.purchase
    item: Item = {
        **keys.idempotency(caller_id, key.key),
        "key": key.key,
        "fingerprint": key.fingerprint,
        "purchase": _without_keys(purchase_to_item(purchase)),
        "payments": [_without_keys(payment_to_item(purchase.customer.id, one)) for one in outcome.payments],
        "today": outcome.today.isoformat(),
        "expires_at": to_epoch(now + LIFETIME),
    }
    return Write.put(item, "attribute_not_exists(PK) OR expires_at <= :now", {":now": to_epoch(now)})


def record_from_item(item: Item) -> Record:
    """Read the record in an item."""
    purchase = purchase_from_item({**item["purchase"], **dict.fromkeys(_NAMES, "")})
    payments = tuple(payment_from_item(one) for one in item["payments"])
    outcome = Outcome(purchase, payments, date.fromisoformat(item["today"]))
    return Record(item["key"], item["fingerprint"], outcome, int(item["expires_at"]))


def _without_keys(item: Item) -> Item:
    return {name: value for name, value in item.items() if name not in {"PK", "SK", "listing", "created_key", *_NAMES}}
