"""The composition of the reports and of what they are made of, a part of `shop.bootstrap`."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from shop.stores import Stores

if TYPE_CHECKING:
    from shop.desk.notes import Notes
    from shop.reports.books import Books
    from shop.reports.debts import Debts
    from shop.reports.due import DueList
    from shop.reports.nightly import Nightly
    from shop.reports.overdue import OverdueList
    from shop.reports.refunds import RefundList
    from shop.reports.sales_report import SalesReport
    from shop.reports.service import Dashboards, Reports


@dataclass
class Reporting(Stores):
    """The services of a deployment that only look at the shop, and the run that adds up what they read."""

    @cached_property
    def notes(self) -> "Notes":
        from shop.desk.notes import Notes

        settings = self.settings
        return Notes(self.table, self.accounts, settings.formats, settings.zone, self.clock)

    @cached_property
    def dashboards(self) -> "Dashboards":
        from shop.reports.service import Dashboards

        return Dashboards(self.totals, self.settings.zone, self.clock)

    @cached_property
    def reports(self) -> "Reports":
        from shop.reports.service import Reports

        return Reports(self.accounts, self.totals, self.settings.zone, self.clock)

    @cached_property
    def overdue(self) -> "OverdueList":
        from shop.reports.overdue import OverdueList

        settings = self.settings
        return OverdueList(
            self.table,
            self.accounts,
            self.purchases,
            self.totals,
            self.notes,
            settings.zone,
            settings.region,
            self.clock,
        )

    @cached_property
    def refunds(self) -> "RefundList":
        from shop.reports.refunds import RefundList

        return RefundList(self.accounts, self.purchases)

    @cached_property
    def debts(self) -> "Debts":
        from shop.reports.debts import Debts

        return Debts(self.snapshots, self.settings.zone, self.clock)

    @cached_property
    def due(self) -> "DueList":
        from shop.reports.due import DueList

        return DueList(self.table, self.accounts, self.purchases, self.notes, self.settings.zone, self.clock)

    @cached_property
    def sales_report(self) -> "SalesReport":
        from shop.reports.sales_report import SalesReport

        return SalesReport(self.stored_sales, self.products)

    @cached_property
    def books(self) -> "Books":
        from shop.reports.books import Books

        return Books(self.journal, self.settings.currency, self.settings.zone, self.clock)

    @cached_property
    def nightly(self) -> "Nightly":
        from shop.reports.nightly import Nightly

        return Nightly(
            self.mails,
            self.totals,
            self.journal,
            self.purchases,
            self.products,
            self.stored_sales,
            self.snapshots,
            self.settings.zone,
        )
