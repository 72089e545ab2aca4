"""Reminders of installments: before the due date, on it, and after it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from shop.accounts.model import Account
from shop.accounts.pay_links import PayLinks
from shop.accounts.store import Accounts
from shop.accounts.unsubscribe import Unsubscribing
from shop.calendar import local_day
from shop.dynamodb.retry import retried
from shop.ledger.store import Purchases
from shop.ledger.totals import CustomerTotals
from shop.ledger.totals_store import Totals
from shop.mail.delivery import Announced, Delivery
from shop.mail.messages import DueInstallment, Message, Recipient, rendered
from shop.mail.model import Mail, reminder_by_hand
from shop.mail.model import reminder as reminder_mail
from shop.mail.store import Mails
from shop.mail.tasks import HandReminderTask, ReminderTask
from shop.money import ZERO
from shop.online.mandate_store import Mandates
from shop.online.mandates import MandateStatus
from shop.runtime.config import PaymentMode, Settings


def reminder(
    to: Recipient,
    installments: Sequence[DueInstallment],
    today: date,
    unsubscribe: str,
    pay_link: str = "",
    charged: str = "",
) -> Message:
    """Compose the reminder of a day: overdue installments, then those due today, then those due soon.

    `pay_link` is where this customer pays, unless the shop has an address where all do. `charged` is what the customer
    knows the saved method by that is charged on due dates, if there is one.
    """
    late = [due for due in installments if due.due_date < today]
    now = [due for due in installments if due.due_date == today]
    soon = [due for due in installments if due.due_date > today]
    return rendered(
        "reminder",
        to,
        _subject(to, len(late), len(now), len(soon)),
        unsubscribe=unsubscribe,
        sections=[section for section in (("late", late), ("today", now), ("soon", soon)) if section[1]],
        total=sum((due.to_pay for due in installments), ZERO),
        rates=[to.formats.percent(rate) for rate in sorted({due.late_fee_rate for due in installments})],
        pay_url=to.settings.pay_url or pay_link,
        charged=charged if now or soon else "",
    )


def _subject(to: Recipient, late: int, now: int, soon: int) -> str:
    """Return the subject, which names the most urgent installments alone."""
    ngettext = to.texts.ngettext
    if late:
        text = ngettext("An installment is overdue", "%(count)s installments are overdue", late)
    elif now:
        text = ngettext("An installment is due today", "%(count)s installments are due today", now)
    else:
        text = ngettext("An installment is due soon", "%(count)s installments are due soon", soon)
    return text % {"count": to.formats.digits(late or now or soon)}


@dataclass(frozen=True, slots=True)
class Reminders:
    """The use cases of reminders from the queue."""

    delivery: Delivery
    mails: Mails
    totals: Totals
    purchases: Purchases
    accounts: Accounts
    mandates: Mandates
    unsubscribing: Unsubscribing
    pay_links: PayLinks
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
        return self._deliver(reminder_mail(account.id, today), account, today, announced)

    def send_by_hand(self, task: HandReminderTask) -> bool:
        """Send the reminder that staff asked for: of all that is due, else of what is due next. Raises as `send` does.

        It counts as a reminder: the schedule does not send another one on the same day.
        """
        today = max(task.day, local_day(self.clock(), self.settings.zone))
        account, totals = self._read(task.customer_id)
        mail = reminder_by_hand(task.customer_id, task.day)
        return self._deliver(mail, account, today, totals.due_now_or_next(today))

    def _deliver(self, mail: Mail, account: Account | None, today: date, announced: Announced) -> bool:
        with self.delivery.claim(mail, announced) as claim:
            sent = claim.is_new and self.delivery.send(claim, self._compose(account, today, announced))
        self._finish(mail, today, claim.announced)
        return sent

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

    def _compose(self, account: Account | None, today: date, announced: Announced) -> Message | None:
        """Compose the mail about open installments, if there are any and it is wanted. Call it after the claim."""
        if account is None or not account.wants_reminders:
            return None
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
        to, unsubscribe = Recipient.of(account, self.settings), self.unsubscribing.link(account.id)
        pay_link = self.pay_links.link(account.id, found[-1].due_date, self.clock())
        return reminder(to, found, today, unsubscribe, pay_link, self._charged(account.id))

    def _charged(self, customer_id: str) -> str:
        if self.settings.payment_mode is not PaymentMode.ONLINE:
            return ""
        active = (one for one in self.mandates.of_customer(customer_id) if one.status is MandateStatus.ACTIVE)
        return next((one.method.label for one in active if one.method), "")
