"""The composition of the shop: the parts of each service.

`Shop` makes a service from stores (`shop.stores`) when a function first uses it; those of accounts are in
`shop.membership`, those of reports in `shop.reporting`. It imports the service at that moment, so a function imports
only the services it uses. A function makes its services while it starts (`prepare`).
"""

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from shop.membership import Membership
from shop.runtime.config import PaymentMode

if TYPE_CHECKING:
    from shop.attempts.decisions import Decisions
    from shop.attempts.service import Attempting
    from shop.catalogue.pictures import Pictures
    from shop.catalogue.service import Catalogue
    from shop.desk.credit import Credit
    from shop.desk.customers import CustomerFiles
    from shop.desk.mails import CustomerMails
    from shop.desk.service import Desk
    from shop.ledger.commit import Ledger
    from shop.ledger.journal import Method
    from shop.ledger.paying import Paying
    from shop.ledger.purchasing import Purchasing
    from shop.mail.attempts import AttemptMails
    from shop.mail.delivery import Delivery
    from shop.mail.feedback import Feedback
    from shop.mail.outbox import Outbox
    from shop.mail.planner import Planner
    from shop.mail.receipts import Receipts
    from shop.mail.reminders import Reminders
    from shop.mail.summaries import Summaries
    from shop.online.charges import Charges
    from shop.online.checkouts import Checkouts
    from shop.online.comparison import Comparison
    from shop.online.notices import Receiving
    from shop.online.refunds import OnlineRefunds
    from shop.online.rounds import Rounds
    from shop.online.saving import Saving
    from shop.online.settlement import Settlement
    from shop.reconciliation.service import Reconciliation
    from shop.security.rotation import Rotation

_RECONCILIATION_SEGMENTS = 4


@dataclass
class Shop(Membership):
    """The services of a deployment."""

    # Catalogue, ledger, reports

    @cached_property
    def catalogue(self) -> "Catalogue":
        from shop.catalogue.service import Catalogue

        settings = self.settings
        return Catalogue(self.products, settings.least_first_share, settings.most_installments, self.clock)

    @cached_property
    def pictures(self) -> "Pictures":
        from shop.catalogue.pictures import Pictures  # uploads are rare, and pages cache pictures for a year

        return Pictures(self.catalogue, self.make_pictures(self.settings.picture_bucket), self.clock)

    @cached_property
    def ledger(self) -> "Ledger":
        from shop.ledger.commit import Ledger

        return Ledger(self.purchases, self.outbox)

    @cached_property
    def outbox(self) -> "Outbox":
        from shop.mail.outbox import Outbox

        return Outbox(self.make_queue(self.settings.mail_queue_url))

    @cached_property
    def purchasing(self) -> "Purchasing":
        from shop.ledger.purchasing import Purchasing

        return Purchasing(
            self.ledger, self.purchases, self.products, self.settings.terms, self.settings.zone, self.clock
        )

    @cached_property
    def paying(self) -> "Paying":
        from shop.ledger.paying import Paying

        return Paying(self.ledger, self.purchases, self.settings.terms, self.settings.zone, self.clock)

    @cached_property
    def attempting(self) -> "Attempting":
        from shop.attempts.service import Attempting

        settings = self.settings
        return Attempting(
            self.attempts, self.purchases, self.outbox, settings.terms, settings.zone, self.clock, self._provider
        )

    @cached_property
    def decisions(self) -> "Decisions":
        from shop.attempts.decisions import Decisions

        days, zone = self.settings.confirmation_days, self.settings.zone
        return Decisions(self.ledger, self.purchases, self.attempts, self.outbox, days, zone, self.clock)

    # Payments online

    @property
    def _provider(self) -> "Method | None":
        """Whoever takes the money, where customers pay online."""
        from shop.ledger.journal import Method

        settings = self.settings
        return Method(settings.payment_provider) if settings.payment_mode is PaymentMode.ONLINE else None

    @cached_property
    def checkouts(self) -> "Checkouts":
        from shop.online.checkouts import Checkouts

        return Checkouts(
            self.attempts,
            self.accounts,
            self.providers,
            self.settlement,
            self.pay_links,
            self.settings.currency,
            self.clock,
        )

    @cached_property
    def settlement(self) -> "Settlement":
        from shop.online.settlement import Settlement

        return Settlement(
            self.ledger,
            self.purchases,
            self.attempts,
            self.online_refunds,
            self.saving,
            self.providers,
            self.outbox,
            self.settings.currency,
            self.settings.zone,
            self.clock,
        )

    @cached_property
    def online_refunds(self) -> "OnlineRefunds":
        from shop.online.refunds import OnlineRefunds

        settings = self.settings
        return OnlineRefunds(
            self.ledger,
            self.purchases,
            self.stored_refunds,
            self.providers,
            self.make_queue(settings.payment_queue_url),
            settings.terms,
            settings.zone,
            self.clock,
        )

    @cached_property
    def receiving(self) -> "Receiving":
        from shop.online.notices import Receiving
        from shop.online.store import Notices

        queue = self.make_queue(self.settings.payment_queue_url)
        return Receiving(self.providers, Notices(self.table), queue, self.clock)

    @cached_property
    def rounds(self) -> "Rounds":
        from shop.online.rounds import Rounds

        queue = self.make_queue(self.settings.payment_queue_url)
        return Rounds(self.attempts, self.stored_refunds, self.mandates, queue, self.clock)

    @cached_property
    def saving(self) -> "Saving":
        from shop.online.saving import Saving

        return Saving(
            self.mandates,
            self.accounts,
            self.providers,
            self.pay_links,
            self.make_queue(self.settings.payment_queue_url),
            self._provider,
            self.settings.currency,
            self.clock,
        )

    @cached_property
    def charges(self) -> "Charges":
        from shop.online.charges import Charges

        settings = self.settings
        return Charges(
            self.mandates,
            self.purchases,
            self.attempts,
            self.accounts,
            self.settlement,
            self.saving,
            self.make_queue(settings.payment_queue_url),
            settings.terms,
            settings.zone,
            self.clock,
        )

    @cached_property
    def comparison(self) -> "Comparison":
        from shop.online.comparison import Comparison

        return Comparison(
            self.journal,
            self.purchases,
            self.attempts,
            self.stored_refunds,
            self.providers,
            self.make_queue(self.settings.payment_queue_url),
            self.settings.currency,
            self.settings.zone,
            self.clock,
        )

    # The desk

    @cached_property
    def desk(self) -> "Desk":
        from shop.desk.service import Desk

        return Desk(self.ledger, self.purchases, self.journal, self.settings.terms, self.settings.zone, self.clock)

    @cached_property
    def customer_mails(self) -> "CustomerMails":
        from shop.desk.mails import CustomerMails

        settings = self.settings
        queue = self.make_queue(settings.mail_queue_url)
        return CustomerMails(self.mails, self.accounts, self.totals, queue, settings.zone, self.clock)

    @cached_property
    def customer_files(self) -> "CustomerFiles":
        from shop.desk.customers import CustomerFiles

        return CustomerFiles(self.accounts, self.totals, self.purchases, self.notes, self.settings.zone, self.clock)

    @cached_property
    def credit(self) -> "Credit":
        from shop.desk.credit import Credit

        return Credit(self.accounts, self.totals, self.settings.reminder_days, self.clock)

    # Mails

    @cached_property
    def planner(self) -> "Planner":
        from shop.mail.planner import Planner
        from shop.mail.summaries import SummaryPlan

        settings = self.settings
        mail_queue, plan_queue = self.make_queue(settings.mail_queue_url), self.make_queue(settings.plan_queue_url)
        summaries = SummaryPlan(self.accounts, self.totals, self.mails, settings)
        return Planner(
            self.mails, mail_queue, plan_queue, summaries, self.decisions, self.nightly, settings, self.clock
        )

    @cached_property
    def delivery(self) -> "Delivery":
        from shop.mail.delivery import Delivery

        return Delivery(self.mails, self.mailer, self.clock)

    @cached_property
    def reminders(self) -> "Reminders":
        from shop.mail.reminders import Reminders

        return Reminders(
            self.delivery,
            self.mails,
            self.totals,
            self.purchases,
            self.accounts,
            self.mandates,
            self.unsubscribing,
            self.pay_links,
            self.settings,
            self.clock,
        )

    @cached_property
    def receipts(self) -> "Receipts":
        from shop.mail.receipts import Receipts

        return Receipts(self.delivery, self.mails, self.purchases, self.accounts, self.settings, self.clock)

    @cached_property
    def attempt_mails(self) -> "AttemptMails":
        from shop.mail.attempts import AttemptMails

        return AttemptMails(
            self.delivery,
            self.mails,
            self.attempts,
            self.purchases,
            self.accounts,
            self.mandates,
            self.pay_links,
            self.settings,
            self.clock,
        )

    @cached_property
    def summaries(self) -> "Summaries":
        from shop.mail.summaries import Summaries

        return Summaries(self.delivery, self.mails, self.accounts, self.settings, self.clock)

    @cached_property
    def feedback(self) -> "Feedback":
        from shop.mail.feedback import Feedback

        return Feedback(self.accounts, self.mails, self.clock)

    # Operation

    @cached_property
    def reconciliation(self) -> "Reconciliation":
        from shop.reconciliation.service import Reconciliation
        from shop.reconciliation.store import ReconciliationStore

        store = ReconciliationStore(self.table, _RECONCILIATION_SEGMENTS, self.settings.reminder_days)
        return Reconciliation(store, self.totals, self.products, self.audit_log, self.clock)

    @cached_property
    def rotation(self) -> "Rotation":
        from shop.runtime import clients
        from shop.security.rotation import Rotation

        lifetime = timedelta(days=self.settings.refresh_token_days)
        return Rotation(clients.client("secretsmanager"), lifetime, self.clock)
