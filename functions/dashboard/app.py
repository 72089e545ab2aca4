"""Dashboards: `/public/*`, `/user/*`, `/user-stats`."""

from shop.runtime.startup import started

from shop.bootstrap import Shop
from shop.http.app import Api
from shop.http.auth import CurrentAdmin, CurrentCustomer
from shop.reports.schemas import CustomerSummaryOut, GlobalSummaryOut, TermsOut, UserStatsOut
from shop.runtime.metrics import metrics

api = Api(Shop.from_environment().prepare("catalogue", "dashboards"))


@api.get("/public/global-summary")
def read_global_summary() -> GlobalSummaryOut:
    """Read the public figures of the shop."""
    return GlobalSummaryOut(total_products=api.shop.catalogue.total())


@api.get("/public/terms")
def read_terms() -> TermsOut:
    """Read the shop's conditions, so that a plan picker knows its bounds."""
    return TermsOut.of(api.shop.settings)


@api.get("/user/summary")
def read_own_summary(caller: CurrentCustomer) -> CustomerSummaryOut:
    """Read the customer's purchases, payments and debts in figures."""
    return CustomerSummaryOut.of(api.shop.dashboards.of_customer(caller.user_id))


@api.get("/user-stats")
def read_user_stats(caller: CurrentAdmin) -> UserStatsOut:
    """Read the number of accounts, and of verified ones."""
    return UserStatsOut.of(api.shop.dashboards.of_accounts())


handler = started(metrics.log_metrics(api.handle))
