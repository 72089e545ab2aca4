"""The reports of admins: `/reports/*`."""

from shop.runtime.startup import started

from typing import Annotated, Literal

from aws_lambda_powertools.event_handler.api_gateway import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from shop.bootstrap import Shop
from shop.http.app import Api
from shop.http.auth import CurrentAdmin
from shop.http.csv import csv_text
from shop.http.dispatch import JSON
from shop.http.pagination import CursorQuery, Pager, PageSizeQuery, fitting
from shop.reports.schemas import ChartOut, SummaryRowOut
from shop.runtime.metrics import metrics
from shop.security.tokens import Caller

api = Api(Shop.from_environment().prepare("reports"))

WEEK, MONTH = 7, 30
FILE_ROWS = 10_000
"""The most rows of a CSV file. It has fewer when they do not fit into one answer."""

FormatQuery = Annotated[Literal["json", "csv"], Query(alias="format")]


@api.get("/reports/chart/summary")
def read_chart(caller: CurrentAdmin) -> ChartOut:
    """Read the shop's figures of the last six months."""
    return ChartOut.of(api.shop.reports.chart())


@api.get("/reports/payment-summary/weekly")
def read_weekly_summary(
    caller: CurrentAdmin, file_format: FormatQuery = "json", cursor: CursorQuery = None, page_size: PageSizeQuery = None
) -> Response[list[SummaryRowOut] | str]:
    """Read each customer's figures of the last 7 days."""
    return _summary(caller, WEEK, "weekly", file_format, cursor, page_size)


@api.get("/reports/payment-summary/monthly")
def read_monthly_summary(
    caller: CurrentAdmin, file_format: FormatQuery = "json", cursor: CursorQuery = None, page_size: PageSizeQuery = None
) -> Response[list[SummaryRowOut] | str]:
    """Read each customer's figures of the last 30 days."""
    return _summary(caller, MONTH, "monthly", file_format, cursor, page_size)


def _summary(
    caller: Caller, days: int, name: str, file_format: str, cursor: str | None, page_size: int | None
) -> Response[list[SummaryRowOut] | str]:
    if file_format == "csv":
        return _file(caller, days, name, cursor)
    pager = Pager(api, cursor, page_size, caller.user_id)
    page = api.shop.reports.summary(days, pager.request)
    rows, headers = pager.fit(page, [SummaryRowOut.of(row) for row in page.items])
    return Response(200, JSON, rows, headers)


def _file(caller: Caller, days: int, name: str, cursor: str | None) -> Response[list[SummaryRowOut] | str]:
    """Return the rows as CSV. Further rows follow under the `Link` of the answer, without a header line."""
    pager = Pager(api, cursor, None, caller.user_id, most=FILE_ROWS)
    page = api.shop.reports.rows(days, pager.request)
    lines = [csv_text(SummaryRowOut, [SummaryRowOut.of(row)], header=False) for row in page.items]
    lines = lines[: fitting(lines)]
    page = page.cut(len(lines), backwards=False)
    if cursor is None:
        lines.insert(0, csv_text(SummaryRowOut, []))
    file_name = {"Content-Disposition": f'attachment; filename="payment-summary-{name}.csv"'}
    return Response(200, "text/csv; charset=utf-8", "".join(lines), {**file_name, **pager.links(page)})


handler = started(metrics.log_metrics(api.handle))
