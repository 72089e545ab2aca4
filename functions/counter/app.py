"""The pages of the desk about customers and their money: the counter, customers, purchases, payments that wait."""

from shop.runtime.startup import started

from dataclasses import replace
from pathlib import Path
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query

from shop import problems
from shop.accounts.administration import Rights
from shop.accounts.registration import NewCustomer
from shop.bootstrap import Shop
from shop.catalogue.store import ProductOrder
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
    TakenBody,
)
from shop.dynamodb.paging import Ordering
from shop.http.auth import CurrentAdmin, CurrentOwner
from shop.http.fields import ProductNumber
from shop.http.idempotency import key_of
from shop.http.pagination import CursorQuery, Pager, SearchQuery
from shop.ledger.attempts import AttemptStatus
from shop.ledger.idempotency import Outcome
from shop.ledger.purchases import Purchase, Status
from shop.ledger.schemas import ShopPurchaseOut
from shop.runtime.metrics import metrics
from shop.web import forms
from shop.web.pages import Html, Pages
from shop.web.plans import picked
from shop.web.possible import OF_OWNERS, Possibilities, StaffAct
from shop.web.staff_forms import ContactForm, CreditLimitForm, NewCustomerForm, NothingBody, SaleForm
from shop.web.staff_lists import (
    Topic,
    due_now,
    history,
    known_customers,
    newest,
    open_purchases,
    people,
    waiting_payment,
    waiting_payments,
)

api = Pages(Shop.from_environment().prepare("customer_files", "desk"), Path(__file__).parent / "templates", "desk")

ROWS = 25

KeyQuery = Annotated[str | None, Query(alias="key", max_length=255)]
StatusQuery = Annotated[Status | None, Query()]
AttemptStatusQuery = Annotated[AttemptStatus, Query(alias="status")]
CustomerQuery = Annotated[str | None, Query(max_length=64)]


@api.page("/admin/counter")
def find_customers(caller: CurrentAdmin, search: SearchQuery = "", cursor: CursorQuery = None) -> Html:
    """Find a customer by name, e-mail address or telephone number, to take money."""
    if not search:
        return api.html("counter.html", rows=None, queries={}, is_typing=True)
    pager, is_typing = Pager(api, cursor, ROWS, caller.user_id), "hx-request" in api.current_event.headers
    page = api.shop.user_administration.page(search, pager.request)
    rows, queries = known_customers(api.shop, page.items), pager.queries(page)
    return api.html("counter.html", rows=rows, queries=queries, is_typing=is_typing)


@api.page("/admin/customers/<customer_id>/counter")
def show_counter(caller: CurrentAdmin, customer_id: str) -> Html:
    """Show what a customer has to pay, what is late the longest first, and take money."""
    file = api.shop.customer_files.read(customer_id)
    return api.html("till.html", file=file, rows=open_purchases(api.shop, customer_id))


@api.page("/admin/customers/<customer_id>/sell")
def choose_product(
    caller: CurrentAdmin, customer_id: str, search: SearchQuery = "", cursor: CursorQuery = None
) -> Html:
    """Choose the product that a customer buys at the counter."""
    file, pager = api.shop.customer_files.read(customer_id), Pager(api, cursor, ROWS, caller.user_id)
    page = api.shop.catalogue.page(Ordering(ProductOrder.NAME), search, pager.request)
    return api.html("choose_product.html", file=file, products=page.items, queries=pager.queries(page))


@api.page("/admin/customers/<customer_id>/sell/<product_id>")
def ask_for_plan(caller: CurrentAdmin, customer_id: str, product_id: ProductNumber) -> Html:
    """Pick the plan of a sale at the counter, and how the first installment is paid."""
    file, product = api.shop.customer_files.read(customer_id), api.shop.catalogue.read(product_id)
    event = api.current_event
    sent = forms.nested(forms.fields(event)) if event["httpMethod"] == "POST" else {**event.query}
    pick = picked(product, sent, api.shop.settings.terms, api.shop.today, api.formats)
    return api.html("sell.html", file=file, pick=pick, product=product)


@api.act("/admin/customers/<customer_id>/sell/<product_id>", back="/admin/customers/<customer_id>/sell/<product_id>")
def sell(
    caller: CurrentAdmin, customer_id: str, product_id: ProductNumber, form: SaleForm, key: KeyQuery = None
) -> Html:
    """Sell at the counter."""
    order = replace(form.order(), product_id=product_id)
    outcome = api.shop.purchasing.sell(caller, customer_id, order, form.received, key_of(api, key, form))
    return _to_receipt(outcome, api.say("It is sold. Here is the receipt."))


# Customers


@api.page("/admin/customers")
def list_customers(caller: CurrentAdmin, search: SearchQuery = "", cursor: CursorQuery = None) -> Html:
    """List the customers, or find one."""
    pager = Pager(api, cursor, ROWS, caller.user_id)
    page = api.shop.user_administration.page(search, pager.request)
    return api.html("customers.html", rows=known_customers(api.shop, page.items), queries=pager.queries(page))


@api.page("/admin/customers/new")
def ask_for_customer(caller: CurrentAdmin) -> Html:
    """Show the form for a new customer."""
    return api.html("new_customer.html")


@api.act("/admin/customers/new", back="/admin/customers/new")
def add_customer(caller: CurrentAdmin, form: NewCustomerForm) -> Html:
    """Create the account of a customer at the counter."""
    account = api.shop.registration.add(caller, NewCustomer(**dict(form)))
    said = api.say("The customer is added. A password can be set by mail: “I forgot my password”.")
    return api.to(f"/admin/customers/{account.id}", said)


@api.page("/admin/customers/<customer_id>")
def show_customer(caller: CurrentAdmin, customer_id: str) -> Html:
    """Show a customer's file."""
    file = api.shop.customer_files.read(customer_id)
    return api.html("customer.html", file=file, **newest(api.shop, customer_id))


@api.page("/admin/customers/<customer_id>/contact")
def ask_for_contact(caller: CurrentAdmin, customer_id: str) -> Html:
    """Show the form with a customer's contact data."""
    return api.html("contact.html", file=api.shop.customer_files.read(customer_id))


@api.act("/admin/customers/<customer_id>/contact", back="/admin/customers/<customer_id>/contact")
def change_contact(caller: CurrentAdmin, customer_id: str, form: ContactForm) -> Html:
    """Change a customer's contact data. Owners alone change those of other staff."""
    api.shop.user_administration.change(caller, customer_id, Rights(), form.changes)
    return api.to(f"/admin/customers/{customer_id}", api.say("The contact data are changed."))


@api.page("/admin/customers/<customer_id>/<topic>")
def list_history(caller: CurrentAdmin, customer_id: str, topic: Topic, cursor: CursorQuery = None) -> Html:
    """List the notes on a customer, mails, what happened to the purchases, or what was said to be paid."""
    file, pager = api.shop.customer_files.read(customer_id), Pager(api, cursor, ROWS, caller.user_id)
    page, known = history(api.shop, topic, customer_id, pager.request)
    return api.html(f"{topic}.html", file=file, rows=page.items, people=known, queries=pager.queries(page))


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


# Purchases


@api.page("/admin/purchases")
def list_purchases(
    caller: CurrentAdmin,
    status: StatusQuery = None,
    customer: CustomerQuery = None,
    search: SearchQuery = "",
    cursor: CursorQuery = None,
) -> Html:
    """List all purchases or those of a customer, newest first."""
    pager = Pager(api, cursor, ROWS, caller.user_id)
    file = api.shop.customer_files.read(customer) if customer else None
    if customer:
        page = api.shop.purchasing.page_of_customer(customer, status, search, pager.request)
    else:
        page = api.shop.purchasing.page_of_shop(status, search, pager.request)
    shown, queries = [_shown(one) for one in page.items], pager.queries(page)
    return api.html("purchases.html", purchases=shown, file=file, queries=queries, states=list(Status))


@api.page("/admin/purchases/<purchase_id>")
def show_purchase(caller: CurrentAdmin, purchase_id: str) -> Html:
    """Show a purchase: its plan, its journal, and what can be done to it."""
    purchase = api.shop.purchasing.read(caller, purchase_id)
    entries = api.shop.purchases.entries_of(purchase.customer.id, purchase_id)
    account, possible = api.shop.accounts.get(purchase.customer.id), _possible(purchase)
    return api.html(
        "purchase.html",
        purchase=_shown(purchase),
        account=account,
        entries=entries,
        people=people(api.shop, (entry.actor.id for entry in entries)),
        acts=possible.acts(is_owner=caller.is_owner),
        reversible=possible.reversible(entries) if caller.is_owner else (),
    )


@api.page("/admin/purchases/<purchase_id>/reversals/<entry_id>")
def ask_to_reverse(caller: CurrentOwner, purchase_id: str, entry_id: str) -> Html:
    """Say what the reversal of an entry does."""
    purchase = api.shop.purchasing.read(caller, purchase_id)
    entries = api.shop.purchases.entries_of(purchase.customer.id, purchase_id)
    entry, after = _possible(purchase).reversal(entries, entry_id)
    return api.html("reverse.html", purchase=_shown(purchase), entry=entry, after=after and _shown(after))


@api.page("/admin/purchases/<purchase_id>/<act>")
def ask_to_act(caller: CurrentAdmin, purchase_id: str, act: StaffAct) -> Html:
    """Say what an act does to a purchase, and ask for what it needs."""
    if act in OF_OWNERS and not caller.is_owner:
        raise problems.NOT_AN_OWNER.error()
    purchase = api.shop.purchasing.read(caller, purchase_id)
    possible, due = _possible(purchase), due_now(purchase, api.shop.today)
    offered = act in possible.acts(is_owner=caller.is_owner)
    return api.html("act.html", act=act, purchase=_shown(purchase), possible=possible, is_offered=offered, due=due)


@api.act("/admin/purchases/<purchase_id>/payments", back="/admin/purchases/<purchase_id>/payments")
def take_money(caller: CurrentAdmin, purchase_id: str, form: TakenBody, key: KeyQuery = None) -> Html:
    """Take money for the oldest open installments."""
    reason = form.waive_late_fee.reason if form.waive_late_fee else None
    outcome = api.shop.desk.take(caller, purchase_id, form.amount, form.received, reason, key_of(api, key, form))
    return _to_receipt(outcome, api.say("Done. Here is the receipt."))


@api.act("/admin/purchases/<purchase_id>/fee-waivers", back="/admin/purchases/<purchase_id>/fee-waivers")
def waive_fee(caller: CurrentAdmin, purchase_id: str, form: InstallmentActBody, key: KeyQuery = None) -> Html:
    """Waive the late fee of an installment."""
    number = form.number_in(purchase_id)
    api.shop.desk.waive_fee(caller, purchase_id, number, form.reason, key_of(api, key, form))
    return api.to(f"/admin/purchases/{purchase_id}", api.say("The late fee is waived."))


@api.act("/admin/purchases/<purchase_id>/goodwill", back="/admin/purchases/<purchase_id>/goodwill")
def give_goodwill(caller: CurrentOwner, purchase_id: str, form: GoodwillBody, key: KeyQuery = None) -> Html:
    """Take an amount off an installment."""
    number = form.number_in(purchase_id)
    api.shop.desk.give_goodwill(caller, purchase_id, number, form.amount, form.reason, key_of(api, key, form))
    return api.to(f"/admin/purchases/{purchase_id}", api.say("The amount is taken off."))


@api.act("/admin/purchases/<purchase_id>/due-dates", back="/admin/purchases/<purchase_id>/due-dates")
def move_due_date(caller: CurrentAdmin, purchase_id: str, form: DueDateBody, key: KeyQuery = None) -> Html:
    """Move a due date."""
    number = form.number_in(purchase_id)
    api.shop.desk.move_due_date(caller, purchase_id, number, form.due_date, form.reason, key_of(api, key, form))
    return api.to(f"/admin/purchases/{purchase_id}", api.say("The due date is moved."))


@api.act("/admin/purchases/<purchase_id>/plans", back="/admin/purchases/<purchase_id>/plans")
def replan(caller: CurrentAdmin, purchase_id: str, form: ReplanBody, key: KeyQuery = None) -> Html:
    """Show the new plan for what is left; a second form makes it."""
    plan = (form.installment_count, form.interval, form.first_due_date)
    if form.preview:
        planned, today = api.shop.desk.preview_replan(caller, purchase_id, *plan)
        return api.html("new_plan.html", purchase=ShopPurchaseOut.of(planned, today), form=form)
    api.shop.desk.replan(caller, purchase_id, *plan, form.reason, key_of(api, key, form))
    return api.to(f"/admin/purchases/{purchase_id}", api.say("The new plan holds from now on."))


@api.act("/admin/purchases/<purchase_id>/returns", back="/admin/purchases/<purchase_id>/returns")
def give_back(caller: CurrentAdmin, purchase_id: str, form: ReturnBody, key: KeyQuery = None) -> Html:
    """Take back some of the goods."""
    api.shop.desk.give_back(caller, purchase_id, form.quantity, form.reason, key_of(api, key, form))
    return api.to(f"/admin/purchases/{purchase_id}", api.say("The pieces are taken back."))


@api.act("/admin/purchases/<purchase_id>/cancel", back="/admin/purchases/<purchase_id>/cancel")
def cancel(caller: CurrentAdmin, purchase_id: str, form: ReasonBody, key: KeyQuery = None) -> Html:
    """Cancel a purchase."""
    api.shop.desk.cancel(caller, purchase_id, form.reason, key_of(api, key, form))
    return api.to(f"/admin/purchases/{purchase_id}", api.say("The purchase is cancelled."))


@api.act("/admin/purchases/<purchase_id>/refunds", back="/admin/purchases/<purchase_id>/refunds")
def refund(caller: CurrentOwner, purchase_id: str, form: RefundBody, key: KeyQuery = None) -> Html:
    """Hand out what is owed back, or have the payment provider pay it out."""
    amount, handed_out, once = form.amount, form.handed_out, key_of(api, key, form)
    if handed_out is None:
        outcome = api.shop.online_refunds.refund(caller, purchase_id, amount, form.reason, once)
        return _to_receipt(outcome, api.say("The payment provider pays it out. Here is the receipt."))
    outcome = api.shop.desk.refund(caller, purchase_id, amount, handed_out, form.reason, once)
    return _to_receipt(outcome, api.say("Done. Here is the receipt."))


@api.act("/admin/purchases/<purchase_id>/write-off", back="/admin/purchases/<purchase_id>/write-off")
def write_off(caller: CurrentOwner, purchase_id: str, form: ReasonBody, key: KeyQuery = None) -> Html:
    """Give up on what is left."""
    api.shop.desk.write_off(caller, purchase_id, form.reason, key_of(api, key, form))
    return api.to(f"/admin/purchases/{purchase_id}", api.say("The debt is written off."))


@api.act(
    "/admin/purchases/<purchase_id>/reversals/<entry_id>", back="/admin/purchases/<purchase_id>/reversals/<entry_id>"
)
def reverse(caller: CurrentOwner, purchase_id: str, entry_id: str, form: ReasonBody, key: KeyQuery = None) -> Html:
    """Take back an entry that was made by mistake."""
    api.shop.desk.reverse(caller, purchase_id, entry_id, form.reason, key_of(api, key, form))
    return api.to(f"/admin/purchases/{purchase_id}", api.say("The entry is reversed."))


@api.page("/admin/purchases/<purchase_id>/receipts/<entry_id>")
def show_receipt(caller: CurrentAdmin, purchase_id: str, entry_id: str) -> Html:
    """Show a receipt to print."""
    receipt = api.shop.purchasing.read_receipt(caller, purchase_id, entry_id)
    return api.html("receipt.html", receipt=receipt, account=api.shop.accounts.get(receipt.purchase.customer.id))


# Payments that wait


@api.page("/admin/waiting")
def list_waiting(
    caller: CurrentAdmin, status: AttemptStatusQuery = AttemptStatus.PROCESSING, cursor: CursorQuery = None
) -> Html:
    """List the payments that customers say they made, the oldest first."""
    pager = Pager(api, cursor, ROWS, caller.user_id)
    page = api.shop.decisions.page(status, pager.request)
    rows, queries = waiting_payments(api.shop, page.items), pager.queries(page)
    return api.html("waiting.html", rows=rows, status=status, states=list(AttemptStatus), queries=queries)


@api.page("/admin/waiting/<purchase_id>/<attempt_id>")
def show_waiting(caller: CurrentAdmin, purchase_id: str, attempt_id: str) -> Html:
    """Show a payment that a customer says was made, to decide on it."""
    return api.html("decide.html", row=waiting_payment(api.shop, caller, purchase_id, attempt_id))


@api.act("/admin/waiting/<purchase_id>/<attempt_id>/confirm", back="/admin/waiting/<purchase_id>/<attempt_id>")
def confirm(
    caller: CurrentAdmin, purchase_id: str, attempt_id: str, form: ConfirmationBody, key: KeyQuery = None
) -> Html:
    """Say that the money of a payment came."""
    api.shop.decisions.confirm(caller, purchase_id, attempt_id, form.confirmed, key_of(api, key, form))
    return api.to("/admin/waiting", api.say("The payment is confirmed."))


@api.act("/admin/waiting/<purchase_id>/<attempt_id>/reject", back="/admin/waiting/<purchase_id>/<attempt_id>")
def reject(caller: CurrentAdmin, purchase_id: str, attempt_id: str, form: ReasonBody, key: KeyQuery = None) -> Html:
    """Say that the money of a payment did not come."""
    api.shop.decisions.reject(caller, purchase_id, attempt_id, form.reason, key_of(api, key, form))
    return api.to("/admin/waiting", api.say("The payment is turned down."))


def _shown(purchase: Purchase) -> ShopPurchaseOut:
    return ShopPurchaseOut.of(purchase, api.shop.today)


def _possible(purchase: Purchase) -> Possibilities:
    return Possibilities(purchase, api.shop.clock(), api.shop.today)


def _to_receipt(outcome: Outcome, said: str) -> Html:
    """Lead to the receipt of money that moved."""
    return api.to(f"/admin/purchases/{outcome.purchase.id}/receipts/{outcome.entry.id}", said)


handler = started(metrics.log_metrics(api.handle))
