"""The receipt of money."""

from datetime import date, datetime
from typing import Self

from pydantic import Field

from shop.http.fields import AnswerBody, Money
from shop.ledger.journal import Kind, Method
from shop.ledger.purchasing import Receipt


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
    owed_back: Money = Field(description="What was too much, when money came for something that was settled already.")

    @classmethod
    def of(cls, receipt: Receipt, currency: str) -> Self:
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
            owed_back=entry.too_much,
        )
