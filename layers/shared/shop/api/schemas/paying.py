"""Bodies of paying an installment."""

from collections.abc import Sequence
from datetime import date
from typing import Self

from shop.api.schemas.fields import AmountIn, AnswerBody, Money, RequestBody
from shop.api.schemas.purchases import InstallmentOut, PaymentOut
from shop.domain.purchases import Installment, Payment, Purchase, Status


class PaymentBody(RequestBody):
    """Money for an installment."""

    amount: AmountIn


class NextDueOut(InstallmentOut):
    """The installment to pay next: `due_amount` pays it today, its late fee included; `principal_due` is without."""

    principal_due: Money

    @classmethod
    def of(cls, purchase: Purchase, installment: Installment, today: date) -> Self:
        """An installment as somebody is asked to pay it today."""
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
    def of(cls, purchase: Purchase, payment: Payment, today: date) -> Self:
        """The answer to a payment."""
        return cls(
            message="Payment successful.",
            detail="Payment successful.",
            installment=InstallmentOut.of(purchase, purchase.installment(payment.number), today),
            purchase_status=purchase.status,
            payment=PaymentOut.of(payment),
        )
