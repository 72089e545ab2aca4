"""Adding up the ledger anew: what purchases and totals should say, from the payments and plans alone.

It shares no arithmetic with `totals`, whose increments it is there to check.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from shop.domain.money import CENT, ZERO
from shop.domain.purchases import Payment, Purchase, Status
from shop.domain.totals import FIGURES, CustomerTotals, Figures


@dataclass(frozen=True, slots=True)
class Difference:
    """Something stored that is not what the ledger adds up to; `key` names the item, `what` the part of it."""

    key: str
    what: str
    stored: str
    ledger: str


@dataclass(frozen=True, slots=True)
class CustomerLedger:
    """All that the table holds of one customer's money at one instant."""

    totals: CustomerTotals
    purchases: Sequence[Purchase]
    payments: Sequence[Payment]


def differences_of(ledger: CustomerLedger) -> Iterator[Difference]:
    """What is wrong in a customer's ledger."""
    known = {purchase.id for purchase in ledger.purchases}
    for payment in ledger.payments:
        if payment.purchase_id not in known:
            yield Difference(f"PAYMENT {payment.id}", "purchase", payment.purchase_id, "none")
    for purchase in ledger.purchases:
        yield from _purchase_differences(purchase, _by_installment(ledger.payments, purchase))
    yield from _totals_differences(ledger.totals, by_day(ledger))


def by_day(ledger: CustomerLedger) -> Mapping[date, Figures]:
    """The figures of each day of a customer, added up from plans and payments."""
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
    return {day: Figures(**amounts) for day, amounts in days.items()}  # type: ignore[arg-type]


def _principal(payments: Sequence[Payment]) -> Decimal:
    return sum((payment.amount - payment.late_fee for payment in payments), ZERO)


def _by_installment(payments: Sequence[Payment], purchase: Purchase) -> Mapping[int, list[Payment]]:
    found: dict[int, list[Payment]] = defaultdict(list)
    for payment in payments:
        if payment.purchase_id == purchase.id:
            found[payment.number].append(payment)
    return found


def _purchase_differences(purchase: Purchase, payments: Mapping[int, list[Payment]]) -> Iterator[Difference]:
    key = f"PURCHASE {purchase.id}"
    principal = sum((part.principal for part in purchase.installments), ZERO)
    if principal != purchase.unit_price * purchase.quantity:
        yield Difference(key, "principal", str(principal), str(purchase.unit_price * purchase.quantity))
    for part in purchase.installments:
        paid = payments.get(part.number, [])
        fees = sum((payment.late_fee for payment in paid), ZERO)
        for what, stored, added in (
            ("paid principal", part.paid_principal, _principal(paid)),
            ("late fee", part.late_fee, fees),
        ):
            if stored != added:
                yield Difference(key, f"{what} of installment {part.number}", str(stored), str(added))
        if not (part.principal >= CENT and ZERO <= part.paid_principal <= part.principal):
            yield Difference(key, f"installment {part.number}", str(part.paid_principal), f"0 to {part.principal}")
        if part.is_void and not purchase.cancellation:
            yield Difference(key, f"installment {part.number}", "void", "not cancelled")
    if unknown := sorted(set(payments) - {part.number for part in purchase.installments}):
        yield Difference(key, "installments paid", str(unknown), "none")
    open_left = any(part.principal > part.paid_principal for part in purchase.installments)
    expected = Status.CANCELLED if purchase.cancellation else Status.DUE if open_left else Status.PAID
    if purchase.status is not expected:
        yield Difference(key, "status", purchase.status, expected)


def _totals_differences(totals: CustomerTotals, days: Mapping[date, Figures]) -> Iterator[Difference]:
    key = f"TOTALS {totals.customer_id}"
    yield from compared(key, "all time", totals.overall, added(days.values()))
    for day, figures in totals.days.items():
        yield from compared(key, day.isoformat(), figures, days.get(day, Figures()))
    for day, figures in days.items():
        if figures.open and day not in totals.days:
            yield from compared(key, day.isoformat(), Figures(), figures)


def added(parts: Iterable[Figures]) -> Figures:
    """The sum of figures, name by name."""
    listed = list(parts)
    return Figures(**{name: sum(getattr(one, name) for one in listed) for name in FIGURES})


def compared(key: str, what: str, stored: Figures, ledger: Figures) -> Iterator[Difference]:
    """The figures in which two differ."""
    for name in FIGURES:
        if getattr(stored, name) != getattr(ledger, name):
            yield Difference(key, f"{name} of {what}", str(getattr(stored, name)), str(getattr(ledger, name)))
