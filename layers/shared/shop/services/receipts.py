"""Confirming purchases and payments by mail."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from shop.config import Settings
from shop.domain import ids
from shop.mail.messages import Message
from shop.mail.receipts import payment_receipt, purchase_confirmation
from shop.mail.tasks import ReceiptTask
from shop.services.delivering import Delivering
from shop.store.accounts import Accounts
from shop.store.mails import receipt
from shop.store.purchases import Purchases


@dataclass(frozen=True, slots=True)
class Receipts:
    """The use case of a receipt from the queue."""

    delivering: Delivering
    purchases: Purchases
    accounts: Accounts
    settings: Settings
    clock: Callable[[], datetime]

    def send(self, task: ReceiptTask) -> bool:
        """Send the one mail of a payment, or of the purchase it began; whether it went out now.

        Raises as delivering does.
        """
        mail = receipt(task.customer_id, task.payment_id)
        return self.delivering.deliver(
            mail,
            lambda: self._composed(task),
            lambda _: self.delivering.mails.finish_receipt(mail, task.purchase_id, task.payment_id, self.clock()),
        )

    def _composed(self, task: ReceiptTask) -> Message | None:
        account = self.accounts.get(task.customer_id)
        purchase = self.purchases.get(task.customer_id, task.purchase_id)
        if account is None or account.is_erased or purchase is None:
            return None
        payments = [
            payment
            for payment in self.purchases.payments_of(task.customer_id, task.purchase_id)
            if _made_together(payment.id, task.payment_id)
        ]
        if not payments:  # lost, as after a restore
            return None
        if any(payment.number == 1 for payment in payments):  # it is paid at purchase, all at once
            return purchase_confirmation(account, purchase, self.settings.formats)
        return payment_receipt(account, purchase, payments, self.settings.formats)


def _made_together(one: str, other: str) -> bool:
    """Whether two payments are one, or parts of one payoff."""
    parent = ids.parent_of(one)
    return one == other or (parent is not None and parent[0] == (ids.parent_of(other) or ("",))[0])
