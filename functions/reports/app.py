"""The admins' reports: `/reports/*`."""

from shop.start import ready

from functools import partial
from typing import Annotated, Literal

from aws_lambda_powertools.event_handler.api_gateway import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from shop.api.callers import CurrentAdmin
from shop.api.csv import csv_text
from shop.api.operations import JSON
from shop.api.pages import Cursor, Pager, PageSize, found
from shop.api.resolver import Api
from shop.api.schemas.figures import ChartOut, SummaryRowOut
from shop.api.sizes import fitting
from shop.assembly.figures import WithReports
from shop.security.tokens import Caller

api = Api(WithReports.from_environment())

WEEK, MONTH = 7, 30
FILE_ROWS = 10_000
"""Of a file, which ends earlier where they would not fit into one answer."""

FormatParameter = Annotated[Literal["json", "csv"], Query(alias="format")]


@api.get("/reports/chart/summary")
def read_chart(caller: CurrentAdmin) -> ChartOut:
    """The shop's figures of the last six months."""
    return ChartOut.of(api.shop.reports.chart())


@api.get("/reports/payment-summary/weekly")
def read_weekly_summary(
    caller: CurrentAdmin,
    file_format: FormatParameter = "json",
    cursor: Cursor = None,
    page_size: PageSize = None,
) -> Response[list[SummaryRowOut] | str]:
    """Each customer's figures of the last 7 days."""
    return _summary(caller, WEEK, "weekly", file_format, cursor, page_size)


@api.get("/reports/payment-summary/monthly")
def read_monthly_summary(
    caller: CurrentAdmin,
    file_format: FormatParameter = "json",
    cursor: Cursor = None,
    page_size: PageSize = None,
) -> Response[list[SummaryRowOut] | str]:
    """Each customer's figures of the last 30 days."""
    return _summary(caller, MONTH, "monthly", file_format, cursor, page_size)


def _summary(
    caller: Caller, days: int, name: str, file_format: str, cursor: str | None, page_size: int | None
) -> Response[list[SummaryRowOut] | str]:
    reports = api.shop.reports
    if file_format == "csv":
        return _file(caller, days, name, cursor)
    rows, headers = found(api, cursor, page_size, partial(reports.summary, days), SummaryRowOut.of, caller.user_id)
    return Response(200, JSON, rows, headers)


def _file(caller: Caller, days: int, name: str, cursor: str | None) -> Response[list[SummaryRowOut] | str]:
    """All rows as CSV. What is beyond one file follows under the `Link` of the answer, without a header of its own."""
    pager = Pager(api, caller.user_id)
    page = api.shop.reports.part(days, pager.position(cursor), FILE_ROWS)
    shaped = map(SummaryRowOut.of, page.items)
    lines = fitting((csv_text(SummaryRowOut, [row], header=False) for row in shaped), str)
    page = page.cut(len(lines), backwards=False)
    if cursor is None:
        lines.insert(0, csv_text(SummaryRowOut, []))
    named = {"Content-Disposition": f'attachment; filename="payment-summary-{name}.csv"'}
    return Response(200, "text/csv; charset=utf-8", "".join(lines), {**named, **pager.links(page)})


handler = ready(api.handle)
