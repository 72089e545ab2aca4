"""Receipts: the mails that confirm a purchase or a payment."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from shop import ids
from shop.accounts.model import Account
from shop.accounts.store import Accounts
from shop.dynamodb.retry import retried
from shop.ledger.purchases import Payment, Purchase
from shop.ledger.store import Purchases
from shop.mail.delivery import Delivery
from shop.mail.messages import Message, rendered
from shop.mail.reminders import percent
from shop.mail.store import Mail, Mails, receipt
from shop.mail.tasks import ReceiptTask
from shop.money import ZERO, Formats
from shop.runtime.config import Settings


def purchase_confirmation(account: Account, purchase: Purchase, formats: Formats) -> Message:
    """Compose the confirmation of a purchase, with its plan."""
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
    """Compose the receipt of payments made together, with what is left of the purchase."""
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


@dataclass(frozen=True, slots=True)
class Receipts:
    """The use case of a receipt from the queue."""

    delivery: Delivery
    mails: Mails
    purchases: Purchases
    accounts: Accounts
    settings: Settings
    clock: Callable[[], datetime]

    def send(self, task: ReceiptTask) -> bool:
        """Send the mail of a payment or of its purchase; returns whether it was sent now.

        Raises MailClaimed, MailNotSent and Unavailable: the task then has to be delivered again.
        """
        mail, message = receipt(task.customer_id, task.payment_id), None
        with self.delivery.claim(mail) as claim:
            if claim.is_new and (message := self._compose(task)):
                self.delivery.send(claim, message)
        self._finish(mail, task)
        return message is not None

    @retried
    def _finish(self, mail: Mail, task: ReceiptTask) -> None:
        self.mails.finish_receipt(mail, task.purchase_id, task.payment_id, self.clock())

    def _compose(self, task: ReceiptTask) -> Message | None:
        """Compose the mail; None when the account is erased, or the payment was lost in a restore."""
        account = self.accounts.get(task.customer_id)
        purchase = self.purchases.get(task.customer_id, task.purchase_id)
        if account is None or account.is_erased or purchase is None:
            return None
        payments = [
            payment
            for payment in self.purchases.payments_of(task.customer_id, task.purchase_id)
            if _same_act(payment.id, task.payment_id)
        ]
        if not payments:
            return None
        if any(payment.number == 1 for payment in payments):  # the first installment is paid with the purchase
            return purchase_confirmation(account, purchase, self.settings.formats)
        return payment_receipt(account, purchase, payments, self.settings.formats)


def _same_act(one: str, other: str) -> bool:
    """Return whether two payment ids are equal, or parts of one payoff."""
    parent = ids.parent_of(one)
    return one == other or (parent is not None and parent[0] == (ids.parent_of(other) or ("",))[0])
