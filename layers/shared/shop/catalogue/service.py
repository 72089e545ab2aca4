"""The service of the catalogue: public to read, maintained by admins."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from decimal import Decimal

from shop import problems
from shop.accounts.audit_log import Action, audit_entry
from shop.catalogue.model import EVERYTHING, SHOP_TERMS, Category, Changes, Filters, Product, ProductTerms
from shop.catalogue.store import ProductOrder, Products
from shop.dynamodb.paging import Ordering, Page, PageRequest
from shop.dynamodb.retry import retried
from shop.dynamodb.table import Contended
from shop.money import Share
from shop.security.tokens import Caller
from shop.text import search_words


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The use cases of the catalogue."""

    products: Products
    least_first_share: Decimal
    most_installments: int
    clock: Callable[[], datetime]

    def page(
        self, order: Ordering[ProductOrder], search: str, request: PageRequest, filters: Filters = EVERYTHING
    ) -> Page[Product]:
        """Read a page of the products for sale."""
        return self.products.page(order, search_words(search), request, filters)

    def read(self, product_id: int) -> Product:
        """Read a product for sale. Raises NotFound."""
        product = self.products.get(product_id)
        if product is None or product.archived:
            raise problems.PRODUCT_NOT_FOUND.error()
        return product

    @retried
    def add(
        self,
        admin: Caller,
        name: str,
        description: str,
        price: Decimal,
        stock: int | None = None,
        category: str | None = None,
        sku: str | None = None,
        terms: ProductTerms = SHOP_TERMS,
    ) -> Product:
        """Add a product, for sale at once.

        Raises InvalidInput for terms that are not stricter than the shop's, Conflict when another product has the SKU,
        Forbidden when the caller is no longer an admin.
        """
        now = self.clock()
        self._refuse_looser(terms)
        optional: Changes = {"stock": stock, "category": category, "sku": sku}
        product = Product(self.products.next_number(), name, description, price, now, now, terms=terms)
        product = replace(product, **optional)
        details = {"name": name, "price": price} | {
            field: value for field, value in optional.items() if value is not None
        }
        details |= {"terms": _worded(terms)} if terms != SHOP_TERMS else {}
        entry = audit_entry(admin, Action.PRODUCT_ADDED, str(product.id), details, now)
        if not self.products.create(product, entry):
            raise Contended("another product has this number")
        return product

    def change(self, admin: Caller, product_id: int, changes: Changes) -> Product:
        """Change a product; without a difference, nothing is written. Raises NotFound, and as `add` does."""
        return self.changed(admin, product_id, changes)[1]

    @retried
    def changed(self, admin: Caller, product_id: int, changes: Changes) -> tuple[Product, Product]:
        """Change a product as `change` does; returns it as it was and as it is."""
        before, now = self.read(product_id), self.clock()
        after = replace(before, **changes)
        if after == before:
            return before, after
        if after.terms != before.terms:
            self._refuse_looser(after.terms)
        after = replace(after, updated_at=now, version=before.version + 1)
        details = {field: value for field, value in changes.items() if field != "description"}
        if "terms" in changes:
            details["terms"] = _worded(after.terms)
        entry = audit_entry(admin, Action.PRODUCT_CHANGED, str(product_id), details, now)
        if not self.products.replace(before, after, entry):
            raise Contended("the product was changed meanwhile")
        return before, after

    def _refuse_looser(self, terms: ProductTerms) -> None:
        """Raise InvalidInput for terms that are not stricter than the shop's."""
        if terms.least_first_share is not None and terms.least_first_share < self.least_first_share:
            raise problems.FIRST_SHARE_TOO_LOOSE.error(least=Share(self.least_first_share))
        if terms.most_installments is not None and terms.most_installments > self.most_installments:
            raise problems.INSTALLMENTS_TOO_LOOSE.error(most=self.most_installments)

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

    def categories(self, request: PageRequest) -> Page[Category]:
        """Read a page of the categories that have products for sale."""
        return self.products.categories(request)

    def total(self) -> int:
        """Return the number of products for sale."""
        return self.products.total()


def _worded(terms: ProductTerms) -> str:
    """Write down terms for the audit log: those that are not the shop's."""
    named = {name: value for name, value in asdict(terms).items() if value}
    return ", ".join(
        f"{name} {' '.join(value) if isinstance(value, tuple) else value}" for name, value in named.items()
    )
