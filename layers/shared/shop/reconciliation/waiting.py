"""Checks of payment attempts: each says the same as its purchase, and as the entry of its money."""

from collections.abc import Iterator

from shop.ledger.attempts import Attempt, AttemptStatus
from shop.ledger.purchases import Purchase, Status
from shop.reconciliation.arithmetic import CustomerLedger, Finding


def attempt_differences(ledger: CustomerLedger) -> Iterator[Finding]:
    """Yield the findings in a customer's payment attempts."""
    purchases = {purchase.id: purchase for purchase in ledger.purchases}
    moneys = {entry.id: entry.money for entry in ledger.entries}
    for attempt in ledger.attempts:
        if attempt.purchase_id in ledger.unreadable:
            continue
        if attempt.purchase_id not in purchases:
            yield Finding(attempt, "purchase", attempt.purchase_id, "an existing purchase")
        if attempt.status is AttemptStatus.SUCCEEDED:
            entry_id = attempt.decision.entry_id if attempt.decision else ""
            money = moneys.pop(entry_id, None)  # no other attempt may have the same entry
            if money != attempt.amount:
                yield Finding(attempt, "entry", str(money), str(attempt.amount))
        elif (attempt.decision is None) != (attempt.status is AttemptStatus.PROCESSING):
            yield Finding(attempt, "decision", str(attempt.status), "one that was decided")
    confirmed = {one.decision.entry_id: one.id for one in ledger.attempts if one.decision}
    for entry in ledger.entries:
        if entry.purchase_id not in ledger.unreadable and confirmed.get(entry.id, "") != entry.attempt_id:
            yield Finding(entry, "payment attempt", entry.attempt_id or "none", confirmed.get(entry.id, "none"))
    for purchase in ledger.purchases:
        if purchase.id not in ledger.unreadable:
            yield from _waiting_differences(
                purchase, [one for one in ledger.attempts if one.purchase_id == purchase.id]
            )


def _waiting_differences(purchase: Purchase, attempts: list[Attempt]) -> Iterator[Finding]:
    expected = {one.id: (one.numbers, one.amount) for one in attempts if one.status is AttemptStatus.PROCESSING}
    stored = {
        attempt_id: (
            tuple(one.number for one in purchase.waiting if one.attempt_id == attempt_id),
            sum(one.amount for one in purchase.waiting if one.attempt_id == attempt_id),
        )
        for attempt_id in dict.fromkeys(one.attempt_id for one in purchase.waiting)
    }
    if stored != expected:
        yield Finding(purchase, "payments that wait", ", ".join(stored) or "none", ", ".join(expected) or "none")
    planned = {part.number for part in purchase.installments}
    if unknown := [str(one.number) for one in purchase.waiting if one.number not in planned]:
        yield Finding(purchase, "payments that wait", ", ".join(unknown), "for installments of the plan")
    if not purchase.is_sold and not attempts:
        yield Finding(purchase, "payment attempts", "none", "one of its first payment")
    if purchase.status is Status.PENDING and len(expected) != 1:
        yield Finding(purchase, "status", "pending", "a payment that waits")
