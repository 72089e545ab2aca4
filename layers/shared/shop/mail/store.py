"""Mails in the table: claims, notes of sent mails, due reminders and unsent receipts."""

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from shop.calendar import ReminderDays
from shop.dynamodb import due_lists, keys
from shop.dynamodb.attributes import to_epoch, to_instant, to_text
from shop.dynamodb.table import ConditionFailed, Contended, Range, StoreError, Table
from shop.dynamodb.writes import Item, Write
from shop.ledger import totals_store
from shop.ledger.attempts import Attempt
from shop.ledger.totals import CustomerTotals
from shop.mail.model import Mail, Note, SentMail

LEASE = timedelta(minutes=2)
"""The lifetime of a claim: longer than a sender may run, shorter than its queue hides a message."""
KEPT = timedelta(days=90)
"""The time that the table keeps the note of a mail after its claim."""


def note_from_item(item: Item) -> Note:
    """Read the note in an item."""
    return Note(
        item["claimant"],
        to_instant(item["claimed_until"]),
        {date.fromisoformat(due): int(count) for due, count in item["told"].items()},
        to_instant(item["sent_at"]) if "sent_at" in item else None,
        item.get("purchase", ""),
        item.get("withheld", False),
    )


class MailClaimed(Exception):
    """Another sender has the mail, or crashed. It may be claimed again after the lease."""


@dataclass(frozen=True, slots=True)
class Owing:
    """A customer in a list of those who owe, the day of the next reminder, and the place in the list."""

    user_id: str
    reminder: str
    place: str


@dataclass(frozen=True, slots=True)
class DueAttempt:
    """A payment attempt in the list of due mails, and the place in the list."""

    user_id: str
    purchase_id: str
    attempt_id: str
    place: str


@dataclass(frozen=True, slots=True)
class Receiptable:
    """A journal entry, and whether its receipt still has to be sent."""

    user_id: str
    purchase_id: str
    entry_id: str
    is_receipt_due: bool


class Mails:
    """Access patterns of mails."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def owing(self, shard: int, since: str, until: date, limit: int) -> Iterator[Owing]:
        """Read the customers who owe something that is due by a day, after the place `since`."""
        source = Range(
            due_lists.owing_list(shard), "", "by-mail-due", "mail_queue", "mail_due", until=until.isoformat()
        )
        for item in self._table.query(source, after=since or None, limit=limit):
            user_id, _, reminder = due_lists.owed(item["mail_due"])
            yield Owing(user_id, reminder, item["mail_due"])

    def entries_of_day(self, day: date, since: str, until: str, limit: int) -> Iterator[Receiptable]:
        """Read the journal entries of a day after the id `since`, up to `until`."""
        source = Range(keys.entry_listing(day), "", "by-created", "listing", "created_key", until=until)
        for item in self._table.query(source, after=since, limit=limit):
            yield Receiptable(item["customer_id"], item["purchase_id"], item["id"], "receipt" in item)

    def due_attempts(self, since: str, until: str, limit: int) -> Iterator[DueAttempt]:
        """Read the payment attempts whose mails are due since before `until`, after the place `since`."""
        source = Range(keys.ATTEMPT_MAILS, "", "by-mail-due", "mail_queue", "mail_due", until=until)
        for item in self._table.query(source, after=since, limit=limit):
            purchase_id, attempt_id = keys.attempted(item["SK"])
            yield DueAttempt(keys.user_of(item["PK"]), purchase_id, attempt_id, item["mail_due"])

    def admins(self) -> Iterator[str]:
        """Read the ids of all admins."""
        source = Range(keys.ADMINS, "", "by-mail-due", "mail_queue", "mail_due")
        return (item["mail_due"] for item in self._table.query(source))

    def claim(
        self, mail: Mail, claimant: str, announced: Mapping[date, int], now: datetime
    ) -> Mapping[date, int] | None:
        """Claim a mail for the lease. Returns None or, for a mail that was already sent, its announcement.

        Raises MailClaimed while another claim stands.
        """
        item = _claimed(mail, claimant, now + LEASE, now)
        item["told"] = {due.isoformat(): count for due, count in announced.items()}
        free = "attribute_not_exists(PK) OR (attribute_not_exists(sent_at) AND claimed_until <= :now)"
        try:
            self._table.write(Write.put(item, free, {":now": to_text(now)}))
        except ConditionFailed as error:
            found = note_from_item(error.found) if error.found else None
            if found and found.sent_at:
                return found.announced
            if found is None or found.claimant != claimant:  # otherwise the answer to this sender's own claim was lost
                raise MailClaimed(mail.name) from error
        return None

    def release(self, mail: Mail, claimant: str) -> None:
        """Release a claim when nothing was sent. If that fails, the claim expires by itself."""
        mine = "claimant = :claimant AND attribute_not_exists(sent_at)"
        with contextlib.suppress(StoreError):
            self._table.write(Write.delete(keys.mail(mail.user_id, mail.name), mine, {":claimant": claimant}))

    def request(self, mail: Mail, staff_id: str, allowed: Sequence[Write], now: datetime) -> None:
        """Note that staff asked for a mail, perhaps again after it was withheld. Any sender may claim it.

        `allowed` are writes of the same transaction. Raises Contended when the mail was asked for meanwhile.
        """
        item, free = _claimed(mail, staff_id, now - LEASE, now), "attribute_not_exists(PK) OR withheld = :yes"
        self._transact([Write.put(item, free, {":yes": True}), *allowed])

    def withhold(self, mail: Mail) -> None:
        """Note that a claimed mail is not sent."""
        key = keys.mail(mail.user_id, mail.name)
        self._table.write(Write.update(key, "SET withheld = :yes", {":yes": True}, "attribute_exists(PK)"))

    def note(self, mail: Mail) -> Note | None:
        """Read the note of a mail."""
        item = self._table.get(keys.mail(mail.user_id, mail.name))
        return note_from_item(item) if item else None

    def sent_to(self, user_id: str) -> list[SentMail]:
        """Read the mails that were sent to a person and are still noted."""
        found = []
        for item in self._table.query(Range(keys.customer_partition(user_id), keys.MAILS)):
            note, name = note_from_item(item), item["SK"].removeprefix(keys.MAILS)
            if note.sent_at and not note.is_withheld:
                found.append(SentMail(name, note.sent_at, note.purchase_id, sorted(note.announced)))
        return found

    def finish(self, mail: Mail, now: datetime) -> None:
        """Note that a mail was sent."""
        with contextlib.suppress(ConditionFailed):  # its note has expired meanwhile
            self._table.write(_sent(mail, now))

    def finish_receipt(self, mail: Mail, purchase_id: str, entry_id: str, now: datetime) -> None:
        """Note that a receipt was sent: in the note of the mail, and in the journal entry."""
        key = keys.entry(mail.user_id, purchase_id, entry_id)
        writes = [_sent(mail, now), Write.update(key, "REMOVE receipt", {}, "attribute_exists(PK)")]
        try:
            self._table.transact(writes)
        except ConditionFailed:  # one item is gone, for example after a restore: write the other alone
            for write in writes:
                with contextlib.suppress(ConditionFailed):
                    self._table.write(write)

    def finish_attempt(self, mail: Mail, attempt: Attempt, now: datetime) -> None:
        """Note that the mail of an attempt was sent, and take it off the list of due mails."""
        key = keys.attempt(attempt.customer_id, attempt.purchase_id, attempt.id)
        with contextlib.suppress(ConditionFailed):  # its note has expired meanwhile
            self._table.write(_sent(mail, now))
        with contextlib.suppress(ConditionFailed):  # it was decided meanwhile: another mail is due
            values = {":version": attempt.version}
            self._table.write(Write.update(key, "REMOVE mail_queue, mail_due", values, "version = :version"))

    def finish_reminder(
        self, mail: Mail, before: CustomerTotals, after: CustomerTotals, days: ReminderDays, now: datetime
    ) -> None:
        """Note that a reminder was sent, and list its customer under the next one. Raises Contended."""
        self._transact([_sent(mail, now), *_listed(before, after, days)])

    def skip_reminder(self, before: CustomerTotals, after: CustomerTotals, days: ReminderDays) -> None:
        """List a customer who gets no mail under the day of the next reminder. Raises Contended."""
        self._transact(_listed(before, after, days))

    def _transact(self, writes: Sequence[Write]) -> None:
        if not writes:
            return
        try:
            self._table.transact(writes)
        except ConditionFailed as error:
            raise Contended("the customer bought or paid meanwhile, or the mail was asked for") from error


def _claimed(mail: Mail, claimant: str, until: datetime, now: datetime) -> Item:
    item: Item = {
        **keys.mail(mail.user_id, mail.name),
        "claimant": claimant,
        "claimed_until": to_text(until),
        "told": {},
        "expires_at": to_epoch(now + KEPT),
    }
    return item | {"purchase": mail.purchase_id} if mail.purchase_id else item


def _sent(mail: Mail, now: datetime) -> Write:
    key, values = keys.mail(mail.user_id, mail.name), {":now": to_text(now)}
    return Write.update(key, "SET sent_at = if_not_exists(sent_at, :now)", values, "attribute_exists(PK)")


def _listed(before: CustomerTotals, after: CustomerTotals, days: ReminderDays) -> list[Write]:
    if after == before:
        return []
    return [Write.replace(totals_store.to_item(after, after.next_reminder(days)), before.version)]
