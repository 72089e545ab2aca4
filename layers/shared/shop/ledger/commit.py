"""The unit of work of the ledger: commits a change, then counts it and queues its mail."""

from collections.abc import Sequence
from dataclasses import dataclass

from shop.accounts.audit_log import AuditEntry
from shop.dynamodb.writes import Write
from shop.ledger.idempotency import IdempotencyKey, Outcome
from shop.ledger.journal import Kind
from shop.ledger.purchases import Change
from shop.ledger.store import Purchases
from shop.ledger.totals import CustomerTotals
from shop.mail.outbox import Outbox
from shop.runtime.metrics import Metric, count


@dataclass(frozen=True, slots=True)
class Ledger:
    """Commits changes of the ledger, each in one transaction."""

    purchases: Purchases
    outbox: Outbox

    def commit(
        self,
        change: Change,
        totals: CustomerTotals,
        *,
        caller_id: str,
        key: IdempotencyKey | None,
        audit: AuditEntry | None = None,
        also: Sequence[Write] = (),
    ) -> Outcome:
        """Commit a change that was decided with these totals, count it in metrics, and queue its mail.

        `also` has other writes of the transaction.

        Raises Contended, OutcomeUnknown and Forbidden as `Purchases.commit` does.
        """
        self.purchases.commit(change, totals, caller_id=caller_id, key=key, audit=audit, also=also)
        _count(change)
        self.outbox.announce(change)
        return Outcome(change.after, change.entry)


def _count(change: Change) -> None:
    if change.entry.kind is Kind.PURCHASE:
        count(Metric.PURCHASES)
        count(Metric.AMOUNT_PURCHASED, change.after.total_price)
    if change.entry.kind in (Kind.PURCHASE, Kind.PAYMENT):
        count(Metric.AMOUNT_PAID, change.entry.money)
    for payment in change.entry.payments:
        count(Metric.PAYMENTS)
        if payment.late_fee:
            count(Metric.LATE_FEES, payment.late_fee)
