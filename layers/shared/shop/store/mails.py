"""What became of mails, in the table: who is sending one, until when, and whether it was sent."""

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from shop.domain.reminders import ReminderDays
from shop.domain.totals import CustomerTotals
from shop.store import keys, totals
from shop.store.codec import to_epoch, to_instant, to_text
from shop.store.table import ConditionFailed, Contended, Item, Range, StoreError, Table, Write

LEASE = timedelta(minutes=2)
"""How long a claim stands: longer than a sender's function may run, shorter than its queue hides a message."""
KEPT = timedelta(days=90)
"""How long after its claim the table remembers a mail."""


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail that there may be one of: to whom, and its name among their mails, such as `reminder-2026-11-27`."""

    user_id: str
    name: str


def receipt(user_id: str, payment_id: str) -> Mail:
    """The mail that confirms what was paid at once; the payment is the first of it."""
    return Mail(user_id, f"receipt-{payment_id}")


@dataclass(frozen=True, slots=True)
class Note:
    """What the table remembers of a mail: who claimed it until when, what it tells, and when it was sent."""

    claimant: str
    claimed_until: datetime
    told: Mapping[date, int]
    sent_at: datetime | None


def from_item(item: Item) -> Note:
    """The note stored in an item."""
    return Note(
        item["claimant"],
        to_instant(item["claimed_until"]),
        {date.fromisoformat(due): int(count) for due, count in item["told"].items()},
        to_instant(item["sent_at"]) if "sent_at" in item else None,
    )


class MailClaimed(Exception):
    """Somebody else is sending the mail, or has stopped half-way: after the lease it may be claimed again."""


@dataclass(frozen=True, slots=True)
class Due:
    """An entry of the list of mails that are due: whose, of which payment if it is a receipt, its place in the list."""

    user_id: str
    purchase_id: str
    payment_id: str
    place: str


class Mails:
    """Access patterns of mails."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def due(self, listing: str, shard: int, since: str, until: str, limit: int) -> Iterator[Due]:
        """The entries of a list of due mails behind a place, up to what begins with `until`."""
        source = Range(keys.due_mails(listing, shard), "", "by-mail-due", "mail_queue", "mail_due", until=until)
        for item in self._table.query(source, after=since or None, limit=limit):
            yield Due(*keys.mailed_about(item["PK"], item["SK"]), item["mail_due"])

    def admins(self) -> Iterator[str]:
        """The ids of all admins."""
        source = Range(keys.ADMINS, "", "by-mail-due", "mail_queue", "mail_due")
        return (item["mail_due"] for item in self._table.query(source))

    def claim(self, mail: Mail, claimant: str, told: Mapping[date, int], now: datetime) -> Mapping[date, int] | None:
        """Claim a mail for a while. None when it is the claimant's; when it was sent, what was told in it.

        Raises MailClaimed while another claim stands.
        """
        item = {
            **keys.mail(mail.user_id, mail.name),
            "claimant": claimant,
            "claimed_until": to_text(now + LEASE),
            "told": {due.isoformat(): count for due, count in told.items()},
            "expires_at": to_epoch(now + KEPT),
        }
        free = "attribute_not_exists(PK) OR (attribute_not_exists(sent_at) AND claimed_until <= :now)"
        try:
            self._table.write(Write.put(item, free, {":now": to_text(now)}))
        except ConditionFailed as error:
            found = from_item(error.found) if error.found else None
            if found and found.sent_at:
                return found.told
            if found is None or found.claimant != claimant:  # else the answer to our own write was lost
                raise MailClaimed(mail.name) from error
        return None

    def release(self, mail: Mail, claimant: str) -> None:
        """Give a claim back, for nothing was sent. When that fails, it runs out by itself."""
        mine = "claimant = :claimant AND attribute_not_exists(sent_at)"
        with contextlib.suppress(StoreError):
            self._table.write(Write.delete(keys.mail(mail.user_id, mail.name), mine, {":claimant": claimant}))

    def finish(self, mail: Mail, now: datetime) -> None:
        """Note that a mail was sent."""
        with contextlib.suppress(ConditionFailed):  # forgotten meanwhile
            self._table.write(_sent(mail, now))

    def finish_receipt(self, mail: Mail, purchase_id: str, payment_id: str, now: datetime) -> None:
        """Note that a receipt was sent, and take its payment from the list of those that are due."""
        key = keys.payment(mail.user_id, purchase_id, payment_id)
        writes = [_sent(mail, now), Write.update(key, "REMOVE mail_queue, mail_due", {}, "attribute_exists(PK)")]
        try:
            self._table.transact(writes)
        except ConditionFailed:  # one of the two is gone, as a payment may be after a restore: the other stands alone
            for write in writes:
                with contextlib.suppress(ConditionFailed):
                    self._table.write(write)

    def finish_reminder(
        self, mail: Mail, before: CustomerTotals, after: CustomerTotals, days: ReminderDays, now: datetime
    ) -> None:
        """Note that a reminder was sent, and list its customer under the next. Raises Contended."""
        self._transact([_sent(mail, now), *_listed(before, after, days)])

    def skip_reminder(self, before: CustomerTotals, after: CustomerTotals, days: ReminderDays) -> None:
        """List a customer who gets no mail under the next reminder. Raises Contended."""
        self._transact(_listed(before, after, days))

    def _transact(self, writes: Sequence[Write]) -> None:
        if not writes:
            return
        try:
            self._table.transact(writes)
        except ConditionFailed as error:
            raise Contended("the customer bought or paid meanwhile") from error


def _sent(mail: Mail, now: datetime) -> Write:
    key, values = keys.mail(mail.user_id, mail.name), {":now": to_text(now)}
    return Write.update(key, "SET sent_at = if_not_exists(sent_at, :now)", values, "attribute_exists(PK)")


def _listed(before: CustomerTotals, after: CustomerTotals, days: ReminderDays) -> list[Write]:
    if after == before:
        return []
    return [Write.replace(totals.to_item(after, after.next_reminder(days)), before.version)]
