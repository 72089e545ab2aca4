"""The pages of the desk that look at the shop: today, who is late, reports: `/admin/`, `/admin/reports/*`."""

from shop.runtime.startup import started

from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Literal

from aws_lambda_powertools.event_handler.api_gateway import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from shop.bootstrap import Shop
from shop.catalogue.model import folded
from shop.dynamodb.paging import PageRequest, page_within
from shop.http.auth import CurrentAdmin
from shop.http.pagination import CursorQuery, Pager, SearchQuery
from shop.ledger.attempts import AttemptStatus
from shop.ledger.journal import Method
from shop.ledger.journal_schemas import EntryOut
from shop.ledger.journal_store import EntryFilter
from shop.reports.aging import COMING_DAYS, Bucket
from shop.reports.figure_schemas import CategorySalesOut, DebtsOut, DueOut, ProductSalesOut, SalesOut
from shop.reports.sales import Period, Step
from shop.reports.schemas import OverdueOut, RefundOwedOut, SummaryRowOut
from shop.runtime.metrics import metrics
from shop.text import search_words
from shop.web.pages import Html, Pages
from shop.web.people import names_of

api = Pages(Shop.from_environment().prepare("reports", "debts"), Path(__file__).parent / "templates", "desk")

ROWS = 25
FEW = 8
"""The rows of a list on the page of today."""
WAITING = 10
"""The payments that wait, as far as the page of today counts them."""
FILE_ROWS = 10_000
"""The rows of a list as a file."""
COSTLY_ROWS = 200
"""The rows of a file that needs each customer's purchases and notes."""
PART_ENTRIES = 500
"""The entries of a file of the journal: they fit into an answer, however many installments they are about."""
AGES = {"": (1, None), "1-7": (1, 7), "8-30": (8, 30), "31-90": (31, 90), "over-90": (91, None)}
"""The filters of the call list: for how many days customers are late."""

FormatQuery = Annotated[Literal["html", "csv"], Query(alias="format")]
JournalFormatQuery = Annotated[Literal["html", "csv", "beancount"], Query(alias="format")]
AgeQuery = Annotated[Literal["1-7", "8-30", "31-90", "over-90"] | None, Query()]
OrderQuery = Annotated[Literal["-days_late", "-amount"], Query()]
SummaryDaysQuery = Annotated[Literal["7", "30"], Query(alias="days")]
DayQuery = Annotated[date | None, Query()]
FirstQuery = Annotated[date | None, Query(alias="from")]
LastQuery = Annotated[date | None, Query(alias="to")]
StepQuery = Annotated[Literal[Step.DAY, Step.WEEK, Step.MONTH], Query()]
MethodQuery = Annotated[Method | None, Query()]
IdQuery = Annotated[str | None, Query(max_length=64)]


@api.page("/admin/")
def show_today(caller: CurrentAdmin) -> Html:
    """Show what matters today: what should come in, what came, who is late, what waits."""
    shop, few = api.shop, PageRequest(None, FEW)
    day, till = shop.books.till(None)
    aged_on, aging = shop.debts.aging()
    return api.html(
        "today.html",
        chart=shop.reports.chart(),
        due=shop.due.page(Period(day, day), PageRequest(None, ROWS)),
        received=sum(row.received - row.handed_out for row in till),
        aged_on=aged_on,
        aging=aging,
        waiting=len(shop.decisions.page(AttemptStatus.PROCESSING, PageRequest(None, WAITING + 1)).items),
        most_waiting=WAITING,
        late=shop.overdue.page(1, None, few).items,
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
    pager = Pager(api, cursor, COSTLY_ROWS if file_format == "csv" else ROWS, caller.user_id)
    least, most = AGES[age or ""]
    if search_words(search):
        found = api.shop.overdue.search(search, least, most)
        page = page_within(found, lambda row: f"{row.oldest_due}#{row.account.id}", pager.request)
    elif ordering == "-amount":
        page = api.shop.overdue.by_amount(least, most, pager.request)
    else:
        page = api.shop.overdue.page(least, most, pager.request)
    if file_format == "csv":
        return api.file("overdue", OverdueOut, map(OverdueOut.of, page.items))
    return api.html("overdue.html", rows=page.items, ages=list(AGES)[1:], queries=pager.queries(page), most=COSTLY_ROWS)


@api.page("/admin/reports")
def list_reports(caller: CurrentAdmin) -> Html:
    """Show which reports there are."""
    return api.html("reports.html")


@api.page("/admin/reports/summary")
def show_summary(
    caller: CurrentAdmin, days: SummaryDaysQuery = "7", file_format: FormatQuery = "html", cursor: CursorQuery = None
) -> Html:
    """Show each customer's figures of the last 7 or 30 days."""
    if file_format == "csv":
        every = api.shop.reports.rows(int(days), Pager(api, cursor, FILE_ROWS, caller.user_id).request)
        return api.file(f"summary-{days}-days", SummaryRowOut, map(SummaryRowOut.of, every.items))
    pager = Pager(api, cursor, ROWS, caller.user_id)
    page = api.shop.reports.summary(int(days), pager.request)
    rows = [SummaryRowOut.of(row) for row in page.items]
    return api.html("summary.html", rows=rows, days=days, queries=pager.queries(page), most=FILE_ROWS)


@api.page("/admin/reports/sales")
def show_sales(
    caller: CurrentAdmin,
    first: FirstQuery = None,
    last: LastQuery = None,
    by: StepQuery = Step.MONTH,
    file_format: FormatQuery = "html",
) -> Html:
    """Show the sales of any days beside those of a year before."""
    end = last or api.shop.today
    period = Period(first or _first_of_month(end - timedelta(days=180)), end)
    rows = api.shop.sales_report.by_period(period, by)
    if file_format == "csv":
        return api.file(f"sales-by-{by}", SalesOut, map(SalesOut.of, rows))
    return api.html("sales.html", rows=rows, period=period, by=by)


@api.page("/admin/reports/sales/products")
def list_products_sold(
    caller: CurrentAdmin,
    first: FirstQuery = None,
    last: LastQuery = None,
    file_format: FormatQuery = "html",
    cursor: CursorQuery = None,
) -> Html:
    """List the products that sold on any days, those with most sales first."""
    pager = Pager(api, cursor, FILE_ROWS if file_format == "csv" else ROWS, caller.user_id)
    period = _this_month(first, last)
    page = api.shop.sales_report.by_product(period, pager.request)
    if file_format == "csv":
        return api.file("sales-by-product", ProductSalesOut, map(ProductSalesOut.of, page.items))
    return api.html(
        "sold.html", by="products", rows=page.items, period=period, queries=pager.queries(page), most=FILE_ROWS
    )


@api.page("/admin/reports/sales/categories")
def list_categories_sold(
    caller: CurrentAdmin,
    first: FirstQuery = None,
    last: LastQuery = None,
    file_format: FormatQuery = "html",
    cursor: CursorQuery = None,
) -> Html:
    """List the sales of each category on any days."""
    pager = Pager(api, cursor, FILE_ROWS if file_format == "csv" else ROWS, caller.user_id)
    period = _this_month(first, last)
    rows = api.shop.sales_report.by_category(period)
    page = page_within(rows, lambda row: folded(row.category), pager.request)
    if file_format == "csv":
        return api.file("sales-by-category", CategorySalesOut, map(CategorySalesOut.of, page.items))
    return api.html(
        "sold.html", by="categories", rows=page.items, period=period, queries=pager.queries(page), most=FILE_ROWS
    )


@api.page("/admin/reports/due")
def list_due(
    caller: CurrentAdmin,
    first: FirstQuery = None,
    last: LastQuery = None,
    file_format: FormatQuery = "html",
    cursor: CursorQuery = None,
) -> Html:
    """List what should come in on some days, and what came."""
    pager = Pager(api, cursor, COSTLY_ROWS if file_format == "csv" else ROWS, caller.user_id)
    begin = first or last or api.shop.today
    period = Period(begin, last or begin)
    page = api.shop.due.page(period, pager.request)
    if file_format == "csv":
        return api.file("due", DueOut, map(DueOut.of, page.items))
    latest = api.shop.today + timedelta(days=COMING_DAYS - 1)
    queries = pager.queries(page)
    return api.html("due.html", rows=page.items, period=period, latest=latest, queries=queries, most=COSTLY_ROWS)


@api.page("/admin/reports/aging")
def show_aging(caller: CurrentAdmin) -> Html:
    """Show what customers owed last night, by age, and what falls due on the coming days."""
    day, aging = api.shop.debts.aging()
    buckets = list(Bucket)
    amounts = [aging.share(bucket).amount for bucket in buckets]
    return api.html("aging.html", day_of=day, aging=aging, buckets=buckets, amounts=amounts)


@api.page("/admin/reports/debts")
def show_debts(
    caller: CurrentAdmin,
    first: FirstQuery = None,
    last: LastQuery = None,
    by: StepQuery = Step.DAY,
    file_format: FormatQuery = "html",
) -> Html:
    """Show how what customers owe changed over time."""
    end = last or api.shop.today
    period = Period(first or end - timedelta(days=30), end)
    rows = [DebtsOut.of(day, aging) for day, aging in api.shop.debts.series(period, by)]
    if file_format == "csv":
        return api.file(f"debts-by-{by}", DebtsOut, rows)
    return api.html("debts.html", rows=rows, period=period, by=by)


@api.page("/admin/reports/refunds")
def list_refunds(caller: CurrentAdmin, file_format: FormatQuery = "html", cursor: CursorQuery = None) -> Html:
    """List the purchases for which money is owed back, the oldest first."""
    pager = Pager(api, cursor, FILE_ROWS if file_format == "csv" else ROWS, caller.user_id)
    page = api.shop.refunds.page(pager.request)
    if file_format == "csv":
        return api.file("refunds", RefundOwedOut, map(RefundOwedOut.of, page.items))
    return api.html("refunds.html", rows=page.items, queries=pager.queries(page), most=FILE_ROWS)


@api.page("/admin/reports/till")
def show_till(caller: CurrentAdmin, day: DayQuery = None) -> Html:
    """Show the money of a day by method and person."""
    on, rows = api.shop.books.till(day)
    return api.html("till.html", on=on, rows=rows, names=names_of(api.shop, [row.actor for row in rows]))


@api.page("/admin/reports/payments")
def list_payments(
    caller: CurrentAdmin,
    day: DayQuery = None,
    method: MethodQuery = None,
    staff: IdQuery = None,
    file_format: FormatQuery = "html",
    cursor: CursorQuery = None,
) -> Html:
    """List the money that came in and went out on a day, newest first."""
    pager = Pager(api, cursor, FILE_ROWS // 10 if file_format == "csv" else ROWS, caller.user_id)
    on = day or api.shop.today
    page = api.shop.books.payments(on, EntryFilter(moved_money=True, method=method, actor=staff), pager.request)
    if file_format == "csv":
        return api.file(f"payments-{on}", EntryOut, map(EntryOut.of, page.items))
    people = {one for entry in page.items for one in (entry.actor.id, entry.customer_id)}
    names = names_of(api.shop, {*people, caller.user_id, staff or ""})
    chosen = [caller.user_id, *([staff] if staff and staff != caller.user_id else [])]
    return api.html(
        "payments.html",
        rows=page.items,
        on=on,
        names=names,
        staff=chosen,
        methods=list(Method),
        queries=pager.queries(page),
        most=FILE_ROWS // 10,
    )


@api.page("/admin/reports/journal")
def export_journal(
    caller: CurrentAdmin,
    first: FirstQuery = None,
    last: LastQuery = None,
    file_format: JournalFormatQuery = "html",
    cursor: CursorQuery = None,
) -> Html:
    """Show the files of the journal for accountants, part by part, and return them."""
    pager = Pager(api, cursor, PART_ENTRIES, caller.user_id)
    period = _this_month(first, last)
    page = api.shop.books.entries(period.first, period.last, pager.request)
    name = f"journal-{period.first}-{period.last}"
    if file_format == "csv":
        return api.file(name, EntryOut, map(EntryOut.of, page.items))
    if file_format == "beancount":
        text = "".join(api.shop.books.beancount(page.items, header=cursor is None))
        named: dict[str, str | list[str]] = {"Content-Disposition": f'attachment; filename="{name}.beancount"'}
        return Response(200, "text/plain; charset=utf-8", text, named)
    return api.html("journal.html", entries=page.items, period=period, queries=pager.queries(page), most=PART_ENTRIES)


def _this_month(first: date | None, last: date | None) -> Period:
    """Return the days that were asked for: by default, those of the month up to the last one."""
    end = last or api.shop.today
    return Period(first or _first_of_month(end), end)


def _first_of_month(day: date) -> date:
    return day.replace(day=1)


handler = started(metrics.log_metrics(api.handle))
