"""Sending mails by Amazon SES.

MailNotSent
├── MailRefused   SES refused the mail: nothing was sent
└── MailDoubtful  the answer was lost: the mail may have been sent
"""

from typing import TYPE_CHECKING, Protocol

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ConnectTimeoutError, EndpointConnectionError

from shop.mail.messages import Message
from shop.runtime import clients

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client
    from mypy_boto3_sesv2.type_defs import SendEmailRequestTypeDef


# One attempt: SES would send a repeated request twice.
_CONFIG = Config(connect_timeout=2, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 1})
_SERVER_ERROR = 500


class MailNotSent(Exception):
    """SES did not confirm the mail."""


class MailRefused(MailNotSent):
    """SES refused the mail; nothing was sent."""


class MailDoubtful(MailNotSent):
    """SES may have accepted the mail: its answer was lost."""


class Mailer(Protocol):
    """Sends mails."""

    def send(self, message: Message) -> bool:
        """Hand a mail over for delivery; returns False when it is withheld. Raises MailRefused or MailDoubtful."""
        ...


class SesMailer:
    """Sends from the shop's address through SES. The configuration set determines where its events go."""

    def __init__(self, sender: str, configuration_set: str = "", client: "SESV2Client | None" = None) -> None:
        self._sender = sender
        self._configuration_set = configuration_set
        self._client = client

    def send(self, message: Message) -> bool:
        """Hand a mail over for delivery; raises MailRefused or MailDoubtful."""
        client: SESV2Client = self._client or clients.client("sesv2", _CONFIG)
        self._client = client  # made on first use: few requests send a mail
        try:
            client.send_email(**self._request(message))
        except (EndpointConnectionError, ConnectTimeoutError) as error:
            raise MailRefused(type(error).__name__) from error
        except ClientError as error:
            status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", _SERVER_ERROR)
            kind = MailDoubtful if status >= _SERVER_ERROR else MailRefused
            raise kind(error.response.get("Error", {}).get("Code", "")) from error
        except BotoCoreError as error:
            raise MailDoubtful(type(error).__name__) from error
        return True

    def _request(self, message: Message) -> "SendEmailRequestTypeDef":
        request: SendEmailRequestTypeDef = {
            "FromEmailAddress": self._sender,
            "Destination": {"ToAddresses": [message.to]},
            "Content": {
                "Simple": {
                    "Subject": {"Data": message.subject, "Charset": "UTF-8"},
                    "Body": {
                        "Text": {"Data": message.text, "Charset": "UTF-8"},
                        "Html": {"Data": message.html, "Charset": "UTF-8"},
                    },
                    "Headers": [{"Name": name, "Value": value} for name, value in message.headers.items()],
                }
            },
            "EmailTags": [{"Name": name, "Value": value} for name, value in message.tags.items()],
        }
        if self._configuration_set:
            request["ConfigurationSetName"] = self._configuration_set
        return request
