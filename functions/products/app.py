"""The catalogue: `/products/*`."""

from shop.start import ready

from typing import Annotated, Literal

from aws_lambda_powertools.event_handler.api_gateway import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from shop.api.caching import cacheable
from shop.api.callers import CurrentAdmin
from shop.api.pages import Cursor, ListOf, PageSize, Search, listed
from shop.api.resolver import Api
from shop.api.schemas.products import ProductBody, ProductChange, ProductOut
from shop.assembly.catalogue import WithCatalogue
from shop.services.catalogue import Changes
from shop.store.paging import Ordering
from shop.store.products import ProductOrder

api = Api(WithCatalogue.from_environment())

OrderingParameter = Annotated[Literal["name", "-name", "price", "-price", "created", "-created"], Query()]


@api.get("/products")
def list_products(
    ordering: OrderingParameter = "-created", search: Search = "", cursor: Cursor = None, page_size: PageSize = 20
) -> Response[ListOf[ProductOut] | None]:
    """The products for sale, newest first unless ordered otherwise."""
    order = Ordering(ProductOrder(ordering.removeprefix("-")), descending=ordering.startswith("-"))
    page = listed(
        api, cursor, lambda position: api.shop.catalogue.page(order, search, position, page_size), ProductOut.of
    )
    return cacheable(api, page)


@api.post("/products")
def add_product(caller: CurrentAdmin, body: ProductBody) -> tuple[ProductOut, int]:
    """Add a product."""
    return ProductOut.of(api.shop.catalogue.add(caller, body.name, body.description, body.price)), 201


@api.get("/products/<product_id>")
def read_product(product_id: str) -> Response[ProductOut | None]:
    """A product."""
    return cacheable(api, ProductOut.of(api.shop.catalogue.read(product_id)))


@api.put("/products/<product_id>")
def replace_product(caller: CurrentAdmin, product_id: str, body: ProductBody) -> ProductOut:
    """Change all fields of a product."""
    changes = Changes(name=body.name, description=body.description, price=body.price)
    return ProductOut.of(api.shop.catalogue.change(caller, product_id, changes))


@api.patch("/products/<product_id>")
def change_product(caller: CurrentAdmin, product_id: str, body: ProductChange) -> ProductOut:
    """Change some fields of a product."""
    changes = Changes(name=body.name, description=body.description, price=body.price)
    return ProductOut.of(api.shop.catalogue.change(caller, product_id, changes))


@api.delete("/products/<product_id>")
def archive_product(caller: CurrentAdmin, product_id: str) -> Response[None]:
    """Take a product off sale."""
    api.shop.catalogue.archive(caller, product_id)
    return Response(204)


handler = ready(api.handle)
