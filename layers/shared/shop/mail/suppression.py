"""The suppression list: addresses with a bounce or complaint get no more mails."""

from dataclasses import dataclass

from shop.accounts.model import normalised
from shop.accounts.store import Accounts
from shop.dynamodb.table import Contended
from shop.mail.messages import Message
from shop.mail.ses import Mailer, MailNotSent, MailRefused
from shop.runtime.logging import logger
from shop.runtime.metrics import Metric, count


@dataclass(frozen=True, slots=True)
class SuppressingMailer:
    """A mailer that sends nothing to addresses on the suppression list."""

    mailer: Mailer
    accounts: Accounts

    def send(self, message: Message) -> bool:
        """Send a mail unless its address is suppressed; returns whether it did. Raises MailRefused or MailDoubtful."""
        try:
            suppressed = self.accounts.is_suppressed(normalised(message.to))
        except Contended as error:
            raise MailRefused("the suppression list could not be read") from error
        if suppressed:
            logger.info("mail withheld", extra={"mail": message.tags.get("mail", "")})
            count(Metric.MAILS_WITHHELD)
            return False
        try:
            sent = self.mailer.send(message)
        except MailNotSent:
            count(Metric.MAILS_FAILED)
            raise
        count(Metric.MAILS_SENT)
        return sent
