"""Receipts: a payment is listed as due until its mail is sent."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from shop import ids
from shop.ledger.purchases import Payment
from shop.mail.store import KEPT
from shop.reconciliation.arithmetic import Wrong
from shop.reconciliation.store import CustomerState, Receipt

EXPLAINED = timedelta(hours=1)
"""How long a payment may stay listed after its mail was noted as sent by SES's event: until a message that a sender has
left half-done has come again, five times six minutes, or a sweep has queued another."""


def wrong_receipts(state: CustomerState, now: datetime) -> Iterator[Wrong]:
    """The payments that are listed although their mail was sent, or missing although it was not."""
    first = _first_of_each(state.ledger.payments)
    for receipt in state.receipts:
        payment, is_due = receipt.payment, receipt.payment.id in first and _is_due(receipt, now)
        if payment.purchase_id in state.ledger.unreadable or is_due is None:
            continue
        if receipt.is_listed != is_due:
            yield Wrong(payment, "receipt", _said(is_due=receipt.is_listed), _said(is_due=is_due))


def _is_due(receipt: Receipt, now: datetime) -> bool | None:
    """Whether a payment must be listed as due; None when both are right."""
    if receipt.note is None:  # never sent, or so long ago that the table has forgotten
        return True if receipt.payment.paid_at > now - KEPT else None
    if receipt.note.sent_at is None:
        return True
    return None if receipt.note.sent_at > now - EXPLAINED else False


def _first_of_each(payments: Sequence[Payment]) -> set[str]:
    """The ids of the payments that mails are named after: the first of those made together."""
    first: dict[tuple[str, str], str] = {}
    for payment in sorted(payments, key=lambda one: one.id):
        parent, _ = ids.parent_of(payment.id) or (payment.id, 0)
        first.setdefault((payment.purchase_id, parent), payment.id)
    return set(first.values())


def _said(*, is_due: bool) -> str:
    return "due" if is_due else "not due"
