"""Sales of any range of days, beside the same range a year before."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from shop import problems
from shop.catalogue.model import folded
from shop.catalogue.store import Products
from shop.dynamodb.paging import Page, PageRequest, page_within
from shop.reports.sales import OfProduct, Period, Sales, Step, added
from shop.reports.sales_store import StoredSales

MOST_DAYS = 731
"""The most days of a report."""


@dataclass(frozen=True, slots=True)
class PeriodRow:
    """The sales of a period, and of the same days a year before. `closed` counts the days that are in the figures."""

    period: Period
    closed: int
    sales: Sales
    year_before: Sales


@dataclass(frozen=True, slots=True)
class ProductRow:
    """The sales of a product, and those of a year before."""

    product_id: int
    name: str
    category: str
    sales: Sales
    year_before: Sales


@dataclass(frozen=True, slots=True)
class CategoryRow:
    """The sales of the products of a category, and those of a year before. An empty category is that of all others."""

    category: str
    sales: Sales
    year_before: Sales


@dataclass(frozen=True, slots=True)
class SalesReport:
    """The use cases of owners who look at sales. Days count once they are closed, the night after them."""

    stored: StoredSales
    products: Products

    def by_period(self, period: Period, by: Step) -> list[PeriodRow]:
        """Read the sales of each part of a period. Raises InvalidInput naming `to`."""
        _check(period)
        days = {**self.stored.of_days(period), **self.stored.of_days(period.year_before)}
        rows = []
        for part in period.divided(by):
            now = [days[day] for day in _days(part) if day in days]
            before = [days[day] for day in _days(part.year_before) if day in days]
            rows.append(PeriodRow(part, len(now), added(now), added(before)))
        return rows

    def by_product(self, period: Period, request: PageRequest) -> Page[ProductRow]:
        """Read a page of the products that sold in a period or a year before, those with most sales first.

        Raises InvalidInput naming `to`.
        """
        rows = [ProductRow(number, "", *of) for number, of in self._sold(period).items()]
        page = page_within(rows, _place, request, descending=True)
        products = self.products.of_numbers([row.product_id for row in page.items])
        names = {number: product.name for number, product in products.items()}
        return page.map(lambda row: replace(row, name=names.get(row.product_id, "")))

    def by_category(self, period: Period) -> list[CategoryRow]:
        """Read the sales of each category in a period and a year before, by name. Raises InvalidInput naming `to`."""
        rows: dict[str, CategoryRow] = {}
        for category, now, before in self._sold(period).values():
            row = rows.get(folded(category), CategoryRow(category, Sales(), Sales()))
            rows[folded(category)] = CategoryRow(category, row.sales + now, row.year_before + before)
        return [rows[name] for name in sorted(rows)]

    def _sold(self, period: Period) -> Mapping[int, tuple[str, Sales, Sales]]:
        """Read by product the category, the sales of a period, and those of a year before."""
        _check(period)
        now, before = self.stored.of_products(period), self.stored.of_products(period.year_before)
        nothing = OfProduct(Sales())
        return {
            number: (
                (now.get(number) or before[number]).category,
                now.get(number, nothing).sales,
                before.get(number, nothing).sales,
            )
            for number in {*now, *before}
        }


def _place(row: ProductRow) -> str:
    """Return the place of a product in the list. Sales may be negative, when more came back than was sold."""
    return f"{int(row.sales.sales * 100) + 10**20:021}#{9_999_999 - row.product_id:07}"


def _check(period: Period) -> None:
    if not 1 <= period.days <= MOST_DAYS or not period.is_within_calendar:
        raise problems.RANGE_OF_DAYS.error(most=MOST_DAYS)


def _days(period: Period) -> list[date]:
    return [period.first + timedelta(days=number) for number in range(period.days)]
