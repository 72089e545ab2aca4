"""Reading the whole table for an audit, locking nothing: what may change meanwhile is read until it stands still."""

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from typing import Any

from shop.domain.audit import CustomerLedger, Difference
from shop.domain.purchases import Payment, Purchase
from shop.domain.reminders import ReminderDays
from shop.store import census, keys, kinds, mails, totals
from shop.store.census import Census, Tally, contradictions, shown
from shop.store.inspection import Found, Inspection
from shop.store.keys import Key
from shop.store.kinds import Malformed
from shop.store.pairs import Name, name_of
from shop.store.table import Table

_TRIES = 20
_RECEIPTS = keys.mail("", mails.receipt("", "").name)["SK"]


class Moving(Exception):
    """Something changed at every try to read it at one instant; named by its key."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """A payment, whether it is listed as one whose mail is due, and what is noted of that mail."""

    payment: Payment
    is_listed: bool
    note: mails.Note | None


@dataclass(frozen=True, slots=True)
class CustomerBooks:
    """A customer's ledger at one instant, and the receipts of its payments a little later."""

    customer_id: str
    ledger: CustomerLedger
    receipts: Sequence[Receipt]


class Books:
    """Access patterns of audits."""

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

    def customer(self, customer_id: str) -> CustomerBooks:
        """All of a customer's money at one instant.

        Every change of it raises the version of the totals, so what lies between two readings of one version belongs
        together. Raises Moving when no two were the same.
        """
        key = keys.customer_totals(customer_id)
        before = self._inspection.get(key)
        for _ in range(_TRIES):
            items = list(self._inspection.query(keys.customer_partition(customer_id), "P"))
            after = self._inspection.get(key)
            if _version(before) == _version(after):
                ledger, listed = _read(customer_id, after, items)
                return CustomerBooks(customer_id, ledger, list(self._receipts(customer_id, ledger, listed)))
            before = after
        raise Moving(shown(key))

    def has_account(self, customer_id: str) -> bool:
        """Whether a customer has an account."""
        return self._inspection.get(keys.account(customer_id)) is not None

    def _receipts(self, customer_id: str, ledger: CustomerLedger, listed: Set[str]) -> Iterator[Receipt]:
        """The receipts of payments that were read before: a payment leaves the list as its mail is noted as sent."""
        notes = {
            found.key["SK"].removeprefix(_RECEIPTS): found
            for found in self._inspection.query(keys.customer_partition(customer_id), _RECEIPTS)
        }
        for payment in ledger.payments:
            found = notes.get(payment.id)
            note = _said(found) if found else None
            if found is None or note is not None:
                yield Receipt(payment, payment.id in listed, note)

    def judged(self, name: Name, targets: Set[Name]) -> list[Difference]:
        """What is wrong with an item that leads to another, or should: it is compared with what it leads to.

        Both are read until what it leads to stood still meanwhile. Raises Moving when it never did.
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
    """What of a customer's ledger can be read, and which of its payments are listed among the mails that are due."""
    bought: list[Purchase] = []
    paid: list[Payment] = []
    listed, unreadable = set(), set()
    for found in items:
        said = _said(found)
        if isinstance(said, Purchase):
            bought.append(said)
        elif isinstance(said, Payment):
            paid.append(said)
            listed |= {said.id} if found.item and "mail_queue" in found.item else set()
        else:
            unreadable.add(found.key["SK"].partition("#")[2].partition("#")[0])
    summed = totals.from_item(customer_id, None) if total is None else _said(total)
    return CustomerLedger(summed, bought, paid, unreadable), listed


def _said(found: Found) -> Any:  # noqa: ANN401 - each kind says something else
    """What an item says; None when it cannot be read, which the census tells."""
    try:
        return kinds.read(found)
    except Malformed:
        return None


def _unlike(name: Name, found: Found | None, led_to: Iterable[Found | None]) -> Iterator[Difference]:
    """How an item that leads to others differs from what they ask for. Of what cannot be read the census has told."""
    try:
        stored = kinds.as_asked(found) if found else None
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
