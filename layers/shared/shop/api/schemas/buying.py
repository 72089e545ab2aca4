"""Bodies of buying, paying off and cancelling."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Self

from pydantic import Field

from shop.api.schemas.fields import (
    AmountIn,
    AnswerBody,
    ClientDate,
    Ignored,
    InstallmentCount,
    Money,
    Name,
    ProductNumber,
    Quantity,
    RequestBody,
)
from shop.api.schemas.purchases import PaymentOut, PurchaseOut
from shop.domain.calendar import Interval
from shop.domain.ledger import Quote
from shop.domain.money import ZERO
from shop.domain.purchases import Order, Payment, Purchase
from shop.errors import InvalidInput


class PurchaseBody(RequestBody):
    """What a customer buys, and the plan to pay it by."""

    product: ProductNumber
    quantity: Quantity = 1
    first_installment_amount: AmountIn
    installment_count: InstallmentCount
    interval: Interval = Interval.THIRTY_DAYS
    purchase_date: ClientDate | None = Field(
        default=None, exclude=True, description="Checked to be about today, and not kept: the shop's own clock counts."
    )
    purchase_time: Ignored = None

    def check_date(self, now: datetime, today: date) -> None:
        """Raises InvalidInput for a date of purchase that is not today's, give or take a day for other time zones."""
        given = self.purchase_date
        if given is None:
            return
        far = abs(given - now) if isinstance(given, datetime) else abs(given - today)
        if far > timedelta(days=1):
            raise InvalidInput.of("purchase_date", "The purchase date must be today.")

    def order(self) -> Order:
        """The order that the domain decides on."""
        return Order(self.product, self.quantity, self.first_installment_amount, self.installment_count, self.interval)


class PayoffBody(RequestBody):
    """Money for all that is left of a purchase; without an amount it is whatever that comes to today."""

    amount: AmountIn | None = None


class CancellationBody(RequestBody):
    """Why a purchase is cancelled."""

    reason: Name


class QuotedInstallmentOut(AnswerBody):
    """An installment of a plan that is not bought yet."""

    installment_number: int
    due_amount: Money
    due_date: date


class QuoteOut(AnswerBody):
    """What an order would come to."""

    product: int
    product_name: str
    total_price: Money
    quantity: int
    first_installment_amount: Money
    installment_count: int
    interval: Interval
    installments: list[QuotedInstallmentOut]

    @classmethod
    def of(cls, quote: Quote, body: PurchaseBody) -> Self:
        """The quote of a purchase's body."""
        return cls(
            product=quote.product.id,
            product_name=quote.product.name,
            total_price=quote.total_price,
            quantity=body.quantity,
            first_installment_amount=body.first_installment_amount,
            installment_count=body.installment_count,
            interval=body.interval,
            installments=[
                QuotedInstallmentOut(installment_number=part.number, due_amount=part.principal, due_date=part.due_date)
                for part in quote.installments
            ],
        )


class PaidOffOut(AnswerBody):
    """What paying off did: `amount` is the sum of the payments, late fees included."""

    message: str
    amount: Money
    late_fee: Money
    purchase: PurchaseOut
    payments: list[PaymentOut]

    @classmethod
    def of(cls, purchase: Purchase, payments: Sequence[Payment], today: date) -> Self:
        """The answer to a payoff."""
        return cls(
            message="Purchase paid off.",
            amount=sum((payment.amount for payment in payments), ZERO),
            late_fee=sum((payment.late_fee for payment in payments), ZERO),
            purchase=PurchaseOut.of(purchase, today),
            payments=[PaymentOut.of(payment) for payment in payments],
        )


class CancelledOut(AnswerBody):
    """What a cancellation did. The answer is kept for its idempotency key, so it does not name the customer."""

    message: str
    purchase: PurchaseOut

    @classmethod
    def of(cls, purchase: Purchase, today: date) -> Self:
        """The answer to a cancellation."""
        return cls(message="Purchase cancelled.", purchase=PurchaseOut.of(purchase, today))
