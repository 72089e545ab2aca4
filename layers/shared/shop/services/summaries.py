"""The admins' weekly and monthly mail."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from shop.config import Settings
from shop.domain.totals import Figures, combined
from shop.mail.summaries import summary
from shop.mail.tasks import Period, SummaryTask
from shop.services.delivering import Delivering
from shop.services.reports import Reports
from shop.store.accounts import Accounts
from shop.store.mails import Mail, Mails
from shop.store.paging import Position
from shop.store.totals import Totals

_ROWS = 1000
_DAYS = {Period.WEEKLY: 7, Period.MONTHLY: 30}


@dataclass(frozen=True, slots=True)
class Summaries:
    """The use cases of summaries."""

    accounts: Accounts
    totals: Totals
    mails: Mails
    settings: Settings

    def tasks(self, period: Period, today: date) -> Sequence[SummaryTask]:
        """A mail for each admin, with the figures of the reports for the days before today."""
        last = today - timedelta(days=1)
        instant = datetime.combine(last, time(12), self.settings.zone)
        reports = Reports(self.accounts, self.totals, self.settings.zone, lambda: instant)
        figures, buyers = Figures(), 0
        position: Position | None = None
        while True:
            page = reports.part(_DAYS[period], position, _ROWS)
            figures = combined([figures, *(row.figures for row in page.items)])
            buyers += sum(bool(row.figures.purchases) for row in page.items)
            position = page.next
            if position is None:
                break
        return [
            SummaryTask(
                admin_id=admin_id,
                period=period,
                first_day=today - timedelta(days=_DAYS[period]),
                last_day=last,
                purchases=figures.purchases,
                quantity=figures.quantity,
                purchased=figures.purchased,
                paid=figures.paid,
                due=figures.due,
                customers=buyers,
            )
            for admin_id in self.mails.admins()
        ]

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
