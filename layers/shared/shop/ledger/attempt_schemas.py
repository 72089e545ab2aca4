"""Bodies of payment attempts."""

from datetime import date, datetime
from typing import Self

from shop import ids
from shop.http.fields import AnswerBody, Money
from shop.ledger.attempts import Attempt, AttemptStatus
from shop.ledger.journal import Method


class AttemptOut(AnswerBody):
    """Money that a customer says was paid, and what the shop says to that.

    `expires_on` is the last day on which it waits. `reason` says why it was not confirmed, `entry` is the journal entry
    that it made. `checkout_url` is the payment provider's page, where the customer pays online.
    """

    id: str
    purchase: str
    customer: str
    installments: list[str]
    amount: Money
    method: Method
    reference: str
    note: str
    status: AttemptStatus
    made_at: datetime
    expires_on: date
    decided_at: datetime | None
    reason: str
    entry: str | None
    checkout_url: str | None

    @classmethod
    def of(cls, attempt: Attempt, days: int) -> Self:
        """Describe an attempt, in a shop in which attempts wait for a number of days."""
        decision = attempt.decision
        return cls(
            id=attempt.id,
            purchase=attempt.purchase_id,
            customer=attempt.customer_id,
            installments=[ids.numbered(attempt.purchase_id, number) for number in attempt.numbers],
            amount=attempt.amount,
            method=attempt.method,
            reference=attempt.reference,
            note=attempt.note,
            status=attempt.status,
            made_at=attempt.made_at,
            expires_on=attempt.expires_on(days),
            decided_at=decision.at if decision else None,
            reason=decision.reason if decision else "",
            entry=decision.entry_id or None if decision else None,
            checkout_url=attempt.checkout_url or None,
        )
