"""Bodies of journal entries."""

from datetime import date, datetime
from typing import Self

from pydantic import Field

from shop import ids
from shop.http.fields import AnswerBody, Money
from shop.ledger.journal import Entry, Kind, LedgerAccount, Method, Role


class LineOut(AnswerBody):
    """The effect of an entry on one installment. `credited` is owed no longer without having been paid."""

    installment: str
    amount: Money
    late_fee: Money
    credited: Money


class EntryOut(AnswerBody):
    """An entry of the journal. `value_date` counts for lateness and reports; the postings add up to zero."""

    id: str
    kind: Kind
    purchase: str
    customer: str
    recorded_at: datetime
    value_date: date
    amount: Money = Field(description="Money that came in; negative when it went out.")
    method: Method | None
    reference: str
    note: str
    reason: str
    actor: str
    role: Role
    quantity: int
    receipt_number: str | None
    reverses: str | None
    attempt: str | None
    lines: list[LineOut]
    postings: dict[LedgerAccount, Money]

    @classmethod
    def of(cls, entry: Entry) -> Self:
        """Describe an entry."""
        return cls(
            id=entry.id,
            kind=entry.kind,
            purchase=entry.purchase_id,
            customer=entry.customer_id,
            recorded_at=entry.recorded_at,
            value_date=entry.value_date,
            amount=entry.money,
            method=entry.method,
            reference=entry.reference,
            note=entry.note,
            reason=entry.reason,
            actor=entry.actor.id,
            role=entry.actor.role,
            quantity=entry.quantity,
            receipt_number=entry.receipt_number,
            reverses=entry.reverses or None,
            attempt=entry.attempt_id or None,
            lines=[
                LineOut(
                    installment=ids.numbered(entry.purchase_id, line.number),
                    amount=line.amount,
                    late_fee=line.late_fee,
                    credited=line.credited,
                )
                for line in entry.lines
            ],
            postings=dict(entry.postings),
        )
