"""The catalogue in the table."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import StrEnum

from shop.accounts.audit_log import AuditEntry, entry_writes
from shop.catalogue.model import LARGEST_NUMBER, Product
from shop.dynamodb import keys, search
from shop.dynamodb.attributes import to_instant, to_text
from shop.dynamodb.paging import NOT_COUNTED, Counter, Ordering, Page, PageRequest, page_of
from shop.dynamodb.search import Indexed
from shop.dynamodb.table import ConditionFailed, Range, Table
from shop.dynamodb.writes import Item, Write
from shop.money import CENT
from shop.text import search_text, words


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
_COUNTER = Counter([keys.catalogue_totals()], lambda item: int(item["products"]))


def product_to_item(product: Product) -> Item:
    """Convert a product to its item; an archived product is in a list of its own."""
    item: Item = {
        **keys.product(product.id),
        "id": product.id,
        "name": product.name,
        "description": product.description,
        "price": product.price,
        "created_at": to_text(product.created_at),
        "updated_at": to_text(product.updated_at),
        "archived": product.archived,
        "version": product.version,
    }
    if product.stock is not None:
        item["stock"] = product.stock
    if product.archived:
        return item | {"listing": keys.ARCHIVE_LISTING, "created_key": _number_key(product)}
    return item | {"listing": keys.PRODUCT_LISTING, **_sort_keys(product)}


def _sort_keys(product: Product) -> Mapping[str, str]:
    number = _number_key(product)
    return {
        "created_key": number,
        "name_key": f"{_sortable(product.name)}#{number}",
        "price_key": f"{int(product.price / CENT):012}#{number}",
    }


def _number_key(product: Product) -> str:
    """Format a product's number so that texts sort like numbers."""
    return f"{product.id:0{len(str(LARGEST_NUMBER))}}"


def _indexed(product: Product) -> Indexed | None:
    """Return the search entry of a product; an archived product has none."""
    if product.archived:
        return None
    return Indexed(_number_key(product), keys.product(product.id), search_text(product.name), _sort_keys(product))


def leading_to(product: Product) -> list[Item]:
    """Return the search items of a product."""
    indexed = _indexed(product)
    return search.items(keys.PRODUCT_LISTING, indexed) if indexed else []


def _sortable(name: str) -> str:
    """Shorten a folded name for a sort key, which has at most 1,024 bytes; a character takes up to four."""
    return " ".join(words(name))[:100]


def product_from_item(item: Item) -> Product:
    """Read the product in an item."""
    return Product(
        id=int(item["id"]),
        name=item["name"],
        description=item["description"],
        price=item["price"],
        created_at=to_instant(item["created_at"]),
        updated_at=to_instant(item["updated_at"]),
        archived=item["archived"],
        stock=int(item["stock"]) if "stock" in item else None,
        version=int(item["version"]),
    )


def creation(product: Product) -> list[Write]:
    """Return the writes of a new product. They fail unless its number is the next one."""
    is_first = product.id == 1
    counted = Write.update(
        keys.catalogue_totals(),
        "ADD products :one SET last_number = :number",
        {":one": 1, ":number": product.id} | ({} if is_first else {":before": product.id - 1}),
        "attribute_not_exists(last_number)" if is_first else "last_number = :before",
    )
    return [
        Write.create(product_to_item(product)),
        counted,
        *search.writes(keys.PRODUCT_LISTING, None, _indexed(product)),
    ]


def taking(product_id: int, pieces: int) -> Write:
    """Return the write that takes pieces of a product from its stock. It fails when fewer are left."""
    return Write.update(
        keys.product(product_id),
        "SET stock = stock - :pieces, version = version + :one",
        {":pieces": pieces, ":one": 1},
        "stock >= :pieces",
    )


def putting_back(product_id: int, pieces: int) -> Write:
    """Return the write that puts pieces of a product back into its stock. It fails when that is not counted."""
    return Write.update(
        keys.product(product_id),
        "SET stock = stock + :pieces, version = version + :one",
        {":pieces": pieces, ":one": 1},
        "attribute_exists(stock)",
    )


class Products:
    """Access patterns of the catalogue."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, product_id: int) -> Product | None:
        """Read a product, archived or not."""
        item = self._table.get(keys.product(product_id))
        return product_from_item(item) if item else None

    def names(self, product_ids: Sequence[int]) -> Mapping[int, str]:
        """Read the names of products, archived or not."""
        items = self._table.get_all([keys.product(product_id) for product_id in product_ids])
        return {int(item["id"]): item["name"] for item in items if item}

    def next_number(self) -> int:
        """Read the number of the next product."""
        item = self._table.get(keys.catalogue_totals())
        return int(item["last_number"]) + 1 if item else 1

    def create(self, product: Product, entry: AuditEntry) -> bool:
        """Add a product and count it; False when another one took its number meanwhile.

        Raises Forbidden when the admin is none any more.
        """
        try:
            self._table.transact([*creation(product), *entry_writes(entry)])
        except ConditionFailed:
            return False
        return True

    def replace(self, before: Product, after: Product, entry: AuditEntry) -> bool:
        """Store a changed product; False when it changed since `before` was read.

        Raises Forbidden when the admin is none any more.
        """
        writes = [
            Write.replace(product_to_item(after), before.version),
            *search.writes(keys.PRODUCT_LISTING, _indexed(before), _indexed(after)),
            *entry_writes(entry),
        ]
        if after.archived is not before.archived:
            writes.append(Write.add(keys.catalogue_totals(), {"products": -1 if after.archived else 1}))
        try:
            self._table.transact(writes)
        except ConditionFailed:
            return False
        return True

    def total(self) -> int:
        """Read the number of products in the catalogue."""
        return _COUNTER.read(self._table)

    def page(self, order: Ordering[ProductOrder], words: Sequence[str], request: PageRequest) -> Page[Product]:
        """Read a page of the catalogue; with `words`, only products that match each of them."""
        source, descending = _RANGES[order.by], order.descending
        if words:
            found = search.search(
                self._table, keys.PRODUCT_LISTING, words, request, by=source.sort_key, descending=descending
            )
        else:
            found = page_of(self._table, [source], request, _COUNTER, descending=descending)
        return found.map(product_from_item)

    def archive(self, request: PageRequest) -> Page[Product]:
        """Read a page of the archived products, in the order they were added. It has no count."""
        found = page_of(self._table, [_ARCHIVED], request, NOT_COUNTED, descending=False)
        return replace(found.map(product_from_item), count=None)
