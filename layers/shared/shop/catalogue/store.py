"""The catalogue in the table."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from functools import partial

from shop.accounts.audit_log import AuditEntry, entry_writes
from shop.catalogue.items import creation, price_key, product_from_item, replacement
from shop.catalogue.model import EVERYTHING, Category, Filters, Product, folded
from shop.dynamodb import keys, search
from shop.dynamodb.paging import NOT_COUNTED, Counter, Ordering, Page, PageRequest, page_of, page_where
from shop.dynamodb.table import ConditionFailed, Range, Table
from shop.dynamodb.writes import Item, Write
from shop.money import ZERO


class ProductOrder(StrEnum):
    """The orders of the catalogue."""

    NAME = "name"
    PRICE = "price"
    CREATED = "created"


_RANGES: Mapping[ProductOrder, Range] = {
    order: Range(keys.PRODUCT_LISTING, index=f"by-{order}", partition_key="listing", sort_key=f"{order}_key")
    for order in ProductOrder
}

_ARCHIVED = Range(keys.ARCHIVE_LISTING, index="by-created", partition_key="listing", sort_key="created_key")
_CATEGORIES = Range(keys.CATEGORIES)
_COUNTER = Counter([keys.catalogue_totals()], lambda item: int(item["products"]))


class Products:
    """Access patterns of the catalogue."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, product_id: int) -> Product | None:
        """Read a product, archived or not."""
        item = self._table.get(keys.product(product_id))
        return product_from_item(item) if item else None

    def of_numbers(self, product_ids: Sequence[int]) -> Mapping[int, Product]:
        """Read products by number, archived or not."""
        items = self._table.get_all([keys.product(product_id) for product_id in product_ids])
        return {int(item["id"]): product_from_item(item) for item in items if item}

    def next_number(self) -> int:
        """Read the number of the next product."""
        item = self._table.get(keys.catalogue_totals())
        return int(item["last_number"]) + 1 if item else 1

    def create(self, product: Product, entry: AuditEntry) -> bool:
        """Add a product and count it; False when another one took its number meanwhile.

        Raises Conflict when another product has its SKU, Forbidden when the admin is none any more.
        """
        return self._done([*creation(product), *entry_writes(entry)])

    def replace(self, before: Product, after: Product, entry: AuditEntry) -> bool:
        """Store a changed product; False when it changed since `before` was read. Raises as `create` does."""
        return self._done([*replacement(before, after), *entry_writes(entry)])

    def _done(self, writes: Sequence[Write]) -> bool:
        try:
            self._table.transact(writes)
        except ConditionFailed:
            return False
        return True

    def total(self) -> int:
        """Read the number of products in the catalogue."""
        return _COUNTER.read(self._table)

    def page(
        self,
        order: Ordering[ProductOrder],
        words: Sequence[str],
        request: PageRequest,
        filters: Filters = EVERYTHING,
    ) -> Page[Product]:
        """Read a page of the catalogue; with `words`, only products that match each of them.

        A list narrowed by price or to what is left has no count, and may have short pages (`page_where`).
        """
        source, descending = _RANGES[order.by], order.descending

        def wanted(item: Item) -> bool:
            return filters.admit(product_from_item(item))

        if words:
            only = None if filters == EVERYTHING else wanted
            found = search.search(
                self._table, keys.PRODUCT_LISTING, words, request, by=source.sort_key, descending=descending, only=only
            )
        elif filters == EVERYTHING:
            found = page_of(self._table, [source], request, _COUNTER, descending=descending)
        else:
            narrowed = _narrowed(source, order.by, filters)
            read = partial(self._read, narrowed, descending=descending != request.backwards)
            found = page_where(read, source.sort_key, request, self._load, wanted)
            found = replace(found, count=self._count_of(filters))
        return found.map(product_from_item)

    def _read(self, source: Range, after: str | None, limit: int, *, descending: bool) -> list[Item]:
        return list(self._table.query(source, after=after, descending=descending, limit=limit))

    def _load(self, listed: Sequence[Item]) -> list[Item | None]:
        """Read the products of a list's items, which are the products or, in a category, lead to them."""
        return self._table.get_all([one["of"] for one in listed]) if "of" in listed[0] else list(listed)

    def _count_of(self, filters: Filters) -> int | None:
        """Read the number of products of a category. No other filter has a count."""
        if filters.category is None or filters != Filters(category=filters.category):
            return None
        item = self._table.get(keys.category(folded(filters.category)))
        return int(item["products"]) if item else 0

    def archive(self, request: PageRequest) -> Page[Product]:
        """Read a page of the archived products, in the order they were added. It has no count."""
        found = page_of(self._table, [_ARCHIVED], request, NOT_COUNTED, descending=False)
        return replace(found.map(product_from_item), count=None)

    def categories(self, request: PageRequest) -> Page[Category]:
        """Read a page of the categories that have products for sale, by name. It has no count."""
        read = partial(self._read, _CATEGORIES, descending=request.backwards)
        found = page_where(read, _CATEGORIES.sort_key, request, list, lambda item: item["products"] > 0)
        return found.map(lambda item: Category(item["name"], int(item["products"])))

    def category_counts(self) -> dict[str, int]:
        """Read the number of products for sale of each category, by its folded name."""
        return {item["SK"]: int(item["products"]) for item in self._table.query(_CATEGORIES)}


def _narrowed(source: Range, by: ProductOrder, filters: Filters) -> Range:
    """Narrow the range of a list to a category and, in the order of prices, to some prices."""
    if filters.category is not None:
        source = replace(source, partition=keys.category_listing(folded(filters.category)))
    if by is not ProductOrder.PRICE:
        return source
    least, most = filters.min_price or ZERO, filters.max_price
    return replace(source, prefix=price_key(least), until=price_key(most) if most is not None else "9")
