"""Notifications of providers: authenticated, kept as they came, then queued. They only say what to ask about."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from shop import problems
from shop.mail.outbox import Queue, QueueUnavailable
from shop.online.store import Notices
from shop.online.tasks import NoticeTask
from shop.payments.provider import Forged
from shop.payments.providers import ADAPTERS, Providers


@dataclass(frozen=True, slots=True)
class Receiving:
    """The use case of a provider that tells something."""

    providers: Providers
    notices: Notices
    queue: Queue
    clock: Callable[[], datetime]

    def receive(self, provider: str, headers: Mapping[str, str], body: bytes) -> None:
        """Take a notification; header names are in lower case.

        Raises NotFound for a provider that is unknown or that the shop has no keys for, Forbidden for a notification
        that it did not send, and Unavailable when the notification is not queued: the provider then sends it again.
        """
        if provider not in ADAPTERS or provider not in self.providers.all():
            raise problems.PROVIDER_UNKNOWN.error()
        now = self.clock()
        try:
            notice = self.providers.of(provider).notice(headers, body, now)
        except Forged as error:
            raise problems.NOTICE_FORGED.error() from error
        self.notices.keep(provider, notice.id, body.decode(errors="replace"), now)
        if notice.reference:
            try:
                self.queue.send([NoticeTask(provider=provider, reference=notice.reference)])
            except QueueUnavailable as error:
                raise problems.BUSY.error() from error
