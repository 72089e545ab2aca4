"""What every part has: settings, clients, keys and the clock."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Self

from shop.config import Settings, load_settings
from shop.domain.calendar import local_day
from shop.security.keyring import Keyring
from shop.security.secret import StoredSecret
from shop.security.tokens import Tokens
from shop.store.table import Table

if TYPE_CHECKING:
    from shop.mail.queue import Queue
    from shop.mail.sender import Mailer


def utc_now() -> datetime:
    """The instant it is."""
    return datetime.now(UTC)


@dataclass
class Base:
    """What use cases are built of. Parts build each of theirs when a function first needs it."""

    settings: Settings
    table: Table
    keyring: Keyring
    build_mailer: "Callable[[], Mailer]"
    build_queue: "Callable[[str], Queue]"
    clock: Callable[[], datetime] = utc_now

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Self:
        """The shop of the deployment that the environment describes. Makes clients, but no call."""
        settings = load_settings(environment)
        return cls(
            settings,
            Table(settings.table_name),
            Keyring(StoredSecret(settings.secret_name)),
            lambda: _ses(settings),
            _sqs,
        )

    @property
    def today(self) -> date:
        """The day it is in the shop."""
        return local_day(self.clock(), self.settings.zone)

    @cached_property
    def tokens(self) -> Tokens:
        """The reader of tokens."""
        return Tokens(self.keyring)


# Imported where they are used: most functions send no mail and fill no queue.
def _ses(settings: Settings) -> "Mailer":
    from shop.mail.sender import SesMailer

    return SesMailer(settings.sender_address, settings.configuration_set)


def _sqs(url: str) -> "Queue":
    from shop.mail.queue import SqsQueue

    return SqsQueue(url)
