"""Reports of SES about mails: bounces, complaints, and sent mails."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from shop.accounts.model import MailStatus
from shop.accounts.store import Accounts
from shop.dynamodb.retry import retried
from shop.dynamodb.table import Contended
from shop.mail.model import Mail
from shop.mail.store import Mails
from shop.runtime.metrics import Metric, count


@dataclass(frozen=True, slots=True)
class Feedback:
    """The use cases of SES's events."""

    accounts: Accounts
    mails: Mails
    clock: Callable[[], datetime]

    @retried
    def mark(self, address: str, status: MailStatus) -> None:
        """Put an address on the suppression list. A complaint replaces a bounce. Ignores an unknown address."""
        before = self.accounts.by_email(address)
        if before is None or before.mail_status in (status, MailStatus.COMPLAINED):
            return
        after = replace(before, mail_status=status, version=before.version + 1)
        if not self.accounts.suppress(before, after):
            raise Contended("the account was changed meanwhile")
        count(Metric.ADDRESSES_LOST)

    @retried
    def sent(self, mail: Mail) -> None:
        """Note that SES sent a mail, in case the sender crashed before it could."""
        self.mails.finish(mail, self.clock())
