"""The mails that confirm a purchase or a payment."""

from collections.abc import Sequence

from shop.domain.accounts import Account
from shop.domain.formats import Formats
from shop.domain.money import ZERO
from shop.domain.purchases import Payment, Purchase
from shop.mail.messages import Message, rendered
from shop.mail.reminders import percent


def purchase_confirmation(account: Account, purchase: Purchase, formats: Formats) -> Message:
    """The mail with a purchase's schedule."""
    return rendered(
        "purchase",
        account.email,
        f"Your purchase: {_one_line(purchase.product_name)}",
        formats,
        username=account.username,
        purchase=purchase,
        left=sum((part.outstanding for part in purchase.installments), ZERO),
        rate=percent(purchase.late_fee_rate),
    )


def payment_receipt(account: Account, purchase: Purchase, payments: Sequence[Payment], formats: Formats) -> Message:
    """The mail for what was paid at once, and what is left of the purchase by now."""
    total = sum((payment.amount for payment in payments), ZERO)
    open_parts = purchase.open_installments
    return rendered(
        "payment",
        account.email,
        f"Payment received: {formats.amount(total)}",
        formats,
        username=account.username,
        purchase=purchase,
        payments=payments,
        total=total,
        left=sum((part.outstanding for part in open_parts), ZERO),
        next_due=open_parts[0].due_date if open_parts else None,
    )


def _one_line(text: str) -> str:
    return " ".join(text.split())
