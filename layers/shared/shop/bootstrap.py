"""The composition of the shop: the parts of each service.

`Shop` makes a service from stores, and stores from the table, when a function first uses it. It imports the service at
that moment, so a function imports only the services it uses. A function makes its services while it starts (`prepare`).
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Self

from shop.calendar import local_day
from shop.dynamodb.table import Table
from shop.runtime.config import Settings, load_settings
from shop.security.keyring import Keyring
from shop.security.secret import StoredSecret
from shop.security.tokens import Issuer, Tokens

if TYPE_CHECKING:
    from shop.accounts.administration import AdminBootstrap, UserAdministration
    from shop.accounts.credentials import Credentials
    from shop.accounts.otp import Codes
    from shop.accounts.privacy import Privacy
    from shop.accounts.profile import Profiles
    from shop.accounts.registration import Registration
    from shop.accounts.sessions import Sessions
    from shop.accounts.store import Accounts
    from shop.accounts.throttle import Throttle
    from shop.accounts.unsubscribe import Unsubscribing
    from shop.catalogue.service import Catalogue
    from shop.catalogue.store import Products
    from shop.desk.credit import Credit
    from shop.desk.service import Desk
    from shop.ledger.commit import Ledger
    from shop.ledger.journal_store import Journal
    from shop.ledger.paying import Paying
    from shop.ledger.purchasing import Purchasing
    from shop.ledger.store import Purchases
    from shop.ledger.totals_store import Totals
    from shop.mail.delivery import Delivery
    from shop.mail.feedback import Feedback
    from shop.mail.outbox import Queue
    from shop.mail.planner import Planner
    from shop.mail.receipts import Receipts
    from shop.mail.reminders import Reminders
    from shop.mail.ses import Mailer
    from shop.mail.store import Mails
    from shop.mail.summaries import Summaries
    from shop.reconciliation.service import Reconciliation
    from shop.reports.books import Books
    from shop.reports.service import Dashboards, Reports
    from shop.security.rotation import Rotation

_RECONCILIATION_SEGMENTS = 4


def utc_now() -> datetime:
    """Return the current instant."""
    return datetime.now(UTC)


def _ses(settings: Settings) -> "Mailer":
    from shop.mail.ses import SesMailer

    return SesMailer(settings.sender_address, settings.configuration_set)


def _sqs(url: str) -> "Queue":
    from shop.mail.outbox import SqsQueue

    return SqsQueue(url)


@dataclass
class Shop:
    """The services of a deployment, over its table, secret, mailer, queues and clock."""

    settings: Settings
    table: Table
    keyring: Keyring
    make_mailer: "Callable[[Settings], Mailer]" = _ses
    make_queue: "Callable[[str], Queue]" = _sqs
    clock: Callable[[], datetime] = utc_now

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Self:
        """Make the shop of the deployment that the environment describes. Calls no service."""
        settings = load_settings(environment)
        return cls(settings, Table(settings.table_name), Keyring(StoredSecret(settings.secret_name)))

    def prepare(self, *services: str) -> Self:
        """Make services, named by their attributes, while a function starts instead of in its first request."""
        for service in services:
            getattr(self, service)
        return self

    @property
    def today(self) -> date:
        """Return the current day in the shop's time zone."""
        return local_day(self.clock(), self.settings.zone)

    # Stores

    @cached_property
    def accounts(self) -> "Accounts":
        from shop.accounts.store import Accounts

        return Accounts(self.table)

    @cached_property
    def products(self) -> "Products":
        from shop.catalogue.store import Products

        return Products(self.table)

    @cached_property
    def purchases(self) -> "Purchases":
        from shop.ledger.store import Purchases

        return Purchases(self.table, self.settings.reminder_days)

    @cached_property
    def totals(self) -> "Totals":
        from shop.ledger.totals_store import Totals

        return Totals(self.table)

    @cached_property
    def mails(self) -> "Mails":
        from shop.mail.store import Mails

        return Mails(self.table)

    # Accounts

    @cached_property
    def tokens(self) -> Tokens:
        return Tokens(self.keyring)

    @cached_property
    def issuer(self) -> Issuer:
        settings = self.settings
        access, refresh = timedelta(minutes=settings.access_token_minutes), timedelta(days=settings.refresh_token_days)
        return Issuer(self.keyring, access, refresh)

    @cached_property
    def throttle(self) -> "Throttle":
        from shop.accounts.throttle import AttemptStore, Throttle

        return Throttle(AttemptStore(self.table), self.keyring, self.clock)

    @cached_property
    def codes(self) -> "Codes":
        from shop.accounts.otp import Codes, Otps

        return Codes(Otps(self.table), self.keyring, self.clock)

    @cached_property
    def registration(self) -> "Registration":
        from shop.accounts.registration import Registration

        return Registration(self.accounts, self.codes, self.mailer, self.settings, self.clock)

    @cached_property
    def credentials(self) -> "Credentials":
        from shop.accounts.credentials import Credentials

        return Credentials(self.accounts, self.codes, self.mailer, self.settings, self.clock)

    @cached_property
    def sessions(self) -> "Sessions":
        from shop.accounts.sessions import Sessions, StoredSessions

        stored = StoredSessions(self.table)
        return Sessions(self.accounts, stored, self.throttle, self.issuer, self.tokens, self.settings, self.clock)

    @cached_property
    def profiles(self) -> "Profiles":
        from shop.accounts.profile import Profiles

        return Profiles(self.accounts)

    @cached_property
    def unsubscribing(self) -> "Unsubscribing":
        from shop.accounts.unsubscribe import Unsubscribing

        return Unsubscribing(self.profiles, self.keyring, self.settings.public_url)

    @cached_property
    def privacy(self) -> "Privacy":
        from shop.accounts.privacy import Privacy

        return Privacy(self.accounts, self.purchases, self.totals, self.clock)

    @cached_property
    def user_administration(self) -> "UserAdministration":
        from shop.accounts.administration import UserAdministration
        from shop.accounts.audit_log import AuditLog

        return UserAdministration(self.accounts, AuditLog(self.table), self.clock)

    @cached_property
    def admin_bootstrap(self) -> "AdminBootstrap":
        from shop.accounts.administration import AdminBootstrap

        return AdminBootstrap(self.accounts, self.settings, self.clock)

    # Catalogue, ledger, reports

    @cached_property
    def catalogue(self) -> "Catalogue":
        from shop.catalogue.service import Catalogue

        return Catalogue(self.products, self.clock)

    @cached_property
    def ledger(self) -> "Ledger":
        from shop.ledger.commit import Ledger
        from shop.mail.outbox import Outbox

        return Ledger(self.purchases, Outbox(self.make_queue(self.settings.mail_queue_url)))

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
    def desk(self) -> "Desk":
        from shop.desk.service import Desk

        return Desk(self.ledger, self.purchases, self.journal, self.settings.terms, self.settings.zone, self.clock)

    @cached_property
    def credit(self) -> "Credit":
        from shop.desk.credit import Credit

        return Credit(self.accounts, self.totals, self.settings.reminder_days, self.clock)

    @cached_property
    def dashboards(self) -> "Dashboards":
        from shop.reports.service import Dashboards

        return Dashboards(self.totals, self.settings.zone, self.clock)

    @cached_property
    def reports(self) -> "Reports":
        from shop.reports.service import Reports

        return Reports(self.accounts, self.totals, self.settings.zone, self.clock)

    @cached_property
    def journal(self) -> "Journal":
        from shop.ledger.journal_store import Journal

        return Journal(self.table)

    @cached_property
    def books(self) -> "Books":
        from shop.reports.books import Books

        return Books(self.journal, self.settings.currency, self.settings.zone, self.clock)

    # Mails

    @cached_property
    def mailer(self) -> "Mailer":
        from shop.mail.suppression import SuppressingMailer

        return SuppressingMailer(self.make_mailer(self.settings), self.accounts)

    @cached_property
    def planner(self) -> "Planner":
        from shop.mail.planner import Planner
        from shop.mail.summaries import SummaryPlan

        settings = self.settings
        mail_queue, plan_queue = self.make_queue(settings.mail_queue_url), self.make_queue(settings.plan_queue_url)
        summaries = SummaryPlan(self.accounts, self.totals, self.mails, settings)
        return Planner(self.mails, mail_queue, plan_queue, summaries, settings)

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
            self.unsubscribing,
            self.settings,
            self.clock,
        )

    @cached_property
    def receipts(self) -> "Receipts":
        from shop.mail.receipts import Receipts

        return Receipts(self.delivery, self.mails, self.purchases, self.accounts, self.settings, self.clock)

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
        from shop.accounts.audit_log import AuditLog
        from shop.reconciliation.service import Reconciliation
        from shop.reconciliation.store import ReconciliationStore

        store = ReconciliationStore(self.table, _RECONCILIATION_SEGMENTS, self.settings.reminder_days)
        return Reconciliation(store, self.totals, self.products, AuditLog(self.table), self.clock)

    @cached_property
    def rotation(self) -> "Rotation":
        from shop.runtime import clients
        from shop.security.rotation import Rotation

        lifetime = timedelta(days=self.settings.refresh_token_days)
        return Rotation(clients.client("secretsmanager"), lifetime, self.clock)
