"""Reminders of installments: before the due date, on it, and after it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from shop.accounts.model import Account
from shop.accounts.store import Accounts
from shop.accounts.unsubscribe import Unsubscribing
from shop.calendar import local_day
from shop.dynamodb.retry import retried
from shop.ledger.store import Purchases
from shop.ledger.totals import CustomerTotals
from shop.ledger.totals_store import Totals
from shop.mail.delivery import Announced, Delivery
from shop.mail.messages import DueInstallment, Message, rendered
from shop.mail.store import Mail, Mails
from shop.mail.tasks import ReminderTask
from shop.money import ZERO, Formats
from shop.runtime.config import Settings


def reminder(
    account: Account,
    installments: Sequence[DueInstallment],
    today: date,
    unsubscribe: str,
    formats: Formats,
) -> Message:
    """Compose the reminder of a day: overdue installments, then those due today, then those due soon."""
    late = [due for due in installments if due.due_date < today]
    now = [due for due in installments if due.due_date == today]
    soon = [due for due in installments if due.due_date > today]
    subject = _subject(late, "overdue") or _subject(now, "due today") or _subject(soon, "due soon")
    return rendered(
        "reminder",
        account.email,
        subject,
        formats,
        unsubscribe,
        username=account.username,
        sections=[section for section in (("late", late), ("today", now), ("soon", soon)) if section[1]],
        total=sum((due.to_pay for due in installments), ZERO),
        rates=[percent(rate) for rate in sorted({due.late_fee_rate for due in installments})],
    )


def _subject(installments: Sequence[DueInstallment], what: str) -> str:
    if not installments:
        return ""
    return f"An installment is {what}" if len(installments) == 1 else f"{len(installments)} installments are {what}"


def percent(rate: Decimal) -> str:
    """Format a rate as a percentage: `10 %`."""
    return f"{(rate * 100).normalize():f}\N{NO-BREAK SPACE}%"


@dataclass(frozen=True, slots=True)
class Reminders:
    """The use case of a reminder from the queue."""

    delivery: Delivery
    mails: Mails
    totals: Totals
    purchases: Purchases
    accounts: Accounts
    unsubscribing: Unsubscribing
    settings: Settings
    clock: Callable[[], datetime]

    def send(self, task: ReminderTask) -> bool:
        """Send a customer the reminder of a day, if it is due; returns whether it was sent now.

        A task of an earlier day is done as of today, so that no mail calls an overdue installment due.
        Raises MailClaimed, MailNotSent and Unavailable: the task then has to be delivered again.
        """
        today = max(task.day, local_day(self.clock(), self.settings.zone))
        account, totals = self._read(task.customer_id)
        announced = totals.to_remind_of(today, self.settings.reminder_days)
        if not announced:
            return False
        if account is None or not account.wants_reminders:
            self._skip(task.customer_id, today, announced)
            return False
        mail = Mail(account.id, f"reminder-{today.isoformat()}")
        message = None
        with self.delivery.claim(mail, announced) as claim:
            if claim.is_new and (message := self._compose(account, today, announced)):
                self.delivery.send(claim, message)
        self._finish(mail, today, claim.announced)
        return message is not None

    @retried
    def _read(self, customer_id: str) -> tuple[Account | None, CustomerTotals]:
        return self.accounts.get(customer_id), self.totals.of_customers([customer_id])[0]

    @retried
    def _finish(self, mail: Mail, today: date, announced: Announced) -> None:
        """Note that the mail was sent, and list the customer under the day of the next reminder."""
        before = self.totals.of_customers([mail.user_id])[0]
        after = before.reminded_of(announced, today)
        self.mails.finish_reminder(mail, before, after, self.settings.reminder_days, self.clock())

    @retried
    def _skip(self, customer_id: str, today: date, announced: Announced) -> None:
        """List a customer who gets no mail under the day of the next reminder."""
        before = self.totals.of_customers([customer_id])[0]
        self.mails.skip_reminder(before, before.reminded_of(announced, today), self.settings.reminder_days)

    def _compose(self, account: Account, today: date, announced: Announced) -> Message | None:
        """Compose the mail about open installments, None when there are none. Reads the ledger after the claim."""
        found = [
            DueInstallment(
                purchase.product_name,
                part.number,
                len(purchase.installments),
                part.due_date,
                part.outstanding,
                purchase.amount_to_pay(part, today),
                purchase.late_fee_rate,
                purchase.waiting_for(part),
            )
            for purchase in self.purchases.of_customer(account.id)
            for part in purchase.open_installments
            if part.due_date in announced
        ]
        if not found:
            return None
        found.sort(key=lambda due: due.due_date)
        return reminder(account, found, today, self.unsubscribing.link(account.id), self.settings.formats)
