"""The catalogue: `/products/*`."""

from shop.runtime.startup import started

import re
from base64 import b64encode
from typing import Annotated, Literal

from aws_lambda_powertools.event_handler.api_gateway import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from shop import problems
from shop.bootstrap import Shop
from shop.catalogue.model import SHOP_TERMS, Filters, Product
from shop.catalogue.schemas import CategoryOut, NewProductBody, PictureBody, ProductBody, ProductChange, ProductOut
from shop.catalogue.store import ProductOrder
from shop.dynamodb.paging import Ordering
from shop.http.app import Api, Headers
from shop.http.auth import CurrentAdmin
from shop.http.caching import cacheable
from shop.http.fields import CategoryName, PriceBound
from shop.http.pagination import CursorQuery, Pager, PageSizeQuery, SearchQuery, base_of
from shop.runtime.metrics import metrics

api = Api(Shop.from_environment().prepare("catalogue"))

_NUMBER = re.compile("[1-9][0-9]{0,6}")

CategoryQuery = Annotated[CategoryName | None, Query(description="Only of this category, whatever its case.")]
PriceQuery = Annotated[PriceBound | None, Query()]
AvailableQuery = Annotated[bool | None, Query(description="Only what is left to sell, or not counted.")]
OrderingQuery = Annotated[Literal["name", "-name", "price", "-price", "created", "-created"], Query()]


@api.get("/products")
def list_products(
    ordering: OrderingQuery = "-created",
    search: SearchQuery = "",
    category: CategoryQuery = None,
    min_price: PriceQuery = None,
    max_price: PriceQuery = None,
    available: AvailableQuery = None,
    cursor: CursorQuery = None,
    page_size: PageSizeQuery = None,
) -> Response[list[ProductOut] | None]:
    """List the products for sale, newest first by default."""
    order = Ordering(ProductOrder(ordering.removeprefix("-")), descending=ordering.startswith("-"))
    pager = Pager(api, cursor, page_size)
    filters = Filters(category, min_price, max_price, available=bool(available))
    page = api.shop.catalogue.page(order, search, pager.request, filters)
    rows, headers = pager.fit(page, [_shown(product) for product in page.items])
    return cacheable(api, rows, headers)


@api.post("/products")
def add_product(caller: CurrentAdmin, body: NewProductBody) -> tuple[ProductOut, int]:
    """Add a product."""
    terms = body.terms.terms() if body.terms else SHOP_TERMS
    product = api.shop.catalogue.add(
        caller, body.name, body.description, body.price, body.stock, body.category, body.sku, terms
    )
    return _shown(product), 201


@api.get("/products/categories")
def list_categories(cursor: CursorQuery = None, page_size: PageSizeQuery = None) -> Response[list[CategoryOut] | None]:
    """List the categories that have products for sale, by name."""
    pager = Pager(api, cursor, page_size)
    page = api.shop.catalogue.categories(pager.request)
    rows, headers = pager.fit(page, [CategoryOut.of(category) for category in page.items])
    return cacheable(api, rows, headers)


@api.get("/products/archived")
def list_archived_products(
    caller: CurrentAdmin, cursor: CursorQuery = None, page_size: PageSizeQuery = None
) -> Response[list[ProductOut]]:
    """List the products that were taken off sale."""
    pager = Pager(api, cursor, page_size, caller.user_id)
    page = api.shop.catalogue.archived(pager.request)
    return pager.answer(page, [_shown(product) for product in page.items])


@api.post("/products/<product_id>/restore")
def restore_product(caller: CurrentAdmin, product_id: str) -> ProductOut:
    """Put an archived product on sale again."""
    return _shown(api.shop.catalogue.restore(caller, _number(product_id)))


@api.get("/products/<product_id>")
def read_product(product_id: str) -> Response[ProductOut | None]:
    """Read a product."""
    return cacheable(api, _shown(api.shop.catalogue.read(_number(product_id))))


@api.put("/products/<product_id>")
def replace_product(caller: CurrentAdmin, product_id: str, body: ProductBody) -> ProductOut:
    """Change all fields of a product but its stock."""
    return _shown(api.shop.catalogue.change(caller, _number(product_id), body.changes))


@api.patch("/products/<product_id>")
def change_product(caller: CurrentAdmin, product_id: str, body: ProductChange) -> ProductOut:
    """Change some fields of a product."""
    return _shown(api.shop.catalogue.change(caller, _number(product_id), body.changes))


@api.delete("/products/<product_id>")
def archive_product(caller: CurrentAdmin, product_id: str) -> Response[None]:
    """Take a product off sale."""
    api.shop.catalogue.archive(caller, _number(product_id))
    return Response(204)


@api.put("/products/<product_id>/picture")
def put_picture(caller: CurrentAdmin, product_id: str, body: PictureBody) -> ProductOut:
    """Give a product a picture, in place of the one that it has."""
    return _shown(api.shop.pictures.put(caller, _number(product_id), body.picture))


@api.delete("/products/<product_id>/picture")
def remove_picture(caller: CurrentAdmin, product_id: str) -> Response[None]:
    """Take the picture of a product away."""
    api.shop.pictures.remove(caller, _number(product_id))
    return Response(204)


@api.get("/products/pictures/<name>", include_in_schema=False)
def read_picture(name: str) -> Response[str]:
    """Return a picture. Its name changes with it, so it may be kept."""
    data, kind = api.shop.pictures.read(name)
    headers: Headers = {"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Origin"}
    answer = Response(200, kind.media_type, b64encode(data).decode(), headers)
    answer.base64_encoded = True
    return answer


def _shown(product: Product) -> ProductOut:
    return ProductOut.of(product, base_of(api))


def _number(product_id: str) -> int:
    """Parse the number of a product in a path. Raises NotFound for any other text."""
    if not _NUMBER.fullmatch(product_id):
        raise problems.PRODUCT_NOT_FOUND.error()
    return int(product_id)


handler = started(metrics.log_metrics(api.handle))
