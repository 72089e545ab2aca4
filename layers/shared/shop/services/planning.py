"""Putting the mails that are due on the queue, in short steps, each of which leads to the next."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import ClassVar

from shop.config import Settings
from shop.domain.calendar import local_day
from shop.mail.queue import Queue
from shop.mail.tasks import Listing, ListStep, MailTask, Period, PlanStep, ReceiptTask, ReminderTask, SummaryStep
from shop.services.summaries import Summaries
from shop.store import keys
from shop.store.codec import to_text
from shop.store.mails import Due, Mails

_GRACE = timedelta(minutes=5)
"""How long the queue has for a receipt before the sweep takes it for lost."""
_SWEPT = timedelta(days=1)
"""For how long the sweep tries again; after that the dead-letter queue has it."""


@dataclass(frozen=True, slots=True)
class Planning:
    """The use cases of the schedules."""

    mails: Mails
    mail_queue: Queue
    plan_queue: Queue
    summaries: Summaries
    settings: Settings

    STEP: ClassVar[int] = 5000
    """How many mails one step queues, or customers it adds up."""

    def start_reminders(self, at: datetime) -> None:
        """Begin with the reminders that are owed by the shop's day at an instant."""
        until = local_day(at, self.settings.zone).isoformat()
        self._start(Listing.REMINDER, at, "", until)

    def start_receipts(self, at: datetime) -> None:
        """Begin with the receipts that should have been sent before an instant and were not."""
        self._start(Listing.RECEIPT, at, to_text(at - _SWEPT), to_text(at - _GRACE))

    def start_summary(self, period: Period, at: datetime) -> None:
        """Begin with the summary of the week or month before an instant."""
        self.plan_queue.send([SummaryStep(period=period, at=at)])

    def _start(self, listing: Listing, at: datetime, since: str, until: str) -> None:
        steps = [
            ListStep(listing=listing, shard=shard, at=at, since=since, until=until) for shard in range(keys.SHARDS)
        ]
        self.plan_queue.send(steps)

    def run(self, step: PlanStep) -> int:
        """Do one step and queue the one after it; how many mails it has queued. Done twice, it queues them twice."""
        return self._add_up(step) if isinstance(step, SummaryStep) else self._list(step)

    def _add_up(self, step: SummaryStep) -> int:
        after = self.summaries.added(step, self.STEP)
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
