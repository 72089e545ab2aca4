"""Bodies of the products group."""

from typing import Annotated, ClassVar, Self, cast

from pydantic import AfterValidator, Base64Bytes, Field, StringConstraints, model_validator

from shop.calendar import Interval
from shop.catalogue.model import SHOP_TERMS, Category, Changes, Product, ProductTerms
from shop.http.fields import (
    AnswerBody,
    CategoryName,
    Ignored,
    InstallmentCount,
    Money,
    Name,
    Price,
    Rate,
    RequestBody,
    Share,
    Sku,
    Stock,
)
from shop.money import ZERO

Description = Annotated[str, StringConstraints(strip_whitespace=True, max_length=5000)]


def _some(value: list[Interval]) -> list[Interval]:
    if not value:
        raise ValueError("must name one at least.")
    return value


Intervals = Annotated[list[Interval], Field(max_length=len(Interval)), AfterValidator(_some)]


def _given(value: object) -> object:
    if value is None:
        raise ValueError("must not be null.")
    return value


class ProductTermsBody(RequestBody):
    """The conditions of a product that are stricter than the shop's, and the mark-up of its price on a plan."""

    least_first_share: Share | None = None
    most_installments: InstallmentCount | None = None
    intervals: Intervals | None = None
    plan_markup: Share | None = Field(default=None, description="The share that plans cost more: 0.1 is 10 %.")

    def terms(self) -> ProductTerms:
        """Return the terms in the form that the rules take."""
        intervals = None if self.intervals is None else tuple(one for one in Interval if one in self.intervals)
        return ProductTerms(self.least_first_share, self.most_installments, intervals, self.plan_markup or ZERO)


def _changes(body: "ProductBody | ProductChange", sent: set[str]) -> Changes:
    """Return the fields of a product to change. Terms of null are the shop's."""
    changes = cast("Changes", body.model_dump(include=sent - {"terms"}))
    if "terms" in sent:
        changes["terms"] = body.terms.terms() if body.terms else SHOP_TERMS
    return changes


class NewProductBody(RequestBody):
    """A new product. Its stock is not counted unless it is given."""

    name: Name
    price: Price
    description: Description = ""
    stock: Stock | None = None
    category: CategoryName | None = None
    sku: Sku | None = None
    terms: ProductTermsBody | None = None


class ProductBody(RequestBody):
    """All fields of a product but its stock, which sales change meanwhile.

    A category, SKU or terms that are not sent stay, since older frontends know none; null takes them away.
    """

    name: Name
    price: Price
    description: Description = ""
    stock: Ignored = None
    category: CategoryName | None = None
    sku: Sku | None = None
    terms: ProductTermsBody | None = None
    price_on_plan: Ignored = None
    picture: Ignored = None

    @property
    def changes(self) -> Changes:
        """Return the fields to change."""
        return _changes(self, {"name", "price", "description"} | self.model_fields_set)


class ProductChange(RequestBody):
    """Fields of a product to change."""

    name: Annotated[Name | None, AfterValidator(_given)] = None
    price: Annotated[Price | None, AfterValidator(_given)] = None
    description: Annotated[Description | None, AfterValidator(_given)] = None
    stock: Stock | None = Field(default=None, description="The pieces left to sell; null is not counted.")
    category: CategoryName | None = None
    sku: Sku | None = None
    terms: ProductTermsBody | None = None

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        if not self.model_fields_set:
            *names, last = type(self).model_fields
            raise ValueError(f"Name at least one of {', '.join(names)} and {last}.")
        return self

    @property
    def changes(self) -> Changes:
        """Return the fields to change."""
        return _changes(self, self.model_fields_set)


class PictureBody(RequestBody):
    """A JPEG, PNG or WebP picture of up to 1 MB and 2,000 pixels on each side, in base64 (RFC 4648)."""

    MOST_BYTES: ClassVar[int] = 1536 * 1024
    """The most bytes of the whole body: base64 makes four of three."""

    picture: Base64Bytes


class ProductTermsOut(AnswerBody):
    """The conditions of a product that are stricter than the shop's; null is the shop's (`/public/terms/`)."""

    least_first_share: Rate | None
    most_installments: int | None
    intervals: list[Interval] | None
    plan_markup: Rate

    @classmethod
    def of(cls, terms: ProductTerms) -> Self:
        """Describe the terms of a product."""
        return cls(
            least_first_share=terms.least_first_share,
            most_installments=terms.most_installments,
            intervals=None if terms.intervals is None else list(terms.intervals),
            plan_markup=terms.plan_markup,
        )


class ProductOut(AnswerBody):
    """A product of the catalogue. `stock` is the number of pieces left to sell; null is not counted.

    `price_on_plan` is the price of a piece in several installments. `terms` null are the shop's. `picture` is an
    address that browsers may keep: another picture has another one.
    """

    id: int
    name: str
    description: str
    price: Money
    price_on_plan: Money
    stock: int | None
    category: str | None
    sku: str | None
    terms: ProductTermsOut | None
    picture: str | None

    @classmethod
    def of(cls, product: Product, base: str) -> Self:
        """Describe a product; `base` is the URL of the API."""
        return cls(
            id=product.id,
            name=product.name,
            description=product.description,
            price=product.price,
            price_on_plan=product.price_on_plan,
            stock=product.stock,
            category=product.category,
            sku=product.sku,
            terms=None if product.terms == SHOP_TERMS else ProductTermsOut.of(product.terms),
            picture=f"{base}/products/pictures/{product.picture}" if product.picture else None,
        )


class CategoryOut(AnswerBody):
    """A category, and the number of its products for sale."""

    name: str
    products: int

    @classmethod
    def of(cls, category: Category) -> Self:
        """Describe a category."""
        return cls(name=category.name, products=category.products)
