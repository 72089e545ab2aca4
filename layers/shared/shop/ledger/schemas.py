"""Purchases, installments and payments as they are shown."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Self

from pydantic import Field

from shop import ids, problems
from shop.calendar import Interval
from shop.http.fields import (
    AmountIn,
    AnswerBody,
    ClientDate,
    Ignored,
    InstallmentCount,
    Money,
    Name,
    ProductNumber,
    Quantity,
    Rate,
    RequestBody,
)
from shop.ledger.idempotency import Outcome
from shop.ledger.plan import Quote
from shop.ledger.purchases import Installment, InstallmentStatus, Order, Payment, Purchase, Status
from shop.money import ZERO


class InstallmentOut(AnswerBody):
    """An installment with what its purchase says of it. `amount_to_pay` settles it today, late fee included."""

    id: str
    purchase: str
    product_name: str
    total_price: Money
    quantity: int
    installment_number: int
    paid_amount: Money
    due_amount: Money
    late_fee: Money
    amount_to_pay: Money
    due_date: date
    status: InstallmentStatus
    is_overdue: bool
    payment_date: datetime | None

    @classmethod
    def of(cls, purchase: Purchase, installment: Installment, today: date) -> Self:
        """An installment as it stands today."""
        return cls(
            id=ids.numbered(purchase.id, installment.number),
            purchase=purchase.id,
            product_name=purchase.product_name,
            total_price=purchase.total_price,
            quantity=purchase.quantity,
            installment_number=installment.number,
            paid_amount=installment.paid_amount,
            due_amount=installment.outstanding,
            late_fee=purchase.late_fee_of(installment, today),
            amount_to_pay=purchase.amount_to_pay(installment, today),
            due_date=installment.due_date,
            status=installment.status,
            is_overdue=installment.is_overdue(today),
            payment_date=installment.paid_at,
        )


class PurchaseOut(AnswerBody):
    """A purchase with its plan."""

    id: str
    product: int
    product_name: str
    total_price: Money
    quantity: int
    first_installment_amount: Money
    installment_count: int
    interval: Interval
    late_fee_rate: Rate
    status: Status
    purchase_date: datetime
    refundable_amount: Money
    cancelled_at: datetime | None
    cancellation_reason: str | None
    installments: list[InstallmentOut]

    @classmethod
    def of(cls, purchase: Purchase, today: date) -> Self:
        """A purchase as it stands today."""
        return cls(**cls._values(purchase, today))

    @staticmethod
    def _values(purchase: Purchase, today: date) -> dict[str, object]:
        return {
            "id": purchase.id,
            "product": purchase.product_id,
            "product_name": purchase.product_name,
            "total_price": purchase.total_price,
            "quantity": purchase.quantity,
            "first_installment_amount": purchase.installments[0].principal,
            "installment_count": len(purchase.installments),
            "interval": purchase.interval,
            "late_fee_rate": purchase.late_fee_rate,
            "status": purchase.status,
            "purchase_date": purchase.purchased_at,
            "refundable_amount": purchase.refundable,
            "cancelled_at": purchase.cancellation.at if purchase.cancellation else None,
            "cancellation_reason": purchase.cancellation.reason if purchase.cancellation else None,
            "installments": [InstallmentOut.of(purchase, part, today) for part in purchase.installments],
        }


class CustomerOut(AnswerBody):
    """Who bought."""

    id: str
    username: str
    email: str


class ShopPurchaseOut(PurchaseOut):
    """A purchase as admins see it."""

    customer: CustomerOut

    @classmethod
    def of(cls, purchase: Purchase, today: date) -> Self:
        """A purchase as it stands today, with its customer."""
        buyer = purchase.customer
        customer = CustomerOut(id=buyer.id, username=buyer.username, email=buyer.email)
        return cls(**cls._values(purchase, today), customer=customer)


class PaymentOut(AnswerBody):
    """A payment; `amount` includes the late fee."""

    id: str
    installment: str
    amount: Money
    late_fee: Money
    paid_at: datetime

    @classmethod
    def of(cls, payment: Payment) -> Self:
        """A payment as clients see it."""
        return cls(
            id=payment.id,
            installment=ids.numbered(payment.purchase_id, payment.number),
            amount=payment.amount,
            late_fee=payment.late_fee,
            paid_at=payment.paid_at,
        )


class PurchaseDetailOut(ShopPurchaseOut):
    """A purchase with its customer and payments."""

    payments: list[PaymentOut]

    @classmethod
    def detailed(cls, purchase: Purchase, payments: Sequence[Payment], today: date) -> Self:
        """A purchase as it stands today, with all that was paid."""
        summary = ShopPurchaseOut.of(purchase, today)
        return cls(**dict(summary), payments=[PaymentOut.of(payment) for payment in payments])


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
            raise problems.PURCHASE_DATE_NOT_TODAY.error()

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
    def of(cls, outcome: Outcome) -> Self:
        """The answer to a payoff."""
        return cls(
            message="Purchase paid off.",
            amount=sum((payment.amount for payment in outcome.payments), ZERO),
            late_fee=sum((payment.late_fee for payment in outcome.payments), ZERO),
            purchase=PurchaseOut.of(outcome.purchase, outcome.today),
            payments=[PaymentOut.of(payment) for payment in outcome.payments],
        )


class CancelledOut(AnswerBody):
    """What a cancellation did. A replay knows no names, so the answer does not name the customer."""

    message: str
    purchase: PurchaseOut

    @classmethod
    def of(cls, outcome: Outcome) -> Self:
        """The answer to a cancellation."""
        return cls(message="Purchase cancelled.", purchase=PurchaseOut.of(outcome.purchase, outcome.today))


class PaymentBody(RequestBody):
    """Money for an installment."""

    amount: AmountIn


class NextDueOut(InstallmentOut):
    """The installment to pay next: `due_amount` pays it today, its late fee included; `principal_due` is without."""

    principal_due: Money

    @classmethod
    def of(cls, purchase: Purchase, installment: Installment, today: date) -> Self:
        """The installment with what settles it today."""
        shown = InstallmentOut.of(purchase, installment, today)
        return cls(**{**dict(shown), "due_amount": shown.amount_to_pay}, principal_due=shown.due_amount)


class InstallmentDetailOut(InstallmentOut):
    """An installment with its payments."""

    payments: list[PaymentOut]

    @classmethod
    def detailed(cls, purchase: Purchase, installment: Installment, payments: Sequence[Payment], today: date) -> Self:
        """An installment as it stands today, with all that was paid."""
        summary = InstallmentOut.of(purchase, installment, today)
        return cls(**dict(summary), payments=[PaymentOut.of(payment) for payment in payments])


class PaidOut(AnswerBody):
    """What a payment did. `detail` says the same as `message`."""

    message: str
    detail: str
    installment: InstallmentOut
    purchase_status: Status
    payment: PaymentOut

    @classmethod
    def of(cls, outcome: Outcome) -> Self:
        """The answer to a payment."""
        purchase, (payment,) = outcome.purchase, outcome.payments
        return cls(
            message="Payment successful.",
            detail="Payment successful.",
            installment=InstallmentOut.of(purchase, purchase.installment(payment.number), outcome.today),
            purchase_status=purchase.status,
            payment=PaymentOut.of(payment),
        )
