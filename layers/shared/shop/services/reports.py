"""The admins' reports: a chart of six months, and summaries by customer."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
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
    """Whether a customer owes anything of what was bought in a report's days."""

    PAID = "paid"
    DUE = "due"
    NOTHING = "n/a"


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """A customer and the figures of a report's days."""

    account: Account
    figures: Figures

    @property
    def overall_status(self) -> OverallStatus:
        """By the purchases made in the report's days."""
        if not self.figures.purchases:
            return OverallStatus.NOTHING
        return OverallStatus.DUE if self.figures.purchases_due else OverallStatus.PAID


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
        page = self.accounts.page(position, size, total)
        totals = self.totals.of_customers([account.id for account in page.items])
        figures = {one.customer_id: one.within(today - timedelta(days=days - 1), today) for one in totals}
        return page.map(lambda account: SummaryRow(account, figures[account.id]))

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
