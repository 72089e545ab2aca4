"""The pages of the desk that look at the shop: today, who is late, reports: `/admin/`, `/admin/reports/*`."""

from shop.runtime.startup import started

from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Literal

from aws_lambda_powertools.event_handler.api_gateway import Response
from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import BaseModel

from shop.bootstrap import Shop
from shop.dynamodb.paging import PageRequest, page_within
from shop.errors import InvalidInput
from shop.http.auth import CurrentAdmin
from shop.http.csv import csv_text
from shop.http.pagination import CursorQuery, Pager, SearchQuery
from shop.ledger.attempts import AttemptStatus
from shop.reports.aging import Bucket
from shop.reports.sales import Period, Step
from shop.reports.schemas import OverdueOut, SummaryRowOut
from shop.runtime.metrics import metrics
from shop.text import search_words
from shop.web.pages import Html, Pages

api = Pages(Shop.from_environment().prepare("reports", "debts"), Path(__file__).parent / "templates", "desk")

ROWS = 25
FEW = 8
"""The rows of a list on the page of today."""
FILE_ROWS = 10_000
AGES = {"": (1, None), "1-7": (1, 7), "8-30": (8, 30), "31-90": (31, 90), "over-90": (91, None)}
"""The filters of the call list: for how many days customers are late."""

FormatQuery = Annotated[Literal["html", "csv"], Query(alias="format")]
AgeQuery = Annotated[Literal["1-7", "8-30", "31-90", "over-90"] | None, Query()]
OrderQuery = Annotated[Literal["-days_late", "-amount"], Query()]
DaysQuery = Annotated[Literal["7", "30"], Query()]
FirstQuery = Annotated[date | None, Query(alias="from")]
LastQuery = Annotated[date | None, Query(alias="to")]
StepQuery = Annotated[Literal[Step.DAY, Step.WEEK, Step.MONTH], Query()]


@api.page("/admin/")
def show_today(caller: CurrentAdmin) -> Html:
    """Show what matters today: what should come in, what came, who is late, what waits."""
    shop, first_page = api.shop, PageRequest(None, FEW)
    day, till = shop.books.till(None)
    aged_on, aging = shop.debts.aging()
    return api.html(
        "today.html",
        chart=shop.reports.chart(),
        due_today=aging.coming.get(day),
        received=sum(row.received - row.handed_out for row in till),
        aged_on=aged_on,
        aging=aging,
        waiting=shop.decisions.page(AttemptStatus.PROCESSING, first_page).items,
        late=shop.overdue.page(1, None, first_page).items,
        few=FEW,
    )


@api.page("/admin/overdue")
def list_overdue(
    caller: CurrentAdmin,
    age: AgeQuery = None,
    search: SearchQuery = "",
    ordering: OrderQuery = "-days_late",
    file_format: FormatQuery = "html",
    cursor: CursorQuery = None,
) -> Html:
    """List who is late, to call them."""
    pager = Pager(api, cursor, ROWS, caller.user_id)
    least, most = AGES[age or ""]
    if search_words(search):
        found = api.shop.overdue.search(search, least, most)
        page = page_within(found, lambda row: f"{row.oldest_due}#{row.account.id}", pager.request)
    elif ordering == "-amount":
        page = api.shop.overdue.by_amount(least, most, pager.request)
    else:
        page = api.shop.overdue.page(least, most, pager.request)
    if file_format == "csv":
        return _file("overdue", OverdueOut, [OverdueOut.of(row) for row in page.items])
    return api.html("overdue.html", rows=page.items, ages=list(AGES)[1:], queries=pager.queries(page))


@api.page("/admin/reports")
def list_reports(caller: CurrentAdmin) -> Html:
    """Show which reports there are."""
    return api.html("reports.html")


@api.page("/admin/reports/summary")
def show_summary(
    caller: CurrentAdmin, days: DaysQuery = "7", file_format: FormatQuery = "html", cursor: CursorQuery = None
) -> Html:
    """Show each customer's figures of the last 7 or 30 days."""
    if file_format == "csv":
        pager = Pager(api, cursor, FILE_ROWS, caller.user_id)
        every = api.shop.reports.rows(int(days), pager.request)
        return _file("summary", SummaryRowOut, [SummaryRowOut.of(row) for row in every.items])
    pager = Pager(api, cursor, ROWS, caller.user_id)
    page = api.shop.reports.summary(int(days), pager.request)
    rows = [SummaryRowOut.of(row) for row in page.items]
    return api.html("summary.html", rows=rows, days=days, queries=pager.queries(page))


@api.page("/admin/reports/sales")
def show_sales(
    caller: CurrentAdmin, first: FirstQuery = None, last: LastQuery = None, by: StepQuery = Step.MONTH
) -> Html:
    """Show the sales of any days beside those of a year before."""
    end = last or api.shop.today
    period, refused = Period(first or (end - timedelta(days=180)).replace(day=1), end), None
    try:
        rows = api.shop.sales_report.by_period(period, by)
    except InvalidInput as error:
        rows, refused = [], error
    steps = [Step.DAY, Step.WEEK, Step.MONTH]
    return api.html("sales.html", rows=rows, period=period, by=by, steps=steps, refused=refused)


@api.page("/admin/reports/aging")
def show_aging(caller: CurrentAdmin) -> Html:
    """Show what customers owed last night, by age, and what falls due on the coming days."""
    day, aging = api.shop.debts.aging()
    buckets = list(Bucket)
    amounts = [aging.share(bucket).amount for bucket in buckets]
    ages = [bucket.replace("_", " ") for bucket in buckets]
    return api.html("aging.html", day_of=day, aging=aging, buckets=buckets, ages=ages, amounts=amounts)


def _file(name: str, row: type[BaseModel], rows: list[BaseModel]) -> Html:
    headers: dict[str, str | list[str]] = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return Response(200, "text/csv; charset=utf-8", csv_text(row, rows), headers)


handler = started(metrics.log_metrics(api.handle))
