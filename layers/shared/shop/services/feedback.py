"""What mails came to: bounces, complaints, and mails that were sent after all."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from shop.domain.accounts import MailStatus
from shop.metrics import Metric, count
from shop.services.retries import retried
from shop.store.accounts import Accounts
from shop.store.mails import Mail, Mails
from shop.store.table import Contended


@dataclass(frozen=True, slots=True)
class Feedback:
    """The use cases of SES's events."""

    accounts: Accounts
    mails: Mails
    clock: Callable[[], datetime]

    def mark(self, address: str, status: MailStatus) -> None:
        """Send nothing more to an address. A complaint outweighs a bounce. Does nothing for nobody's address."""

        def attempt() -> None:
            before = self.accounts.by_email(address)
            if before is None or before.mail_status in (status, MailStatus.COMPLAINED):
                return
            after = replace(before, mail_status=status, version=before.version + 1)
            if not self.accounts.suppress(before, after):
                raise Contended("the account was changed meanwhile")
            count(Metric.ADDRESSES_LOST)

        retried(attempt)

    def sent(self, mail: Mail) -> None:
        """Note that SES took a mail, in case whoever handed it over has crashed before noting it."""
        retried(lambda: self.mails.finish(mail, self.clock()))
