"""Figures: dashboards and reports."""

from functools import cached_property

from shop.assembly.base import Base
from shop.services.dashboards import Dashboards
from shop.services.reports import Reports
from shop.store.accounts import Accounts
from shop.store.totals import Totals


class WithDashboards(Base):
    """What customers, admins and visitors see at a glance."""

    @cached_property
    def dashboards(self) -> Dashboards:
        """Dashboards."""
        return Dashboards(Totals(self.table), self.settings.zone, self.clock)


class WithReports(Base):
    """What admins look up."""

    @cached_property
    def reports(self) -> Reports:
        """Reports."""
        return Reports(Accounts(self.table), Totals(self.table), self.settings.zone, self.clock)
