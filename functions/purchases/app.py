"""Purchases: `/purchases/*`."""

from shop.start import ready

from collections.abc import Sequence
from functools import partial
from typing import Annotated

from aws_lambda_powertools.event_handler.api_gateway import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from shop.api.callers import CurrentAdmin, CurrentCustomer
from shop.api.pages import Cursor, PageSize, Search, listed
from shop.api.requests import IdempotencyKey, answered, keyed
from shop.api.resolver import Api
from shop.api.schemas.buying import (
    CancellationBody,
    CancelledOut,
    PaidOffOut,
    PayoffBody,
    PurchaseBody,
    QuoteOut,
)
from shop.api.schemas.purchases import PurchaseDetailOut, PurchaseOut, ShopPurchaseOut
from shop.assembly.ledger import WithLedger
from shop.domain.purchases import Payment, Purchase, Status

api = Api(WithLedger.from_environment())

StatusParameter = Annotated[Status | None, Query()]
CustomerParameter = Annotated[str | None, Query(max_length=64)]


@api.post("/purchases/create")
def buy(caller: CurrentCustomer, body: PurchaseBody, idempotency_key: IdempotencyKey = None) -> Response[PurchaseOut]:
    """Buy a product on a plan and pay its first installment."""
    today = api.shop.paying.today()
    body.check_date(api.shop.clock(), today)

    def shown(purchase: Purchase) -> str:
        return PurchaseOut.of(purchase, today).model_dump_json()

    answer = api.shop.purchasing.buy(caller.user_id, body.order(), keyed(api, idempotency_key, body), shown)
    return answered(PurchaseOut, answer, 201)


@api.get("/purchases/my")
def list_own_purchases(
    caller: CurrentCustomer,
    status: StatusParameter = None,
    search: Search = "",
    cursor: Cursor = None,
    page_size: PageSize = None,
) -> Response[list[PurchaseOut]]:
    """One's own purchases, newest first."""
    today = api.shop.paying.today()
    return listed(
        api,
        cursor,
        page_size,
        partial(api.shop.purchasing.page_of_customer, caller.user_id, status, search),
        lambda purchase: PurchaseOut.of(purchase, today),
        caller.user_id,
    )


@api.get("/purchases")
def list_purchases(
    caller: CurrentAdmin,
    status: StatusParameter = None,
    customer: CustomerParameter = None,
    search: Search = "",
    cursor: Cursor = None,
    page_size: PageSize = None,
) -> Response[list[ShopPurchaseOut]]:
    """All customers' purchases, newest first."""
    today = api.shop.paying.today()
    purchasing = api.shop.purchasing
    return listed(
        api,
        cursor,
        page_size,
        partial(purchasing.page_of_shop, status, search)
        if customer is None
        else partial(purchasing.page_of_customer, customer, status, search),
        lambda purchase: ShopPurchaseOut.of(purchase, today),
        caller.user_id,
    )


@api.post("/purchases/quote")
def quote(body: PurchaseBody) -> QuoteOut:
    """What a purchase would come to; nothing is stored."""
    body.check_date(api.shop.clock(), api.shop.paying.today())
    return QuoteOut.of(api.shop.purchasing.quote(body.order()), body)


@api.get("/purchases/<purchase_id>")
def read_purchase(caller: CurrentCustomer, purchase_id: str) -> PurchaseDetailOut:
    """A purchase with its installments and payments."""
    purchase, payments = api.shop.purchasing.read_with_payments(caller, purchase_id)
    return PurchaseDetailOut.detailed(purchase, payments, api.shop.paying.today())


@api.post("/purchases/<purchase_id>/payoff")
def pay_off(
    caller: CurrentCustomer, purchase_id: str, body: PayoffBody, idempotency_key: IdempotencyKey = None
) -> Response[PaidOffOut]:
    """Pay all that is left of a purchase."""
    today = api.shop.paying.today()

    def shown(purchase: Purchase, payments: Sequence[Payment]) -> str:
        return PaidOffOut.of(purchase, payments, today).model_dump_json()

    key = keyed(api, idempotency_key, body)
    return answered(PaidOffOut, api.shop.purchasing.pay_off(caller.user_id, purchase_id, body.amount, key, shown), 200)


@api.post("/purchases/<purchase_id>/cancel")
def cancel(
    caller: CurrentAdmin, purchase_id: str, body: CancellationBody, idempotency_key: IdempotencyKey = None
) -> Response[CancelledOut]:
    """Cancel a customer's purchase."""
    today = api.shop.paying.today()

    def shown(purchase: Purchase) -> str:
        return CancelledOut.of(purchase, today).model_dump_json()

    key = keyed(api, idempotency_key, body)
    return answered(CancelledOut, api.shop.purchasing.cancel(caller, purchase_id, body.reason, key, shown), 200)


handler = ready(api.handle)
