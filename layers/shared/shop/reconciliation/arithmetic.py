"""Recompute purchases and totals from the journal alone.

This module shares no arithmetic with `ledger.totals`, which it checks.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import compress

from shop.ledger.attempts import Attempt
from shop.ledger.effects import replayed
from shop.ledger.journal import Entry, Kind, LedgerAccount, Line
from shop.ledger.purchases import Installment, Purchase
from shop.ledger.totals import FIGURES, REPORT_DAYS, CustomerTotals, Figures, place_of
from shop.money import CENT, ZERO
from shop.online.refunding import Refund

_PERSONAL = {"EMAIL", "USERNAME", "WORD"}
"""The kinds of items whose keys contain a person's name or address."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A stored value that differs from the expected one. `key` names the item, `what` the part of it."""

    key: str
    what: str
    stored: str
    expected: str

    def for_log(self) -> Mapping[str, str]:
        """Return the difference for the log, without the names and addresses in the item's key.

        The key is under `item`, because the log redacts values named `key`.
        """
        partition, _, sort = self.key.rpartition(" ")
        kind = partition.partition("#")[0]
        if kind == "WORD":
            sort = f"…#{sort.rpartition('#')[2]}"
        item = f"{kind}#… {sort}" if kind in _PERSONAL else self.key
        return {"item": item, "what": self.what, "stored": self.stored, "expected": self.expected}


@dataclass(frozen=True, slots=True)
class Finding:
    """A wrong value of a purchase, a journal entry, a payment attempt, a refund online or a customer's totals."""

    of: Purchase | Entry | Attempt | Refund | CustomerTotals
    what: str
    stored: str
    expected: str


@dataclass(frozen=True, slots=True)
class CustomerLedger:
    """A customer's ledger as stored at one instant.

    `totals` is None when it cannot be read. `unreadable` has the ids of the purchases that cannot be checked:
    the purchase, one of its entries, payment attempts or refunds cannot be read.
    """

    totals: CustomerTotals | None
    purchases: Sequence[Purchase]
    entries: Sequence[Entry]
    attempts: Sequence[Attempt] = ()
    refunds: Sequence[Refund] = ()
    unreadable: Set[str] = frozenset()


def differences_of(ledger: CustomerLedger) -> Iterator[Finding]:
    """Yield the findings in the readable part of a customer's ledger."""
    known = {purchase.id for purchase in ledger.purchases} | ledger.unreadable
    for entry in ledger.entries:
        if entry.purchase_id not in known:
            yield Finding(entry, "purchase", entry.purchase_id, "an existing purchase")
        yield from _entry_differences(entry)
    for purchase in ledger.purchases:
        if purchase.id not in ledger.unreadable:
            entries = _of(ledger, purchase)
            yield from _reversal_differences(entries)
            yield from _purchase_differences(purchase, entries)
    if ledger.totals is not None and not ledger.unreadable:
        yield from _totals_differences(ledger.totals, by_day(ledger), _oldest_kept(ledger))
        yield from _first_open_differences(ledger.totals, ledger.purchases)


def by_day(ledger: CustomerLedger) -> Mapping[date, Figures]:
    """Compute a customer's figures by day from plans and entries."""
    days: dict[date, dict[str, Decimal | int]] = defaultdict(lambda: defaultdict(int))
    for entry in ledger.entries:
        days[entry.value_date]["paid"] += entry.money
    bought_on = {purchase.id: purchase.purchased_on for purchase in ledger.purchases}
    for attempt in ledger.attempts:
        if attempt.is_waiting and attempt.purchase_id in bought_on:
            days[bought_on[attempt.purchase_id]]["waiting"] += attempt.amount
    for purchase in ledger.purchases:
        entries = _of(ledger, purchase)
        lines = _by_installment(entries)
        bought = days[purchase.purchased_on]
        if not purchase.is_sold and not purchase.cancellation:
            bought["purchases_pending"] += 1
            bought["pending"] += sum((part.principal for part in purchase.installments[1:]), ZERO)
            continue
        owed = [
            part.principal - _settled(lines[part.number]) if purchase.is_sold else ZERO
            for part in purchase.installments
        ]
        bought["refundable"] += -_posted(entries, LedgerAccount.REFUNDS_PAYABLE)
        if purchase.cancellation:
            bought["purchases_cancelled"] += 1
        else:
            kept = purchase.quantity - sum(entry.quantity for entry in entries)
            bought["purchased"] += purchase.unit_price * kept
            bought["quantity"] += kept
            given_up = _posted(entries, LedgerAccount.WRITE_OFFS)
            status = "due" if any(owed) else "written_off" if given_up else "paid"
            bought[f"purchases_{status}"] += 1
        for part, left in zip(purchase.installments, owed, strict=True):
            due = days[part.due_date]
            if left:
                due["open"] += 1
                due["due"] += left
            elif not part.is_void:
                due["closed"] += 1
        if any(owed):
            last = max(compress(purchase.installments, owed), key=lambda part: part.due_date)
            days[last.due_date]["purchases_open"] += 1
    return {day: Figures(**amounts) for day, amounts in days.items()}  # type: ignore[arg-type]  # amounts and counts, by name


def _of(ledger: CustomerLedger, purchase: Purchase) -> Sequence[Entry]:
    found = (entry for entry in ledger.entries if entry.purchase_id == purchase.id)
    return sorted(found, key=lambda entry: entry.version)


def _settled(lines: Sequence[Line]) -> Decimal:
    return sum((line.principal + line.credited for line in lines), ZERO)


def _posted(entries: Iterable[Entry], account: LedgerAccount) -> Decimal:
    return sum((entry.postings.get(account, ZERO) for entry in entries), ZERO)


def _by_installment(entries: Iterable[Entry]) -> Mapping[int, list[Line]]:
    found: dict[int, list[Line]] = defaultdict(list)
    for entry in entries:
        for line in entry.lines:
            found[line.number].append(line)
    return found


def _entry_differences(entry: Entry) -> Iterator[Finding]:
    """Yield the amounts of an entry that contradict each other."""
    if total := sum(entry.postings.values(), ZERO):
        yield Finding(entry, "postings", str(total), "0.00 in all")
    sold = sum((line.principal for line in entry.plan), ZERO) if entry.kind is Kind.PURCHASE else ZERO
    owed, posted = sold - _settled(entry.lines), entry.postings.get(LedgerAccount.RECEIVABLE, ZERO)
    if posted != owed:
        yield Finding(entry, "receivable", str(posted), str(owed))


def _reversal_differences(entries: Sequence[Entry]) -> Iterator[Finding]:
    """Yield the reversals of an entry that is missing, or that was reversed before."""
    reversible = {entry.id: entry for entry in entries if not entry.reverses}
    for entry in entries:
        if not entry.reverses:
            continue
        original = reversible.pop(entry.reverses, None)
        if original is None:
            yield Finding(entry, "reverses", entry.reverses, "an entry that nothing else reverses")
        elif original.value_date != entry.value_date:
            yield Finding(entry, "value date", str(entry.value_date), str(original.value_date))


def _purchase_differences(purchase: Purchase, entries: Sequence[Entry]) -> Iterator[Finding]:
    principal = sum((part.principal for part in purchase.installments), ZERO)
    if principal != purchase.unit_price * purchase.quantity:
        yield Finding(purchase, "principal", str(principal), str(purchase.unit_price * purchase.quantity))
    lines = _by_installment(entries)
    for part in purchase.installments:
        for what, stored, added in (
            ("paid principal", part.paid_principal, sum((line.principal for line in lines[part.number]), ZERO)),
            ("late fee", part.late_fee, sum((line.late_fee for line in lines[part.number]), ZERO)),
            ("credit", part.credited, _credited(purchase, part, lines[part.number])),
        ):
            if stored != added:
                yield Finding(purchase, f"{what} of installment {part.number}", str(stored), str(added))
                for entry in entries:  # any of them may be wrong
                    if any(line.number == part.number for line in entry.lines):
                        yield Finding(entry, what, f"part of {added}", f"part of {stored} in all")
        if not (part.principal >= CENT and part.outstanding >= ZERO and part.paid_principal >= ZERO):
            yield Finding(purchase, f"installment {part.number}", str(part.paid_principal), f"0 to {part.principal}")
    planned = {part.number for part in purchase.installments}
    if unknown := sorted(number for number in lines if number not in planned and _settled(lines[number])):
        yield Finding(purchase, "installments paid", str(unknown), "none")
        return
    for what, kept, account in (
        ("receivable", purchase.outstanding, LedgerAccount.RECEIVABLE),
        ("refundable", -purchase.refundable, LedgerAccount.REFUNDS_PAYABLE),
        ("discounts", purchase.discounts, LedgerAccount.DISCOUNTS),
        ("write-offs", purchase.write_offs, LedgerAccount.WRITE_OFFS),
    ):
        if kept != _posted(entries, account):
            yield Finding(purchase, what, str(kept), str(_posted(entries, account)))
    if purchase.refundable < ZERO:
        yield Finding(purchase, "refundable", str(purchase.refundable), "0.00 or more")
    yield from _state_differences(purchase, entries)


def _credited(purchase: Purchase, part: Installment, lines: Iterable[Line]) -> Decimal:
    """Return what an installment is credited by its entries; of an order that came to nothing, it is all."""
    if not purchase.is_sold and purchase.cancellation:
        return part.principal
    return sum((line.credited for line in lines), ZERO)


def _state_differences(purchase: Purchase, entries: Sequence[Entry]) -> Iterator[Finding]:
    """Yield the parts of a purchase that do not follow from its entries."""
    try:
        expected = replayed(purchase, entries)
    except (ValueError, LookupError):
        yield Finding(purchase, "entries", "incomplete", "an entry for each act")
        return
    for name in ("installments", "interval", "cancellation", "returned", "status"):
        if getattr(purchase, name) != getattr(expected, name):
            yield Finding(purchase, name, "not as the entries", "as the entries")


def _totals_differences(totals: CustomerTotals, days: Mapping[date, Figures], oldest: date) -> Iterator[Finding]:
    def compare(what: str, stored: Figures, expected: Figures) -> Iterator[Finding]:
        for name, *values in compared(stored, expected):
            yield Finding(totals, f"{name} of {what}", *values)

    yield from compare("all time", totals.overall, added(days.values()))
    for day in sorted({*totals.days, *days}):
        figures = days.get(day, Figures())
        expected = figures if day >= oldest else Figures(due=figures.due, open=figures.open)
        yield from compare(day.isoformat(), totals.days.get(day, Figures()), expected)


def _oldest_kept(ledger: CustomerLedger) -> date:
    """Return the first day from which the totals keep every day with figures.

    That is the first day of the longest report at the last change of the ledger.
    """
    acts = (entry.recorded_on for entry in ledger.entries)
    attempts = (one.decision.on if one.decision else one.made_on for one in ledger.attempts)
    return max([*acts, *attempts], default=date.max) - timedelta(days=REPORT_DAYS)


def _first_open_differences(totals: CustomerTotals, purchases: Sequence[Purchase]) -> Iterator[Finding]:
    """Yield the due dates whose first open purchase is wrong in the totals. It may be absent there."""
    first: dict[date, str] = {}
    for purchase in sorted(purchases, key=lambda one: one.id):
        for part in purchase.open_installments:
            first.setdefault(part.due_date, place_of(purchase.id))
    for day, place in totals.first_open.items():
        if place != first.get(day):
            yield Finding(totals, f"first open purchase of {day.isoformat()}", place, first.get(day, "none"))


def added(parts: Iterable[Figures]) -> Figures:
    """Add figures, name by name."""
    listed = list(parts)
    return Figures(**{name: sum(getattr(one, name) for one in listed) for name in FIGURES})


def compared(stored: Figures, expected: Figures) -> Iterator[tuple[str, str, str]]:
    """Yield each figure that differs: its name, the stored value, the expected value."""
    for name in FIGURES:
        if getattr(stored, name) != getattr(expected, name):
            yield name, str(getattr(stored, name)), str(getattr(expected, name))
