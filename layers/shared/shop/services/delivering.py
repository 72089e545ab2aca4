"""Sending a mail once, whatever is retried, redelivered, run twice or crashes half-way (docs/decisions/0007)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from shop.domain import ids
from shop.mail.messages import Message
from shop.mail.sender import MailDoubtful, Mailer
from shop.services.retries import retried
from shop.store.mails import Mail, Mails

Told = Mapping[date, int]


@dataclass(frozen=True, slots=True)
class Delivering:
    """What every mail from the queue goes through: claim, compose, send, note."""

    mails: Mails
    mailer: Mailer
    clock: Callable[[], datetime]

    def deliver(
        self,
        mail: Mail,
        compose: Callable[[], Message | None],
        finish: Callable[[Told], None],
        told: Told | None = None,
    ) -> bool:
        """Send a mail that was not sent yet; whether it went out now. `compose` may find that there is nothing to say.

        `finish` notes that it was sent, given what was told by whoever sent it; it may run again when it failed.
        Raises MailClaimed, MailNotSent, and Unavailable when the table was too busy: the message is then to come again.
        """
        told, claimant = told or {}, ids.new_id(self.clock())
        before = retried(partial(self._claim, mail, claimant, told))
        if before is not None:
            retried(partial(finish, before))
            return False
        try:
            message = compose()
            if message is not None:
                self.mailer.send(message.tagged(customer=mail.user_id, mail=mail.name))
        except MailDoubtful:
            raise  # the claim stands: SES may tell meanwhile that it was sent
        except Exception:
            self.mails.release(mail, claimant)
            raise
        retried(partial(finish, told))
        return message is not None

    def _claim(self, mail: Mail, claimant: str, told: Told) -> Told | None:
        return self.mails.claim(mail, claimant, told, self.clock())
