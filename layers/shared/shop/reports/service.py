"""Figures: the reports of admins, and the dashboards of customers, admins and visitors."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from zoneinfo import ZoneInfo

from shop import problems
from shop.accounts.model import Account
from shop.accounts.store import Accounts
from shop.calendar import local_day
from shop.dynamodb.paging import Page, PageRequest
from shop.ledger.totals import CustomerTotals, Figures
from shop.ledger.totals_store import Totals

CHART_MONTHS = 6
MOST_MONTHS = 36
"""The most months of a chart."""
_LARGEST_PAGE = 100


class OverallStatus(StrEnum):
    """The payment status of a customer. `n/a`: owes nothing, and bought nothing in the days of the report."""

    PAID = "paid"
    DUE = "due"
    NOTHING = "n/a"


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """A customer with the figures of the report's days, and of everything due on the first day or later."""

    account: Account
    figures: Figures
    falling_due: Figures
    overdue_amount: Decimal
    owes: bool

    @property
    def overall_status(self) -> OverallStatus:
        """Return the payment status. A customer who owes anything, due at any time, is never `paid`."""
        if self.owes:
            return OverallStatus.DUE
        return OverallStatus.PAID if self.figures.purchases else OverallStatus.NOTHING


@dataclass(frozen=True, slots=True)
class Chart:
    """The shop's figures by month, oldest first. `months` are first days of months."""

    months: list[date]
    figures: list[Figures]


@dataclass(frozen=True, slots=True)
class Reports:
    """The use cases of reports."""

    accounts: Accounts
    totals: Totals
    zone: ZoneInfo
    clock: Callable[[], datetime]

    def chart(self, first: date | None = None, last: date | None = None) -> Chart:
        """Read the figures of calendar months: six up to the current one, or up to `last`, unless `first` says more.

        Raises InvalidInput naming `to` when there are none or more than `MOST_MONTHS`.
        """
        end = _month_number(last or local_day(self.clock(), self.zone))
        begin = _month_number(first) if first else max(end - CHART_MONTHS + 1, _month_number(date.min))
        if not 1 <= end - begin + 1 <= MOST_MONTHS:
            raise problems.RANGE_OF_MONTHS.error(most=MOST_MONTHS)
        months = [date(number // 12, number % 12 + 1, 1) for number in range(begin, end + 1)]
        return Chart(months, self.totals.of_months([f"{one.year:04}-{one.month:02}" for one in months]))

    def summary(self, days: int, request: PageRequest, *, is_counted: bool = True) -> Page[SummaryRow]:
        """Read a page of customers with their figures of the last `days` days, including today."""
        today = local_day(self.clock(), self.zone)
        first = today - timedelta(days=days - 1)
        page = self.accounts.page(request, is_counted=is_counted)
        totals = {one.customer_id: one for one in self.totals.of_customers([account.id for account in page.items])}
        return page.map(lambda account: _row(account, totals[account.id], first, today))

    def rows(self, days: int, request: PageRequest) -> Page[SummaryRow]:
        """Read a page of any size, a hundred rows at a time; it has no count."""
        rows: list[SummaryRow] = []
        keys: list[str] = []
        position = request.position
        while True:
            part = PageRequest(position, min(_LARGEST_PAGE, request.size - len(rows)))
            page = self.summary(days, part, is_counted=False)
            rows += page.items
            keys += page.keys
            position = page.next
            if position is None or len(rows) == request.size:
                return Page(rows, keys, count=None, next=position)


def _month_number(day: date) -> int:
    return day.year * 12 + day.month - 1


def _row(account: Account, totals: CustomerTotals, first: date, today: date) -> SummaryRow:
    return SummaryRow(
        account,
        figures=totals.within(first, today),
        falling_due=totals.within(first, date.max),
        overdue_amount=totals.overdue_amount(today),
        owes=totals.overall.open > 0,
    )


@dataclass(frozen=True, slots=True)
class CustomerSummary:
    """A customer's figures: unpaid principal, paid amounts, and counts."""

    total_due: Decimal
    total_paid: Decimal
    total_purchase: int
    installment_left: int
    installment_paid: int
    overdue_count: int
    next_due: date | None
    total_refundable: Decimal
    orders_pending: int
    total_waiting: Decimal


@dataclass(frozen=True, slots=True)
class AccountCounts:
    """The number of accounts, and of verified ones."""

    total: int
    verified: int


@dataclass(frozen=True, slots=True)
class Dashboards:
    """The use cases of dashboards."""

    totals: Totals
    zone: ZoneInfo
    clock: Callable[[], datetime]

    def of_customer(self, customer_id: str) -> CustomerSummary:
        """Read a customer's purchases, payments and debts."""
        totals = self.totals.of_customers([customer_id])[0]
        return CustomerSummary(
            total_due=totals.overall.due,
            total_paid=totals.overall.paid,
            total_purchase=totals.overall.purchases,
            installment_left=totals.overall.open,
            installment_paid=totals.overall.closed,
            overdue_count=totals.overdue_count(local_day(self.clock(), self.zone)),
            next_due=totals.next_due,
            total_refundable=totals.overall.refundable,
            orders_pending=totals.overall.purchases_pending,
            total_waiting=totals.overall.waiting,
        )

    def of_accounts(self) -> AccountCounts:
        """Read the number of accounts, and of verified ones."""
        counts = self.totals.counts()
        return AccountCounts(counts["accounts"], counts["verified"])
