"""The pages of the desk about customers and their money: the counter, customers, purchases, payments that wait."""

from shop.runtime.startup import started

from pathlib import Path
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query

from shop.bootstrap import Shop
from shop.desk.note_schemas import NoteBody
from shop.desk.schemas import (
    BlockBody,
    ConfirmationBody,
    DueDateBody,
    GoodwillBody,
    InstallmentActBody,
    ReasonBody,
    RefundBody,
    ReplanBody,
    ReturnBody,
    ReversalBody,
    TakenBody,
)
from shop.dynamodb.paging import PageRequest
from shop.http.auth import CurrentAdmin, CurrentOwner
from shop.http.fields import AmountIn, RequestBody
from shop.http.idempotency import key_of
from shop.http.pagination import CursorQuery, Pager, SearchQuery
from shop.ledger.attempts import AttemptStatus
from shop.ledger.idempotency import Outcome
from shop.ledger.purchases import Status
from shop.ledger.schemas import ShopPurchaseOut
from shop.runtime.metrics import metrics
from shop.web.pages import Html, Pages

api = Pages(Shop.from_environment().prepare("customer_files", "desk"), Path(__file__).parent / "templates", "desk")

ROWS = 25
MOST_OPEN = 100
"""The most purchases and journal entries that a page shows at once."""

KeyQuery = Annotated[str | None, Query(alias="key", max_length=255)]
StatusQuery = Annotated[Status | None, Query()]


class NothingBody(RequestBody):
    """A form that has a button alone."""


class CreditLimitForm(ReasonBody):
    """The most that a customer may owe after a purchase; blank is the shop's default."""

    credit_limit: AmountIn | None = None


@api.page("/admin/counter")
def find_customers(caller: CurrentAdmin, search: SearchQuery = "", cursor: CursorQuery = None) -> Html:
    """Find a customer by name, e-mail address or telephone number."""
    pager = Pager(api, cursor, ROWS, caller.user_id)
    found = api.shop.user_administration.page(search, pager.request)
    return api.html("counter.html", accounts=found.items, queries=pager.queries(found))


@api.page("/admin/customers")
def list_customers(caller: CurrentAdmin, search: SearchQuery = "", cursor: CursorQuery = None) -> Html:
    """List the customers, or find one."""
    return find_customers(caller, search, cursor)


@api.page("/admin/customers/<customer_id>")
def show_customer(caller: CurrentAdmin, customer_id: str) -> Html:
    """Show a customer's file, and take money."""
    file, today = api.shop.customer_files.read(customer_id), api.shop.today
    newest = PageRequest(None, MOST_OPEN)
    purchases = api.shop.purchasing.page_of_customer(customer_id, None, "", newest).items
    notes = api.shop.notes.page(customer_id, PageRequest(None, ROWS)).items
    mails = api.shop.customer_mails.page(customer_id, PageRequest(None, ROWS)).items
    shown = [ShopPurchaseOut.of(purchase, today) for purchase in purchases]
    return api.html("customer.html", file=file, purchases=shown, notes=notes, mails=mails)


@api.act("/admin/customers/<customer_id>/purchases/<purchase_id>/payments", back="/admin/customers/<customer_id>")
def take_money(caller: CurrentAdmin, customer_id: str, purchase_id: str, form: TakenBody, key: KeyQuery = None) -> Html:
    """Take money at the counter."""
    reason = form.waive_late_fee.reason if form.waive_late_fee else None
    amount, received = form.amount, form.received
    outcome = api.shop.desk.take(caller, purchase_id, amount, received, reason, key_of(api, key, form))
    return _to_receipt(outcome)


@api.act("/admin/customers/<customer_id>/notes", back="/admin/customers/<customer_id>")
def add_note(caller: CurrentAdmin, customer_id: str, form: NoteBody) -> Html:
    """Add a note on a customer."""
    api.shop.notes.add(caller, customer_id, form.text, form.promised)
    return api.to(f"/admin/customers/{customer_id}", api.say("The note is kept."))


@api.act("/admin/customers/<customer_id>/block", back="/admin/customers/<customer_id>")
def block(caller: CurrentAdmin, customer_id: str, form: BlockBody) -> Html:
    """Block a customer, or end that."""
    api.shop.credit.block(caller, customer_id, form.reason, is_blocked=form.is_blocked)
    if form.is_blocked:
        said = api.say("The customer may pay, but not buy any more.")
    else:
        said = api.say("The customer may buy again.")
    return api.to(f"/admin/customers/{customer_id}", said)


@api.act("/admin/customers/<customer_id>/credit-limit", back="/admin/customers/<customer_id>")
def set_credit_limit(caller: CurrentOwner, customer_id: str, form: CreditLimitForm) -> Html:
    """Set the most that a customer may owe."""
    api.shop.credit.limit(caller, customer_id, form.credit_limit, form.reason)
    return api.to(f"/admin/customers/{customer_id}", api.say("The credit limit is set."))


@api.act("/admin/customers/<customer_id>/reminders", back="/admin/customers/<customer_id>")
def remind(caller: CurrentAdmin, customer_id: str, form: NothingBody) -> Html:
    """Mail a reminder now."""
    if api.shop.customer_mails.remind(caller, customer_id):
        said = api.say("The reminder is on its way.")
    else:
        said = api.say("This customer was already reminded by hand today.")
    return api.to(f"/admin/customers/{customer_id}", said)


@api.page("/admin/purchases")
def list_purchases(
    caller: CurrentAdmin, status: StatusQuery = None, search: SearchQuery = "", cursor: CursorQuery = None
) -> Html:
    """List all purchases, newest first."""
    pager = Pager(api, cursor, ROWS, caller.user_id)
    page = api.shop.purchasing.page_of_shop(status, search, pager.request)
    shown = [ShopPurchaseOut.of(purchase, api.shop.today) for purchase in page.items]
    return api.html("purchases.html", purchases=shown, queries=pager.queries(page), states=list(Status))


@api.page("/admin/purchases/<purchase_id>")
def show_purchase(caller: CurrentAdmin, purchase_id: str) -> Html:
    """Show a purchase: its plan, its journal, and what can be done to it."""
    purchase = api.shop.purchasing.read(caller, purchase_id)
    journal = api.shop.desk.page_of_purchase(purchase_id, PageRequest(None, MOST_OPEN)).items
    return api.html("purchase.html", purchase=ShopPurchaseOut.of(purchase, api.shop.today), journal=journal)


@api.act("/admin/purchases/<purchase_id>/fee-waivers", back="/admin/purchases/<purchase_id>")
def waive_fee(caller: CurrentAdmin, purchase_id: str, form: InstallmentActBody, key: KeyQuery = None) -> Html:
    """Waive the late fee of an installment."""
    number = form.number_in(purchase_id)
    api.shop.desk.waive_fee(caller, purchase_id, number, form.reason, key_of(api, key, form))
    return api.to(f"/admin/purchases/{purchase_id}", api.say("The late fee is waived."))


@api.act("/admin/purchases/<purchase_id>/goodwill", back="/admin/purchases/<purchase_id>")
def give_goodwill(caller: CurrentOwner, purchase_id: str, form: GoodwillBody, key: KeyQuery = None) -> Html:
    """Take an amount off an installment."""
    number = form.number_in(purchase_id)
    api.shop.desk.give_goodwill(caller, purchase_id, number, form.amount, form.reason, key_of(api, key, form))
    return api.to(f"/admin/purchases/{purchase_id}", api.say("The amount is taken off."))


@api.act("/admin/purchases/<purchase_id>/due-dates", back="/admin/purchases/<purchase_id>")
def move_due_date(caller: CurrentAdmin, purchase_id: str, form: DueDateBody, key: KeyQuery = None) -> Html:
    """Move a due date."""
    number = form.number_in(purchase_id)
    api.shop.desk.move_due_date(caller, purchase_id, number, form.due_date, form.reason, key_of(api, key, form))
    return api.to(f"/admin/purchases/{purchase_id}", api.say("The due date is moved."))


@api.act("/admin/purchases/<purchase_id>/plans", back="/admin/purchases/<purchase_id>")
def replan(caller: CurrentAdmin, purchase_id: str, form: ReplanBody, key: KeyQuery = None) -> Html:
    """Show the new plan for what is left; a second form makes it."""
    plan = (form.installment_count, form.interval, form.first_due_date)
    if form.preview:
        planned, today = api.shop.desk.preview_replan(caller, purchase_id, *plan)
        return api.html("new_plan.html", purchase=ShopPurchaseOut.of(planned, today), form=form)
    api.shop.desk.replan(caller, purchase_id, *plan, form.reason, key_of(api, key, form))
    return api.to(f"/admin/purchases/{purchase_id}", api.say("The new plan holds from now on."))


@api.act("/admin/purchases/<purchase_id>/returns", back="/admin/purchases/<purchase_id>")
def give_back(caller: CurrentAdmin, purchase_id: str, form: ReturnBody, key: KeyQuery = None) -> Html:
    """Take back some of the goods."""
    api.shop.desk.give_back(caller, purchase_id, form.quantity, form.reason, key_of(api, key, form))
    return api.to(f"/admin/purchases/{purchase_id}", api.say("The pieces are taken back."))


@api.act("/admin/purchases/<purchase_id>/cancel", back="/admin/purchases/<purchase_id>")
def cancel(caller: CurrentAdmin, purchase_id: str, form: ReasonBody, key: KeyQuery = None) -> Html:
    """Cancel a purchase."""
    api.shop.desk.cancel(caller, purchase_id, form.reason, key_of(api, key, form))
    return api.to(f"/admin/purchases/{purchase_id}", api.say("The purchase is cancelled."))


@api.act("/admin/purchases/<purchase_id>/refunds", back="/admin/purchases/<purchase_id>")
def refund(caller: CurrentOwner, purchase_id: str, form: RefundBody, key: KeyQuery = None) -> Html:
    """Hand out what is owed back."""
    entry_key = key_of(api, key, form)
    return _to_receipt(api.shop.desk.refund(caller, purchase_id, form.amount, form.received, form.reason, entry_key))


@api.act("/admin/purchases/<purchase_id>/write-off", back="/admin/purchases/<purchase_id>")
def write_off(caller: CurrentOwner, purchase_id: str, form: ReasonBody, key: KeyQuery = None) -> Html:
    """Give up on what is left."""
    api.shop.desk.write_off(caller, purchase_id, form.reason, key_of(api, key, form))
    return api.to(f"/admin/purchases/{purchase_id}", api.say("The debt is written off."))


@api.act("/admin/purchases/<purchase_id>/reversals", back="/admin/purchases/<purchase_id>")
def reverse(caller: CurrentOwner, purchase_id: str, form: ReversalBody, key: KeyQuery = None) -> Html:
    """Take back an entry that was made by mistake."""
    api.shop.desk.reverse(caller, purchase_id, form.entry, form.reason, key_of(api, key, form))
    return api.to(f"/admin/purchases/{purchase_id}", api.say("The entry is reversed."))


@api.page("/admin/purchases/<purchase_id>/receipts/<entry_id>")
def show_receipt(caller: CurrentAdmin, purchase_id: str, entry_id: str) -> Html:
    """Show a receipt to print."""
    receipt = api.shop.purchasing.read_receipt(caller, purchase_id, entry_id)
    return api.html("receipt.html", receipt=receipt)


@api.page("/admin/waiting")
def list_waiting(caller: CurrentAdmin, cursor: CursorQuery = None) -> Html:
    """List the payments that customers say they made, the oldest first."""
    pager = Pager(api, cursor, ROWS, caller.user_id)
    page = api.shop.decisions.page(AttemptStatus.PROCESSING, pager.request)
    days = api.shop.settings.confirmation_days
    return api.html("waiting.html", attempts=page.items, days=days, queries=pager.queries(page))


@api.act("/admin/waiting/<purchase_id>/<attempt_id>/confirm", back="/admin/waiting")
def confirm(
    caller: CurrentAdmin, purchase_id: str, attempt_id: str, form: ConfirmationBody, key: KeyQuery = None
) -> Html:
    """Say that the money of a payment came."""
    api.shop.decisions.confirm(caller, purchase_id, attempt_id, form.confirmed, key_of(api, key, form))
    return api.to("/admin/waiting", api.say("The payment is confirmed."))


@api.act("/admin/waiting/<purchase_id>/<attempt_id>/reject", back="/admin/waiting")
def reject(caller: CurrentAdmin, purchase_id: str, attempt_id: str, form: ReasonBody, key: KeyQuery = None) -> Html:
    """Say that the money of a payment did not come."""
    api.shop.decisions.reject(caller, purchase_id, attempt_id, form.reason, key_of(api, key, form))
    return api.to("/admin/waiting", api.say("The payment is turned down."))


def _to_receipt(outcome: Outcome) -> Html:
    """Lead to the receipt of money that moved."""
    return api.to(
        f"/admin/purchases/{outcome.purchase.id}/receipts/{outcome.entry.id}", api.say("Done. Here is the receipt.")
    )


handler = started(metrics.log_metrics(api.handle))
