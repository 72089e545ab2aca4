"""Reminding customers of installments: before they fall due, on the day, and after it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from shop.config import Settings
from shop.domain.accounts import Account
from shop.domain.calendar import local_day
from shop.mail.messages import DueInstallment, Message
from shop.mail.reminders import reminder
from shop.mail.tasks import ReminderTask
from shop.services.delivering import Delivering
from shop.services.retries import retried
from shop.services.unsubscribing import Unsubscribing
from shop.store.accounts import Accounts
from shop.store.mails import Mail
from shop.store.purchases import Purchases
from shop.store.totals import Totals


@dataclass(frozen=True, slots=True)
class Reminding:
    """The use case of a reminder from the queue."""

    delivering: Delivering
    totals: Totals
    purchases: Purchases
    accounts: Accounts
    unsubscribing: Unsubscribing
    settings: Settings
    clock: Callable[[], datetime]

    def remind(self, task: ReminderTask) -> bool:
        """Send a customer the one reminder of a day, if it is owed; whether it went out now. Raises as delivering does.

        A task of an earlier day is done as of today: nothing is said to be due that is late.
        """
        customer_id, today = task.customer_id, max(task.day, local_day(self.clock(), self.settings.zone))
        totals = retried(lambda: self.totals.of_customers([customer_id]))[0]
        told = totals.to_remind_of(today, self.settings.reminder_days)
        if not told:
            return False
        account = retried(lambda: self.accounts.get(customer_id))
        if account is None or not account.wants_reminders:
            retried(partial(self._list_next, None, customer_id, today, told))
            return False
        mail = Mail(customer_id, f"reminder-{today.isoformat()}")
        return self.delivering.deliver(
            mail,
            lambda: self._composed(account, today, told),
            lambda told: self._list_next(mail, customer_id, today, told),
            told,
        )

    def _list_next(self, mail: Mail | None, customer_id: str, today: date, told: Mapping[date, int]) -> None:
        before = self.totals.of_customers([customer_id])[0]
        after = before.reminded_of(told, today)
        mails, days = self.delivering.mails, self.settings.reminder_days
        if mail is None:
            mails.skip_reminder(before, after, days)
        else:
            mails.finish_reminder(mail, before, after, days, self.clock())

    def _composed(self, account: Account, today: date, told: Mapping[date, int]) -> Message | None:
        """The mail about what is open by now: the ledger is read after the claim."""
        found = [
            DueInstallment(
                purchase.product_name,
                part.number,
                len(purchase.installments),
                part.due_date,
                part.outstanding,
                purchase.amount_to_pay(part, today),
                purchase.late_fee_rate,
            )
            for purchase in self.purchases.of_customer(account.id)
            for part in purchase.open_installments
            if part.due_date in told
        ]
        if not found:
            return None
        found.sort(key=lambda due: due.due_date)
        return reminder(account, found, today, self.unsubscribing.link(account.id), self.settings.formats)
