"""The target of the payment queue, and of the schedule that looks after payments: it asks providers about them."""

from shop.runtime.startup import started

from enum import StrEnum
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import AwareDatetime, BaseModel

from shop.bootstrap import Shop
from shop.online.tasks import PAYMENT_TASK, ChargeTask, CompareTask, MandateTask, NoticeTask, RefundTask, SettleTask
from shop.runtime.logging import logger
from shop.runtime.metrics import metrics

shop = Shop.from_environment().prepare("settlement", "rounds")
_tasks = BatchProcessor(EventType.SQS, raise_on_entire_batch_failure=False)


class Plan(StrEnum):
    """The plans that a schedule may start."""

    ROUND = "round"
    COMPARISON = "comparison"
    CHARGES = "charges"


class ScheduleEvent(BaseModel):
    """The event of a schedule. `scheduled_time` stays the same however late it runs."""

    plan: Plan
    scheduled_time: AwareDatetime


def do(record: SQSRecord) -> None:
    """Do the task of one message."""
    try:
        task = PAYMENT_TASK.validate_json(record.body)
        match task:
            case NoticeTask():
                shop.settlement.heed(task)
            case SettleTask():
                shop.settlement.look_after(task)
            case RefundTask():
                shop.online_refunds.carry_out(task)
            case ChargeTask():
                shop.charges.charge(task)
            case MandateTask():
                shop.saving.look_after(task)
            case CompareTask():
                shop.comparison.compare(task)
    except Exception:
        logger.exception("payment task failed", extra={"message_id": record.message_id})
        raise
    logger.info("payment task done", extra={"message_id": record.message_id, "task": task.task})


@started
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse | None:
    """The Lambda handler."""
    logger.structure_logs(append=False, request_id=context.aws_request_id)
    if "Records" in event:
        return process_partial_response(event=event, record_handler=do, processor=_tasks, context=context)
    schedule = ScheduleEvent.model_validate(event)
    match schedule.plan:
        case Plan.ROUND:
            queued = shop.rounds.start()
        case Plan.COMPARISON:
            queued = shop.comparison.start(schedule.scheduled_time)
        case Plan.CHARGES:
            queued = shop.charges.start()
    logger.info("plan started", extra={"plan": schedule.plan.value, "queued": queued})
    return None
