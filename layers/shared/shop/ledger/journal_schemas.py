"""Bodies of journal entries."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Self

from pydantic import Field

from shop import ids
from shop.http.fields import AnswerBody, Money
from shop.ledger.journal import Entry, Kind, LedgerAccount, Method, Role
from shop.money import ZERO

if TYPE_CHECKING:  # the reports' function imports this module, and does not need it
    from shop.ledger.purchasing import Receipt


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


class EntryRow(AnswerBody):
    """An entry as a row of a file, with a column for each account."""

    id: str
    kind: Kind
    purchase: str
    customer: str
    recorded_at: datetime
    value_date: date
    amount: Money
    method: Method | None
    reference: str
    note: str
    reason: str
    actor: str
    receipt_number: str | None
    reverses: str
    self_declared: Money
    cash: Money
    bank: Money
    wallet: Money
    card: Money
    other: Money
    receivable: Money
    sales: Money
    late_fees: Money
    refunds_payable: Money
    discounts: Money
    write_offs: Money

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
            receipt_number=entry.receipt_number,
            reverses=entry.reverses,
            **{account.value: entry.postings.get(account, ZERO) for account in LedgerAccount},
        )


class ReceiptLineOut(AnswerBody):
    """The money for one installment, with its late fee."""

    installment_number: int
    amount: Money
    late_fee: Money


class ReceiptOut(AnswerBody):
    """The receipt of money. `left_to_pay` is what is left of the purchase now."""

    receipt_number: str
    kind: Kind
    is_reversed: bool
    amount: Money = Field(description="Money that came in; negative when it went out.")
    currency: str
    method: Method | None
    reference: str
    recorded_at: datetime
    value_date: date
    purchase: str
    product_name: str
    quantity: int
    lines: list[ReceiptLineOut]
    left_to_pay: Money

    @classmethod
    def of(cls, receipt: "Receipt", currency: str) -> Self:
        """Describe a receipt."""
        entry, purchase = receipt.entry, receipt.purchase
        return cls(
            receipt_number=entry.receipt_number or "",
            kind=entry.kind,
            is_reversed=receipt.is_reversed,
            amount=entry.money,
            currency=currency,
            method=entry.method,
            reference=entry.reference,
            recorded_at=entry.recorded_at,
            value_date=entry.value_date,
            purchase=purchase.id,
            product_name=purchase.product_name,
            quantity=purchase.quantity,
            lines=[
                ReceiptLineOut(installment_number=line.number, amount=line.amount, late_fee=line.late_fee)
                for line in entry.lines
            ],
            left_to_pay=purchase.outstanding,
        )
