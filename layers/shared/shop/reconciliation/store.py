"""Reading customers and leads while the shop is open: without locks, again until nothing has moved meanwhile."""

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from typing import Any

from shop.calendar import ReminderDays
from shop.dynamodb import keys
from shop.dynamodb.keys import Key
from shop.dynamodb.table import Table
from shop.ledger import totals_store
from shop.ledger.purchases import Payment, Purchase
from shop.mail.store import Note, receipt
from shop.reconciliation import census, kinds
from shop.reconciliation.arithmetic import CustomerLedger, Difference
from shop.reconciliation.census import Census, Name, Tally, contradictions, name_of, shown
from shop.reconciliation.inspection import Found, Inspection
from shop.reconciliation.kinds import Malformed

_TRIES = 20
_RECEIPTS = keys.mail("", receipt("", "").name)["SK"]


class Moving(Exception):
    """Something changed at each try to read it at one instant. The message is its key."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """A payment, whether its mail is listed as due, and the note of that mail."""

    payment: Payment
    is_listed: bool
    note: Note | None


@dataclass(frozen=True, slots=True)
class CustomerState:
    """A customer's ledger at one instant, and the receipts of its payments shortly after."""

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
        """A pass over the whole table."""
        return census.taken(self._inspection, self._segments, self._reminder_days)

    def tally(self) -> Tally:
        """A pass over the whole table that only counts."""
        return census.tallied(self._inspection, self._segments)

    def customer(self, customer_id: str) -> CustomerState:
        """Read all of a customer's money at one instant.

        Each change raises the version of the totals, so what is read between two reads of one version belongs together.
        Raises Moving when the version changed each time.
        """
        key = keys.customer_totals(customer_id)
        before = self._inspection.get(key)
        for _ in range(_TRIES):
            items = list(self._inspection.query(keys.customer_partition(customer_id), "P"))
            after = self._inspection.get(key)
            if _version(before) == _version(after):
                ledger, listed = _read(customer_id, after, items)
                return CustomerState(customer_id, ledger, list(self._receipts(customer_id, ledger, listed)))
            before = after
        raise Moving(shown(key))

    def has_account(self, customer_id: str) -> bool:
        """Whether a customer has an account."""
        return self._inspection.get(keys.account(customer_id)) is not None

    def _receipts(self, customer_id: str, ledger: CustomerLedger, listed: Set[str]) -> Iterator[Receipt]:
        """The receipts of payments. They are read later: a payment leaves the list when its mail is noted as sent."""
        notes = {
            found.key["SK"].removeprefix(_RECEIPTS): found
            for found in self._inspection.query(keys.customer_partition(customer_id), _RECEIPTS)
        }
        for payment in ledger.payments:
            found = notes.get(payment.id)
            note = _value_of(found) if found else None
            if found is None or note is not None:
                yield Receipt(payment, payment.id in listed, note)

    def check_lead(self, name: Name, targets: Set[Name]) -> list[Difference]:
        """Compare an item that leads to others, such as a search word, with its targets.

        Reads both until the targets have not changed between two reads. Raises Moving when they always do.
        """
        last = self._look(name, targets)[1]
        for _ in range(_TRIES):
            found, led_to = self._look(name, targets)
            if led_to == last:
                return list(_unlike(name, found, led_to.values()))
            last = led_to
        raise Moving(shown(name))

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
    """The readable part of a customer's ledger, and the payments that are listed as due mails."""
    bought: list[Purchase] = []
    paid: list[Payment] = []
    listed, unreadable = set(), set()
    for found in items:
        value = _value_of(found)
        if isinstance(value, Purchase):
            bought.append(value)
        elif isinstance(value, Payment):
            paid.append(value)
            listed |= {value.id} if found.item and "mail_queue" in found.item else set()
        else:
            unreadable.add(found.key["SK"].partition("#")[2].partition("#")[0])
    summed = totals_store.from_item(customer_id, None) if total is None else _value_of(total)
    return CustomerLedger(summed, bought, paid, unreadable), listed


def _value_of(found: Found) -> Any:  # noqa: ANN401 - each kind stores another type
    """The value that an item stores; None when it cannot be read, which the census reports."""
    try:
        return kinds.read(found)
    except Malformed:
        return None


def _unlike(name: Name, found: Found | None, led_to: Iterable[Found | None]) -> Iterator[Difference]:
    """The differences between an item and what its targets require. The census reports what cannot be read."""
    try:
        stored = kinds.as_required(found) if found else None
        asked = [item for one in led_to if one for item in kinds.leading_to(one) if name_of(item) == name]
    except Malformed:
        return
    if stored is None:
        if asked:
            yield Difference(shown(name), "itself", "missing", "there")
    elif not asked:
        yield Difference(shown(name), "itself", "there", "missing, for nothing is found by it")
    else:
        for item in asked:
            yield from contradictions(_key(name), stored, item)
