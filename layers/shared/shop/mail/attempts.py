"""Mails about payment attempts: that the shop will check, that it did not find the money, that time ran out, or that
an automatic payment was refused.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from shop.accounts.model import Account
from shop.accounts.pay_links import PayLinks
from shop.accounts.store import Accounts
from shop.attempts.store import Attempts
from shop.dynamodb.retry import retried
from shop.ledger.attempts import Attempt, AttemptStatus
from shop.ledger.purchases import Purchase
from shop.ledger.store import Purchases
from shop.mail.charges import charge_notice
from shop.mail.delivery import Delivery
from shop.mail.messages import Message, Recipient, rendered
from shop.mail.model import attempt_mail
from shop.mail.store import Mails
from shop.mail.tasks import AttemptTask
from shop.online.mandate_store import Mandates
from shop.online.mandates import MandateStatus, next_charge
from shop.runtime.config import Settings
from shop.text import one_line, translatable

_TITLES = {
    AttemptStatus.PROCESSING: translatable("We are checking your payment"),
    AttemptStatus.FAILED: translatable("We did not find your payment"),
    AttemptStatus.EXPIRED: translatable("Your payment was not confirmed"),
}


def attempt_notice(to: Recipient, purchase: Purchase, attempt: Attempt, last_day: date) -> Message:
    """Compose the mail about the status of a payment attempt, which waits until the end of a day."""
    title = to.texts.gettext(_TITLES[attempt.status])
    return rendered(
        "attempt",
        to,
        f"{title}: {one_line(purchase.product_name)}",
        title=title,
        purchase=purchase,
        attempt=attempt,
        reason=_reason(to, attempt),
        last_day=last_day,
        is_order=not purchase.is_sold,
        is_owed=any(part.number in attempt.numbers for part in purchase.open_installments),
    )


def _reason(to: Recipient, attempt: Attempt) -> str:
    """Return why an attempt ended: in the words of staff or, when nobody decided, of the shop."""
    if attempt.status is AttemptStatus.EXPIRED:
        return to.texts.gettext("The payment was not confirmed in time.")
    return attempt.decision.reason if attempt.decision else ""


@dataclass(frozen=True, slots=True)
class AttemptMails:
    """The use case of a mail about a payment attempt from the queue."""

    delivery: Delivery
    mails: Mails
    attempts: Attempts
    purchases: Purchases
    accounts: Accounts
    mandates: Mandates
    pay_links: PayLinks
    settings: Settings
    clock: Callable[[], datetime]

    def send(self, task: AttemptTask) -> bool:
        """Send the mail about the present status of an attempt; returns whether it was sent now.

        A confirmed attempt needs none: the receipt says it. Raises MailClaimed, MailNotSent and Unavailable: the task
        then has to be delivered again.
        """
        attempt = self._read(task)
        if attempt is None or attempt.status is AttemptStatus.SUCCEEDED:
            return False
        with self.delivery.claim(attempt_mail(attempt)) as claim:
            sent = claim.is_new and self.delivery.send(claim, self._compose(attempt))
        self._finish(attempt)
        return sent

    @retried
    def _read(self, task: AttemptTask) -> Attempt | None:
        return self.attempts.get(task.customer_id, task.purchase_id, task.attempt_id)

    @retried
    def _finish(self, attempt: Attempt) -> None:
        self.mails.finish_attempt(attempt_mail(attempt), attempt, self.clock())

    def _compose(self, attempt: Attempt) -> Message | None:
        """Compose the mail; None when the account is erased, or the purchase was lost in a restore."""
        account = self.accounts.get(attempt.customer_id)
        purchase = self.purchases.get(attempt.customer_id, attempt.purchase_id)
        if account is None or account.is_erased or purchase is None:
            return None
        if attempt.is_automatic:
            return self._refused(account, purchase, attempt)
        last_day = attempt.expires_on(self.settings.confirmation_days)
        return attempt_notice(Recipient.of(account, self.settings), purchase, attempt, last_day)

    def _refused(self, account: Account, purchase: Purchase, attempt: Attempt) -> Message | None:
        """Compose the mail about an automatic payment that was refused; None when it was paid meanwhile."""
        part = next((one for one in purchase.open_installments if one.number in attempt.numbers), None)
        if part is None:
            return None
        mandate = self.mandates.get(attempt.customer_id, attempt.mandate_id)
        again = None
        if mandate and mandate.status is MandateStatus.ACTIVE:
            tried = self.attempts.of_purchases(account.id, [purchase.id])[purchase.id]
            again = next_charge(part.due_date, part.number, mandate.id, tried)
        link = self.pay_links.link(account.id, part.due_date, self.clock())
        return charge_notice(Recipient.of(account, self.settings), purchase, part, attempt, again, link)
