"""Reads of customers and leads while the shop is open: without locks, repeated until nothing changes in between."""

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shop.calendar import ReminderDays
from shop.dynamodb import keys
from shop.dynamodb.keys import Key
from shop.dynamodb.table import Table
from shop.ledger import totals_store
from shop.ledger.attempts import Attempt
from shop.ledger.items import MAILED
from shop.ledger.journal import Entry
from shop.ledger.purchases import Purchase
from shop.mail.model import Note, attempt_mail, receipt
from shop.online.refunding import Refund
from shop.reconciliation import census, kinds
from shop.reconciliation.arithmetic import CustomerLedger, Difference
from shop.reconciliation.census import Census, Name, Tally, contradictions, label, name_of
from shop.reconciliation.inspection import Found, Inspection
from shop.reconciliation.kinds import Malformed

_TRIES = 20
_RECEIPTS = keys.mail("", receipt("", "").name)["SK"]
_ATTEMPT_MAILS = keys.mail("", "attempt-")["SK"]
_NO_NOTE = object()


class Moving(Exception):
    """An item changed during every attempt to read it at one instant. The message is its key."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """A journal entry or payment attempt, whether it says that its mail is due, and the note of the mail.

    `is_mailed`: it gets a mail at all. `since` is when that became due.
    """

    of: Entry | Attempt
    is_mailed: bool
    since: datetime
    says_due: bool
    note: Note | None


@dataclass(frozen=True, slots=True)
class CustomerState:
    """A customer's ledger at one instant, and the mails of its entries and attempts shortly after."""

    customer_id: str
    ledger: CustomerLedger
    receipts: Sequence[Receipt]


class ReconciliationStore:
    """Access patterns of the reconciliation."""

    def __init__(self, table: Table, segments: int, reminder_days: ReminderDays) -> None:
        self._inspection = Inspection(table)
        self._segments = segments
        self._reminder_days = reminder_days

    def census(self) -> Census:
        """Take the census of the whole table."""
        return census.take_census(self._inspection, self._segments, self._reminder_days)

    def tally(self) -> Tally:
        """Count the items of the whole table."""
        return census.take_tally(self._inspection, self._segments)

    def customer(self, customer_id: str) -> CustomerState:
        """Read a customer's ledger at one instant.

        Each change raises the version of the totals, so everything read between two reads of the same version belongs
        together. Raises Moving when the version changed each time.
        """
        key = keys.customer_totals(customer_id)
        before = self._inspection.get(key)
        for _ in range(_TRIES):
            partition = keys.customer_partition(customer_id)
            items = [
                *self._inspection.query(partition, keys.PURCHASES),
                *self._inspection.query(partition, keys.ENTRIES),
                *self._inspection.query(partition, keys.ATTEMPTS),
                *self._inspection.query(partition, keys.ONLINE_REFUNDS),
            ]
            after = self._inspection.get(key)
            if _version(before) == _version(after):
                ledger, due = _read(customer_id, after, items)
                return CustomerState(customer_id, ledger, list(self._receipts(customer_id, ledger, due)))
            before = after
        raise Moving(label(key))

    def has_account(self, customer_id: str) -> bool:
        """Return whether a customer has an account."""
        return self._inspection.get(keys.account(customer_id)) is not None

    def _receipts(self, customer_id: str, ledger: CustomerLedger, due: Set[str]) -> Iterator[Receipt]:
        """Yield the mails of entries and attempts. Read them last: none is due any more once it is noted as sent."""
        partition = keys.customer_partition(customer_id)
        found = [*self._inspection.query(partition, _RECEIPTS), *self._inspection.query(partition, _ATTEMPT_MAILS)]
        notes = {one.key["SK"]: _value_of(one) for one in found}
        for entry in ledger.entries:
            name = keys.mail(customer_id, receipt(customer_id, entry.id).name)["SK"]
            if notes.get(name, _NO_NOTE) is not None:
                note = notes.get(name)
                yield Receipt(entry, entry.kind in MAILED, entry.recorded_at, entry.id in due, note)
        for attempt in ledger.attempts:
            name = keys.mail(customer_id, attempt_mail(attempt).name)["SK"]
            if notes.get(name, _NO_NOTE) is not None:
                yield Receipt(attempt, attempt.is_mailed, attempt.changed_at, attempt.id in due, notes.get(name))

    def check_lead(self, name: Name, targets: Set[Name]) -> list[Difference]:
        """Compare a lead, such as a search word, with its targets.

        Reads them again until two reads find the same targets. Raises Moving when they change each time.
        """
        last = self._look(name, targets)[1]
        for _ in range(_TRIES):
            found, led_to = self._look(name, targets)
            if led_to == last:
                return list(_mismatches(name, found, led_to.values()))
            last = led_to
        raise Moving(label(name))

    def _look(self, name: Name, targets: Set[Name]) -> tuple[Found | None, dict[Name, Found | None]]:
        found = self._inspection.get(_key(name))
        named = kinds.target_of(found) if found else None
        wanted = targets | {name_of(named)} if named else targets
        return found, {target: self._inspection.get(_key(target)) for target in sorted(wanted)}


def _key(name: Name) -> Key:
    return Key(PK=name[0], SK=name[1])


def _version(found: Found | None) -> object:
    return found.item.get("version") if found and found.item else None


def _read(customer_id: str, total: Found | None, items: Sequence[Found]) -> tuple[CustomerLedger, Set[str]]:
    """Return the readable part of a customer's ledger, and the ids of the entries and attempts whose mail is due."""
    bought: list[Purchase] = []
    entries: list[Entry] = []
    attempts: list[Attempt] = []
    refunds: list[Refund] = []
    due, unreadable = set(), set()
    for found in items:
        value = _value_of(found)
        if isinstance(value, Purchase):
            bought.append(value)
        elif isinstance(value, Entry):
            entries.append(value)
            due |= {value.id} if found.item and "receipt" in found.item else set()
        elif isinstance(value, Attempt):
            attempts.append(value)
            due |= {value.id} if found.item and "mail_queue" in found.item else set()
        elif isinstance(value, Refund):
            refunds.append(value)
        else:
            unreadable.add(found.key["SK"].partition("#")[2].partition("#")[0])
    totals = totals_store.from_item(customer_id, None) if total is None else _value_of(total)
    return CustomerLedger(totals, bought, entries, attempts, refunds, unreadable), due


def _value_of(found: Found) -> Any:  # noqa: ANN401 - each kind stores another type
    """Return the value that an item stores; None when it cannot be read, which the census reports."""
    try:
        return kinds.read(found)
    except Malformed:
        return None


def _mismatches(name: Name, found: Found | None, led_to: Iterable[Found | None]) -> Iterator[Difference]:
    """Yield the differences between a lead and what its targets require. The census reports unreadable items."""
    try:
        stored = kinds.as_required(found) if found else None
        required = [item for one in led_to if one for item in kinds.leading_to(one) if name_of(item) == name]
    except Malformed:
        return
    if stored is None:
        if required:
            yield Difference(label(name), "item", "missing", "present")
    elif not required:
        yield Difference(label(name), "item", "present", "missing: nothing requires it")
    else:
        for item in required:
            yield from contradictions(_key(name), stored, item)
