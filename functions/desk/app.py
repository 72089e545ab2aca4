"""The pages of the desk that look at the shop: today, who is late, reports: `/admin/`, `/admin/reports/*`."""

from shop.runtime.startup import started

from pathlib import Path

from shop.bootstrap import Shop
from shop.http.auth import CurrentAdmin
from shop.runtime.metrics import metrics
from shop.web.pages import Html, Pages

api = Pages(Shop.from_environment().prepare("reports"), Path(__file__).parent / "templates", "desk")


@api.page("/admin/")
def show_today(caller: CurrentAdmin) -> Html:
    """Show what matters today."""
    chart = api.shop.reports.chart()
    labels = [f"{month:%Y-%m}" for month in chart.months]
    return api.html("today.html", chart=chart, labels=labels)


handler = started(metrics.log_metrics(api.handle))
