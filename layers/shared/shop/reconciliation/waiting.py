"""Checks of payment attempts and refunds: each says the same as its purchase, and as the entries of its money."""

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from shop.ledger.attempts import Attempt, AttemptStatus
from shop.ledger.journal import Kind
from shop.ledger.purchases import Purchase, Status
from shop.money import ZERO
from shop.online.refunding import RefundStatus
from shop.reconciliation.arithmetic import CustomerLedger, Finding


def attempt_differences(ledger: CustomerLedger) -> Iterator[Finding]:
    """Yield the findings in a customer's payment attempts."""
    purchases = {purchase.id: purchase for purchase in ledger.purchases}
    moneys = {entry.id: entry.money for entry in ledger.entries}
    came: dict[str, Decimal] = defaultdict(Decimal)
    for entry in ledger.entries:
        came[entry.attempt_id] += entry.money
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
            if attempt.method.is_online and came[attempt.id] != attempt.received:
                yield Finding(attempt, "received", str(attempt.received), str(came[attempt.id]))
        elif (attempt.decision is None) != attempt.is_waiting:
            yield Finding(attempt, "decision", str(attempt.status), "one that was decided")
    succeeded = {one.id for one in ledger.attempts if one.received}
    confirmed = {one.decision.entry_id: one.id for one in ledger.attempts if one.decision}
    for entry in ledger.entries:
        is_more = entry.attempt_id in succeeded and not entry.lines  # more came than the attempt was for
        if entry.purchase_id in ledger.unreadable or is_more:
            continue
        if confirmed.get(entry.id, "") != entry.attempt_id:
            yield Finding(entry, "payment attempt", entry.attempt_id or "none", confirmed.get(entry.id, "none"))
    for purchase in ledger.purchases:
        if purchase.id not in ledger.unreadable:
            yield from _waiting_differences(
                purchase, [one for one in ledger.attempts if one.purchase_id == purchase.id]
            )


def _waiting_differences(purchase: Purchase, attempts: list[Attempt]) -> Iterator[Finding]:
    expected = {one.id: (one.numbers, one.amount) for one in attempts if one.is_waiting}
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


def refund_differences(ledger: CustomerLedger) -> Iterator[Finding]:
    """Yield the findings in refunds online: each has its entry and, when it failed, one that returns it."""
    entries = {entry.id: entry for entry in ledger.entries}
    returned: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for refund in ledger.refunds:
        if refund.purchase_id in ledger.unreadable:
            continue
        entry = entries.pop(refund.id, None)
        money = -entry.money if entry else ZERO
        if money != refund.amount:
            yield Finding(refund, "entry", str(money), str(refund.amount))
        if refund.status is RefundStatus.FAILED:
            returned[refund.purchase_id, refund.payment] += refund.amount
    for entry in ledger.entries:
        if entry.kind is Kind.REFUND_RETURNED:
            returned[entry.purchase_id, entry.reference] -= entry.money
        if entry.kind is Kind.REFUND and entry.method and entry.method.is_online and entry.id in entries:
            yield Finding(entry, "refund", "none", "one at the provider")
    for (purchase_id, payment), amount in returned.items():
        if amount and purchase_id not in ledger.unreadable:
            failed = next(one for one in ledger.purchases if one.id == purchase_id)
            yield Finding(failed, f"refunds of {payment} that failed", str(amount), "0")
