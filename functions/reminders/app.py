"""The daily schedule's target: mails customers whose installments fall due soon."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import AwareDatetime, BaseModel

from shop.domain.calendar import local_day
from shop.logs import logger
from shop.wiring import Shop

shop = Shop.from_environment()


class ScheduleEvent(BaseModel):
    """What the schedule sends: the instant it was to run at, which stays the same however late it runs."""

    scheduled_time: AwareDatetime


def run(scheduled_time: datetime) -> dict[str, Any]:
    """Send the reminders of the shop's day at an instant."""
    day = local_day(scheduled_time, shop.settings.zone)
    outcome = shop.reminding.run(day)
    answer = {"day": day.isoformat(), **asdict(outcome)}
    logger.info("reminders sent", extra=answer)
    return answer


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """The Lambda handler."""
    logger.append_keys(request_id=context.aws_request_id)
    return run(ScheduleEvent.model_validate(event).scheduled_time)
