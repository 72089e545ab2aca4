"""Purchases: `/purchases/*`."""

from shop.runtime.startup import started

from typing import Annotated

from aws_lambda_powertools.event_handler.api_gateway import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from shop.bootstrap import Shop
from shop.http.app import Api
from shop.http.auth import CurrentAdmin, CurrentCustomer
from shop.http.idempotency import IdempotencyKeyHeader, key_of, replayable
from shop.http.pagination import CursorQuery, Pager, PageSizeQuery, SearchQuery
from shop.ledger.purchases import Status
from shop.ledger.schemas import (
    CancellationBody,
    CancelledOut,
    PaidOffOut,
    PayoffBody,
    PurchaseBody,
    PurchaseDetailOut,
    PurchaseOut,
    QuoteOut,
    ShopPurchaseOut,
)
from shop.runtime.metrics import metrics

api = Api(Shop.from_environment().prepare("purchasing", "paying"))

StatusQuery = Annotated[Status | None, Query()]
CustomerQuery = Annotated[str | None, Query(max_length=64)]


@api.post("/purchases/create")
def buy(
    caller: CurrentCustomer, body: PurchaseBody, idempotency_key: IdempotencyKeyHeader = None
) -> Response[PurchaseOut]:
    """Buy a product on a plan and pay its first installment."""
    body.check_date(api.shop.clock(), api.shop.today)
    outcome = api.shop.purchasing.buy(caller.user_id, body.order(), key_of(api, idempotency_key, body))
    return replayable(PurchaseOut.of(outcome.purchase, outcome.today), 201, is_replay=outcome.is_replay)


@api.get("/purchases/my")
def list_own_purchases(
    caller: CurrentCustomer,
    status: StatusQuery = None,
    search: SearchQuery = "",
    cursor: CursorQuery = None,
    page_size: PageSizeQuery = None,
) -> Response[list[PurchaseOut]]:
    """List the customer's purchases, newest first."""
    today, pager = api.shop.today, Pager(api, cursor, page_size, caller.user_id)
    page = api.shop.purchasing.page_of_customer(caller.user_id, status, search, pager.request)
    return pager.answer(page, [PurchaseOut.of(purchase, today) for purchase in page.items])


@api.get("/purchases")
def list_purchases(
    caller: CurrentAdmin,
    status: StatusQuery = None,
    customer: CustomerQuery = None,
    search: SearchQuery = "",
    cursor: CursorQuery = None,
    page_size: PageSizeQuery = None,
) -> Response[list[ShopPurchaseOut]]:
    """List all customers' purchases, newest first."""
    today, pager = api.shop.today, Pager(api, cursor, page_size, caller.user_id)
    if customer is None:
        page = api.shop.purchasing.page_of_shop(status, search, pager.request)
    else:
        page = api.shop.purchasing.page_of_customer(customer, status, search, pager.request)
    return pager.answer(page, [ShopPurchaseOut.of(purchase, today) for purchase in page.items])


@api.post("/purchases/quote")
def quote(body: PurchaseBody) -> QuoteOut:
    """Quote the price and the plan of a purchase, without buying."""
    body.check_date(api.shop.clock(), api.shop.today)
    return QuoteOut.of(api.shop.purchasing.quote(body.order()), body)


@api.get("/purchases/<purchase_id>")
def read_purchase(caller: CurrentCustomer, purchase_id: str) -> PurchaseDetailOut:
    """Read a purchase with its installments and payments."""
    purchase, payments = api.shop.purchasing.read_with_payments(caller, purchase_id)
    return PurchaseDetailOut.detailed(purchase, payments, api.shop.today)


@api.post("/purchases/<purchase_id>/payoff")
def pay_off(
    caller: CurrentCustomer, purchase_id: str, body: PayoffBody, idempotency_key: IdempotencyKeyHeader = None
) -> Response[PaidOffOut]:
    """Pay the rest of a purchase."""
    key = key_of(api, idempotency_key, body)
    outcome = api.shop.paying.pay_off(caller.user_id, purchase_id, body.amount, key)
    return replayable(PaidOffOut.of(outcome), 200, is_replay=outcome.is_replay)


@api.post("/purchases/<purchase_id>/cancel")
def cancel(
    caller: CurrentAdmin, purchase_id: str, body: CancellationBody, idempotency_key: IdempotencyKeyHeader = None
) -> Response[CancelledOut]:
    """Cancel a customer's purchase."""
    key = key_of(api, idempotency_key, body)
    outcome = api.shop.purchasing.cancel(caller, purchase_id, body.reason, key)
    return replayable(CancelledOut.of(outcome), 200, is_replay=outcome.is_replay)


handler = started(metrics.log_metrics(api.handle))
