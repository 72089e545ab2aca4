"""Bodies of the products group."""

from typing import Annotated, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from shop.catalogue.model import Product
from shop.http.fields import AnswerBody, Ignored, Money, Name, Price, RequestBody, Stock

Description = Annotated[str, StringConstraints(strip_whitespace=True, max_length=5000)]


def _given(value: object) -> object:
    if value is None:
        raise ValueError("must not be null.")
    return value


class NewProductBody(RequestBody):
    """A new product. Its stock is not counted unless it is given."""

    name: Name
    price: Price
    description: Description = ""
    stock: Stock | None = None


class ProductBody(RequestBody):
    """All fields of a product but its stock, which sales change meanwhile."""

    name: Name
    price: Price
    description: Description = ""
    stock: Ignored = None


class ProductChange(RequestBody):
    """Fields of a product to change."""

    name: Annotated[Name | None, AfterValidator(_given)] = None
    price: Annotated[Price | None, AfterValidator(_given)] = None
    description: Annotated[Description | None, AfterValidator(_given)] = None
    stock: Stock | None = Field(default=None, description="The pieces left to sell; null is not counted.")

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        if not self.model_fields_set:
            *names, last = type(self).model_fields
            raise ValueError(f"Name at least one of {', '.join(names)} and {last}.")
        return self


class ProductOut(AnswerBody):
    """A product of the catalogue. `stock` is the number of pieces left to sell; null is not counted."""

    id: int
    name: str
    description: str
    price: Money
    stock: int | None

    @classmethod
    def of(cls, product: Product) -> Self:
        """Describe a product."""
        return cls(
            id=product.id,
            name=product.name,
            description=product.description,
            price=product.price,
            stock=product.stock,
        )
