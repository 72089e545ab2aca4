"""Idempotency records: what a key was first used for and what was answered."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from shop.store import keys
from shop.store.codec import to_epoch
from shop.store.table import Item, Write

LIFETIME = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Record:
    """A key's first use: a fingerprint of the request, and the answer's JSON."""

    key: str
    fingerprint: str
    answer: str
    expires_at: int

    def is_over(self, now: datetime) -> bool:
        """Whether the key may be used anew; the table removes records only some time after."""
        return self.expires_at <= to_epoch(now)


def first_use(key: str, fingerprint: str, answer: str, now: datetime) -> Record:
    """The record of a key used now."""
    return Record(key, fingerprint, answer, to_epoch(now + LIFETIME))


def to_write(customer_id: str, record: Record, now: datetime) -> Write:
    """The write that takes a key, refused while somebody else has it."""
    item: Item = {
        **keys.idempotency(customer_id, record.key),
        "key": record.key,
        "fingerprint": record.fingerprint,
        "answer": record.answer,
        "expires_at": record.expires_at,
    }
    return Write.put(item, "attribute_not_exists(PK) OR expires_at <= :now", {":now": to_epoch(now)})


def from_item(item: Item) -> Record:
    """The record stored in an item."""
    return Record(item["key"], item["fingerprint"], item["answer"], int(item["expires_at"]))
