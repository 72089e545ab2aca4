"""The catalogue: read by everybody, kept by admins."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from shop.domain.actions import Kind
from shop.domain.products import Product
from shop.domain.text import search_words
from shop.errors import NotFound
from shop.security.tokens import Caller
from shop.services.actions import action
from shop.services.retries import retried
from shop.store.paging import Ordering, Page, Position
from shop.store.products import ProductOrder, Products
from shop.store.table import Contended


@dataclass(frozen=True, slots=True)
class Changes:
    """What to change of a product; None leaves a field as it is."""

    name: str | None = None
    description: str | None = None
    price: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The use cases of the catalogue."""

    products: Products
    clock: Callable[[], datetime]

    def page(self, order: Ordering[ProductOrder], search: str, position: Position | None, size: int) -> Page[Product]:
        """A page of the products for sale."""
        return self.products.page(order, search_words(search), position, size)

    def read(self, product_id: int) -> Product:
        """A product for sale. Raises NotFound."""
        product = self.products.get(product_id)
        if product is None or product.archived:
            raise NotFound("Product not found.")
        return product

    def add(self, by: Caller, name: str, description: str, price: Decimal) -> Product:
        """A new product, for sale at once."""

        def attempt() -> Product:
            now = self.clock()
            product = Product(self.products.next_number(), name, description, price, now, now)
            done = action(by, Kind.PRODUCT_ADDED, str(product.id), {"name": name, "price": price}, now)
            if not self.products.create(product, done):
                raise Contended("another product has got this number")
            return product

        return retried(attempt)

    def change(self, by: Caller, product_id: int, changes: Changes) -> Product:
        """A product with another name, description or price; one without changes is left alone. Raises NotFound."""
        given = {field: getattr(changes, field) for field in ("name", "description", "price")}
        kept = {field: value for field, value in given.items() if value is not None}
        return self._replace(by, Kind.PRODUCT_CHANGED, product_id, kept)

    def archive(self, by: Caller, product_id: int) -> None:
        """Take a product off sale; what was bought keeps its snapshot. Raises NotFound."""
        self._replace(by, Kind.PRODUCT_ARCHIVED, product_id, {"archived": True})

    def _replace(self, by: Caller, kind: Kind, product_id: int, changes: dict[str, str | Decimal | bool]) -> Product:
        def attempt() -> Product:
            before, now = self.read(product_id), self.clock()
            after = replace(before, **changes)  # type: ignore[arg-type]
            if after == before:
                return before
            after = replace(after, updated_at=now, version=before.version + 1)
            told = (
                {} if after.archived else {field: value for field, value in changes.items() if field != "description"}
            )
            if not self.products.replace(before, after, action(by, kind, str(product_id), told, now)):
                raise Contended("the product was changed meanwhile")
            return after

        return retried(attempt)

    def total(self) -> int:
        """How many products are for sale."""
        return self.products.total()
