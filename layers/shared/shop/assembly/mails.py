"""Mails: what is due, how it is sent, what became of it."""

from functools import cached_property

from shop.assembly.base import Base
from shop.services.delivering import Delivering
from shop.services.feedback import Feedback
from shop.services.planning import Planning
from shop.services.profiles import Profiles
from shop.services.receipts import Receipts
from shop.services.reminding import Reminding
from shop.services.summaries import Summaries
from shop.services.unsubscribing import Unsubscribing
from shop.services.withholding import WithholdingMailer
from shop.store.accounts import Accounts
from shop.store.mails import Mails
from shop.store.purchases import Purchases
from shop.store.totals import Totals


class WithMails(Base):
    """Planning, sending, and hearing of mails."""

    @cached_property
    def planning(self) -> Planning:
        """Queueing what is due."""
        given = self.settings
        mail_queue, plan_queue = self.build_queue(given.mail_queue_url), self.build_queue(given.plan_queue_url)
        return Planning(Mails(self.table), mail_queue, plan_queue, self.summaries, given)

    @cached_property
    def delivering(self) -> Delivering:
        """Sending mails once."""
        mailer = WithholdingMailer(self.build_mailer(), self._accounts)
        return Delivering(Mails(self.table), mailer, self.clock)

    @cached_property
    def reminding(self) -> Reminding:
        """Reminders."""
        unsubscribing = Unsubscribing(Profiles(self._accounts), self.keyring, self.settings.public_url)
        return Reminding(
            self.delivering,
            Totals(self.table),
            self._ledger,
            self._accounts,
            unsubscribing,
            self.settings,
            self.clock,
        )

    @cached_property
    def receipts(self) -> Receipts:
        """Confirmations of purchases and payments."""
        return Receipts(self.delivering, self._ledger, self._accounts, self.settings, self.clock)

    @cached_property
    def summaries(self) -> Summaries:
        """Summaries for admins."""
        return Summaries(self._accounts, Totals(self.table), Mails(self.table), self.settings)

    @cached_property
    def feedback(self) -> Feedback:
        """What mails came to."""
        return Feedback(self._accounts, Mails(self.table), self.clock)

    @property
    def _accounts(self) -> Accounts:
        return Accounts(self.table)

    @property
    def _ledger(self) -> Purchases:
        return Purchases(self.table, self.settings.reminder_days)
