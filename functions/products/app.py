"""The catalogue: `/products/*`."""

from shop.start import ready

import re
from functools import partial
from typing import Annotated, Literal

from aws_lambda_powertools.event_handler.api_gateway import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from shop.api.caching import cacheable
from shop.api.callers import CurrentAdmin
from shop.api.pages import Cursor, PageSize, Search, found
from shop.api.resolver import Api
from shop.api.schemas.products import ProductBody, ProductChange, ProductOut
from shop.assembly.catalogue import WithCatalogue
from shop.errors import NotFound
from shop.services.catalogue import Changes
from shop.store.paging import Ordering
from shop.store.products import ProductOrder

api = Api(WithCatalogue.from_environment())

_NUMBER = re.compile("[1-9][0-9]{0,6}")

OrderingParameter = Annotated[Literal["name", "-name", "price", "-price", "created", "-created"], Query()]


@api.get("/products")
def list_products(
    ordering: OrderingParameter = "-created", search: Search = "", cursor: Cursor = None, page_size: PageSize = None
) -> Response[list[ProductOut] | None]:
    """The products for sale, newest first unless ordered otherwise."""
    order = Ordering(ProductOrder(ordering.removeprefix("-")), descending=ordering.startswith("-"))
    fetch = partial(api.shop.catalogue.page, order, search)
    return cacheable(api, *found(api, cursor, page_size, fetch, ProductOut.of))


@api.post("/products")
def add_product(caller: CurrentAdmin, body: ProductBody) -> tuple[ProductOut, int]:
    """Add a product."""
    return ProductOut.of(api.shop.catalogue.add(caller, body.name, body.description, body.price)), 201


@api.get("/products/<product_id>")
def read_product(product_id: str) -> Response[ProductOut | None]:
    """A product."""
    return cacheable(api, ProductOut.of(api.shop.catalogue.read(_number(product_id))))


@api.put("/products/<product_id>")
def replace_product(caller: CurrentAdmin, product_id: str, body: ProductBody) -> ProductOut:
    """Change all fields of a product."""
    changes = Changes(name=body.name, description=body.description, price=body.price)
    return ProductOut.of(api.shop.catalogue.change(caller, _number(product_id), changes))


@api.patch("/products/<product_id>")
def change_product(caller: CurrentAdmin, product_id: str, body: ProductChange) -> ProductOut:
    """Change some fields of a product."""
    changes = Changes(name=body.name, description=body.description, price=body.price)
    return ProductOut.of(api.shop.catalogue.change(caller, _number(product_id), changes))


@api.delete("/products/<product_id>")
def archive_product(caller: CurrentAdmin, product_id: str) -> Response[None]:
    """Take a product off sale."""
    api.shop.catalogue.archive(caller, _number(product_id))
    return Response(204)


def _number(product_id: str) -> int:
    """The number of a product that a path names. Raises NotFound for what is no number, as for one of no product."""
    if not _NUMBER.fullmatch(product_id):
        raise NotFound("Product not found.")
    return int(product_id)


handler = ready(api.handle)
