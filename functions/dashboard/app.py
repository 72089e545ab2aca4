"""Dashboards: `/public/*`, `/user/*`, `/user-stats`."""

from shop.start import ready

from shop.api.callers import CurrentAdmin, CurrentCustomer
from shop.api.resolver import Api
from shop.api.schemas.figures import CustomerSummaryOut, GlobalSummaryOut, UserStatsOut
from shop.assembly.catalogue import WithCatalogue
from shop.assembly.figures import WithDashboards


class Shop(WithCatalogue, WithDashboards):
    """What is counted here."""


api = Api(Shop.from_environment())


@api.get("/public/global-summary")
def read_global_summary() -> GlobalSummaryOut:
    """What everybody may know of the shop."""
    return GlobalSummaryOut(total_products=api.shop.catalogue.total())


@api.get("/user/summary")
def read_own_summary(caller: CurrentCustomer) -> CustomerSummaryOut:
    """What one has bought, paid and still owes."""
    return CustomerSummaryOut.of(api.shop.dashboards.of_customer(caller.user_id))


@api.get("/user-stats")
def read_user_stats(caller: CurrentAdmin) -> UserStatsOut:
    """How many accounts there are."""
    return UserStatsOut.of(api.shop.dashboards.of_accounts())


handler = ready(api.handle)
