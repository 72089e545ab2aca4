"""Sales in the table: of each closed day, and by product of each closed day and of each month.

Products lie in blocks, so that an item stays far below DynamoDB's largest.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from shop.dynamodb import keys
from shop.dynamodb.keys import Key
from shop.dynamodb.table import Range, Table
from shop.dynamodb.writes import Item, Write
from shop.money import ZERO
from shop.reports.sales import FIGURES, OfProduct, Period, Sales, added, last_of_month

_BLOCK = 500
"""The number of products in a block."""

ByProduct = Mapping[int, OfProduct]
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


def closed_day(key: Key) -> date | None:
    """Parse the key of sales into the day that they are all the sales of; None for sales by product."""
    kind, _, day = key["SK"].partition("#")
    return date.fromisoformat(day) if kind == "DAY" else None


def sales_from_item(item: Item) -> object:
    """Read the sales in an item: of a day, or by product."""
    return _by_product(item) if "products" in item else _from_map(item)


def _by_product(item: Item) -> ByProduct:
    return {
        int(number): OfProduct(_from_map(values), values.get("category", ""))
        for number, values in item["products"].items()
    }


def _merged(parts: Iterable[ByProduct]) -> dict[int, OfProduct]:
    """Add up sales by product, from earlier to later ones."""
    merged: dict[int, OfProduct] = {}
    for part in parts:
        for number, one in part.items():
            before = merged[number].sales if number in merged else Sales()
            merged[number] = OfProduct(before + one.sales, one.category)
    return merged


class StoredSales:
    """Access patterns of sales. A day is closed once its own item is there."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def last_closed(self) -> date | None:
        """Read the last day that was closed."""
        found = next(self._table.query(Range(keys.SALES, "DAY#"), descending=True, limit=1), None)
        return closed_day(_key(found)) if found else None

    def first_purchase(self, statuses: Sequence[str]) -> date | None:
        """Read the day of the first purchase, by the day in its list; None when there is none."""
        sources = [
            Range(keys.purchase_listing(status), "", "by-created", "listing", "created_key") for status in statuses
        ]
        found = [item for source in sources for item in self._table.query(source, limit=1)]
        return min((date.fromisoformat(item["purchased_on"]) for item in found), default=None)

    def close(self, day: date, by_product: ByProduct) -> None:
        """Store the sales of a day, and those of its month so far. Closing it again stores the same."""
        self._save(day.isoformat(), by_product)
        month = day.isoformat()[:7]
        days = self._table.query(Range(keys.SALES, f"PRODUCTS#{month}"))
        self._save(month, _merged(map(_by_product, days)))
        total = added(one.sales for one in by_product.values())
        self._table.write(Write.put({**keys.sales(day), **_to_map(total)}))

    def _save(self, period: str, by_product: ByProduct) -> None:
        blocks: dict[int, Item] = {}
        for number, one in by_product.items():
            category = {"category": one.category} if one.category else {}
            blocks.setdefault(number // _BLOCK, {})[str(number)] = _to_map(one.sales) | category
        for block, products in blocks.items():
            self._table.write(Write.put({**keys.sales_by_product(period, block), "products": products}))

    def of_days(self, period: Period) -> Mapping[date, Sales]:
        """Read the sales of the closed days of a period."""
        source = Range(
            keys.SALES, f"DAY#{period.first.isoformat()}", until=f"DAY#{period.last.isoformat()}", consistent=False
        )
        return {day: _from_map(item) for item in self._table.query(source) if (day := closed_day(_key(item)))}

    def of_products(self, period: Period) -> ByProduct:
        """Read the sales of a period by product: of whole months by month, of the days around them by day."""
        items = (item for source in _sources(period) for item in self._table.query(source))
        return _merged(map(_by_product, items))


def _sources(period: Period) -> list[Range]:
    """Return the ranges that cover a period, in order: days, whole months, days."""
    first = period.first if period.first.day == 1 else last_of_month(period.first) + timedelta(days=1)
    end = period.last + timedelta(days=1)
    last = end.replace(day=1) - timedelta(days=1)  # the last day of the last whole month
    if first > last:
        return [_range("PRODUCTS", period.first.isoformat(), period.last.isoformat())]
    sources = []
    if period.first < first:
        sources.append(_range("PRODUCTS", period.first.isoformat(), (first - timedelta(days=1)).isoformat()))
    sources.append(_range("MONTH", first.isoformat()[:7], last.isoformat()[:7]))
    if last < period.last:
        sources.append(_range("PRODUCTS", (last + timedelta(days=1)).isoformat(), period.last.isoformat()))
    return sources


def _key(item: Item) -> Key:
    return Key(PK=item["PK"], SK=item["SK"])


def _range(kind: str, first: str, last: str) -> Range:
    return Range(keys.SALES, f"{kind}#{first}", until=f"{kind}#{last}", consistent=False)
