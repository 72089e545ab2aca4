"""The stores of a deployment, and what they are made of: its table, secret, mailer, queues and clock."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Self

from shop.calendar import local_day
from shop.dynamodb.table import Table
from shop.runtime.config import Settings, load_settings
from shop.security.keyring import Keyring
from shop.security.secret import StoredSecret

if TYPE_CHECKING:
    from shop.accounts.audit_log import AuditLog
    from shop.accounts.store import Accounts
    from shop.attempts.store import Attempts
    from shop.catalogue.picture_store import PictureStore
    from shop.catalogue.store import Products
    from shop.ledger.journal_store import Journal
    from shop.ledger.store import Purchases
    from shop.ledger.totals_store import Totals
    from shop.mail.outbox import Queue
    from shop.mail.ses import Mailer
    from shop.mail.store import Mails
    from shop.online.mandate_store import Mandates
    from shop.online.store import Refunds
    from shop.payments.providers import Providers
    from shop.reports.sales_store import StoredSales
    from shop.reports.snapshots import Snapshots


def utc_now() -> datetime:
    """Return the current instant."""
    return datetime.now(UTC)


def _ses(settings: Settings) -> "Mailer":
    from shop.mail.ses import SesMailer

    return SesMailer(settings.sender_address, settings.configuration_set)


def _sqs(url: str) -> "Queue":
    from shop.mail.outbox import SqsQueue

    return SqsQueue(url)


def _providers(settings: Settings) -> "Providers":
    from shop.payments.providers import Providers, providers

    return Providers(StoredSecret(settings.payment_secret_name, check=providers))


def _s3(bucket: str) -> "PictureStore":
    from shop.catalogue.picture_store import Bucket

    return Bucket(bucket)


@dataclass
class Stores:
    """The stores of a deployment, over its table, secret, mailer, queues, clock, pictures and payment providers."""

    settings: Settings
    table: Table
    keyring: Keyring
    make_mailer: "Callable[[Settings], Mailer]" = _ses
    make_queue: "Callable[[str], Queue]" = _sqs
    clock: Callable[[], datetime] = utc_now
    make_pictures: "Callable[[str], PictureStore]" = _s3
    make_providers: "Callable[[Settings], Providers]" = _providers

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

    @cached_property
    def attempts(self) -> "Attempts":
        from shop.attempts.store import Attempts

        return Attempts(self.table, self.purchases, self.settings.reminder_days)

    @cached_property
    def stored_refunds(self) -> "Refunds":
        from shop.online.store import Refunds

        return Refunds(self.table)

    @cached_property
    def mandates(self) -> "Mandates":
        from shop.online.mandate_store import Mandates

        return Mandates(self.table)

    @cached_property
    def providers(self) -> "Providers":
        return self.make_providers(self.settings)

    @cached_property
    def journal(self) -> "Journal":
        from shop.ledger.journal_store import Journal

        return Journal(self.table)

    @cached_property
    def snapshots(self) -> "Snapshots":
        from shop.reports.snapshots import Snapshots

        return Snapshots(self.table)

    @cached_property
    def stored_sales(self) -> "StoredSales":
        from shop.reports.sales_store import StoredSales

        return StoredSales(self.table)

    @cached_property
    def audit_log(self) -> "AuditLog":
        from shop.accounts.audit_log import AuditLog

        return AuditLog(self.table)
