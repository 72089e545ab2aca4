"""Sending by Amazon SES."""

from typing import TYPE_CHECKING, Protocol

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from shop.mail.messages import Message

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client

_CONFIG = Config(connect_timeout=2, read_timeout=5, retries={"mode": "standard", "max_attempts": 3})


class MailNotSent(Exception):
    """The mail service did not take the mail."""


class Mailer(Protocol):
    """Sends mails."""

    def send(self, message: Message) -> None:
        """Hand a mail over for delivery; raises MailNotSent when it was not taken."""
        ...


class SesMailer:
    """Sends from the shop's address through SES."""

    def __init__(self, sender: str, client: "SESV2Client | None" = None) -> None:
        self._sender = sender
        self._client: SESV2Client = client or boto3.client("sesv2", config=_CONFIG)

    def send(self, message: Message) -> None:
        """Hand a mail over for delivery; raises MailNotSent when SES did not take it."""
        try:
            self._client.send_email(
                FromEmailAddress=self._sender,
                Destination={"ToAddresses": [message.to]},
                Content={
                    "Simple": {
                        "Subject": {"Data": message.subject, "Charset": "UTF-8"},
                        "Body": {
                            "Text": {"Data": message.text, "Charset": "UTF-8"},
                            "Html": {"Data": message.html, "Charset": "UTF-8"},
                        },
                    }
                },
            )
        except (ClientError, BotoCoreError) as error:
            raise MailNotSent(type(error).__name__) from error
