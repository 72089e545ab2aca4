"""The target of the mail queue: it sends each mail of a batch. Unsent mails are delivered to it again."""

from shop.runtime.startup import started

from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from shop.bootstrap import Shop
from shop.mail.tasks import MAIL_TASK, AttemptTask, HandReminderTask, ReceiptTask, ReminderTask
from shop.runtime.logging import logger
from shop.runtime.metrics import metrics

shop = Shop.from_environment().prepare("reminders", "receipts", "attempt_mails", "summaries")
_mails = BatchProcessor(EventType.SQS, raise_on_entire_batch_failure=False)


def send(record: SQSRecord) -> None:
    """Send the mail of one message."""
    try:
        task = MAIL_TASK.validate_json(record.body)
        if isinstance(task, ReminderTask):
            sent = shop.reminders.send(task)
        elif isinstance(task, HandReminderTask):
            sent = shop.reminders.send_by_hand(task)
        elif isinstance(task, ReceiptTask):
            sent = shop.receipts.send(task)
        elif isinstance(task, AttemptTask):
            sent = shop.attempt_mails.send(task)
        else:
            sent = shop.summaries.send(task)
    except Exception:
        logger.exception("mail not sent", extra={"message_id": record.message_id})
        raise
    logger.info("mail done", extra={"message_id": record.message_id, "kind": task.kind, "sent": sent})


@started
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """The Lambda handler."""
    logger.structure_logs(append=False, request_id=context.aws_request_id)
    return process_partial_response(event=event, record_handler=send, processor=_mails, context=context)
