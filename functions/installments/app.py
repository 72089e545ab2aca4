"""Installments and their payment: `/installments/*`."""

from shop.start import ready

from datetime import date
from typing import Annotated

from aws_lambda_powertools.event_handler.api_gateway import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from shop.api.callers import CurrentCustomer
from shop.api.pages import Cursor, PageSize, Search, listed
from shop.api.requests import IdempotencyKey, answered, keyed
from shop.api.resolver import Api
from shop.api.schemas.paying import InstallmentDetailOut, NextDueOut, PaidOut, PaymentBody
from shop.api.schemas.purchases import InstallmentOut
from shop.assembly.ledger import WithLedger
from shop.domain.purchases import Payment, Purchase
from shop.services.paying import InstallmentFilter

api = Api(WithLedger.from_environment())

FilterParameter = Annotated[InstallmentFilter | None, Query()]
PurchaseParameter = Annotated[str | None, Query(max_length=64)]


@api.get("/installments")
def list_installments(
    caller: CurrentCustomer,
    status: FilterParameter = None,
    purchase: PurchaseParameter = None,
    search: Search = "",
    cursor: Cursor = None,
    page_size: PageSize = None,
) -> Response[list[InstallmentOut]]:
    """One's own installments, by due date."""
    today = api.shop.paying.today()
    return listed(
        api,
        cursor,
        page_size,
        lambda position, size: api.shop.paying.page(
            caller.user_id, chosen=status, purchase_id=purchase, search=search, position=position, size=size
        ),
        lambda one: InstallmentOut.of(one.purchase, one.installment, today),
        caller.user_id,
    )


@api.get("/installments/next-due")
def read_next_due(caller: CurrentCustomer) -> NextDueOut:
    """The earliest unpaid installment."""
    one = api.shop.paying.next_due(caller.user_id)
    return NextDueOut.of(one.purchase, one.installment, api.shop.paying.today())


@api.post("/installments/pay/<installment_id>")
def pay(
    caller: CurrentCustomer, installment_id: str, body: PaymentBody, idempotency_key: IdempotencyKey = None
) -> Response[PaidOut]:
    """Pay an installment."""

    def shown(purchase: Purchase, payment: Payment, today: date) -> str:
        return PaidOut.of(purchase, payment, today).model_dump_json()

    answer = api.shop.paying.pay(caller.user_id, installment_id, body.amount, keyed(api, idempotency_key, body), shown)
    return answered(PaidOut, answer, 200)


@api.get("/installments/<installment_id>")
def read_installment(caller: CurrentCustomer, installment_id: str) -> InstallmentDetailOut:
    """An installment with its payments."""
    one, payments = api.shop.paying.read(caller, installment_id)
    return InstallmentDetailOut.detailed(one.purchase, one.installment, payments, api.shop.paying.today())


handler = ready(api.handle)
