"""Receipts: the mails that confirm an act."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from shop.accounts.store import Accounts
from shop.dynamodb.retry import retried
from shop.ledger.journal import Entry, Kind
from shop.ledger.purchases import Customer, Purchase
from shop.ledger.store import Purchases
from shop.mail.delivery import Delivery
from shop.mail.messages import Message, rendered
from shop.mail.notices import notice
from shop.mail.reminders import percent
from shop.mail.store import Mail, Mails, receipt
from shop.mail.tasks import ReceiptTask
from shop.money import ZERO, Formats
from shop.runtime.config import Settings


def confirmation(recipient: Customer, purchase: Purchase, entry: Entry, formats: Formats) -> Message:
    """Compose the mail of an act, which is its receipt when money moved."""
    match entry.kind:
        case Kind.PURCHASE:
            return purchase_confirmation(recipient, purchase, entry, formats)
        case Kind.PAYMENT:
            return payment_receipt(recipient, purchase, entry, formats)
        case _:
            return notice(recipient, purchase, entry, formats)


def purchase_confirmation(recipient: Customer, purchase: Purchase, entry: Entry, formats: Formats) -> Message:
    """Compose the confirmation of a purchase, with its plan."""
    return rendered(
        "purchase",
        recipient.email,
        f"Your purchase: {_one_line(purchase.product_name)}",
        formats,
        username=recipient.username,
        purchase=purchase,
        left=sum((part.outstanding for part in purchase.installments), ZERO),
        rate=percent(purchase.late_fee_rate),
        paid=entry.money,
        receipt_number=entry.receipt_number,
    )


def payment_receipt(recipient: Customer, purchase: Purchase, entry: Entry, formats: Formats) -> Message:
    """Compose the receipt of a payment, with what is left of the purchase."""
    open_parts = purchase.open_installments
    return rendered(
        "payment",
        recipient.email,
        f"Payment received: {formats.amount(entry.money)}",
        formats,
        username=recipient.username,
        purchase=purchase,
        payments=entry.payments,
        total=entry.money,
        too_much=entry.too_much,
        receipt_number=entry.receipt_number,
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
        """Send the mail of an act; returns whether it was sent now.

        Raises MailClaimed, MailNotSent and Unavailable: the task then has to be delivered again.
        """
        mail, message = receipt(task.customer_id, task.entry_id), None
        with self.delivery.claim(mail) as claim:
            if claim.is_new and (message := self._compose(task)):
                self.delivery.send(claim, message)
        self._finish(mail, task)
        return message is not None

    @retried
    def _finish(self, mail: Mail, task: ReceiptTask) -> None:
        self.mails.finish_receipt(mail, task.purchase_id, task.entry_id, self.clock())

    def _compose(self, task: ReceiptTask) -> Message | None:
        """Compose the mail; None when the account is erased, or the entry was lost in a restore."""
        account = self.accounts.get(task.customer_id)
        purchase = self.purchases.get(task.customer_id, task.purchase_id)
        if account is None or account.is_erased or purchase is None:
            return None
        entry = self.purchases.entry(task.customer_id, task.purchase_id, task.entry_id)
        if entry is None:
            return None
        recipient = Customer(account.id, account.username, account.email)
        return confirmation(recipient, purchase, entry, self.settings.formats)
