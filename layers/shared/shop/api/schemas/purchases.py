"""Bodies of the purchases and installments groups."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Self

from pydantic import Field

from shop.api.schemas.fields import AmountIn, AnswerBody, InstallmentCount, Money, Name, Quantity, RequestBody
from shop.domain import ids
from shop.domain.calendar import Interval
from shop.domain.ledger import Quote
from shop.domain.money import ZERO
from shop.domain.purchases import Installment, InstallmentStatus, Order, Payment, Purchase, Status, Terms


class PurchaseBody(RequestBody):
    """What a customer buys, and the plan to pay it by."""

    product: Annotated[str, Field(min_length=1, max_length=64)]
    quantity: Quantity = 1
    first_installment_amount: AmountIn
    installment_count: InstallmentCount
    interval: Interval = Interval.THIRTY_DAYS

    def order(self) -> Order:
        """The order that the domain decides on."""
        return Order(self.product, self.quantity, self.first_installment_amount, self.installment_count, self.interval)


class PaymentBody(RequestBody):
    """Money for an installment."""

    amount: AmountIn


class PayoffBody(RequestBody):
    """Money for all that is left of a purchase; without an amount it is whatever that comes to today."""

    amount: AmountIn | None = None


class CancellationBody(RequestBody):
    """Why a purchase is cancelled."""

    reason: Name


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
    def of(cls, purchase: Purchase, installment: Installment, today: date, terms: Terms) -> Self:
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
            late_fee=installment.late_fee_on(today, terms.late_fee_rate),
            amount_to_pay=installment.amount_to_pay(today, terms.late_fee_rate),
            due_date=installment.due_date,
            status=installment.status,
            is_overdue=installment.is_overdue(today),
            payment_date=installment.paid_at,
        )


class PurchaseOut(AnswerBody):
    """A purchase with its plan."""

    id: str
    product: str
    product_name: str
    total_price: Money
    quantity: int
    first_installment_amount: Money
    installment_count: int
    interval: Interval
    status: Status
    purchase_date: datetime
    refundable_amount: Money
    cancelled_at: datetime | None
    cancellation_reason: str | None
    installments: list[InstallmentOut]

    @classmethod
    def of(cls, purchase: Purchase, today: date, terms: Terms) -> Self:
        """A purchase as it stands today."""
        return cls(**cls._values(purchase, today, terms))

    @staticmethod
    def _values(purchase: Purchase, today: date, terms: Terms) -> dict[str, object]:
        return {
            "id": purchase.id,
            "product": purchase.product_id,
            "product_name": purchase.product_name,
            "total_price": purchase.total_price,
            "quantity": purchase.quantity,
            "first_installment_amount": purchase.installments[0].principal,
            "installment_count": len(purchase.installments),
            "interval": purchase.interval,
            "status": purchase.status,
            "purchase_date": purchase.purchased_at,
            "refundable_amount": purchase.refundable,
            "cancelled_at": purchase.cancellation.at if purchase.cancellation else None,
            "cancellation_reason": purchase.cancellation.reason if purchase.cancellation else None,
            "installments": [InstallmentOut.of(purchase, part, today, terms) for part in purchase.installments],
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
    def of(cls, purchase: Purchase, today: date, terms: Terms) -> Self:
        """A purchase as it stands today, with its customer."""
        buyer = purchase.customer
        customer = CustomerOut(id=buyer.id, username=buyer.username, email=buyer.email)
        return cls(**cls._values(purchase, today, terms), customer=customer)


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
    def detailed(cls, purchase: Purchase, payments: Sequence[Payment], today: date, terms: Terms) -> Self:
        """A purchase as it stands today, with all that was paid."""
        summary = ShopPurchaseOut.of(purchase, today, terms)
        return cls(**dict(summary), payments=[PaymentOut.of(payment) for payment in payments])


class InstallmentDetailOut(InstallmentOut):
    """An installment with its payments."""

    payments: list[PaymentOut]

    @classmethod
    def detailed(
        cls, purchase: Purchase, installment: Installment, payments: Sequence[Payment], today: date, terms: Terms
    ) -> Self:
        """An installment as it stands today, with all that was paid."""
        summary = InstallmentOut.of(purchase, installment, today, terms)
        return cls(**dict(summary), payments=[PaymentOut.of(payment) for payment in payments])


class QuotedInstallmentOut(AnswerBody):
    """An installment of a plan that is not bought yet."""

    installment_number: int
    due_amount: Money
    due_date: date


class QuoteOut(AnswerBody):
    """What an order would come to."""

    product: str
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
    def of(cls, purchase: Purchase, payments: Sequence[Payment], today: date, terms: Terms) -> Self:
        """The answer to a payoff."""
        return cls(
            message="Purchase paid off.",
            amount=sum((payment.amount for payment in payments), ZERO),
            late_fee=sum((payment.late_fee for payment in payments), ZERO),
            purchase=PurchaseOut.of(purchase, today, terms),
            payments=[PaymentOut.of(payment) for payment in payments],
        )


class CancelledOut(AnswerBody):
    """What a cancellation did."""

    message: str
    purchase: ShopPurchaseOut

    @classmethod
    def of(cls, purchase: Purchase, today: date, terms: Terms) -> Self:
        """The answer to a cancellation."""
        return cls(message="Purchase cancelled.", purchase=ShopPurchaseOut.of(purchase, today, terms))


class PaidOut(AnswerBody):
    """What a payment did."""

    message: str
    installment: InstallmentOut
    purchase_status: Status
    payment: PaymentOut

    @classmethod
    def of(cls, purchase: Purchase, payment: Payment, today: date, terms: Terms) -> Self:
        """The answer to a payment."""
        return cls(
            message="Payment successful.",
            installment=InstallmentOut.of(purchase, purchase.installment(payment.number), today, terms),
            purchase_status=purchase.status,
            payment=PaymentOut.of(payment),
        )
