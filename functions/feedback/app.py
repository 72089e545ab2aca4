"""The target of SES's events, delivered by SNS: bounces, complaints and sent mails."""

from shop.runtime.startup import started

from typing import Any, Literal

from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from shop.accounts.model import MailStatus
from shop.bootstrap import Shop
from shop.mail.model import Mail
from shop.runtime.logging import logger
from shop.runtime.metrics import metrics

shop = Shop.from_environment().prepare("feedback")


class _Part(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel)


class Recipient(_Part):
    """A recipient of a mail."""

    email_address: str


class Bounce(_Part):
    """A mail that was returned. Only a permanent bounce counts against the address."""

    bounce_type: str
    bounced_recipients: list[Recipient]


class Complaint(_Part):
    """A mail that its recipient reported as spam."""

    complained_recipients: list[Recipient]


class Sent(_Part):
    """The mail that an event is about."""

    tags: dict[str, list[str]] = Field(default_factory=dict)


class MailEvent(_Part):
    """An event of SES: https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html."""

    event_type: Literal["Send", "Bounce", "Complaint"]
    mail: Sent
    bounce: Bounce | None = None
    complaint: Complaint | None = None


def take(event: MailEvent) -> None:
    """Process an event."""
    tags = event.mail.tags
    if event.event_type == "Send" and "customer" in tags and "mail" in tags:
        shop.feedback.sent(Mail(tags["customer"][0], tags["mail"][0]))
    if event.bounce and event.bounce.bounce_type == "Permanent":
        for recipient in event.bounce.bounced_recipients:
            shop.feedback.mark(recipient.email_address, MailStatus.BOUNCED)
    if event.complaint:
        for recipient in event.complaint.complained_recipients:
            shop.feedback.mark(recipient.email_address, MailStatus.COMPLAINED)


@started
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> None:
    """The Lambda handler. SNS calls it again when it fails; a repeated event has no further effect."""
    logger.structure_logs(append=False, request_id=context.aws_request_id)
    for record in event["Records"]:
        reported = MailEvent.model_validate_json(record["Sns"]["Message"])
        take(reported)
        logger.info("mail event", extra={"event_type": reported.event_type})
