"""The planner queues due mails, in short steps: each step queues the next one."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import ClassVar

from shop.calendar import local_day
from shop.dynamodb import keys
from shop.dynamodb.attributes import to_text
from shop.mail.outbox import Queue
from shop.mail.store import Due, Mails
from shop.mail.summaries import SummaryPlan
from shop.mail.tasks import Listing, ListStep, MailTask, Period, PlanStep, ReceiptTask, ReminderTask, SummaryStep
from shop.runtime.config import Settings

_GRACE = timedelta(minutes=5)
"""The age at which the sweep queues an unsent receipt again."""
_SWEPT = timedelta(days=1)
"""The age up to which the sweep queues a receipt; after that it is in the dead-letter queue."""


@dataclass(frozen=True, slots=True)
class Planner:
    """The use cases of the schedules."""

    mails: Mails
    mail_queue: Queue
    plan_queue: Queue
    summaries: SummaryPlan
    settings: Settings

    STEP: ClassVar[int] = 5000
    """The number of mails that a step queues, or of customers that it adds up."""

    def start_reminders(self, at: datetime) -> None:
        """Queue the first steps for the reminders due on the shop's day at an instant."""
        until = local_day(at, self.settings.zone).isoformat()
        self._start(Listing.REMINDER, at, "", until)

    def start_receipts(self, at: datetime) -> None:
        """Queue the first steps for the receipts that were not sent in time before an instant."""
        self._start(Listing.RECEIPT, at, to_text(at - _SWEPT), to_text(at - _GRACE))

    def start_summary(self, period: Period, at: datetime) -> None:
        """Queue the first step of the summary of the week or month before an instant."""
        self.plan_queue.send([SummaryStep(period=period, at=at)])

    def _start(self, listing: Listing, at: datetime, since: str, until: str) -> None:
        steps = [
            ListStep(listing=listing, shard=shard, at=at, since=since, until=until) for shard in range(keys.SHARDS)
        ]
        self.plan_queue.send(steps)

    def run(self, step: PlanStep) -> int:
        """Do a step and queue the next one; returns the number of mails queued. A repeated step queues them again."""
        return self._add_up(step) if isinstance(step, SummaryStep) else self._list(step)

    def _add_up(self, step: SummaryStep) -> int:
        after = self.summaries.add_up(step, self.STEP)
        if after.since:
            self.plan_queue.send([after])
            return 0
        tasks = self.summaries.tasks(after)
        self.mail_queue.send(tasks)
        return len(tasks)

    def _list(self, step: ListStep) -> int:
        found = list(self.mails.due(step.listing.value, step.shard, step.since, step.until, self.STEP))
        if found:
            day = local_day(step.at, self.settings.zone)
            self.mail_queue.send([_task(step.listing, due, day) for due in found])
        if len(found) == self.STEP:
            self.plan_queue.send([step.model_copy(update={"since": found[-1].place})])
        return len(found)


def _task(listing: Listing, due: Due, day: date) -> MailTask:
    if listing is Listing.REMINDER:
        return ReminderTask(customer_id=due.user_id, day=day)
    return ReceiptTask(customer_id=due.user_id, purchase_id=due.purchase_id, payment_id=due.payment_id)
