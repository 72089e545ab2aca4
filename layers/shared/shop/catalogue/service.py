"""The catalogue: everybody reads it, admins maintain it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from shop import problems
from shop.accounts.audit_log import Action, audit_entry
from shop.catalogue.model import Product
from shop.catalogue.store import ProductOrder, Products
from shop.dynamodb.paging import Ordering, Page, PageRequest
from shop.dynamodb.retry import retried
from shop.dynamodb.table import Contended
from shop.security.tokens import Caller
from shop.text import search_words


@dataclass(frozen=True, slots=True)
class Changes:
    """Changes of a product; None leaves a field as it is."""

    name: str | None = None
    description: str | None = None
    price: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The use cases of the catalogue."""

    products: Products
    clock: Callable[[], datetime]

    def page(self, order: Ordering[ProductOrder], search: str, request: PageRequest) -> Page[Product]:
        """A page of the products for sale."""
        return self.products.page(order, search_words(search), request)

    def read(self, product_id: int) -> Product:
        """A product for sale. Raises NotFound."""
        product = self.products.get(product_id)
        if product is None or product.archived:
            raise problems.PRODUCT_NOT_FOUND.error()
        return product

    @retried
    def add(self, admin: Caller, name: str, description: str, price: Decimal) -> Product:
        """Add a product, for sale at once. Raises Forbidden when the caller is no admin any more."""
        now = self.clock()
        product = Product(self.products.next_number(), name, description, price, now, now)
        entry = audit_entry(admin, Action.PRODUCT_ADDED, str(product.id), {"name": name, "price": price}, now)
        if not self.products.create(product, entry):
            raise Contended("another product has this number")
        return product

    @retried
    def change(self, admin: Caller, product_id: int, changes: Changes) -> Product:
        """Change a product; without a difference nothing is written. Raises NotFound, and Forbidden as `add` does."""
        fields = {"name": changes.name, "description": changes.description, "price": changes.price}
        given = {field: value for field, value in fields.items() if value is not None}
        before, now = self.read(product_id), self.clock()
        after = replace(before, **given)  # type: ignore[arg-type]
        if after == before:
            return before
        after = replace(after, updated_at=now, version=before.version + 1)
        details = {field: value for field, value in given.items() if field != "description"}
        entry = audit_entry(admin, Action.PRODUCT_CHANGED, str(product_id), details, now)
        if not self.products.replace(before, after, entry):
            raise Contended("the product was changed meanwhile")
        return after

    @retried
    def archive(self, admin: Caller, product_id: int) -> None:
        """Take a product off sale; purchases keep their own copy. Raises NotFound, and Forbidden as `add` does."""
        before, now = self.read(product_id), self.clock()
        after = replace(before, archived=True, updated_at=now, version=before.version + 1)
        entry = audit_entry(admin, Action.PRODUCT_ARCHIVED, str(product_id), {}, now)
        if not self.products.replace(before, after, entry):
            raise Contended("the product was changed meanwhile")

    def total(self) -> int:
        """How many products are for sale."""
        return self.products.total()
