"""Reminding customers of installments that fall due soon."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial

from shop.config import Settings
from shop.errors import Unavailable
from shop.mail.messages import DueInstallment, reminder
from shop.mail.sender import Mailer, MailNotSent
from shop.services.retries import retried
from shop.store.accounts import Accounts
from shop.store.purchases import Purchases
from shop.store.reminders import Reminders
from shop.store.table import Contended
from shop.store.totals import Totals

_MOST_DAYS_MISSED = 31


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many customers a day's run has mailed, and how many it could not."""

    sent: int
    failed: int


@dataclass(frozen=True, slots=True)
class Reminding:
    """The use case of the daily schedule."""

    reminders: Reminders
    totals: Totals
    purchases: Purchases
    accounts: Accounts
    mailer: Mailer
    settings: Settings

    def run(self, today: date) -> Outcome:
        """Mail each customer who is to be reminded today, or was on a day whose run was missed; nobody twice a day."""
        sent = failed = 0
        for day in self._days(today):
            for customer_id in self.reminders.customers_on(day):
                try:
                    sent += retried(partial(self._remind, customer_id, today))
                except (MailNotSent, Unavailable):
                    failed += 1
        if not failed:
            self.reminders.finish_day(today)
        return Outcome(sent, failed)

    def _days(self, today: date) -> Iterator[date]:
        last = self.reminders.last_day()
        missed = min((today - last).days - 1, _MOST_DAYS_MISSED) if last else 0
        for back in range(max(missed, 0), -1, -1):
            yield today - timedelta(days=back)

    def _remind(self, customer_id: str, today: date) -> bool:
        """Claim today's reminder of a customer, then mail it; the claim is given back when the mail is not taken."""
        before = self.totals.of_customers([customer_id])[0]
        if before.reminded_on is not None and before.reminded_on >= today:
            return False
        account = self.accounts.get(customer_id)
        soon = self._due_soon(customer_id, today)
        claimed = before.reminded(today)
        if not self.reminders.store(before, claimed, today):
            raise Contended("the customer bought or paid meanwhile")
        if account is None or not account.is_active or not soon:
            return False
        try:
            self.mailer.send(reminder(account.email, account.username, soon, self.settings.currency))
        except MailNotSent:
            self.reminders.store(claimed, replace(before, version=claimed.version + 1), today)
            raise
        return True

    def _due_soon(self, customer_id: str, today: date) -> list[DueInstallment]:
        last = today + timedelta(days=self.settings.reminder_days_before)
        return [
            DueInstallment(
                purchase.product_name, part.number, len(purchase.installments), part.outstanding, part.due_date
            )
            for purchase in self.purchases.of_customer(customer_id)
            for part in purchase.installments
            if part.is_open and today <= part.due_date <= last
        ]
