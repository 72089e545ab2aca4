"""The admins' weekly and monthly mail."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from shop.config import Settings
from shop.domain.calendar import local_day
from shop.domain.totals import combined
from shop.mail.summaries import summary
from shop.mail.tasks import Period, SummaryStep, SummaryTask, Sums
from shop.services.delivering import Delivering
from shop.services.reports import Reports
from shop.store.accounts import Accounts
from shop.store.mails import Mail, Mails
from shop.store.paging import Position
from shop.store.totals import Totals

_DAYS = {Period.WEEKLY: 7, Period.MONTHLY: 30}


@dataclass(frozen=True, slots=True)
class Summaries:
    """The use cases of summaries."""

    accounts: Accounts
    totals: Totals
    mails: Mails
    settings: Settings

    def added(self, step: SummaryStep, most: int) -> SummaryStep:
        """The step after one: with the figures of up to `most` customers added, and no place `since` after the last.

        They are those of the reports for the days before the shop's day at the step's instant.
        """
        noon = datetime.combine(self._last_day(step), time(12), self.settings.zone)
        reports = Reports(self.accounts, self.totals, self.settings.zone, lambda: noon)
        page = reports.part(_DAYS[step.period], Position(step.since) if step.since else None, most)
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
        """A mail for each admin, with the sums of a step."""
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

    def send(self, delivering: Delivering, task: SummaryTask) -> bool:
        """Send an admin the one summary of a period; whether it went out now. Raises as delivering does."""
        mail = Mail(task.admin_id, f"summary-{task.period.value}-{task.last_day.isoformat()}")
        account = self.accounts.get(task.admin_id)
        if account is None or not (account.is_staff and account.is_active):
            return False
        return delivering.deliver(
            mail,
            lambda: summary(account, task, self.settings.formats),
            lambda _: self.mails.finish(mail, delivering.clock()),
        )
