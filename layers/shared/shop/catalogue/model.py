"""Products of the catalogue."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TypedDict

from shop.calendar import Interval
from shop.money import ZERO, round_half_up

LARGEST_NUMBER = 9_999_999


@dataclass(frozen=True, slots=True)
class ProductTerms:
    """The conditions of a product that are stricter than the shop's; None leaves the shop's.

    `plan_markup` is the share of the price that is added when a product is paid in several installments.
    """

    least_first_share: Decimal | None = None
    most_installments: int | None = None
    intervals: tuple[Interval, ...] | None = None
    plan_markup: Decimal = ZERO


SHOP_TERMS = ProductTerms()
"""No conditions of a product's own."""


@dataclass(frozen=True, slots=True)
class Product:
    """A product. An archived product cannot be bought. `version` counts its changes.

    `id` numbers the products from 1, in the order they were added. `stock` is the number of pieces that are left to
    sell, never below zero; None is not counted. `sku` is the shop's own number of it, unique whatever its case.
    `picture` is the name of its picture.
    """

    id: int
    name: str
    description: str
    price: Decimal
    created_at: datetime
    updated_at: datetime
    archived: bool = False
    stock: int | None = None
    category: str | None = None
    sku: str | None = None
    terms: ProductTerms = SHOP_TERMS
    picture: str | None = None
    version: int = 1

    @property
    def price_on_plan(self) -> Decimal:
        """Return the price of a piece that is paid in several installments."""
        return round_half_up(self.price * (1 + self.terms.plan_markup))

    def price_in(self, installments: int) -> Decimal:
        """Return the price of a piece that is paid in a number of installments; at once, there is no mark-up."""
        return self.price if installments == 1 else self.price_on_plan

    def markup_in(self, installments: int) -> Decimal:
        """Return the mark-up of a piece that is paid in a number of installments."""
        return ZERO if installments == 1 else self.terms.plan_markup

    @property
    def is_available(self) -> bool:
        """Return whether a piece is left to sell."""
        return self.stock is None or self.stock > 0


class Changes(TypedDict, total=False):
    """Changes of a product: the fields to change. A stock, category, SKU or picture of None is taken away.

    Terms are changed as a whole.
    """

    name: str
    description: str
    price: Decimal
    stock: int | None
    category: str | None
    sku: str | None
    terms: ProductTerms
    picture: str | None


@dataclass(frozen=True, slots=True)
class Category:
    """A category, and the number of its products for sale."""

    name: str
    products: int


def folded(name: str) -> str:
    """Return the form in which categories and SKUs are compared: without differences of case."""
    return unicodedata.normalize("NFC", name).casefold()


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list of products is narrowed to: a category whatever its case, prices, and what is left to sell."""

    category: str | None = None
    min_price: Decimal | None = None
    max_price: Decimal | None = None
    available: bool = False

    def admit(self, product: Product) -> bool:
        """Return whether a product belongs into the list."""
        return (
            not product.archived
            and (self.category is None or folded(product.category or "") == folded(self.category))
            and (self.min_price is None or product.price >= self.min_price)
            and (self.max_price is None or product.price <= self.max_price)
            and (product.is_available or not self.available)
        )


EVERYTHING = Filters()
"""The filters that admit each product for sale."""
