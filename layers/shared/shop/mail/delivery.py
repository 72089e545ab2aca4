"""Delivery of each mail once, despite retries, redelivery, double runs and crashes (docs/decisions/0007)."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime

from shop import ids
from shop.dynamodb.retry import retried
from shop.mail.messages import Message
from shop.mail.model import Mail
from shop.mail.ses import MailDoubtful, Mailer
from shop.mail.store import Mails

Announced = Mapping[date, int]
"""The content of a reminder: due dates, with the number of open installments on each."""


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to send a mail now. `is_new` is false when the mail was already sent, and announced `announced`."""

    mail: Mail
    is_new: bool
    announced: Announced = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Delivery:
    """The steps of every mail from the queue: claim it, send it, and note in the table that it was sent."""

    mails: Mails
    mailer: Mailer
    clock: Callable[[], datetime]

    @contextmanager
    def claim(self, mail: Mail, announced: Announced | None = None) -> Iterator[Claim]:
        """Claim a mail. When composing or sending it fails in the block, nothing was sent and the claim is released.

        Raises MailClaimed while another sender has it, and Unavailable when the table was too busy.
        """
        claimant = ids.new_id(self.clock())
        before = self._claim(mail, claimant, announced or {})
        if before is not None:
            yield Claim(mail, is_new=False, announced=before)
            return
        try:
            yield Claim(mail, is_new=True, announced=announced or {})
        except MailDoubtful:
            raise  # the claim stays: SES may have sent the mail, and may report so
        except Exception:
            self.mails.release(mail, claimant)
            raise

    def send(self, claim: Claim, message: Message | None) -> bool:
        """Hand a claimed mail to SES; returns whether it was sent now. Raises MailNotSent.

        A mail with nothing to say, or to a suppressed address, is noted as withheld.
        """
        if message and self.mailer.send(message.tagged(customer=claim.mail.user_id, mail=claim.mail.name)):
            return True
        self.mails.withhold(claim.mail)
        return False

    @retried
    def _claim(self, mail: Mail, claimant: str, announced: Announced) -> Announced | None:
        return self.mails.claim(mail, claimant, announced, self.clock())
