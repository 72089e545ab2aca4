"""Bodies of the acts of staff, and of the journal."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Self

from pydantic import Field, StrictBool

from shop import ids, problems
from shop.calendar import Interval
from shop.http.fields import (
    AmountIn,
    AnswerBody,
    CalendarDay,
    InstallmentCount,
    Name,
    Note,
    Quantity,
    RequestBody,
    Total,
)
from shop.ledger.acting import Confirmed, Received
from shop.ledger.attempt_schemas import AttemptOut
from shop.ledger.command_schemas import OrderBody
from shop.ledger.idempotency import AttemptOutcome, Outcome
from shop.ledger.journal import Kind, Method
from shop.ledger.journal_schemas import EntryOut
from shop.ledger.purchases import Purchase
from shop.ledger.schemas import PurchaseOut
from shop.ledger.totals import CustomerTotals


class ReceivedMethod(StrEnum):
    """How money is handed over at the counter."""

    CASH = "cash"
    BANK_TRANSFER = "bank_transfer"
    MOBILE_WALLET = "mobile_wallet"
    CARD = "card"
    OTHER = "other"


class RefundMethod(StrEnum):
    """How a refund is paid out. `online`: by the payment provider that took the money."""

    CASH = "cash"
    BANK_TRANSFER = "bank_transfer"
    MOBILE_WALLET = "mobile_wallet"
    CARD = "card"
    OTHER = "other"
    ONLINE = "online"


class HandedBody(RequestBody):
    """Money that is handed over: the amount, the day if it was not today, a reference such as a slip's number."""

    amount: AmountIn
    reference: Note = ""
    received_on: CalendarDay | None = None
    note: Note = ""

    def by(self, method: Method) -> Received:
        """Return how the money is handed over."""
        return Received(method, self.received_on, self.reference, self.note)


class MoneyBody(HandedBody):
    """Money that is received."""

    method: ReceivedMethod

    @property
    def received(self) -> Received:
        """Return how the money was received."""
        return self.by(Method(self.method))


class ConfirmationBody(RequestBody):
    """How money came that a customer said was paid; what is left out is as the customer said."""

    method: ReceivedMethod | None = None
    reference: Note = ""
    note: Note = ""

    @property
    def confirmed(self) -> Confirmed:
        """Return how the money came."""
        return Confirmed(Method(self.method) if self.method else None, self.reference, self.note)


class ReasonBody(RequestBody):
    """The reason for an act."""

    reason: Name


class TakenBody(MoneyBody):
    """A payment at the counter, for the oldest open installments."""

    waive_late_fee: ReasonBody | None = None


class RefundBody(HandedBody):
    """A refund of what is owed back."""

    method: RefundMethod
    reason: Name

    @property
    def handed_out(self) -> Received | None:
        """Return how the money is handed out; None when the payment provider pays it out."""
        return None if self.method is RefundMethod.ONLINE else self.by(Method(self.method))


class InstallmentActBody(ReasonBody):
    """An act on one installment, named by its id."""

    installment: str = Field(max_length=64)

    def number_in(self, purchase_id: str) -> int:
        """Return the number of the installment. Raises NotFound when it is not one of the purchase."""
        found = ids.parent_of(self.installment)
        if found is None or found[0] != purchase_id:
            raise problems.INSTALLMENT_NOT_FOUND.error()
        return found[1]


class GoodwillBody(InstallmentActBody):
    """An amount off an installment."""

    amount: AmountIn


class DueDateBody(InstallmentActBody):
    """Another due date of an installment."""

    due_date: CalendarDay


class ReplanBody(ReasonBody):
    """A new plan for what is left."""

    installment_count: InstallmentCount
    interval: Interval = Interval.MONTHLY
    first_due_date: CalendarDay
    preview: bool = Field(default=False, description="Show the new plan, and store nothing.")


class ReturnBody(ReasonBody):
    """Goods that come back."""

    quantity: Quantity


class ReversalBody(ReasonBody):
    """An entry that was made by mistake."""

    entry: str = Field(max_length=64)


class SaleBody(OrderBody):
    """An order of a customer at the counter, and how the first installment was paid."""

    method: ReceivedMethod
    reference: Note = ""
    note: Note = ""

    @property
    def received(self) -> Received:
        """Return how the first installment was received."""
        return Received(Method(self.method), None, self.reference, self.note)


class BlockBody(ReasonBody):
    """A block of a customer, or its end."""

    is_blocked: StrictBool


class CreditLimitBody(ReasonBody):
    """The most that a customer may owe after a purchase; null is the shop's default."""

    credit_limit: AmountIn | None


class CreditOut(AnswerBody):
    """What a customer owes and may owe; `credit_limit` null is no limit.

    `pending` will be owed once the first payments of orders are confirmed.
    """

    customer: str
    is_blocked: bool
    owed: Total
    pending: Total
    credit_limit: Total | None
    is_default_limit: bool

    @classmethod
    def of(cls, totals: CustomerTotals, default: Decimal | None) -> Self:
        """Describe a customer's credit."""
        return cls(
            customer=totals.customer_id,
            is_blocked=totals.is_blocked,
            owed=totals.overall.due,
            pending=totals.overall.pending,
            credit_limit=default if totals.credit_limit is None else totals.credit_limit,
            is_default_limit=totals.credit_limit is None,
        )


class RejectedOut(AnswerBody):
    """The result of a rejection. It does not name the customer: idempotency records store no names."""

    message: str
    attempt: AttemptOut
    purchase: PurchaseOut

    @classmethod
    def of(cls, outcome: AttemptOutcome, days: int) -> Self:
        """Describe a payment that did not come."""
        return cls(
            message="Payment rejected.",
            attempt=AttemptOut.of(outcome.attempt, days),
            purchase=PurchaseOut.of(outcome.purchase, outcome.today),
        )


class ActOut(AnswerBody):
    """The result of an act of staff. It does not name the customer: idempotency records store no names."""

    message: str
    entry: EntryOut
    purchase: PurchaseOut

    @classmethod
    def of(cls, outcome: Outcome) -> Self:
        """Describe the outcome of an act."""
        return cls(
            message=MESSAGES[outcome.entry.kind],
            entry=EntryOut.of(outcome.entry),
            purchase=PurchaseOut.of(outcome.purchase, outcome.today),
        )


MESSAGES: Mapping[Kind, str] = {
    Kind.PURCHASE: "Purchase recorded.",
    Kind.PAYMENT: "Payment recorded.",
    Kind.FEE_WAIVER: "Late fee waived.",
    Kind.GOODWILL: "Goodwill given.",
    Kind.DUE_DATE: "Due date moved.",
    Kind.REPLAN: "New plan made.",
    Kind.RETURN: "Goods returned.",
    Kind.REFUND: "Refund recorded.",
    Kind.WRITE_OFF: "Rest written off.",
    Kind.REVERSAL: "Entry reversed.",
}
"""The sentence for each act, fit for a toast."""


class ReplanOut(AnswerBody):
    """A new plan: previewed, or made by `entry`."""

    message: str
    entry: EntryOut | None
    purchase: PurchaseOut

    @classmethod
    def of(cls, outcome: Outcome) -> Self:
        """Describe a new plan that was made."""
        return cls(**dict(ActOut.of(outcome)))

    @classmethod
    def previewed(cls, purchase: Purchase, today: date) -> Self:
        """Describe a new plan that was not made."""
        return cls(message="Nothing is stored yet.", entry=None, purchase=PurchaseOut.of(purchase, today))
