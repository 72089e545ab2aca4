"""The one way out for mails: past the addresses that must not be written to any more."""

from dataclasses import dataclass

from shop.domain.accounts import normalised
from shop.logs import logger
from shop.mail.messages import Message
from shop.mail.sender import Mailer, MailNotSent, MailRefused
from shop.metrics import Metric, count
from shop.store.accounts import Accounts
from shop.store.table import Contended


@dataclass(frozen=True, slots=True)
class WithholdingMailer:
    """A mailer that sends nothing to addresses that have bounced or complained."""

    mailer: Mailer
    accounts: Accounts

    def send(self, message: Message) -> None:
        """Hand a mail over for delivery, or keep it; raises MailRefused or MailDoubtful."""
        try:
            suppressed = self.accounts.is_suppressed(normalised(message.to))
        except Contended as error:
            raise MailRefused("the address's status could not be read") from error
        if suppressed:
            logger.info("mail withheld", extra={"mail": message.tags.get("mail", "")})
            count(Metric.MAILS_WITHHELD)
            return
        try:
            self.mailer.send(message)
        except MailNotSent:
            count(Metric.MAILS_FAILED)
            raise
        count(Metric.MAILS_SENT)
