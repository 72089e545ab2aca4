"""The service of the catalogue: public to read, maintained by admins."""

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
    """Changes of a product; None leaves a field unchanged. With `uncounts`, its stock is counted no longer."""

    name: str | None = None
    description: str | None = None
    price: Decimal | None = None
    stock: int | None = None
    uncounts: bool = False

    @property
    def given(self) -> dict[str, object]:
        """The fields to change, by name."""
        fields = {
            "name": self.name,
            "description": self.description,
            "price": self.price,
            "stock": self.stock,
        }
        given: dict[str, object] = {name: value for name, value in fields.items() if value is not None}
        return given | ({"stock": None} if self.uncounts else {})


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The use cases of the catalogue."""

    products: Products
    clock: Callable[[], datetime]

    def page(self, order: Ordering[ProductOrder], search: str, request: PageRequest) -> Page[Product]:
        """Read a page of the products for sale."""
        return self.products.page(order, search_words(search), request)

    def read(self, product_id: int) -> Product:
        """Read a product for sale. Raises NotFound."""
        product = self.products.get(product_id)
        if product is None or product.archived:
            raise problems.PRODUCT_NOT_FOUND.error()
        return product

    @retried
    def add(self, admin: Caller, name: str, description: str, price: Decimal, stock: int | None = None) -> Product:
        """Add a product, for sale at once. Raises Forbidden when the caller is no longer an admin."""
        now = self.clock()
        product = Product(self.products.next_number(), name, description, price, now, now, stock=stock)
        details = {"name": name, "price": price} | ({} if stock is None else {"stock": stock})
        entry = audit_entry(admin, Action.PRODUCT_ADDED, str(product.id), details, now)
        if not self.products.create(product, entry):
            raise Contended("another product has this number")
        return product

    @retried
    def change(self, admin: Caller, product_id: int, changes: Changes) -> Product:
        """Change a product; without a difference, nothing is written. Raises NotFound, and Forbidden as `add` does."""
        before, now = self.read(product_id), self.clock()
        after = replace(before, **changes.given)  # type: ignore[arg-type]  # fields of the same names and types
        if after == before:
            return before
        after = replace(after, updated_at=now, version=before.version + 1)
        details = {field: value for field, value in changes.given.items() if field != "description"}
        entry = audit_entry(admin, Action.PRODUCT_CHANGED, str(product_id), details, now)
        if not self.products.replace(before, after, entry):
            raise Contended("the product was changed meanwhile")
        return after

    @retried
    def archive(self, admin: Caller, product_id: int) -> None:
        """Take a product off sale; purchases have a copy of it. Raises NotFound, and Forbidden as `add` does."""
        before, now = self.read(product_id), self.clock()
        after = replace(before, archived=True, updated_at=now, version=before.version + 1)
        entry = audit_entry(admin, Action.PRODUCT_ARCHIVED, str(product_id), {}, now)
        if not self.products.replace(before, after, entry):
            raise Contended("the product was changed meanwhile")

    @retried
    def restore(self, admin: Caller, product_id: int) -> Product:
        """Put an archived product on sale again. Raises NotFound when none is archived, and Forbidden as `add` does."""
        before, now = self.products.get(product_id), self.clock()
        if before is None or not before.archived:
            raise problems.PRODUCT_NOT_FOUND.error()
        after = replace(before, archived=False, updated_at=now, version=before.version + 1)
        entry = audit_entry(admin, Action.PRODUCT_RESTORED, str(product_id), {}, now)
        if not self.products.replace(before, after, entry):
            raise Contended("the product was changed meanwhile")
        return after

    def archived(self, request: PageRequest) -> Page[Product]:
        """Read a page of the products that were taken off sale."""
        return self.products.archive(request)

    def total(self) -> int:
        """Return the number of products for sale."""
        return self.products.total()
