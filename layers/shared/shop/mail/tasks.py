"""Messages on the queues. Each names a task, not the text of a mail, so it may arrive late or twice."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from shop.money import ZERO
from shop.reports.aging import Aging


class _Task(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Period(StrEnum):
    """The period of a summary."""

    WEEKLY = "weekly"
    MONTHLY = "monthly"


class ReminderTask(_Task):
    """Remind a customer on a day."""

    kind: Literal["reminder"] = "reminder"
    customer_id: str
    day: date


class ReceiptTask(_Task):
    """Confirm an act that the journal has."""

    kind: Literal["receipt"] = "receipt"
    customer_id: str
    purchase_id: str
    entry_id: str


class AttemptTask(_Task):
    """Tell a customer of the present status of a payment attempt."""

    kind: Literal["attempt"] = "attempt"
    customer_id: str
    purchase_id: str
    attempt_id: str


class Sums(_Task):
    """The figures of a period, and how many customers bought something in it."""

    purchases: int = 0
    quantity: int = 0
    purchased: Decimal = ZERO
    paid: Decimal = ZERO
    due: Decimal = ZERO
    customers: int = 0


class SummaryTask(Sums):
    """Send an admin the sums of the days up to `last_day`."""

    kind: Literal["summary"] = "summary"
    admin_id: str
    period: Period
    first_day: date
    last_day: date


MailTask = Annotated[ReminderTask | ReceiptTask | AttemptTask | SummaryTask, Field(discriminator="kind")]


class ReminderStep(_Task):
    """Queue the due reminders of one shard after the place `since`."""

    task: Literal["reminders"] = "reminders"
    shard: int = Field(ge=0)
    at: datetime
    since: str = ""


class ReceiptStep(_Task):
    """Queue the unsent receipts of one day's journal entries after the entry `since`, up to `until`."""

    task: Literal["receipts"] = "receipts"
    day: date
    since: str
    until: str


class AttemptMailStep(_Task):
    """Queue the unsent mails of payment attempts after the place `since`, up to the time `until`."""

    task: Literal["attempt mails"] = "attempt mails"
    since: str
    until: str


class ExpiryStep(_Task):
    """End the payment attempts that waited too long."""

    task: Literal["expiry"] = "expiry"


class AgingStep(_Task):
    """Add what the customers of a shard after the place `since` owe to the sums of a day."""

    task: Literal["aging"] = "aging"
    shard: int = Field(ge=0)
    day: date
    since: str = ""
    sums: Aging = Aging()


class ClosingStep(_Task):
    """Close the sales of a day, then those of the days after it up to `last`."""

    task: Literal["closing"] = "closing"
    day: date
    last: date


class SummaryStep(Sums):
    """Add the figures of customers after the place `since` to the sums of a period, which ended the day before `at`."""

    task: Literal["summary"] = "summary"
    period: Period
    at: datetime
    since: str = ""


PlanStep = Annotated[
    ReminderStep | ReceiptStep | AttemptMailStep | ExpiryStep | SummaryStep | AgingStep | ClosingStep,
    Field(discriminator="task"),
]

_DEFERRED = ConfigDict(defer_build=True)
MAIL_TASK: TypeAdapter[MailTask] = TypeAdapter(MailTask, config=_DEFERRED)
PLAN_STEP: TypeAdapter[PlanStep] = TypeAdapter(PlanStep, config=_DEFERRED)
