"""Purchases: `/purchases/*`."""

from shop.runtime.startup import started

from typing import Annotated, Literal

from aws_lambda_powertools.event_handler.api_gateway import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from shop.bootstrap import Shop
from shop.desk.customer_schemas import CustomerFileOut
from shop.desk.mail_schemas import SentMailOut
from shop.desk.note_schemas import NoteBody, NoteOut
from shop.desk.schemas import (
    ActOut,
    BlockBody,
    ConfirmationBody,
    CreditLimitBody,
    CreditOut,
    DueDateBody,
    GoodwillBody,
    InstallmentActBody,
    ReasonBody,
    RefundBody,
    RejectedOut,
    ReplanBody,
    ReplanOut,
    ReturnBody,
    ReversalBody,
    SaleBody,
    TakenBody,
)
from shop.http.app import Api
from shop.http.auth import CurrentAdmin, CurrentCustomer, CurrentOwner
from shop.http.checkout import with_page
from shop.http.dispatch import JSON
from shop.http.fields import Message
from shop.http.idempotency import IdempotencyKeyHeader, key_of, replayable
from shop.http.pagination import CursorQuery, Pager, PageSizeQuery, SearchQuery
from shop.ledger.attempt_schemas import AttemptOut
from shop.ledger.attempts import AttemptStatus
from shop.ledger.command_schemas import (
    BoughtOut,
    CancelledOut,
    PaidOffOut,
    PayoffBody,
    PurchaseBody,
    QuoteBody,
    QuoteOut,
)
from shop.ledger.idempotency import Outcome
from shop.ledger.journal_schemas import EntryOut
from shop.ledger.purchases import Status
from shop.ledger.receipt_schemas import ReceiptOut
from shop.ledger.schemas import PurchaseDetailOut, PurchaseOut, ShopPurchaseOut
from shop.runtime.config import PaymentMode
from shop.runtime.metrics import metrics

api = Api(Shop.from_environment().prepare("purchasing", "paying"))

StatusQuery = Annotated[Status | None, Query()]
AttemptStatusQuery = Annotated[AttemptStatus, Query(alias="status")]
RequiredCustomerQuery = Annotated[str, Query(alias="customer", max_length=64)]
ReceiptFormatQuery = Annotated[Literal["json", "html"], Query(alias="format")]
CustomerQuery = Annotated[str | None, Query(max_length=64)]


@api.post("/purchases/create")
def buy(
    caller: CurrentCustomer, body: PurchaseBody, idempotency_key: IdempotencyKeyHeader = None
) -> Response[BoughtOut]:
    """Buy a product on a plan and pay its first installment. Unless the shop records payments at once, order it."""
    body.check_date(api.shop.clock(), api.shop.today)
    key, order = key_of(api, idempotency_key, body), body.order()
    if api.shop.settings.payment_mode is not PaymentMode.RECORDED:
        waiting = with_page(api, api.shop.attempting.order(caller.user_id, order, body.declared, key))
        answer = BoughtOut.waiting(waiting, api.shop.settings.confirmation_days)
        return replayable(answer, 201, is_replay=waiting.is_replay)
    outcome = api.shop.purchasing.buy(caller.user_id, order, key, body.declared)
    return replayable(BoughtOut.of(outcome.purchase, outcome.today), 201, is_replay=outcome.is_replay)


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
def quote(body: QuoteBody) -> QuoteOut:
    """Quote the price and the plan of a purchase, without buying."""
    body.check_date(api.shop.clock(), api.shop.today)
    return QuoteOut.of(api.shop.purchasing.quote(body.order(), body.installment_counts or ()), body)


@api.post("/purchases/customers/<customer_id>/purchases")
def sell(
    caller: CurrentAdmin, customer_id: str, body: SaleBody, idempotency_key: IdempotencyKeyHeader = None
) -> Response[ActOut]:
    """Sell to a customer at the counter."""
    key = key_of(api, idempotency_key, body)
    return _done(api.shop.purchasing.sell(caller, customer_id, body.order(), body.received, key), 201)


@api.get("/purchases/customers/<customer_id>")
def read_customer(caller: CurrentAdmin, customer_id: str) -> CustomerFileOut:
    """Read a customer's file: the account, what is owed and paid, the credit, the newest note and promise."""
    return CustomerFileOut.of(api.shop.customer_files.read(customer_id), api.shop.settings.credit_limit)


@api.get("/purchases/customers/<customer_id>/credit")
def read_credit(caller: CurrentAdmin, customer_id: str) -> CreditOut:
    """Read what a customer owes and may owe."""
    return CreditOut.of(api.shop.credit.read(customer_id), api.shop.settings.credit_limit)


@api.post("/purchases/customers/<customer_id>/block")
def block(caller: CurrentAdmin, customer_id: str, body: BlockBody) -> CreditOut:
    """Block a customer, who then may pay but not buy, or end that."""
    totals = api.shop.credit.block(caller, customer_id, body.reason, is_blocked=body.is_blocked)
    return CreditOut.of(totals, api.shop.settings.credit_limit)


@api.post("/purchases/customers/<customer_id>/credit-limit")
def set_credit_limit(caller: CurrentOwner, customer_id: str, body: CreditLimitBody) -> CreditOut:
    """Set the most that a customer may owe after a purchase."""
    totals = api.shop.credit.limit(caller, customer_id, body.credit_limit, body.reason)
    return CreditOut.of(totals, api.shop.settings.credit_limit)


@api.post("/purchases/customers/<customer_id>/notes")
def add_note(caller: CurrentAdmin, customer_id: str, body: NoteBody) -> Response[NoteOut]:
    """Add a note on a customer, with a promise to pay or without."""
    return Response(201, JSON, NoteOut.of(api.shop.notes.add(caller, customer_id, body.text, body.promised)))


@api.get("/purchases/customers/<customer_id>/notes")
def list_notes(
    caller: CurrentAdmin, customer_id: str, cursor: CursorQuery = None, page_size: PageSizeQuery = None
) -> Response[list[NoteOut]]:
    """List the notes on a customer, newest first."""
    pager = Pager(api, cursor, page_size, caller.user_id)
    page = api.shop.notes.page(customer_id, pager.request)
    return pager.answer(page, [NoteOut.of(note) for note in page.items])


@api.get("/purchases/customers/<customer_id>/mails")
def list_mails(
    caller: CurrentAdmin, customer_id: str, cursor: CursorQuery = None, page_size: PageSizeQuery = None
) -> Response[list[SentMailOut]]:
    """List the mails that were sent to a customer in the last 90 days, newest first, without those with codes."""
    pager = Pager(api, cursor, page_size, caller.user_id)
    page = api.shop.customer_mails.page(customer_id, pager.request)
    return pager.answer(page, [SentMailOut.of(mail) for mail in page.items])


@api.post("/purchases/customers/<customer_id>/reminders")
def remind(caller: CurrentAdmin, customer_id: str) -> Message:
    """Remind a customer now of what is due, or of what is due next; once a day."""
    if api.shop.customer_mails.remind(caller, customer_id):
        return Message(message="The reminder is on its way.")
    return Message(message="This customer was already reminded by hand today.")


@api.get("/purchases/journal")
def list_journal(
    caller: CurrentAdmin, customer: RequiredCustomerQuery, cursor: CursorQuery = None, page_size: PageSizeQuery = None
) -> Response[list[EntryOut]]:
    """List the journal entries of a customer, newest first."""
    pager = Pager(api, cursor, page_size, caller.user_id)
    page = api.shop.desk.journal_of_customer(customer, pager.request)
    return pager.answer(page, [EntryOut.of(entry) for entry in page.items])


@api.get("/purchases/attempts")
def list_attempts(
    caller: CurrentAdmin,
    status: AttemptStatusQuery = AttemptStatus.PROCESSING,
    customer: CustomerQuery = None,
    cursor: CursorQuery = None,
    page_size: PageSizeQuery = None,
) -> Response[list[AttemptOut]]:
    """List all customers' payment attempts with a status, the oldest first, or all of a customer, newest first."""
    pager, days = Pager(api, cursor, page_size, caller.user_id), api.shop.settings.confirmation_days
    if customer is None:
        page = api.shop.decisions.page(status, pager.request)
    else:
        page = api.shop.attempting.page(customer, pager.request)
    return pager.answer(page, [AttemptOut.of(attempt, days) for attempt in page.items])


@api.get("/purchases/attempts/my")
def list_own_attempts(
    caller: CurrentCustomer, cursor: CursorQuery = None, page_size: PageSizeQuery = None
) -> Response[list[AttemptOut]]:
    """List the customer's payment attempts, newest first."""
    pager, days = Pager(api, cursor, page_size, caller.user_id), api.shop.settings.confirmation_days
    page = api.shop.attempting.page(caller.user_id, pager.request)
    return pager.answer(page, [AttemptOut.of(attempt, days) for attempt in page.items])


@api.get("/purchases/<purchase_id>")
def read_purchase(caller: CurrentCustomer, purchase_id: str) -> PurchaseDetailOut:
    """Read a purchase with its installments and payments."""
    purchase, payments = api.shop.purchasing.read_with_payments(caller, purchase_id)
    return PurchaseDetailOut.detailed(purchase, payments, api.shop.today)


@api.post("/purchases/<purchase_id>/payoff")
def pay_off(
    caller: CurrentCustomer, purchase_id: str, body: PayoffBody, idempotency_key: IdempotencyKeyHeader = None
) -> Response[PaidOffOut]:
    """Pay the rest of a purchase. Where the shop confirms payments, say so; online, begin to."""
    key = key_of(api, idempotency_key, body)
    if api.shop.settings.payment_mode is not PaymentMode.RECORDED:
        waiting = with_page(
            api, api.shop.attempting.pay_off(caller.user_id, purchase_id, body.amount, body.declared, key)
        )
        answer = PaidOffOut.waiting(waiting, api.shop.settings.confirmation_days)
        return replayable(answer, 200, is_replay=waiting.is_replay)
    outcome = api.shop.paying.pay_off(caller.user_id, purchase_id, body.amount, key, body.declared)
    return replayable(PaidOffOut.of(outcome), 200, is_replay=outcome.is_replay)


@api.post("/purchases/<purchase_id>/cancel")
def cancel(
    caller: CurrentAdmin, purchase_id: str, body: ReasonBody, idempotency_key: IdempotencyKeyHeader = None
) -> Response[CancelledOut]:
    """Cancel a customer's purchase."""
    key = key_of(api, idempotency_key, body)
    outcome = api.shop.desk.cancel(caller, purchase_id, body.reason, key)
    return replayable(CancelledOut.of(outcome), 200, is_replay=outcome.is_replay)


@api.post("/purchases/<purchase_id>/payments")
def take_payment(
    caller: CurrentAdmin, purchase_id: str, body: TakenBody, idempotency_key: IdempotencyKeyHeader = None
) -> Response[ActOut]:
    """Take money at the counter, for the oldest open installments."""
    key, waiver = key_of(api, idempotency_key, body), body.waive_late_fee
    reason = waiver.reason if waiver else None
    return _done(api.shop.desk.take(caller, purchase_id, body.amount, body.received, reason, key), 201)


@api.post("/purchases/<purchase_id>/attempts/<attempt_id>/confirm")
def confirm_payment(
    caller: CurrentAdmin,
    purchase_id: str,
    attempt_id: str,
    body: ConfirmationBody,
    idempotency_key: IdempotencyKeyHeader = None,
) -> Response[ActOut]:
    """Confirm that the money of a payment attempt came."""
    key = key_of(api, idempotency_key, body)
    return _done(api.shop.decisions.confirm(caller, purchase_id, attempt_id, body.confirmed, key), 201)


@api.post("/purchases/<purchase_id>/attempts/<attempt_id>/reject")
def reject_payment(
    caller: CurrentAdmin,
    purchase_id: str,
    attempt_id: str,
    body: ReasonBody,
    idempotency_key: IdempotencyKeyHeader = None,
) -> Response[RejectedOut]:
    """Say that the money of a payment attempt did not come."""
    key = key_of(api, idempotency_key, body)
    outcome = api.shop.decisions.reject(caller, purchase_id, attempt_id, body.reason, key)
    answer = RejectedOut.of(outcome, api.shop.settings.confirmation_days)
    return replayable(answer, 200, is_replay=outcome.is_replay)


@api.post("/purchases/<purchase_id>/fee-waivers")
def waive_late_fee(
    caller: CurrentAdmin, purchase_id: str, body: InstallmentActBody, idempotency_key: IdempotencyKeyHeader = None
) -> Response[ActOut]:
    """Waive the late fee of an installment, before or after it was paid."""
    key, number = key_of(api, idempotency_key, body), body.number_in(purchase_id)
    return _done(api.shop.desk.waive_fee(caller, purchase_id, number, body.reason, key))


@api.post("/purchases/<purchase_id>/goodwill")
def give_goodwill(
    caller: CurrentOwner, purchase_id: str, body: GoodwillBody, idempotency_key: IdempotencyKeyHeader = None
) -> Response[ActOut]:
    """Take an amount off an installment."""
    key, number = key_of(api, idempotency_key, body), body.number_in(purchase_id)
    return _done(api.shop.desk.give_goodwill(caller, purchase_id, number, body.amount, body.reason, key))


@api.post("/purchases/<purchase_id>/due-dates")
def move_due_date(
    caller: CurrentAdmin, purchase_id: str, body: DueDateBody, idempotency_key: IdempotencyKeyHeader = None
) -> Response[ActOut]:
    """Move the due date of an installment."""
    key, number = key_of(api, idempotency_key, body), body.number_in(purchase_id)
    return _done(api.shop.desk.move_due_date(caller, purchase_id, number, body.due_date, body.reason, key))


@api.post("/purchases/<purchase_id>/plans")
def replan(
    caller: CurrentAdmin, purchase_id: str, body: ReplanBody, idempotency_key: IdempotencyKeyHeader = None
) -> Response[ReplanOut]:
    """Split what is left into new installments, or preview that."""
    plan = (body.installment_count, body.interval, body.first_due_date)
    if body.preview:
        return replayable(ReplanOut.previewed(*api.shop.desk.preview_replan(caller, purchase_id, *plan)), 200)
    key = key_of(api, idempotency_key, body)
    outcome = api.shop.desk.replan(caller, purchase_id, *plan, body.reason, key)
    return replayable(ReplanOut.of(outcome), 200, is_replay=outcome.is_replay)


@api.post("/purchases/<purchase_id>/returns")
def give_back(
    caller: CurrentAdmin, purchase_id: str, body: ReturnBody, idempotency_key: IdempotencyKeyHeader = None
) -> Response[ActOut]:
    """Take back some of the goods."""
    key = key_of(api, idempotency_key, body)
    return _done(api.shop.desk.give_back(caller, purchase_id, body.quantity, body.reason, key))


@api.post("/purchases/<purchase_id>/refunds")
def refund(
    caller: CurrentOwner, purchase_id: str, body: RefundBody, idempotency_key: IdempotencyKeyHeader = None
) -> Response[ActOut]:
    """Hand out what is owed back to the customer, or have the payment provider pay it out."""
    key, handed_out = key_of(api, idempotency_key, body), body.handed_out
    if handed_out is None:
        return _done(api.shop.online_refunds.refund(caller, purchase_id, body.amount, body.reason, key), 201)
    return _done(api.shop.desk.refund(caller, purchase_id, body.amount, handed_out, body.reason, key), 201)


@api.post("/purchases/<purchase_id>/write-off")
def write_off(
    caller: CurrentOwner, purchase_id: str, body: ReasonBody, idempotency_key: IdempotencyKeyHeader = None
) -> Response[ActOut]:
    """Give up on what is left of a purchase."""
    key = key_of(api, idempotency_key, body)
    return _done(api.shop.desk.write_off(caller, purchase_id, body.reason, key))


@api.post("/purchases/<purchase_id>/reversals")
def reverse(
    caller: CurrentOwner, purchase_id: str, body: ReversalBody, idempotency_key: IdempotencyKeyHeader = None
) -> Response[ActOut]:
    """Correct an entry that was made by mistake."""
    key = key_of(api, idempotency_key, body)
    return _done(api.shop.desk.reverse(caller, purchase_id, body.entry, body.reason, key))


@api.get("/purchases/<purchase_id>/journal")
def read_journal(
    caller: CurrentAdmin, purchase_id: str, cursor: CursorQuery = None, page_size: PageSizeQuery = None
) -> Response[list[EntryOut]]:
    """List the journal entries of a purchase, oldest first."""
    pager = Pager(api, cursor, page_size, caller.user_id)
    page = api.shop.desk.page_of_purchase(purchase_id, pager.request)
    return pager.answer(page, [EntryOut.of(entry) for entry in page.items])


@api.get("/purchases/<purchase_id>/receipts/<entry_id>")
def read_receipt(
    caller: CurrentCustomer, purchase_id: str, entry_id: str, file_format: ReceiptFormatQuery = "json"
) -> Response[ReceiptOut | str]:
    """Read the receipt of money, as JSON or as a page to print."""
    receipt = api.shop.purchasing.read_receipt(caller, purchase_id, entry_id)
    if file_format == "json":
        return Response(200, JSON, ReceiptOut.of(receipt, api.shop.settings.currency))
    return api.document(api.shop.receipts.page(receipt.purchase, receipt.entry))


def _done(outcome: Outcome, status: int = 200) -> Response[ActOut]:
    return replayable(ActOut.of(outcome), status, is_replay=outcome.is_replay)


handler = started(metrics.log_metrics(api.handle))
