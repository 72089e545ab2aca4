"""Checks of receipts: a payment must be listed as due until its mail is sent."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from shop import ids
from shop.ledger.purchases import Payment
from shop.mail.store import KEPT
from shop.reconciliation.arithmetic import Finding
from shop.reconciliation.store import CustomerState, Receipt

RECEIPT_GRACE = timedelta(hours=1)
"""The time that a payment may stay listed after an event of SES noted its mail as sent.

A sender that crashed leaves it listed until its message returns (up to five times, every six minutes) or a sweep queues
another one.
"""


def wrong_receipts(state: CustomerState, now: datetime) -> Iterator[Finding]:
    """Yield the payments that are listed although their mail was sent, or not listed although it was not sent."""
    first = _first_of_each(state.ledger.payments)
    for receipt in state.receipts:
        payment, is_due = receipt.payment, receipt.payment.id in first and _is_due(receipt, now)
        if payment.purchase_id in state.ledger.unreadable or is_due is None:
            continue
        if receipt.is_listed != is_due:
            yield Finding(payment, "receipt", _label(is_due=receipt.is_listed), _label(is_due=is_due))


def _is_due(receipt: Receipt, now: datetime) -> bool | None:
    """Return whether a payment must be listed as due; None when both states are correct."""
    if receipt.note is None:  # never sent, or sent so long ago that its note has expired
        return True if receipt.payment.paid_at > now - KEPT else None
    if receipt.note.sent_at is None:
        return True
    return None if receipt.note.sent_at > now - RECEIPT_GRACE else False


def _first_of_each(payments: Sequence[Payment]) -> set[str]:
    """Return the ids of the payments that mails are named after: the first of those made together."""
    first: dict[tuple[str, str], str] = {}
    for payment in sorted(payments, key=lambda one: one.id):
        parent, _ = ids.parent_of(payment.id) or (payment.id, 0)
        first.setdefault((payment.purchase_id, parent), payment.id)
    return set(first.values())


def _label(*, is_due: bool) -> str:
    return "due" if is_due else "not due"
