"""Sales in the table: of each closed day, and by product of each closed day and of each month.

Products lie in blocks, so that an item stays far below DynamoDB's largest.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from shop.dynamodb import keys
from shop.dynamodb.table import Range, Table
from shop.dynamodb.writes import Item, Write
from shop.money import ZERO
from shop.reports.sales import FIGURES, Period, Sales, last_of_month

_BLOCK = 500
"""The number of products in a block."""

BySales = Mapping[int, Sales]
"""Sales by product number."""


def _to_map(sales: Sales) -> Item:
    return {name: value for name in FIGURES if (value := getattr(sales, name))}


def _from_map(values: Item) -> Sales:
    return Sales(
        purchases=int(values.get("purchases", 0)),
        quantity=int(values.get("quantity", 0)),
        sales=values.get("sales", ZERO),
        late_fees=values.get("late_fees", ZERO),
        discounts=values.get("discounts", ZERO),
        write_offs=values.get("write_offs", ZERO),
        received=values.get("received", ZERO),
        handed_out=values.get("handed_out", ZERO),
    )


def sales_from_item(item: Item) -> object:
    """Read the sales in an item: of a day, or by product."""
    return _by_product(item) if "products" in item else _from_map(item)


def _by_product(item: Item) -> BySales:
    return {int(number): _from_map(values) for number, values in item["products"].items()}


def _merged(parts: Iterable[BySales]) -> dict[int, Sales]:
    merged: dict[int, Sales] = {}
    for part in parts:
        for number, sales in part.items():
            merged[number] = merged.get(number, Sales()) + sales
    return merged


class StoredSales:
    """Access patterns of sales. A day is closed once its own item is there."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def last_closed(self) -> date | None:
        """Read the last day that was closed."""
        found = next(self._table.query(Range(keys.SALES, "DAY#"), descending=True, limit=1), None)
        return date.fromisoformat(found["SK"].removeprefix("DAY#")) if found else None

    def first_purchase(self, statuses: Sequence[str]) -> date | None:
        """Read the day of the first purchase, by the day in its list; None when there is none."""
        sources = [
            Range(keys.purchase_listing(status), "", "by-created", "listing", "created_key") for status in statuses
        ]
        found = [item for source in sources for item in self._table.query(source, limit=1)]
        return min((date.fromisoformat(item["purchased_on"]) for item in found), default=None)

    def close(self, day: date, sales: Sales, by_product: BySales) -> None:
        """Store the sales of a day, and those of its month so far. Closing it again stores the same."""
        self._save(day.isoformat(), by_product)
        month = f"{day:%Y-%m}"
        days = self._table.query(Range(keys.SALES, f"PRODUCTS#{month}"))
        self._save(month, _merged(map(_by_product, days)))
        self._table.write(Write.put({**keys.sales(day), **_to_map(sales)}))

    def _save(self, period: str, by_product: BySales) -> None:
        blocks: dict[int, Item] = {}
        for number, sales in by_product.items():
            blocks.setdefault(number // _BLOCK, {})[str(number)] = _to_map(sales)
        for block, products in blocks.items():
            self._table.write(Write.put({**keys.sales_by_product(period, block), "products": products}))

    def of_days(self, period: Period) -> Mapping[date, Sales]:
        """Read the sales of the closed days of a period."""
        source = Range(
            keys.SALES, f"DAY#{period.first.isoformat()}", until=f"DAY#{period.last.isoformat()}", consistent=False
        )
        return {
            date.fromisoformat(item["SK"].removeprefix("DAY#")): _from_map(item) for item in self._table.query(source)
        }

    def of_products(self, period: Period) -> BySales:
        """Read the sales of a period by product: of whole months by month, of the days around them by day."""
        items = (item for source in _sources(period) for item in self._table.query(source))
        return _merged(map(_by_product, items))


def _sources(period: Period) -> list[Range]:
    """Return the ranges that cover a period: days, whole months, days."""
    first = period.first if period.first.day == 1 else last_of_month(period.first) + timedelta(days=1)
    end = period.last + timedelta(days=1)
    last = end.replace(day=1) - timedelta(days=1)  # the last day of the last whole month
    if first > last:
        return [_range("PRODUCTS", period.first.isoformat(), period.last.isoformat())]
    sources = [_range("MONTH", f"{first:%Y-%m}", f"{last:%Y-%m}")]
    if period.first < first:
        sources.append(_range("PRODUCTS", period.first.isoformat(), (first - timedelta(days=1)).isoformat()))
    if last < period.last:
        sources.append(_range("PRODUCTS", (last + timedelta(days=1)).isoformat(), period.last.isoformat()))
    return sources


def _range(kind: str, first: str, last: str) -> Range:
    return Range(keys.SALES, f"{kind}#{first}", until=f"{kind}#{last}", consistent=False)
