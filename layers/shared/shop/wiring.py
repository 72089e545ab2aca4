"""The shop put together: settings, clients, clock, and the use cases over them."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property

import boto3

from shop.config import Settings, load_settings
from shop.domain.calendar import local_day
from shop.domain.purchases import Terms
from shop.mail.queue import Queue, SqsQueue
from shop.mail.sender import Mailer, SesMailer
from shop.security.keyring import Keyring
from shop.security.secret import StoredSecret
from shop.security.tokens import Tokens
from shop.services.administration import Administration
from shop.services.auditing import Auditing
from shop.services.catalogue import Catalogue
from shop.services.codes import Codes
from shop.services.credentials import Credentials
from shop.services.dashboards import Dashboards
from shop.services.delivering import Delivering
from shop.services.feedback import Feedback, WithholdingMailer
from shop.services.guarding import Guarding
from shop.services.moderation import Moderation
from shop.services.outbox import Outbox
from shop.services.ownership import Ownership
from shop.services.paying import Paying
from shop.services.planning import Planning
from shop.services.profiles import Profiles
from shop.services.purchasing import Purchasing
from shop.services.receipts import Receipts
from shop.services.registration import Registration
from shop.services.reminding import Reminding
from shop.services.reports import Reports
from shop.services.rotating import Rotating
from shop.services.sessions import Sessions
from shop.services.summaries import Summaries
from shop.services.unsubscribing import Unsubscribing
from shop.store.accounts import Accounts
from shop.store.actions import Actions
from shop.store.audit import Books
from shop.store.guards import Guards
from shop.store.mails import Mails
from shop.store.otps import Otps
from shop.store.products import Products
from shop.store.purchases import Purchases
from shop.store.sessions import StoredSessions
from shop.store.table import Table
from shop.store.totals import Totals

_AUDIT_SEGMENTS = 4


def utc_now() -> datetime:
    """The instant it is."""
    return datetime.now(UTC)


@dataclass
class Shop:
    """All use cases, each built when a function first needs it."""

    settings: Settings
    table: Table
    keyring: Keyring
    build_mailer: Callable[[], Mailer]
    build_queue: Callable[[str], Queue]
    clock: Callable[[], datetime] = utc_now

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Shop":
        """The shop of the deployment that the environment describes. Makes clients, but no call."""
        settings = load_settings(environment)
        return cls(
            settings,
            Table(settings.table_name),
            Keyring(StoredSecret(settings.secret_name)),
            lambda: SesMailer(settings.sender_address, settings.configuration_set),
            SqsQueue,
        )

    @property
    def terms(self) -> Terms:
        """The shop's conditions."""
        given = self.settings
        return Terms(given.currency, given.late_fee_rate, given.least_first_share, given.most_installments)

    @property
    def today(self) -> date:
        """The day it is in the shop."""
        return local_day(self.clock(), self.settings.zone)

    @cached_property
    def accounts(self) -> Accounts:
        """Accounts in the table."""
        return Accounts(self.table)

    @cached_property
    def products(self) -> Products:
        """Products in the table."""
        return Products(self.table)

    @cached_property
    def totals(self) -> Totals:
        """Totals in the table."""
        return Totals(self.table)

    @cached_property
    def purchases(self) -> Purchases:
        """Purchases in the table."""
        return Purchases(self.table, self.settings.reminder_days)

    @cached_property
    def tokens(self) -> Tokens:
        """The maker and reader of tokens."""
        return Tokens(
            self.keyring,
            timedelta(minutes=self.settings.access_token_minutes),
            timedelta(days=self.settings.refresh_token_days),
        )

    @cached_property
    def registration(self) -> Registration:
        """Registering."""
        return Registration(self.accounts, self.codes, self.mailer, self.settings, self.clock)

    @cached_property
    def codes(self) -> Codes:
        """Mailed codes."""
        return Codes(Otps(self.table), self.keyring, self.clock)

    @cached_property
    def credentials(self) -> Credentials:
        """Passwords."""
        return Credentials(self.accounts, self.codes, self.mailer, self.settings, self.clock)

    @cached_property
    def moderation(self) -> Moderation:
        """The admins' list of users."""
        return Moderation(self.accounts, self.totals, Actions(self.table), self.clock)

    @cached_property
    def sessions(self) -> Sessions:
        """Logging in."""
        stored = StoredSessions(self.table)
        return Sessions(self.accounts, stored, self.guarding, self.tokens, self.settings, self.clock)

    @cached_property
    def guarding(self) -> Guarding:
        """Slowing down who guesses."""
        return Guarding(Guards(self.table), self.keyring, self.clock)

    @cached_property
    def rotating(self) -> Rotating:
        """Rotating keys."""
        lifetime = timedelta(days=self.settings.refresh_token_days)
        return Rotating(boto3.client("secretsmanager"), lifetime, self.clock)

    @cached_property
    def administration(self) -> Administration:
        """Making admins."""
        return Administration(self.accounts, self.settings, self.clock)

    @cached_property
    def auditing(self) -> Auditing:
        """Audits."""
        return Auditing(Books(self.table, _AUDIT_SEGMENTS), self.totals, self.products)

    @cached_property
    def profiles(self) -> Profiles:
        """One's own account."""
        return Profiles(self.accounts)

    @cached_property
    def ownership(self) -> Ownership:
        """Copies and erasure of personal data."""
        return Ownership(self.accounts, self.purchases, self.totals, self.clock)

    @cached_property
    def catalogue(self) -> Catalogue:
        """The catalogue."""
        return Catalogue(self.products, self.clock)

    @cached_property
    def purchasing(self) -> Purchasing:
        """Buying."""
        return Purchasing(
            self.purchases, self.products, self.totals, self.outbox, self.terms, self.settings.zone, self.clock
        )

    @cached_property
    def paying(self) -> Paying:
        """Paying."""
        return Paying(self.purchases, self.outbox, self.terms, self.settings.zone, self.clock)

    @cached_property
    def dashboards(self) -> Dashboards:
        """Dashboards."""
        return Dashboards(self.totals, self.settings.zone, self.clock)

    @cached_property
    def reports(self) -> Reports:
        """Reports."""
        return Reports(self.accounts, self.totals, self.settings.zone, self.clock)

    @cached_property
    def mailer(self) -> Mailer:
        """The one way out for mails."""
        return WithholdingMailer(self.build_mailer(), self.accounts)

    @cached_property
    def mail_queue(self) -> Queue:
        """Mails to be sent."""
        return self.build_queue(self.settings.mail_queue_url)

    @cached_property
    def outbox(self) -> Outbox:
        """Announcing what was committed."""
        return Outbox(self.mail_queue)

    @cached_property
    def mails(self) -> Mails:
        """Mails in the table."""
        return Mails(self.table)

    @cached_property
    def delivering(self) -> Delivering:
        """Sending mails once."""
        return Delivering(self.mails, self.mailer, self.clock)

    @cached_property
    def planning(self) -> Planning:
        """Queueing what is due."""
        plan_queue = self.build_queue(self.settings.plan_queue_url)
        return Planning(self.mails, self.mail_queue, plan_queue, self.summaries, self.settings)

    @cached_property
    def reminding(self) -> Reminding:
        """Reminders."""
        return Reminding(
            self.delivering,
            self.totals,
            self.purchases,
            self.accounts,
            self.unsubscribing,
            self.settings,
            self.terms,
            self.clock,
        )

    @cached_property
    def receipts(self) -> Receipts:
        """Confirmations of purchases and payments."""
        return Receipts(self.delivering, self.purchases, self.accounts, self.settings, self.terms, self.clock)

    @cached_property
    def summaries(self) -> Summaries:
        """Summaries for admins."""
        return Summaries(self.accounts, self.totals, self.mails, self.settings)

    @cached_property
    def feedback(self) -> Feedback:
        """What mails came to."""
        return Feedback(self.accounts, self.mails, self.clock)

    @cached_property
    def unsubscribing(self) -> Unsubscribing:
        """Links that end reminders."""
        return Unsubscribing(self.profiles, self.keyring, self.settings.public_url)
