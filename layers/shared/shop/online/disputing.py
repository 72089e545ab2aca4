"""Disputes: a customer's bank takes a payment back at once, and keeps it unless the shop wins.

The money stays the shop's, on an account of its own, until the dispute is lost. What it had paid is owed then again.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from shop.ledger.acting import Act, Tender
from shop.ledger.attempts import Attempt
from shop.ledger.journal import MONEY_ACCOUNTS, Entry, Kind, LedgerAccount, Line
from shop.ledger.purchases import Change, Purchase
from shop.ledger.rules import changed
from shop.money import ZERO
from shop.payments.provider import Dispute, DisputeStanding

_ENDED = {DisputeStanding.WON: Kind.DISPUTE_WON, DisputeStanding.LOST: Kind.DISPUTE_LOST}


def next_change(
    purchase: Purchase, entries: Sequence[Entry], attempt: Attempt, payment: str, dispute: Dispute, act: Act
) -> Change | None:
    """Return the next entry about the dispute of a payment, None when the journal has them all.

    `entries` are those of the purchase. A payment is disputed once.
    """
    own = [entry for entry in entries if entry.reference == payment]
    kinds = {entry.kind for entry in own}
    account, tender = MONEY_ACCOUNTS[attempt.method], Tender(attempt.method, act.on, payment)
    if Kind.DISPUTE not in kinds:
        amount = dispute.money.amount
        posted = [(LedgerAccount.DISPUTES, amount), (account, -amount)]
        return changed(purchase, Kind.DISPUTE, act, *posted, tender=tender)
    ended = _ENDED.get(dispute.standing)
    if ended is None or kinds & set(_ENDED.values()):
        return None
    amount = sum((entry.postings.get(LedgerAccount.DISPUTES, ZERO) for entry in own), ZERO)
    if ended is Kind.DISPUTE_WON:
        posted = [(account, amount), (LedgerAccount.DISPUTES, -amount)]
        return changed(purchase, ended, act, *posted, tender=tender)
    return _lost(purchase, own, amount, act, tender)


def _lost(purchase: Purchase, own: Sequence[Entry], amount: Decimal, act: Act, tender: Tender) -> Change:
    """Take back what a payment did: what is owed to the customer first, then what it paid, the last part first.

    What is left, as for a purchase that was cancelled and refunded, is the shop's loss.
    """
    owed_back = min(amount, purchase.refundable)
    lines = list(_reopened(purchase, own, amount - owed_back))
    principal, fees = (sum((getattr(line, name) for line in lines), ZERO) for name in ("principal", "late_fee"))
    return changed(
        purchase,
        Kind.DISPUTE_LOST,
        act,
        (LedgerAccount.DISPUTES, -amount),
        (LedgerAccount.REFUNDS_PAYABLE, owed_back),
        (LedgerAccount.RECEIVABLE, -principal),
        (LedgerAccount.LATE_FEES, -fees),
        (LedgerAccount.LOSSES, amount - owed_back + principal + fees),
        lines=lines,
        tender=tender,
    )


def _reopened(purchase: Purchase, own: Sequence[Entry], amount: Decimal) -> Iterator[Line]:
    """Yield the effect on the installments that a payment paid and that still count."""
    if purchase.cancellation is not None:
        return
    parts = {part.number: part for part in purchase.installments if not part.is_void}
    paid = [line for entry in own if entry.kind in (Kind.PURCHASE, Kind.PAYMENT) for line in entry.lines]
    for line in reversed(paid):
        part = parts.get(line.number)
        if part is None:
            continue
        principal = min(amount, line.principal, part.paid_principal)
        late_fee = min(amount - principal, line.late_fee, part.late_fee)
        amount -= principal + late_fee
        if principal or late_fee:
            yield Line(line.number, -principal, -late_fee)
