"""Checks of receipts: a journal entry or payment attempt says that its mail is due until it is sent."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from shop.mail.store import KEPT
from shop.reconciliation.arithmetic import Finding
from shop.reconciliation.store import CustomerState, Receipt

RECEIPT_GRACE = timedelta(hours=1)
"""The time that a receipt may stay due after an event of SES noted its mail as sent.

A sender that crashed leaves it due until its message returns (up to five times, every six minutes) or a sweep queues
another one.
"""


def wrong_receipts(state: CustomerState, now: datetime) -> Iterator[Finding]:
    """Yield the entries and attempts whose mail is due although it was sent, or not due although it was not sent."""
    for receipt in state.receipts:
        is_due = receipt.is_mailed and _is_due(receipt, now)
        if receipt.of.purchase_id in state.ledger.unreadable or is_due is None:
            continue
        if receipt.says_due != is_due:
            yield Finding(receipt.of, "receipt", _label(is_due=receipt.says_due), _label(is_due=is_due))


def _is_due(receipt: Receipt, now: datetime) -> bool | None:
    """Return whether a receipt must be due; None when both states are correct."""
    if receipt.note is None:  # never sent, or sent so long ago that its note has expired
        return True if receipt.since > now - KEPT else None
    if receipt.note.sent_at is None:
        return True
    return None if receipt.note.sent_at > now - RECEIPT_GRACE else False


def _label(*, is_due: bool) -> str:
    return "due" if is_due else "not due"
