"""The planner queues due mails and does the nightly run, in short steps: each step queues the next one."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from shop import ids
from shop.attempts.decisions import Decisions
from shop.calendar import local_day
from shop.dynamodb import keys
from shop.dynamodb.attributes import to_text
from shop.mail.outbox import Queue
from shop.mail.store import Mails
from shop.mail.summaries import SummaryPlan
from shop.mail.tasks import (
    AgingStep,
    AttemptMailStep,
    AttemptTask,
    ClosingStep,
    ExpiryStep,
    Period,
    PlanStep,
    ReceiptStep,
    ReceiptTask,
    ReminderStep,
    ReminderTask,
    SummaryStep,
)
from shop.reports.nightly import Nightly
from shop.runtime.config import Settings

_GRACE = timedelta(minutes=5)
"""The age at which the sweep queues an unsent receipt, or mail of an attempt, again."""
_SWEPT = timedelta(days=1)
"""The age up to which the sweep queues one; after that it is in the dead-letter queue."""


@dataclass(frozen=True, slots=True)
class Planner:
    """The use cases of the schedules."""

    mails: Mails
    mail_queue: Queue
    plan_queue: Queue
    summaries: SummaryPlan
    decisions: Decisions
    nightly: Nightly
    settings: Settings
    clock: Callable[[], datetime]

    STEP: ClassVar[int] = 5000
    """The number of items that a step reads."""
    AGED: ClassVar[int] = 1000
    """The number of customers whose debts a step adds up."""
    EXPIRED: ClassVar[int] = 100
    """The number of payment attempts that a step ends."""

    def start_reminders(self, at: datetime) -> None:
        """Queue the first steps for the reminders due on the shop's day at an instant."""
        self.plan_queue.send([ReminderStep(shard=shard, at=at) for shard in range(keys.SHARDS)])

    def start_receipts(self, at: datetime) -> None:
        """Queue the first steps for the receipts that were not sent in time before an instant."""
        since, until = at - _SWEPT, at - _GRACE
        first, last = local_day(since, self.settings.zone), local_day(until, self.settings.zone)
        days = {first, last}  # they are at most a day apart
        self.plan_queue.send(
            [ReceiptStep(day=day, since=ids.first_at(since), until=ids.first_at(until)) for day in sorted(days)]
        )

    def start_attempts(self, at: datetime) -> None:
        """Queue the first steps that end payment attempts, and that find their mails not sent before an instant."""
        since, until = to_text(at - _SWEPT), to_text(at - _GRACE)
        self.plan_queue.send([ExpiryStep(), AttemptMailStep(since=since, until=until)])

    def start_nightly(self, at: datetime) -> None:
        """Queue the first steps that close the days before an instant, and add up what is owed on its day."""
        day = local_day(at, self.settings.zone)
        self.plan_queue.send([AgingStep(shard=shard, day=day) for shard in range(keys.SHARDS)])
        first, last = self.nightly.first_open_day(), day - timedelta(days=1)
        if first and first <= last:
            self.plan_queue.send([ClosingStep(day=first, last=last)])

    def start_summary(self, period: Period, at: datetime) -> None:
        """Queue the first step of the summary of the week or month before an instant."""
        self.plan_queue.send([SummaryStep(period=period, at=at)])

    def run(self, step: PlanStep) -> int:
        """Do a step and queue the next one; returns the number of mails queued. A step may be repeated."""
        match step:
            case SummaryStep():
                return self._add_up(step)
            case ReceiptStep():
                return self._list_receipts(step)
            case ReminderStep():
                return self._list_reminders(step)
            case AttemptMailStep():
                return self._list_attempts(step)
            case ExpiryStep():
                return self._expire_attempts(step)
            case AgingStep():
                return self._age(step)
            case ClosingStep():
                return self._close(step)

    def _age(self, step: AgingStep) -> int:
        if step.day < local_day(self.clock(), self.settings.zone):
            return 0  # too late: the totals are those of another day
        sums, since = self.nightly.age(step.shard, step.day, step.since, step.sums, self.AGED)
        if since:
            self.plan_queue.send([step.model_copy(update={"since": since, "sums": sums})])
        return 0

    def _close(self, step: ClosingStep) -> int:
        self.nightly.close(step.day)
        if step.day < step.last:
            self.plan_queue.send([step.model_copy(update={"day": step.day + timedelta(days=1)})])
        return 0

    def _add_up(self, step: SummaryStep) -> int:
        after = self.summaries.add_up(step, self.STEP)
        if after.since:
            self.plan_queue.send([after])
            return 0
        tasks = self.summaries.tasks(after)
        self.mail_queue.send(tasks)
        return len(tasks)

    def _list_reminders(self, step: ReminderStep) -> int:
        day = local_day(step.at, self.settings.zone)
        farthest = day + timedelta(days=max(self.settings.reminder_days_before, default=0))
        found = list(self.mails.owing(step.shard, step.since, farthest, self.STEP))
        due = [one for one in found if one.reminder <= day.isoformat()]
        if due:
            self.mail_queue.send([ReminderTask(customer_id=one.user_id, day=day) for one in due])
        if len(found) == self.STEP:
            self.plan_queue.send([step.model_copy(update={"since": found[-1].place})])
        return len(due)

    def _list_receipts(self, step: ReceiptStep) -> int:
        entries = list(self.mails.entries_of_day(step.day, step.since, step.until, self.STEP))
        due = [entry for entry in entries if entry.is_receipt_due]
        if due:
            tasks = [ReceiptTask(customer_id=e.user_id, purchase_id=e.purchase_id, entry_id=e.entry_id) for e in due]
            self.mail_queue.send(tasks)
        if len(entries) == self.STEP:
            self.plan_queue.send([step.model_copy(update={"since": entries[-1].entry_id})])
        return len(due)

    def _list_attempts(self, step: AttemptMailStep) -> int:
        due = list(self.mails.due_attempts(step.since, step.until, self.STEP))
        if due:
            self.mail_queue.send(
                [AttemptTask(customer_id=e.user_id, purchase_id=e.purchase_id, attempt_id=e.attempt_id) for e in due]
            )
        if len(due) == self.STEP:
            self.plan_queue.send([step.model_copy(update={"since": due[-1].place})])
        return len(due)

    def _expire_attempts(self, step: ExpiryStep) -> int:
        ended = self.decisions.expire_oldest(self.EXPIRED)
        if ended == self.EXPIRED:
            self.plan_queue.send([step])
        return ended
