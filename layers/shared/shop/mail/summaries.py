"""Summaries: the weekly and monthly mails to admins."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from shop.accounts.store import Accounts
from shop.calendar import local_day
from shop.dynamodb.paging import PageRequest, Position
from shop.dynamodb.retry import retried
from shop.ledger.totals import combined
from shop.ledger.totals_store import Totals
from shop.mail.delivery import Delivery
from shop.mail.messages import Message, Recipient, rendered
from shop.mail.model import Mail
from shop.mail.store import Mails
from shop.mail.tasks import Period, SummaryStep, SummaryTask, Sums
from shop.reports.service import Reports
from shop.runtime.config import Settings
from shop.text import translatable

_SUBJECTS = {
    Period.WEEKLY: translatable("The shop's weekly summary to %(day)s"),
    Period.MONTHLY: translatable("The shop's monthly summary to %(day)s"),
}
_TITLES = {
    Period.WEEKLY: translatable("Your weekly summary"),
    Period.MONTHLY: translatable("Your monthly summary"),
}


def summary(to: Recipient, task: SummaryTask) -> Message:
    """Compose the summary of a period."""
    subject = to.texts.gettext(_SUBJECTS[task.period]) % {"day": to.formats.date(task.last_day)}
    return rendered("summary", to, subject, title=to.texts.gettext(_TITLES[task.period]), summary=task)


_DAYS = {Period.WEEKLY: 7, Period.MONTHLY: 30}


@dataclass(frozen=True, slots=True)
class SummaryPlan:
    """The use cases of the planner. The figures are those of the reports, up to the day before the shop's day."""

    accounts: Accounts
    totals: Totals
    mails: Mails
    settings: Settings

    def add_up(self, step: SummaryStep, most: int) -> SummaryStep:
        """Add the figures of up to `most` customers; returns the next step, with an empty `since` after the last."""
        noon = datetime.combine(self._last_day(step), time(12), self.settings.zone)
        reports = Reports(self.accounts, self.totals, self.settings.zone, lambda: noon)
        page = reports.rows(_DAYS[step.period], PageRequest(Position(step.since) if step.since else None, most))
        figures = combined(row.figures for row in page.items)
        return step.model_copy(
            update={
                "purchases": step.purchases + figures.purchases,
                "quantity": step.quantity + figures.quantity,
                "purchased": step.purchased + figures.purchased,
                "paid": step.paid + figures.paid,
                "due": step.due + figures.due,
                "customers": step.customers + sum(bool(row.figures.purchases) for row in page.items),
                "since": page.next.key if page.next else "",
            }
        )

    def tasks(self, step: SummaryStep) -> Sequence[SummaryTask]:
        """Make a task for each admin, with the sums of the last step."""
        last = self._last_day(step)
        return [
            SummaryTask(
                admin_id=admin_id,
                period=step.period,
                first_day=last - timedelta(days=_DAYS[step.period] - 1),
                last_day=last,
                **step.model_dump(include=set(Sums.model_fields)),
            )
            for admin_id in self.mails.admins()
        ]

    def _last_day(self, step: SummaryStep) -> date:
        return local_day(step.at, self.settings.zone) - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Summaries:
    """The use case of a summary from the queue."""

    delivery: Delivery
    mails: Mails
    accounts: Accounts
    settings: Settings
    clock: Callable[[], datetime]

    def send(self, task: SummaryTask) -> bool:
        """Send an admin the summary of a period; returns whether it was sent now.

        Raises MailClaimed, MailNotSent and Unavailable: the task then has to be delivered again.
        """
        mail = Mail(task.admin_id, f"summary-{task.period.value}-{task.last_day.isoformat()}")
        account = self.accounts.get(task.admin_id)
        if account is None or not (account.is_staff and account.is_active):
            return False
        with self.delivery.claim(mail) as claim:
            sent = claim.is_new and self.delivery.send(claim, summary(Recipient.of(account, self.settings), task))
        self._finish(mail)
        return sent

    @retried
    def _finish(self, mail: Mail) -> None:
        self.mails.finish(mail, self.clock())
