"""Purchases, installments and payments as clients see them."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Self

from shop import ids
from shop.calendar import Interval
from shop.http.fields import AnswerBody, Money, Rate
from shop.ledger.journal import Payment
from shop.ledger.purchases import Installment, InstallmentStatus, Purchase, Status


class InstallmentOut(AnswerBody):
    """An installment with data of its purchase. `amount_to_pay` settles it today, including the late fee.

    `credited_amount` is owed no longer without having been paid: goodwill, or the end of a debt. `waiting_amount` was
    paid, as the customer says, and waits for the shop's confirmation.
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
    waiting_amount: Money
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
            waiting_amount=purchase.waiting_for(installment),
            fee_waived=installment.fee_waived,
            late_fee=purchase.late_fee_of(installment, today),
            amount_to_pay=purchase.amount_to_pay(installment, today),
            due_date=installment.due_date,
            status=installment.status,
            is_overdue=installment.is_overdue(today),
            payment_date=installment.paid_at,
        )


class PurchaseOut(AnswerBody):
    """A purchase with its plan. `unit_price` has the mark-up of plans in it, `plan_markup` (0.1 is 10 %)."""

    id: str
    product: int
    product_name: str
    unit_price: Money
    plan_markup: Rate
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
    waiting_amount: Money
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
            "unit_price": purchase.unit_price,
            "plan_markup": purchase.plan_markup,
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
            "waiting_amount": purchase.waiting_amount,
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
