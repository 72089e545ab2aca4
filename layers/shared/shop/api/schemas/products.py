"""Bodies of the products group."""

from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints, model_validator
from pydantic.json_schema import SkipJsonSchema

from shop.api.schemas.fields import Money, Name, Price, RequestBody
from shop.domain.products import Product

Description = Annotated[str, StringConstraints(strip_whitespace=True, max_length=5000)]


def _given(value: object) -> object:
    if value is None:
        raise ValueError("Must not be null.")
    return value


class ProductBody(RequestBody):
    """A whole product."""

    name: Name
    price: Price
    description: Description = ""


class ProductChange(RequestBody):
    """Some fields of a product."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1})

    name: Annotated[Name | SkipJsonSchema[None], AfterValidator(_given)] = None
    price: Annotated[Price | SkipJsonSchema[None], AfterValidator(_given)] = None
    description: Annotated[Description | SkipJsonSchema[None], AfterValidator(_given)] = None

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("Name at least one of name, price and description.")
        return self


class ProductOut(BaseModel):
    """A product of the catalogue."""

    id: str
    name: str
    description: str
    price: Money

    @classmethod
    def of(cls, product: Product) -> Self:
        """A product as clients see it."""
        return cls(id=product.id, name=product.name, description=product.description, price=product.price)
