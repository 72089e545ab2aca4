"""Checks of receipts: a journal entry says that its receipt is due until the mail is sent."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from shop.ledger.items import MAILED
from shop.mail.store import KEPT
from shop.reconciliation.arithmetic import Finding
from shop.reconciliation.store import CustomerState, Receipt

RECEIPT_GRACE = timedelta(hours=1)
"""The time that a receipt may stay due after an event of SES noted its mail as sent.

A sender that crashed leaves it due until its message returns (up to five times, every six minutes) or a sweep queues
another one.
"""


def wrong_receipts(state: CustomerState, now: datetime) -> Iterator[Finding]:
    """Yield the entries whose receipt is due although the mail was sent, or not due although it was not sent."""
    for receipt in state.receipts:
        entry, is_due = receipt.entry, receipt.entry.kind in MAILED and _is_due(receipt, now)
        if entry.purchase_id in state.ledger.unreadable or is_due is None:
            continue
        if receipt.says_due != is_due:
            yield Finding(entry, "receipt", _label(is_due=receipt.says_due), _label(is_due=is_due))


def _is_due(receipt: Receipt, now: datetime) -> bool | None:
    """Return whether a receipt must be due; None when both states are correct."""
    if receipt.note is None:  # never sent, or sent so long ago that its note has expired
        return True if receipt.entry.recorded_at > now - KEPT else None
    if receipt.note.sent_at is None:
        return True
    return None if receipt.note.sent_at > now - RECEIPT_GRACE else False


def _label(*, is_due: bool) -> str:
    return "due" if is_due else "not due"
