"""The effect of journal entries on a purchase: its state follows from its entries, and from nothing else."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from shop.ledger.journal import Entry, Kind, LedgerAccount, Line, PlanLine, standing
from shop.ledger.purchases import Cancellation, Installment, Purchase
from shop.money import ZERO

_VOIDING = {Kind.RETURN, Kind.CANCELLATION, Kind.WRITE_OFF}
"""The acts that end a debt without settling it."""


def applied(purchase: Purchase, entry: Entry) -> Purchase:
    """Return a purchase after an entry that is not a reversal."""
    parts = {part.number: part for part in purchase.installments}
    if entry.plan:
        parts = _planned(parts, entry)
    for line in entry.lines:
        parts[line.number] = _changed(parts[line.number], line, entry)
    posted = entry.postings
    return replace(
        purchase,
        interval=entry.interval or purchase.interval,
        installments=tuple(parts.values()),
        cancellation=Cancellation(entry.recorded_at, entry.actor.id, entry.reason)
        if entry.kind is Kind.CANCELLATION
        else purchase.cancellation,
        returned=purchase.returned + entry.quantity,
        refundable=purchase.refundable - posted.get(LedgerAccount.REFUNDS_PAYABLE, ZERO),
        discounts=purchase.discounts + posted.get(LedgerAccount.DISCOUNTS, ZERO),
        write_offs=purchase.write_offs + posted.get(LedgerAccount.WRITE_OFFS, ZERO),
        is_sold=purchase.is_sold or entry.kind is Kind.PURCHASE,
        version=entry.version,
    )


def replayed(purchase: Purchase, entries: Sequence[Entry]) -> Purchase:
    """Return a purchase as its entries make it, in the order of their versions.

    A reversal of the purchase's own entry takes back its first payment; the sale stays.
    An order that was never sold has no entry of its own: only money that came nevertheless, and what became of that.
    Raises ValueError when the entry of the purchase itself is missing.
    """
    first = next((entry for entry in entries if entry.kind is Kind.PURCHASE), None)
    if first is None and purchase.is_sold:
        raise ValueError("the entry of the purchase is missing")
    state = replace(
        purchase,
        interval=(first and first.interval) or purchase.interval,
        installments=unpaid(first.plan) if first else purchase.installments,
        cancellation=None if first else purchase.cancellation,
        returned=0,
        refundable=ZERO,
        discounts=ZERO,
        write_offs=ZERO,
    )
    for entry in standing(entries):
        state = applied(state, entry)
    return replace(state, version=purchase.version)


def unpaid(plan: Sequence[PlanLine]) -> tuple[Installment, ...]:
    """Return the installments of a plan, all of them unpaid."""
    return tuple(Installment(line.number, line.due_date, line.principal) for line in plan)


def _planned(parts: dict[int, Installment], entry: Entry) -> dict[int, Installment]:
    """Return the installments of a plan. Those with a payment keep it; a move of a due date keeps all others."""
    kept = dict(parts) if entry.kind is Kind.DUE_DATE else {}
    for line in entry.plan:
        part = parts.get(line.number)
        kept[line.number] = (
            Installment(line.number, line.due_date, line.principal)
            if part is None
            or entry.kind is Kind.PURCHASE
            or (entry.kind is Kind.REPLAN and not (part.paid_principal or part.credited))
            else replace(part, due_date=line.due_date, principal=line.principal)
        )
    return kept


def _changed(part: Installment, line: Line, entry: Entry) -> Installment:
    after = replace(
        part,
        paid_principal=part.paid_principal + line.principal,
        late_fee=part.late_fee + line.late_fee,
        credited=part.credited + line.credited,
        fee_waived=part.fee_waived or line.waives_fee,
        paid_at=_paid_at(part, line, entry),
    )
    if entry.kind in _VOIDING and not after.outstanding:
        return replace(after, is_void=True)
    return after


def _paid_at(part: Installment, line: Line, entry: Entry) -> datetime | None:
    """Return when an installment was last paid; None once a lost dispute has taken all of it back."""
    if line.principal < ZERO:
        return part.paid_at if part.paid_principal + line.principal else None
    return entry.recorded_at if line.principal else part.paid_at
