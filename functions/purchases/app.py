"""Purchases: `/purchases/*`."""

from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from shop.api.callers import CurrentAdmin, CurrentCustomer
from shop.api.pages import Cursor, ListOf, PageSize, Search, listed
from shop.api.requests import IdempotencyKey, answered, keyed
from shop.api.resolver import Api
from shop.api.schemas.purchases import PurchaseBody, PurchaseOut, ShopPurchaseOut
from shop.domain.purchases import Purchase, Status
from shop.wiring import Shop

api = Api(Shop.from_environment())
handler = api.handle

StatusParameter = Annotated[Status | None, Query()]
CustomerParameter = Annotated[str | None, Query(max_length=64)]


@api.post("/purchases/create")
def buy(caller: CurrentCustomer, body: PurchaseBody, idempotency_key: IdempotencyKey = None) -> Response[PurchaseOut]:
    """Buy a product on a plan and pay its first installment."""
    today = api.shop.paying.today()

    def shown(purchase: Purchase) -> str:
        return PurchaseOut.of(purchase, today, api.shop.terms).model_dump_json()

    answer = api.shop.purchasing.buy(caller.user_id, body.order(), keyed(api, idempotency_key, body), shown)
    return answered(PurchaseOut, answer, 201)


@api.get("/purchases/my")
def list_own_purchases(
    caller: CurrentCustomer,
    status: StatusParameter = None,
    search: Search = "",
    cursor: Cursor = None,
    page_size: PageSize = 20,
) -> ListOf[PurchaseOut]:
    """One's own purchases, newest first."""
    today, terms = api.shop.paying.today(), api.shop.terms
    return listed(
        api,
        cursor,
        lambda position: api.shop.purchasing.page_of_customer(caller.user_id, status, search, position, page_size),
        lambda purchase: PurchaseOut.of(purchase, today, terms),
        caller.user_id,
    )


@api.get("/purchases")
def list_purchases(
    caller: CurrentAdmin,
    status: StatusParameter = None,
    customer: CustomerParameter = None,
    search: Search = "",
    cursor: Cursor = None,
    page_size: PageSize = 20,
) -> ListOf[ShopPurchaseOut]:
    """All customers' purchases, newest first."""
    today, terms = api.shop.paying.today(), api.shop.terms
    purchasing = api.shop.purchasing
    return listed(
        api,
        cursor,
        lambda position: (
            purchasing.page_of_customer(customer, status, search, position, page_size)
            if customer is not None
            else purchasing.page_of_shop(status, search, position, page_size)
        ),
        lambda purchase: ShopPurchaseOut.of(purchase, today, terms),
        caller.user_id,
    )
