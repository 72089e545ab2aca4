"""Installments and their payment: `/installments/*`."""

from shop.runtime.startup import started

from typing import Annotated

from aws_lambda_powertools.event_handler.api_gateway import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from shop.bootstrap import Shop
from shop.http.app import Api
from shop.http.auth import CurrentCustomer
from shop.http.checkout import with_page
from shop.http.idempotency import IdempotencyKeyHeader, key_of, replayable
from shop.http.pagination import CursorQuery, Pager, PageSizeQuery, SearchQuery, base_of
from shop.ledger.command_schemas import InstallmentDetailOut, NextDueOut, PaidOut, PaymentBody
from shop.ledger.paying import InstallmentFilter
from shop.ledger.schemas import InstallmentOut
from shop.online.mandate_schemas import AutopayOut, MandateBody
from shop.online.mandates import Mandate
from shop.runtime.config import PaymentMode
from shop.runtime.metrics import metrics
from shop.web.wording import mandate_text

api = Api(Shop.from_environment().prepare("paying"))

StatusQuery = Annotated[InstallmentFilter | None, Query()]
PurchaseQuery = Annotated[str | None, Query(max_length=64)]


@api.get("/installments")
def list_installments(
    caller: CurrentCustomer,
    status: StatusQuery = None,
    purchase: PurchaseQuery = None,
    search: SearchQuery = "",
    cursor: CursorQuery = None,
    page_size: PageSizeQuery = None,
) -> Response[list[InstallmentOut]]:
    """List the customer's installments, by due date."""
    today, pager = api.shop.today, Pager(api, cursor, page_size, caller.user_id)
    page = api.shop.paying.page(caller.user_id, pager.request, chosen=status, purchase_id=purchase, search=search)
    return pager.answer(page, [InstallmentOut.of(one.purchase, one.installment, today) for one in page.items])


@api.get("/installments/next-due")
def read_next_due(caller: CurrentCustomer) -> NextDueOut:
    """Read the earliest unpaid installment."""
    one = api.shop.paying.next_due(caller.user_id)
    return NextDueOut.of(one.purchase, one.installment, api.shop.today)


@api.post("/installments/pay/<installment_id>")
def pay(
    caller: CurrentCustomer, installment_id: str, body: PaymentBody, idempotency_key: IdempotencyKeyHeader = None
) -> Response[PaidOut]:
    """Pay an installment. Where the shop confirms payments, say so; online, begin to."""
    key = key_of(api, idempotency_key, body)
    if api.shop.settings.payment_mode is not PaymentMode.RECORDED:
        waiting = with_page(
            api, api.shop.attempting.pay(caller.user_id, installment_id, body.amount, body.declared, key)
        )
        answer = PaidOut.waiting(waiting, api.shop.settings.confirmation_days)
        return replayable(answer, 200, is_replay=waiting.is_replay)
    outcome = api.shop.paying.pay(caller.user_id, installment_id, body.amount, key, body.declared)
    return replayable(PaidOut.of(outcome), 200, is_replay=outcome.is_replay)


@api.get("/installments/autopay")
def read_autopay(caller: CurrentCustomer) -> AutopayOut:
    """Read whether installments are charged on their due dates, and with what."""
    return _autopay(caller.user_id, api.shop.saving.current(caller.user_id))


@api.post("/installments/autopay")
def agree_to_autopay(caller: CurrentCustomer, body: MandateBody) -> AutopayOut:
    """Agree to be charged on due dates, and get the page at which the method is saved."""
    mandate = api.shop.saving.agree(caller.user_id, _mandate_text(caller.user_id), base_of(api))
    return _autopay(caller.user_id, mandate)


@api.delete("/installments/autopay")
def end_autopay(caller: CurrentCustomer) -> AutopayOut:
    """Take the consent back, and have the saved method deleted."""
    api.shop.saving.remove(caller.user_id)
    return _autopay(caller.user_id, None)


def _autopay(customer_id: str, mandate: Mandate | None) -> AutopayOut:
    text = mandate.text if mandate else _mandate_text(customer_id)
    return AutopayOut.of(mandate, text, is_offered=api.shop.saving.is_offered())


def _mandate_text(customer_id: str) -> str:
    """Return what the customer has to agree to, in the language of their mails."""
    settings = api.shop.settings
    return mandate_text(settings.shop_name, api.shop.profiles.read(customer_id).language or settings.language)


@api.get("/installments/<installment_id>")
def read_installment(caller: CurrentCustomer, installment_id: str) -> InstallmentDetailOut:
    """Read an installment with its payments."""
    one, payments = api.shop.paying.read(caller, installment_id)
    return InstallmentDetailOut.detailed(one.purchase, one.installment, payments, api.shop.today)


handler = started(metrics.log_metrics(api.handle))
