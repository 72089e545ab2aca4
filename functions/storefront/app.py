"""The shop's pages for visitors and customers: `/`, `/shop/*`, `/pay/*`, and the files of all pages: `/static/*`."""

from shop.runtime.startup import started

from pathlib import Path
from typing import Annotated, Literal

from aws_lambda_powertools.event_handler.api_gateway import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from shop.bootstrap import Shop
from shop.catalogue.model import Filters
from shop.catalogue.store import ProductOrder
from shop.dynamodb.paging import Ordering, PageRequest
from shop.http.fields import CategoryName
from shop.http.pagination import CursorQuery, Pager, SearchQuery
from shop.runtime.metrics import metrics
from shop.web import assets
from shop.web.pages import Html, Pages

api = Pages(Shop.from_environment().prepare("catalogue"), Path(__file__).parent / "templates", "shop")

ROWS = 24
"""The products on a page of the catalogue."""
MOST_CATEGORIES = 100

CategoryQuery = Annotated[CategoryName | None, Query()]
OrderingQuery = Annotated[Literal["name", "price", "-price", "-created"], Query()]


@api.page("/")
def show_catalogue(
    ordering: OrderingQuery = "-created",
    search: SearchQuery = "",
    category: CategoryQuery = None,
    cursor: CursorQuery = None,
) -> Html:
    """Show the products for sale."""
    order = Ordering(ProductOrder(ordering.removeprefix("-")), descending=ordering.startswith("-"))
    pager = Pager(api, cursor, ROWS)
    found = api.shop.catalogue.page(order, search, pager.request, Filters(category))
    categories = api.shop.catalogue.categories(PageRequest(None, MOST_CATEGORIES))
    return api.html("catalogue.html", products=found.items, categories=categories.items, queries=pager.queries(found))


@api.page("/static/<name>")
def read_asset(name: str) -> Response[str]:
    """Return a file that pages load. Its name changes with it, so it may be kept."""
    text, kind = assets.read(name)
    return Response(200, kind, text, {"Cache-Control": "public, max-age=31536000, immutable"})


handler = started(metrics.log_metrics(api.handle))
