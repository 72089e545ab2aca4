"""Receipts: the mails that confirm an act."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from shop import problems
from shop.accounts.store import Accounts
from shop.dynamodb.retry import retried
from shop.ledger.journal import Entry, Kind
from shop.ledger.purchases import Purchase
from shop.ledger.store import Purchases
from shop.mail.delivery import Delivery
from shop.mail.messages import Message, Recipient, rendered
from shop.mail.model import Mail, receipt
from shop.mail.notices import notice
from shop.mail.store import Mails
from shop.mail.tasks import ReceiptTask
from shop.money import ZERO
from shop.runtime.config import Settings
from shop.text import one_line


def confirmation(to: Recipient, purchase: Purchase, entry: Entry) -> Message:
    """Compose the mail of an act, which is its receipt when money moved."""
    match entry.kind:
        case Kind.PURCHASE:
            return purchase_confirmation(to, purchase, entry)
        case Kind.PAYMENT:
            return payment_receipt(to, purchase, entry)
        case _:
            return notice(to, purchase, entry)


def purchase_confirmation(to: Recipient, purchase: Purchase, entry: Entry) -> Message:
    """Compose the confirmation of a purchase, with its plan."""
    return rendered(
        "purchase",
        to,
        to.texts.gettext("Your purchase: %(product)s") % {"product": one_line(purchase.product_name)},
        purchase=purchase,
        left=sum((part.outstanding for part in purchase.installments), ZERO),
        rate=to.formats.percent(purchase.late_fee_rate),
        paid=entry.money,
        receipt_number=entry.receipt_number,
    )


def payment_receipt(to: Recipient, purchase: Purchase, entry: Entry) -> Message:
    """Compose the receipt of a payment, with what is left of the purchase."""
    open_parts = purchase.open_installments
    return rendered(
        "payment",
        to,
        to.texts.gettext("Payment received: %(amount)s") % {"amount": to.formats.amount(entry.money)},
        purchase=purchase,
        payments=entry.payments,
        total=entry.money,
        too_much=entry.too_much,
        receipt_number=entry.receipt_number,
        left=sum((part.outstanding for part in open_parts), ZERO),
        next_due=open_parts[0].due_date if open_parts else None,
    )


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
        mail = receipt(task.customer_id, task.entry_id, task.purchase_id)
        with self.delivery.claim(mail) as claim:
            sent = claim.is_new and self.delivery.send(claim, self._compose(task))
        self._finish(mail, task)
        return sent

    def page(self, purchase: Purchase, entry: Entry) -> str:
        """Return the mail of an act as a page to print. Raises NotFound when the customer's account is lost."""
        account = self.accounts.get(purchase.customer.id)
        if account is None:
            raise problems.RECEIPT_NOT_FOUND.error()
        return confirmation(Recipient.of(account, self.settings), purchase, entry).html

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
        return confirmation(Recipient.of(account, self.settings), purchase, entry)
