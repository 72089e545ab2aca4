"""The target of the schedules and of the plan queue: it queues due mails and does the nightly run, a step at a time."""

from shop.runtime.startup import started

from enum import StrEnum
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import AwareDatetime, BaseModel

from shop.bootstrap import Shop
from shop.mail.tasks import PLAN_STEP, Period
from shop.runtime.logging import logger
from shop.runtime.metrics import Metric, count, metrics

shop = Shop.from_environment().prepare("planner")
_steps = BatchProcessor(EventType.SQS, raise_on_entire_batch_failure=False)


class Plan(StrEnum):
    """The plans that a schedule may start."""

    REMINDERS = "reminders"
    RECEIPTS = "receipts"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    NIGHTLY = "nightly"


class ScheduleEvent(BaseModel):
    """The event of a schedule. `scheduled_time` stays the same however late it runs."""

    plan: Plan = Plan.REMINDERS
    scheduled_time: AwareDatetime


def start(event: ScheduleEvent) -> None:
    """Queue the first steps of a plan."""
    at = event.scheduled_time
    if event.plan is Plan.REMINDERS:
        shop.planner.start_reminders(at)
        count(Metric.REMINDERS_STARTED)
    elif event.plan is Plan.RECEIPTS:
        shop.planner.start_receipts(at)
        shop.planner.start_attempts(at)
        count(Metric.SWEEPS_STARTED)
    elif event.plan is Plan.NIGHTLY:
        shop.planner.start_nightly(at)
    else:
        shop.planner.start_summary(Period(event.plan.value), at)
    logger.info("plan started", extra={"plan": event.plan.value, "at": at.isoformat()})


def step(record: SQSRecord) -> None:
    """Do one step of a plan."""
    try:
        queued = shop.planner.run(PLAN_STEP.validate_json(record.body))
    except Exception:
        logger.exception("plan step failed", extra={"message_id": record.message_id})
        raise
    logger.info("plan step done", extra={"message_id": record.message_id, "queued": queued})


@started
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse | None:
    """The Lambda handler."""
    logger.structure_logs(append=False, request_id=context.aws_request_id)
    if "Records" in event:
        return process_partial_response(event=event, record_handler=step, processor=_steps, context=context)
    start(ScheduleEvent.model_validate(event))
    return None
