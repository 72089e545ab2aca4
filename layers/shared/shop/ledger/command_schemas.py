"""Bodies and results of what customers do: ordering, paying, paying off."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Self

from pydantic import Field

from shop import problems
from shop.calendar import Interval
from shop.http.fields import (
    AmountIn,
    AnswerBody,
    ClientDate,
    Ignored,
    InstallmentCount,
    Money,
    Note,
    ProductNumber,
    Quantity,
    Rate,
    RequestBody,
)
from shop.ledger.acting import Received
from shop.ledger.attempt_schemas import AttemptOut
from shop.ledger.idempotency import AttemptOutcome, Outcome
from shop.ledger.journal import Method, Payment, PlanLine
from shop.ledger.plan import PricedPlan, Quote
from shop.ledger.purchases import Installment, Order, Purchase, Status
from shop.ledger.schemas import InstallmentOut, PaymentOut, PurchaseOut
from shop.money import ZERO

WAITING = "Thank you. We will check that the money has come, and write to you."
"""The sentence for a payment that waits for confirmation."""
GO_ON = "Go on to the payment page."
"""The sentence for a payment that is made online."""


class DeclaredMethod(StrEnum):
    """How a customer paid, as they say."""

    SELF_DECLARED = "self_declared"
    CASH = "cash"
    BANK_TRANSFER = "bank_transfer"
    MOBILE_WALLET = "mobile_wallet"
    CARD = "card"
    OTHER = "other"


class OrderBody(RequestBody):
    """An order: the product, the quantity, and the plan to pay for it."""

    product: ProductNumber
    quantity: Quantity = 1
    first_installment_amount: AmountIn
    installment_count: InstallmentCount
    interval: Interval = Interval.THIRTY_DAYS

    def order(self) -> Order:
        """Return the order in the form that the rules take."""
        return Order(self.product, self.quantity, self.first_installment_amount, self.installment_count, self.interval)


class DeclaredBody(RequestBody):
    """How a customer paid, as they say: for whoever checks it, and for the books."""

    method: DeclaredMethod | None = None
    reference: Note | None = None
    note: Note | None = None

    @property
    def declared(self) -> Received:
        """Return how the customer paid."""
        return Received(Method(self.method or Method.SELF_DECLARED), None, self.reference or "", self.note or "")


class PurchaseBody(OrderBody, DeclaredBody):
    """An order, with what the old frontends add."""

    purchase_date: ClientDate | None = Field(
        default=None, exclude=True, description="Checked to be about today, and not kept: the shop's own clock counts."
    )
    purchase_time: Ignored = None

    def check_date(self, now: datetime, today: date) -> None:
        """Raise InvalidInput when the date of purchase is not today's, give or take a day for other time zones."""
        bought = self.purchase_date
        if bought is None:
            return
        far = abs(bought - now) if isinstance(bought, datetime) else abs(bought - today)
        if far > timedelta(days=1):
            raise problems.PURCHASE_DATE_NOT_TODAY.error()


class PayoffBody(DeclaredBody):
    """A payment of the rest of a purchase. Without an amount, it pays what the rest is today."""

    amount: AmountIn | None = None


class QuoteBody(PurchaseBody):
    """An order to quote; `installment_counts` quotes the same for other numbers of installments."""

    installment_counts: list[InstallmentCount] | None = Field(default=None, max_length=12)


class QuotedInstallmentOut(AnswerBody):
    """An installment of a quote."""

    installment_number: int
    due_amount: Money
    due_date: date


class QuotedPlanOut(AnswerBody):
    """The plan of an order with another number of installments."""

    installment_count: int
    unit_price: Money
    plan_markup: Rate
    total_price: Money
    installments: list[QuotedInstallmentOut]

    @classmethod
    def of(cls, plan: PricedPlan) -> Self:
        """Describe a plan of a quote."""
        return cls(
            installment_count=len(plan.lines),
            unit_price=plan.unit_price,
            plan_markup=plan.plan_markup,
            total_price=plan.total_price,
            installments=_quoted(plan.lines),
        )


class QuoteOut(AnswerBody):
    """The price and the plan of an order, before it is bought; `plans` has those of other numbers of installments."""

    product: int
    product_name: str
    unit_price: Money
    plan_markup: Rate
    total_price: Money
    quantity: int
    first_installment_amount: Money
    installment_count: int
    interval: Interval
    installments: list[QuotedInstallmentOut]
    plans: list[QuotedPlanOut]

    @classmethod
    def of(cls, quote: Quote, body: QuoteBody) -> Self:
        """Describe a quote."""
        return cls(
            product=quote.product.id,
            product_name=quote.product.name,
            unit_price=quote.plan.unit_price,
            plan_markup=quote.plan.plan_markup,
            total_price=quote.plan.total_price,
            quantity=body.quantity,
            first_installment_amount=body.first_installment_amount,
            installment_count=body.installment_count,
            interval=body.interval,
            installments=_quoted(quote.plan.lines),
            plans=[QuotedPlanOut.of(plan) for plan in quote.others],
        )


def _quoted(plan: Sequence[PlanLine]) -> list[QuotedInstallmentOut]:
    return [
        QuotedInstallmentOut(installment_number=line.number, due_amount=line.principal, due_date=line.due_date)
        for line in plan
    ]


class BoughtOut(PurchaseOut):
    """A purchase that was made or, where the shop confirms payments, ordered, with the attempt of its first payment."""

    attempt: AttemptOut | None = None

    @classmethod
    def waiting(cls, outcome: AttemptOutcome, days: int) -> Self:
        """Describe an order whose first payment waits for confirmation."""
        purchase = PurchaseOut.of(outcome.purchase, outcome.today)
        return cls(**dict(purchase), attempt=AttemptOut.of(outcome.attempt, days))


class PaidOffOut(AnswerBody):
    """The result of a payoff: `amount` is the sum of the payments, including late fees.

    When the shop confirms payments, there are none yet, only an attempt.
    """

    message: str
    amount: Money
    late_fee: Money
    purchase: PurchaseOut
    payments: list[PaymentOut]
    attempt: AttemptOut | None = None

    @classmethod
    def waiting(cls, outcome: AttemptOutcome, days: int) -> Self:
        """Describe a payoff that waits for confirmation."""
        return cls(
            message=_said(outcome),
            amount=outcome.attempt.amount,
            late_fee=ZERO,
            purchase=PurchaseOut.of(outcome.purchase, outcome.today),
            payments=[],
            attempt=AttemptOut.of(outcome.attempt, days),
        )

    @classmethod
    def of(cls, outcome: Outcome) -> Self:
        """Describe the outcome of a payoff."""
        return cls(
            message="Purchase paid off.",
            amount=sum((payment.amount for payment in outcome.payments), ZERO),
            late_fee=sum((payment.late_fee for payment in outcome.payments), ZERO),
            purchase=PurchaseOut.of(outcome.purchase, outcome.today),
            payments=[PaymentOut.of(payment) for payment in outcome.payments],
        )


class CancelledOut(AnswerBody):
    """The result of a cancellation. It does not name the customer: idempotency records store no names."""

    message: str
    purchase: PurchaseOut

    @classmethod
    def of(cls, outcome: Outcome) -> Self:
        """Describe the outcome of a cancellation."""
        return cls(message="Purchase cancelled.", purchase=PurchaseOut.of(outcome.purchase, outcome.today))


class PaymentBody(DeclaredBody):
    """The amount of a payment for an installment."""

    amount: AmountIn


class NextDueOut(InstallmentOut):
    """The next installment to pay. `due_amount` includes the late fee of today, `principal_due` does not."""

    principal_due: Money

    @classmethod
    def of(cls, purchase: Purchase, installment: Installment, today: date) -> Self:
        """Describe an installment with the amount that settles it today."""
        shown = InstallmentOut.of(purchase, installment, today)
        return cls(**{**dict(shown), "due_amount": shown.amount_to_pay}, principal_due=shown.due_amount)


class InstallmentDetailOut(InstallmentOut):
    """An installment with its payments."""

    payments: list[PaymentOut]

    @classmethod
    def detailed(cls, purchase: Purchase, installment: Installment, payments: Sequence[Payment], today: date) -> Self:
        """Describe an installment as of today, with its payments."""
        summary = InstallmentOut.of(purchase, installment, today)
        return cls(**dict(summary), payments=[PaymentOut.of(payment) for payment in payments])


class PaidOut(AnswerBody):
    """The result of a payment. `detail` has the same text as `message`.

    When the shop confirms payments, there is none yet, only an attempt.
    """

    message: str
    detail: str
    installment: InstallmentOut
    purchase_status: Status
    payment: PaymentOut | None
    attempt: AttemptOut | None = None

    @classmethod
    def waiting(cls, outcome: AttemptOutcome, days: int) -> Self:
        """Describe a payment that waits for confirmation."""
        purchase, [number] = outcome.purchase, outcome.attempt.numbers
        return cls(
            message=_said(outcome),
            detail=_said(outcome),
            installment=InstallmentOut.of(purchase, purchase.installment(number), outcome.today),
            purchase_status=purchase.status,
            payment=None,
            attempt=AttemptOut.of(outcome.attempt, days),
        )

    @classmethod
    def of(cls, outcome: Outcome) -> Self:
        """Describe the outcome of a payment."""
        purchase, [payment] = outcome.purchase, outcome.payments
        return cls(
            message="Payment successful.",
            detail="Payment successful.",
            installment=InstallmentOut.of(purchase, purchase.installment(payment.number), outcome.today),
            purchase_status=purchase.status,
            payment=PaymentOut.of(payment),
        )


def _said(outcome: AttemptOutcome) -> str:
    return GO_ON if outcome.attempt.method.is_online else WAITING
