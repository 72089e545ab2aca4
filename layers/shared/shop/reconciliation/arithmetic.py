"""Recompute purchases and totals from payments and plans alone.

This module shares no arithmetic with `ledger.totals`, which it checks.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import compress

from shop.ledger.purchases import Payment, Purchase, Status
from shop.ledger.totals import FIGURES, REPORT_DAYS, CustomerTotals, Figures, place_of
from shop.money import CENT, ZERO

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
    """A wrong value of a purchase, of a payment or of a customer's totals."""

    of: Purchase | Payment | CustomerTotals
    what: str
    stored: str
    expected: str


@dataclass(frozen=True, slots=True)
class CustomerLedger:
    """A customer's ledger as stored at one instant.

    `totals` is None when it cannot be read. `unreadable` has the ids of the purchases that cannot be checked:
    the purchase or one of its payments cannot be read.
    """

    totals: CustomerTotals | None
    purchases: Sequence[Purchase]
    payments: Sequence[Payment]
    unreadable: Set[str] = frozenset()


def differences_of(ledger: CustomerLedger) -> Iterator[Finding]:
    """Yield the findings in the readable part of a customer's ledger."""
    known = {purchase.id for purchase in ledger.purchases} | ledger.unreadable
    for payment in ledger.payments:
        if payment.purchase_id not in known:
            yield Finding(payment, "purchase", payment.purchase_id, "an existing purchase")
    for purchase in ledger.purchases:
        if purchase.id not in ledger.unreadable:
            yield from _purchase_differences(purchase, _by_installment(ledger.payments, purchase))
    if ledger.totals is not None and not ledger.unreadable:
        yield from _totals_differences(ledger.totals, by_day(ledger), _oldest_kept(ledger))
        yield from _first_open_differences(ledger.totals, ledger.purchases)


def by_day(ledger: CustomerLedger) -> Mapping[date, Figures]:
    """Compute a customer's figures by day from plans and payments."""
    days: dict[date, dict[str, Decimal | int]] = defaultdict(lambda: defaultdict(int))
    for payment in ledger.payments:
        days[payment.paid_on]["paid"] += payment.amount
    for purchase in ledger.purchases:
        parts = _by_installment(ledger.payments, purchase)
        bought = days[purchase.purchased_on]
        unpaid = [part.principal > _principal(parts[part.number]) for part in purchase.installments]
        if purchase.cancellation:
            bought["purchases_cancelled"] += 1
            bought["refundable"] += sum((one.amount for paid in parts.values() for one in paid), ZERO)
        else:
            bought["purchased"] += purchase.unit_price * purchase.quantity
            bought["quantity"] += purchase.quantity
            bought["purchases_due" if any(unpaid) else "purchases_paid"] += 1
        for part, is_unpaid in zip(purchase.installments, unpaid, strict=True):
            due = days[part.due_date]
            if not is_unpaid:
                due["closed"] += 1
            elif not purchase.cancellation:
                due["open"] += 1
                due["due"] += part.principal - _principal(parts[part.number])
        if any(unpaid) and not purchase.cancellation:
            last = max(compress(purchase.installments, unpaid), key=lambda part: part.due_date)
            days[last.due_date]["purchases_open"] += 1
    return {day: Figures(**amounts) for day, amounts in days.items()}  # type: ignore[arg-type]  # amounts and counts, by name


def _principal(payments: Sequence[Payment]) -> Decimal:
    return sum((payment.amount - payment.late_fee for payment in payments), ZERO)


def _by_installment(payments: Sequence[Payment], purchase: Purchase) -> Mapping[int, list[Payment]]:
    found: dict[int, list[Payment]] = defaultdict(list)
    for payment in payments:
        if payment.purchase_id == purchase.id:
            found[payment.number].append(payment)
    return found


def _purchase_differences(purchase: Purchase, payments: Mapping[int, list[Payment]]) -> Iterator[Finding]:
    principal = sum((part.principal for part in purchase.installments), ZERO)
    if principal != purchase.unit_price * purchase.quantity:
        yield Finding(purchase, "principal", str(principal), str(purchase.unit_price * purchase.quantity))
    for part in purchase.installments:
        paid = payments.get(part.number, [])
        fees = sum((payment.late_fee for payment in paid), ZERO)
        for what, stored, added in (
            ("paid principal", part.paid_principal, _principal(paid)),
            ("late fee", part.late_fee, fees),
        ):
            if stored != added:
                yield Finding(purchase, f"{what} of installment {part.number}", str(stored), str(added))
                for payment in paid:  # any of them may be wrong
                    yield Finding(payment, what, str(payment.amount), f"part of {stored} in all")
        if not (part.principal >= CENT and ZERO <= part.paid_principal <= part.principal):
            yield Finding(purchase, f"installment {part.number}", str(part.paid_principal), f"0 to {part.principal}")
        if part.is_void and not purchase.cancellation:
            yield Finding(purchase, f"installment {part.number}", "void", "not cancelled")
    if unknown := sorted(set(payments) - {part.number for part in purchase.installments}):
        yield Finding(purchase, "installments paid", str(unknown), "none")
    open_left = any(part.principal > part.paid_principal for part in purchase.installments)
    expected = Status.CANCELLED if purchase.cancellation else Status.DUE if open_left else Status.PAID
    if purchase.status is not expected:
        yield Finding(purchase, "status", purchase.status, expected)


def _totals_differences(totals: CustomerTotals, days: Mapping[date, Figures], oldest: date) -> Iterator[Finding]:
    def compare(what: str, stored: Figures, expected: Figures) -> Iterator[Finding]:
        for name, *values in compared(stored, expected):
            yield Finding(totals, f"{name} of {what}", *values)

    yield from compare("all time", totals.overall, added(days.values()))
    for day, figures in totals.days.items():
        yield from compare(day.isoformat(), figures, days.get(day, Figures()))
    for day, figures in days.items():
        if day not in totals.days and (figures.open or day >= oldest):
            yield from compare(day.isoformat(), Figures(), figures)


def _oldest_kept(ledger: CustomerLedger) -> date:
    """Return the first day from which the totals keep every day with figures.

    That is the first day of the longest report at the last change of the ledger.
    """
    bought = (purchase.purchased_on for purchase in ledger.purchases)
    paid = (payment.paid_on for payment in ledger.payments)
    # the shop's day may be the one after UTC's
    cancelled = (one.cancellation.at.date() + timedelta(days=1) for one in ledger.purchases if one.cancellation)
    return max([*bought, *paid, *cancelled], default=date.max) - timedelta(days=REPORT_DAYS)


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
