"""The reports of admins: `/reports/*`."""

from shop.runtime.startup import started

from datetime import date
from typing import Annotated, Literal

from aws_lambda_powertools.event_handler.api_gateway import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from shop.bootstrap import Shop
from shop.catalogue.model import folded
from shop.dynamodb.paging import page_within
from shop.http.app import Api, Headers
from shop.http.auth import CurrentAdmin
from shop.http.dispatch import JSON, FormatQuery
from shop.http.pagination import CursorQuery, Pager, PageSizeQuery, SearchQuery, fitting
from shop.ledger.journal import Method
from shop.ledger.journal_schemas import EntryOut
from shop.ledger.journal_store import EntryFilter
from shop.reports.figure_schemas import AgingOut, CategorySalesOut, DebtsOut, DueOut, ProductSalesOut, SalesOut
from shop.reports.sales import Period, Step
from shop.reports.schemas import ChartOut, OverdueOut, RefundOwedOut, SummaryRowOut, TillOut
from shop.runtime.metrics import metrics
from shop.security.tokens import Caller
from shop.text import search_words

api = Api(Shop.from_environment().prepare("reports"))

WEEK, MONTH = 7, 30
OVERDUE_ROWS = 200
"""The most rows of the list of who is late: each needs the customer's purchases and notes."""
FILE_ROWS = 10_000
"""The most rows of a summary as a file, for the old frontends, which ask for it once."""

DayQuery = Annotated[date | None, Query(description="A day of the shop; today by default.")]
FromQuery = Annotated[date, Query(alias="from", description="The first day.")]
ToQuery = Annotated[date, Query(alias="to", description="The last day.")]
MethodQuery = Annotated[Method | None, Query()]
IdQuery = Annotated[str | None, Query(max_length=64)]
JournalFormatQuery = Annotated[Literal["json", "csv", "beancount"], Query(alias="format")]
DaysLateQuery = Annotated[int, Query(ge=1, le=100_000, description="At least so many days late.")]
MostDaysLateQuery = Annotated[int | None, Query(ge=1, le=100_000, description="At most so many days late.")]
OverdueOrderQuery = Annotated[Literal["-days_late", "-amount"], Query()]
_A_MONTH = r"^[12]\d{3}-(0[1-9]|1[0-2])$"
FirstMonthQuery = Annotated[str | None, Query(alias="from", pattern=_A_MONTH, description="The first month.")]
LastMonthQuery = Annotated[str | None, Query(alias="to", pattern=_A_MONTH, description="The last month.")]
FirstDayQuery = Annotated[date | None, Query(alias="from", description="The first day; today by default.")]
LastDayQuery = Annotated[date | None, Query(alias="to", description="The last day; the first one by default.")]
SeriesStepQuery = Annotated[Literal[Step.DAY, Step.WEEK, Step.MONTH], Query()]
SalesStepQuery = Annotated[Step, Query(description="What a row stands for. Weeks begin on Monday.")]


@api.get("/reports/chart/summary")
def read_chart(caller: CurrentAdmin, first: FirstMonthQuery = None, last: LastMonthQuery = None) -> ChartOut:
    """Read the shop's figures by month: of the last six months, or from one to another."""
    return ChartOut.of(api.shop.reports.chart(_month(first), _month(last)))


@api.get("/reports/payment-summary/weekly")
def read_weekly_summary(
    caller: CurrentAdmin, file_format: FormatQuery = "json", cursor: CursorQuery = None, page_size: PageSizeQuery = None
) -> Response[list[SummaryRowOut]]:
    """Read each customer's figures of the last 7 days."""
    return _summary(caller, WEEK, file_format, cursor, page_size)


@api.get("/reports/payment-summary/monthly")
def read_monthly_summary(
    caller: CurrentAdmin, file_format: FormatQuery = "json", cursor: CursorQuery = None, page_size: PageSizeQuery = None
) -> Response[list[SummaryRowOut]]:
    """Read each customer's figures of the last 30 days."""
    return _summary(caller, MONTH, file_format, cursor, page_size)


@api.get("/reports/payments")
def list_payments(
    caller: CurrentAdmin,
    day: DayQuery = None,
    method: MethodQuery = None,
    staff: IdQuery = None,
    customer: IdQuery = None,
    cursor: CursorQuery = None,
    page_size: PageSizeQuery = None,
) -> Response[list[EntryOut]]:
    """List the money that came in and went out on a day, newest first."""
    pager = Pager(api, cursor, page_size, caller.user_id)
    chosen = EntryFilter(moved_money=True, method=method, actor=staff, customer=customer)
    page = api.shop.books.payments(day, chosen, pager.request)
    return pager.answer(page, [EntryOut.of(entry) for entry in page.items])


@api.get("/reports/till")
def read_till(caller: CurrentAdmin, day: DayQuery = None) -> TillOut:
    """Read the money of a day by method and person."""
    return TillOut.of(*api.shop.books.till(day))


@api.get("/reports/journal")
def export_journal(
    caller: CurrentAdmin,
    first: FromQuery,
    last: ToQuery,
    file_format: JournalFormatQuery = "json",
    cursor: CursorQuery = None,
    page_size: PageSizeQuery = None,
) -> Response[list[EntryOut] | str]:
    """List all journal entries recorded on some days, oldest first: as JSON, as CSV or for Beancount."""
    pager = Pager(api, cursor, page_size, caller.user_id)
    page = api.shop.books.entries(first, last, pager.request)
    if file_format == "beancount":
        texts = list(api.shop.books.beancount(page.items, header=cursor is None))
        kept = texts[: fitting(texts)]
        named: Headers = {"Content-Disposition": 'attachment; filename="journal.beancount"'}
        links = pager.links(page.cut(len(kept), backwards=False))
        return Response(200, "text/plain; charset=utf-8", "".join(kept), named | links)
    rows, headers = pager.fit(page, [EntryOut.of(entry) for entry in page.items])
    return Response(200, JSON, rows, headers)


@api.get("/reports/overdue")
def list_overdue(
    caller: CurrentAdmin,
    min_days: DaysLateQuery = 1,
    max_days: MostDaysLateQuery = None,
    search: SearchQuery = "",
    ordering: OverdueOrderQuery = "-days_late",
    cursor: CursorQuery = None,
    page_size: PageSizeQuery = None,
) -> Response[list[OverdueOut]]:
    """List the customers with overdue installments, those late longest or, as of last night, owing most first."""
    pager = Pager(api, cursor, page_size, caller.user_id, most=OVERDUE_ROWS)
    if search_words(search):
        found = api.shop.overdue.search(search, min_days, max_days)
        page = page_within(found, lambda row: f"{row.oldest_due}#{row.account.id}", pager.request)
    elif ordering == "-amount":
        page = api.shop.overdue.by_amount(min_days, max_days, pager.request)
    else:
        page = api.shop.overdue.page(min_days, max_days, pager.request)
    return pager.answer(page, [OverdueOut.of(row) for row in page.items])


@api.get("/reports/overdue/series")
def read_overdue_series(
    caller: CurrentAdmin,
    first: FromQuery,
    last: ToQuery,
    by: SeriesStepQuery = Step.DAY,
    cursor: CursorQuery = None,
    page_size: PageSizeQuery = None,
) -> Response[list[DebtsOut]]:
    """Read what customers owed, by age, on the last day of each day, week or month."""
    pager = Pager(api, cursor, page_size, caller.user_id)
    rows = [DebtsOut.of(day, aging) for day, aging in api.shop.debts.series(Period(first, last), by)]
    page = page_within(rows, lambda row: row.day.isoformat(), pager.request)
    return pager.answer(page, page.items)


@api.get("/reports/aging")
def read_aging(caller: CurrentAdmin) -> AgingOut:
    """Read what customers owed last night, by age, and what is due on each coming day."""
    return AgingOut.of(*api.shop.debts.aging())


@api.get("/reports/due")
def list_due(
    caller: CurrentAdmin,
    first: FirstDayQuery = None,
    last: LastDayQuery = None,
    cursor: CursorQuery = None,
    page_size: PageSizeQuery = None,
) -> Response[list[DueOut]]:
    """List what should come in on some days, today by default, and what came: a row per day and customer."""
    begin = first or last or api.shop.today
    pager = Pager(api, cursor, page_size, caller.user_id, most=OVERDUE_ROWS)
    page = api.shop.due.page(Period(begin, last or begin), pager.request)
    return pager.answer(page, [DueOut.of(row) for row in page.items])


@api.get("/reports/sales")
def read_sales(
    caller: CurrentAdmin,
    first: FromQuery,
    last: ToQuery,
    by: SalesStepQuery = Step.TOTAL,
    cursor: CursorQuery = None,
    page_size: PageSizeQuery = None,
) -> Response[list[SalesOut]]:
    """Read the sales of any days, by day, week or month, beside those a year before."""
    pager = Pager(api, cursor, page_size, caller.user_id)
    rows = [SalesOut.of(row) for row in api.shop.sales_report.by_period(Period(first, last), by)]
    page = page_within(rows, lambda row: row.first_day.isoformat(), pager.request)
    return pager.answer(page, page.items)


@api.get("/reports/sales/products")
def list_sales_by_product(
    caller: CurrentAdmin,
    first: FromQuery,
    last: ToQuery,
    cursor: CursorQuery = None,
    page_size: PageSizeQuery = None,
) -> Response[list[ProductSalesOut]]:
    """List the products that sold on any days, those with most sales first, beside the sales a year before."""
    pager = Pager(api, cursor, page_size, caller.user_id)
    page = api.shop.sales_report.by_product(Period(first, last), pager.request)
    return pager.answer(page, [ProductSalesOut.of(row) for row in page.items])


@api.get("/reports/sales/categories")
def list_sales_by_category(
    caller: CurrentAdmin,
    first: FromQuery,
    last: ToQuery,
    cursor: CursorQuery = None,
    page_size: PageSizeQuery = None,
) -> Response[list[CategorySalesOut]]:
    """List the sales of each category on any days, beside those a year before."""
    pager = Pager(api, cursor, page_size, caller.user_id)
    rows = [CategorySalesOut.of(row) for row in api.shop.sales_report.by_category(Period(first, last))]
    page = page_within(rows, lambda row: folded(row.category), pager.request)
    return pager.answer(page, page.items)


@api.get("/reports/refunds")
def list_refunds(
    caller: CurrentAdmin, cursor: CursorQuery = None, page_size: PageSizeQuery = None
) -> Response[list[RefundOwedOut]]:
    """List the purchases for which money is owed back to the customer, the oldest first."""
    pager = Pager(api, cursor, page_size, caller.user_id)
    page = api.shop.refunds.page(pager.request)
    return pager.answer(page, [RefundOwedOut.of(row) for row in page.items])


def _month(text: str | None) -> date | None:
    return date.fromisoformat(f"{text}-01") if text else None


def _summary(
    caller: Caller, days: int, file_format: str, cursor: str | None, page_size: int | None
) -> Response[list[SummaryRowOut]]:
    if file_format == "csv":
        pager = Pager(api, cursor, page_size, caller.user_id, most=FILE_ROWS)
        page = api.shop.reports.rows(days, pager.request)
    else:
        pager = Pager(api, cursor, page_size, caller.user_id)
        page = api.shop.reports.summary(days, pager.request)
    return pager.answer(page, [SummaryRowOut.of(row) for row in page.items])


handler = started(metrics.log_metrics(api.handle))
