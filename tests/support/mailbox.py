"""Mails that were sent, kept for tests."""

import re
from dataclasses import dataclass, field

from shop.mail.messages import Message
from shop.mail.ses import MailDoubtful, MailRefused


@dataclass
class Mailbox:
    """A mailer that keeps mails. When `broken`, it refuses; when `lost`, it keeps the mail and loses the answer."""

    sent: list[Message] = field(default_factory=list)
    broken: bool = False
    lost: bool = False

    def send(self, message: Message) -> bool:
        if self.broken:
            raise MailRefused("refused by the test")
        self.sent.append(message)
        if self.lost:
            raise MailDoubtful("lost by the test")
        return True

    def to(self, address: str) -> list[Message]:
        return [message for message in self.sent if message.to == address]

    def code(self, address: str) -> str:
        """The code in the last mail to an address."""
        found = re.search(r"\b\d{6}\b", self.to(address)[-1].text)
        assert found, "the mail has no code"
        return found[0]
