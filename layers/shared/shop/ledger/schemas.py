"""Bodies of the purchases and installments groups."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Self

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
    ProductNumber,
    Quantity,
    Rate,
    RequestBody,
)
from shop.ledger.journal import Payment
from shop.ledger.purchases import Installment, InstallmentStatus, Order, Purchase, Status
from shop.money import ZERO

if TYPE_CHECKING:  # the accounts' function imports this module, and needs neither
    from shop.ledger.idempotency import Outcome
    from shop.ledger.plan import Quote


class InstallmentOut(AnswerBody):
    """An installment with data of its purchase. `amount_to_pay` settles it today, including the late fee.

    `credited_amount` is owed no longer without having been paid: goodwill, or the end of a debt.
    """

    id: str
    purchase: str
    product_name: str
    total_price: Money
    quantity: int
    installment_number: int
    paid_amount: Money
    due_amount: Money
    credited_amount: Money
    late_fee: Money
    fee_waived: bool
    amount_to_pay: Money
    due_date: date
    status: InstallmentStatus
    is_overdue: bool
    payment_date: datetime | None

    @classmethod
    def of(cls, purchase: Purchase, installment: Installment, today: date) -> Self:
        """Describe an installment as of today."""
        return cls(
            id=ids.numbered(purchase.id, installment.number),
            purchase=purchase.id,
            product_name=purchase.product_name,
            total_price=purchase.total_price,
            quantity=purchase.quantity,
            installment_number=installment.number,
            paid_amount=installment.paid_amount,
            due_amount=installment.outstanding,
            credited_amount=installment.credited,
            fee_waived=installment.fee_waived,
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
    returned_quantity: int
    refundable_amount: Money
    cancelled_at: datetime | None
    cancellation_reason: str | None
    installments: list[InstallmentOut]

    @classmethod
    def of(cls, purchase: Purchase, today: date) -> Self:
        """Describe a purchase as of today."""
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
            "returned_quantity": purchase.returned,
            "refundable_amount": purchase.refundable,
            "cancelled_at": purchase.cancellation.at if purchase.cancellation else None,
            "cancellation_reason": purchase.cancellation.reason if purchase.cancellation else None,
            "installments": [InstallmentOut.of(purchase, part, today) for part in purchase.installments],
        }


class CustomerOut(AnswerBody):
    """The customer of a purchase."""

    id: str
    username: str
    email: str


class ShopPurchaseOut(PurchaseOut):
    """A purchase as admins see it, with its customer."""

    customer: CustomerOut

    @classmethod
    def of(cls, purchase: Purchase, today: date) -> Self:
        """Describe a purchase as of today, with its customer."""
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
        """Describe a payment."""
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
        """Describe a purchase as of today, with its customer and payments."""
        summary = ShopPurchaseOut.of(purchase, today)
        return cls(**dict(summary), payments=[PaymentOut.of(payment) for payment in payments])


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


class PurchaseBody(OrderBody):
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


class PayoffBody(RequestBody):
    """A payment of the rest of a purchase. Without an amount, it pays what the rest is today."""

    amount: AmountIn | None = None


class QuotedInstallmentOut(AnswerBody):
    """An installment of a quote."""

    installment_number: int
    due_amount: Money
    due_date: date


class QuoteOut(AnswerBody):
    """The price and the plan of an order, before it is bought."""

    product: int
    product_name: str
    total_price: Money
    quantity: int
    first_installment_amount: Money
    installment_count: int
    interval: Interval
    installments: list[QuotedInstallmentOut]

    @classmethod
    def of(cls, quote: "Quote", body: PurchaseBody) -> Self:
        """Describe a quote."""
        return cls(
            product=quote.product.id,
            product_name=quote.product.name,
            total_price=quote.total_price,
            quantity=body.quantity,
            first_installment_amount=body.first_installment_amount,
            installment_count=body.installment_count,
            interval=body.interval,
            installments=[
                QuotedInstallmentOut(installment_number=line.number, due_amount=line.principal, due_date=line.due_date)
                for line in quote.plan
            ],
        )


class PaidOffOut(AnswerBody):
    """The result of a payoff: `amount` is the sum of the payments, including late fees."""

    message: str
    amount: Money
    late_fee: Money
    purchase: PurchaseOut
    payments: list[PaymentOut]

    @classmethod
    def of(cls, outcome: "Outcome") -> Self:
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
    def of(cls, outcome: "Outcome") -> Self:
        """Describe the outcome of a cancellation."""
        return cls(message="Purchase cancelled.", purchase=PurchaseOut.of(outcome.purchase, outcome.today))


class PaymentBody(RequestBody):
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
    """The result of a payment. `detail` has the same text as `message`."""

    message: str
    detail: str
    installment: InstallmentOut
    purchase_status: Status
    payment: PaymentOut

    @classmethod
    def of(cls, outcome: "Outcome") -> Self:
        """Describe the outcome of a payment."""
        purchase, [payment] = outcome.purchase, outcome.payments
        return cls(
            message="Payment successful.",
            detail="Payment successful.",
            installment=InstallmentOut.of(purchase, purchase.installment(payment.number), outcome.today),
            purchase_status=purchase.status,
            payment=PaymentOut.of(payment),
        )
