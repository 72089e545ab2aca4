"""Notes of staff on customers, some with a promise to pay, which is kept or broken by itself as money comes in."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from shop import ids, problems
from shop.accounts.audit_log import Action, audit_entry, entry_writes
from shop.accounts.store import Accounts
from shop.calendar import local_day
from shop.desk.promises import JudgedNote, Note, Promise, judged
from shop.dynamodb import keys
from shop.dynamodb.attributes import to_instant, to_text
from shop.dynamodb.paging import Page, PageRequest, page_within
from shop.dynamodb.retry import retried
from shop.dynamodb.table import Range, Table
from shop.dynamodb.writes import Item, Write
from shop.ledger.items import entry_from_item
from shop.ledger.journal import Entry, standing
from shop.money import Formats
from shop.security.tokens import Caller

_FARTHEST = timedelta(days=366)
_RECENT = 20
"""The number of notes among which the newest promise is looked for."""


def note_to_item(note: Note) -> Item:
    """Convert a note to its item."""
    item: Item = {
        **keys.note(note.customer_id, note.id),
        "id": note.id,
        "customer_id": note.customer_id,
        "text": note.text,
        "at": to_text(note.at),
        "by": note.by,
    }
    if note.promise is not None:
        item |= {"promised_on": note.promise.on.isoformat(), "promised": note.promise.amount}
    return item


def note_from_item(item: Item) -> Note:
    """Read the note in an item."""
    promise = Promise(date.fromisoformat(item["promised_on"]), item["promised"]) if "promised" in item else None
    return Note(item["id"], item["customer_id"], item["text"], to_instant(item["at"]), item["by"], promise)


@dataclass(frozen=True, slots=True)
class Notes:
    """The use cases of notes."""

    table: Table
    accounts: Accounts
    formats: Formats
    zone: ZoneInfo
    clock: Callable[[], datetime]

    @retried
    def add(self, staff: Caller, customer_id: str, text: str, promise: Promise | None) -> JudgedNote:
        """Add a note, with an entry in the audit log.

        Raises NotFound, InvalidInput naming `promise.date` for a day that is over or too far away, Forbidden when the
        caller has lost the right, Unavailable and Unconfirmed as `retried` does.
        """
        if not ids.is_id(customer_id):
            raise problems.USER_NOT_FOUND.error()
        now = self.clock()
        today = local_day(now, self.zone)
        latest = today + _FARTHEST
        if promise is not None and not today <= promise.on <= latest:
            raise problems.PROMISE_OUT_OF_RANGE.error(
                earliest=self.formats.date(today), latest=self.formats.date(latest)
            )
        note = Note(ids.new_id(now), customer_id, text, now, staff.user_id, promise)
        audit = audit_entry(staff, Action.NOTE_ADDED, customer_id, {"note": note.id}, now)
        present = Write.check(
            keys.account(customer_id),
            "attribute_exists(PK) AND attribute_not_exists(is_erased)",
            refusal=problems.USER_NOT_FOUND.error(),
        )
        self.table.transact([Write.create(note_to_item(note)), present, *entry_writes(audit)])
        return judged(note, (), today)

    def page(self, customer_id: str, request: PageRequest) -> Page[JudgedNote]:
        """Read a page of the notes on a customer, newest first. Reads all of them; a customer has few.

        Raises NotFound.
        """
        self._check(customer_id)
        found = self.table.query(Range(keys.customer_partition(customer_id), keys.NOTES))
        page = page_within(list(map(note_from_item, found)), lambda note: note.id, request, descending=True)
        entries = self._payments(customer_id, page.items)
        today = local_day(self.clock(), self.zone)
        return page.map(lambda note: judged(note, entries, today))

    def _check(self, customer_id: str) -> None:
        account = self.accounts.get(customer_id) if ids.is_id(customer_id) else None
        if account is None or account.is_erased:
            raise problems.USER_NOT_FOUND.error()

    def last(self, customer_id: str) -> tuple[JudgedNote | None, JudgedNote | None]:
        """Read the newest note on a customer, and the newest with a promise; looks at a few notes."""
        source = Range(keys.customer_partition(customer_id), keys.NOTES)
        notes = list(map(note_from_item, self.table.query(source, descending=True, limit=_RECENT)))
        promising = [note for note in notes if note.promise][:1]
        entries, today = self._payments(customer_id, promising), local_day(self.clock(), self.zone)
        newest, promised = (next((judged(one, entries, today) for one in some), None) for some in (notes, promising))
        return newest, promised

    def _payments(self, customer_id: str, notes: Iterable[Note]) -> list[Entry]:
        """Read a customer's entries without those that were reversed, if a note has a promise to judge."""
        if not any(note.promise for note in notes):
            return []
        found = self.table.query(Range(keys.customer_partition(customer_id), keys.ENTRIES))
        return standing(map(entry_from_item, found))
