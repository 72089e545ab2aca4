"""The target of SES's events, which come by SNS: addresses that bounce or complain, and mails that were taken."""

from shop.start import ready

from typing import Any, Literal

from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from shop.assembly.mails import WithMails
from shop.domain.accounts import MailStatus
from shop.logs import logger
from shop.metrics import published
from shop.store.mails import Mail

shop = WithMails.from_environment()


class _Part(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel)


class Recipient(_Part):
    """Somebody a mail was for."""

    email_address: str


class Bounce(_Part):
    """A mail that came back; only a permanent one says something of the address."""

    bounce_type: str
    bounced_recipients: list[Recipient]


class Complaint(_Part):
    """A mail that its reader called spam."""

    complained_recipients: list[Recipient]


class Sent(_Part):
    """The mail that an event is about."""

    tags: dict[str, list[str]] = Field(default_factory=dict)


class MailEvent(_Part):
    """An event of SES's: https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html."""

    event_type: Literal["Send", "Bounce", "Complaint"]
    mail: Sent
    bounce: Bounce | None = None
    complaint: Complaint | None = None


def take(event: MailEvent) -> None:
    """Do what an event asks for."""
    tags = event.mail.tags
    if event.event_type == "Send" and "customer" in tags and "mail" in tags:
        shop.feedback.sent(Mail(tags["customer"][0], tags["mail"][0]))
    if event.bounce and event.bounce.bounce_type == "Permanent":
        for recipient in event.bounce.bounced_recipients:
            shop.feedback.mark(recipient.email_address, MailStatus.BOUNCED)
    if event.complaint:
        for recipient in event.complaint.complained_recipients:
            shop.feedback.mark(recipient.email_address, MailStatus.COMPLAINED)


@ready
@published
def handler(event: dict[str, Any], context: LambdaContext) -> None:
    """The Lambda handler. SNS calls it again when it fails; done twice, an event does the same."""
    logger.structure_logs(append=False, request_id=context.aws_request_id)
    for record in event["Records"]:
        told = MailEvent.model_validate_json(record["Sns"]["Message"])
        take(told)
        logger.info("mail event", extra={"event_type": told.event_type})
