"""The admins' reports: a chart of six months, and summaries by customer."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from zoneinfo import ZoneInfo

from shop.domain.accounts import Account
from shop.domain.calendar import local_day
from shop.domain.totals import Figures
from shop.store.accounts import Accounts
from shop.store.paging import Page, Position
from shop.store.totals import Totals

CHART_MONTHS = 6
_LARGEST_PAGE = 100


class OverallStatus(StrEnum):
    """Whether a customer owes anything: `n/a` for one who does not, and has bought nothing in a report's days."""

    PAID = "paid"
    DUE = "due"
    NOTHING = "n/a"


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """A customer with the figures of a report's days, and of all that falls due from the first of them on."""

    account: Account
    figures: Figures
    falling_due: Figures
    overdue_amount: Decimal
    owes: bool

    @property
    def overall_status(self) -> OverallStatus:
        """Whoever owes anything, whenever it fell or falls due, is never told as paid."""
        if self.owes:
            return OverallStatus.DUE
        return OverallStatus.PAID if self.figures.purchases else OverallStatus.NOTHING


@dataclass(frozen=True, slots=True)
class Chart:
    """The shop's figures of some months, oldest first; `months` are their first days."""

    months: list[date]
    figures: list[Figures]


@dataclass(frozen=True, slots=True)
class Reports:
    """The use cases of reports."""

    accounts: Accounts
    totals: Totals
    zone: ZoneInfo
    clock: Callable[[], datetime]

    def chart(self) -> Chart:
        """The last six calendar months, this one among them."""
        month = local_day(self.clock(), self.zone).replace(day=1)
        months = [month]
        while len(months) < CHART_MONTHS:
            months.append((months[-1] - timedelta(days=1)).replace(day=1))
        months.reverse()
        return Chart(months, self.totals.of_months([f"{one:%Y-%m}" for one in months]))

    def summary(self, days: int, position: Position | None, size: int) -> Page[SummaryRow]:
        """A page of customers with their figures of the last `days` days, today among them."""
        return self._page(days, position, size, lambda: self.totals.counts()["accounts"])

    def _page(self, days: int, position: Position | None, size: int, total: Callable[[], int]) -> Page[SummaryRow]:
        today = local_day(self.clock(), self.zone)
        first = today - timedelta(days=days - 1)
        page = self.accounts.page(position, size, total)
        totals = {one.customer_id: one for one in self.totals.of_customers([account.id for account in page.items])}

        def row(account: Account) -> SummaryRow:
            own = totals[account.id]
            return SummaryRow(
                account,
                figures=own.within(first, today),
                falling_due=own.within(first, date.max),
                overdue_amount=own.overdue_amount(today),
                owes=own.overall.open > 0,
            )

        return page.map(row)

    def part(self, days: int, position: Position | None, most: int) -> Page[SummaryRow]:
        """A page of up to `most` rows, read in smaller ones; it counts none."""
        rows: list[SummaryRow] = []
        keys: list[str] = []
        while True:
            page = self._page(days, position, min(_LARGEST_PAGE, most - len(rows)), total=lambda: 0)
            rows += page.items
            keys += page.keys
            position = page.next
            if position is None or len(rows) == most:
                return Page(rows, keys, count=0, next=position)
