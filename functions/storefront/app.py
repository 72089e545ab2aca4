"""The shop's pages for visitors and customers: `/`, `/shop/*`, `/pay/*`, and the files of all pages: `/static/*`."""

from shop.runtime.startup import started

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal, Self

from aws_lambda_powertools.event_handler.api_gateway import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from shop import ids, problems
from shop.accounts.pay_links import PayLink
from shop.bootstrap import Shop
from shop.catalogue.model import Filters, Product
from shop.catalogue.store import ProductOrder
from shop.dynamodb.paging import Ordering, PageRequest
from shop.errors import NotFound, ShopError, Unauthenticated
from shop.http.auth import CurrentCustomer
from shop.http.checkout import with_page
from shop.http.fields import CategoryName
from shop.http.idempotency import key_of
from shop.http.pagination import MOST_ROWS, CursorQuery, Pager, SearchQuery, base_of
from shop.ledger.attempts import Attempt
from shop.ledger.command_schemas import PaymentBody, PayoffBody, PurchaseBody
from shop.ledger.idempotency import AttemptOutcome
from shop.ledger.paying import InstallmentFilter, PlannedInstallment, parsed
from shop.ledger.purchases import Installment, Purchase, Status
from shop.money import ZERO
from shop.online.mandate_schemas import MandateBody
from shop.online.mandates import Mandate, MandateStatus
from shop.payments.provider import ProviderError
from shop.runtime.config import PaymentMode
from shop.runtime.logging import logger
from shop.runtime.metrics import metrics
from shop.security.tokens import Caller
from shop.web import assets, forms
from shop.web.pages import Html, Pages
from shop.web.plans import COUNT, Pick, monthly_from, picked
from shop.web.wording import mandate_text

api = Pages(
    Shop.from_environment().prepare("catalogue", "purchasing", "paying"), Path(__file__).parent / "templates", "shop"
)

ROWS = 24
"""The products on a page of the catalogue."""
MOST_CATEGORIES = 100
SOON = timedelta(days=31)
"""Installments that fall due within this time are listed as those to pay next."""
_NUMBER = re.compile("[1-9][0-9]{0,6}")

CategoryQuery = Annotated[CategoryName | None, Query()]
OrderingQuery = Annotated[Literal["name", "price", "-price", "-created"], Query()]
StatusQuery = Annotated[Status | None, Query()]
GoQuery = Annotated[Literal["1"] | None, Query()]
KeyQuery = Annotated[str | None, Query(max_length=255, alias="key")]


# The catalogue


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
    terms = api.shop.settings.terms
    products = [(product, monthly_from(product, terms)) for product in found.items]
    return api.html("catalogue.html", products=products, categories=categories.items, queries=pager.queries(found))


@api.page("/shop/products/<product_id>")
def show_product(product_id: str) -> Html:
    """Show a product, and the plan that is picked."""
    return _picker(_pick(_product(product_id)))


@api.page("/shop/products/<product_id>/checkout")
def check_out(product_id: str) -> Html:
    """Show what is bought and paid before it is. A plan that is not possible leads back to the choice."""
    pick = _pick(_product(product_id))
    if COUNT not in _sent():
        return api.to(f"/shop/products/{pick.product.id}")
    if pick.plan is None:
        return _picker(pick)
    return api.html("checkout.html", pick=pick, plan=pick.plan)


@api.act("/shop/products/<product_id>/buy", back="/shop/products/<product_id>/checkout")
def buy(caller: CurrentCustomer, product_id: str, form: PurchaseBody, key: KeyQuery = None) -> Html:
    """Buy a product on a plan and pay its first installment. Where the shop confirms payments, order it."""
    order, once = replace(form.order(), product_id=_numbered(product_id)), key_of(api, key, form)
    if _mode() is not PaymentMode.RECORDED:
        waiting = api.shop.attempting.order(caller.user_id, order, form.declared, once)
        said = api.say("Your order is noted. We check that the first payment has come, and write to you.")
        return _waiting(waiting, f"/shop/purchases/{waiting.purchase.id}", said)
    outcome = api.shop.purchasing.buy(caller.user_id, order, once, form.declared)
    return api.to(f"/shop/purchases/{outcome.purchase.id}", api.say("It is yours. Here is your plan."))


def _product(product_id: str) -> Product:
    """Read a product for sale. Raises NotFound."""
    return api.shop.catalogue.read(_numbered(product_id))


def _numbered(product_id: str) -> int:
    """Parse the number of a product in a path. Raises NotFound for any other text."""
    if not _NUMBER.fullmatch(product_id):
        raise problems.PRODUCT_NOT_FOUND.error()
    return int(product_id)


def _sent() -> dict[str, object]:
    """Return what was picked: in the address or, when buying failed, in the form that was sent."""
    event = api.current_event
    return forms.nested(forms.fields(event)) if event["httpMethod"] == "POST" else {**event.query}


def _pick(product: Product) -> Pick:
    return picked(product, _sent(), api.shop.settings.terms, api.shop.today, api.formats)


def _picker(pick: Pick) -> Html:
    return api.html("product.html", pick=pick, product=pick.product, terms=pick.terms)


def _mode() -> PaymentMode:
    return api.shop.settings.payment_mode


def _page_of(purchase: Purchase, part: Installment) -> str:
    """Return the path of the page of the payment online that an installment waits for."""
    return api.shop.pay_links.payment_path(purchase.customer.id, purchase.id, purchase.attempt_for(part))


# Purchases


@api.page("/shop/purchases")
def list_purchases(
    caller: CurrentCustomer, status: StatusQuery = None, search: SearchQuery = "", cursor: CursorQuery = None
) -> Html:
    """Show the customer's purchases, newest first."""
    pager = Pager(api, cursor, 25, caller.user_id)
    page = api.shop.purchasing.page_of_customer(caller.user_id, status, search, pager.request)
    return api.html("purchases.html", purchases=page.items, statuses=list(Status), queries=pager.queries(page))


@api.page("/shop/purchases/<purchase_id>")
def show_purchase(caller: CurrentCustomer, purchase_id: str) -> Html:
    """Show a purchase with its plan and payments."""
    purchase, payments = api.shop.purchasing.read_with_payments(_as_customer(caller), purchase_id)
    receipts = [(payment, ids.parent_of(payment.id)) for payment in payments]
    return api.html(
        "purchase.html",
        purchase=purchase,
        receipts=[(payment, parent[0]) for payment, parent in receipts if parent],
        to_pay_off=purchase.amount_to_pay_off(api.shop.today),
        id_of=ids.numbered,
        page_of=_page_of,
    )


@api.act("/shop/purchases/<purchase_id>/payoff", back="/shop/purchases/<purchase_id>")
def pay_off(caller: CurrentCustomer, purchase_id: str, form: PayoffBody, key: KeyQuery = None) -> Html:
    """Pay the rest of a purchase. Where the shop confirms payments, say so."""
    path, once = f"/shop/purchases/{purchase_id}", key_of(api, key, form)
    if _mode() is not PaymentMode.RECORDED:
        waiting = api.shop.attempting.pay_off(caller.user_id, purchase_id, form.amount, form.declared, once)
        return _waiting(waiting, path, api.say("Thank you. We will check that the money has come, and write to you."))
    api.shop.paying.pay_off(caller.user_id, purchase_id, form.amount, once, form.declared)
    return api.to(path, api.say("Thank you. Everything is paid."))


@api.page("/shop/purchases/<purchase_id>/receipts/<entry_id>")
def show_receipt(caller: CurrentCustomer, purchase_id: str, entry_id: str) -> Html:
    """Show the receipt of money, to print."""
    receipt = api.shop.purchasing.read_receipt(_as_customer(caller), purchase_id, entry_id)
    return api.html("receipt.html", receipt=receipt, entry=receipt.entry, purchase=receipt.purchase)


def _as_customer(caller: Caller) -> Caller:
    """Return the caller without rights: in the shop, staff see what they bought. What others bought is at the desk."""
    return replace(caller, is_staff=False, is_owner=False)


# Installments


@dataclass(frozen=True)
class ToPay:
    """Installments to pay as of today: those overdue, those to pay next, and the number of others and their sum."""

    overdue: Sequence[PlannedInstallment]
    next: Sequence[PlannedInstallment]
    later: int
    later_amount: Decimal

    @classmethod
    def of(cls, parts: Sequence[PlannedInstallment], today: date) -> Self:
        """Divide installments that are ordered by due date. Where none is due soon, the first one is the next."""
        overdue = [one for one in parts if one.installment.is_overdue(today)]
        rest = parts[len(overdue) :]
        soon = [one for one in rest if one.installment.due_date <= today + SOON] or rest[:1]
        later = rest[len(soon) :]
        return cls(overdue, soon, len(later), _sum(later, today))


def _sum(parts: Sequence[PlannedInstallment], today: date) -> Decimal:
    return sum((one.purchase.amount_to_pay(one.installment, today) for one in parts), ZERO)


def _open(customer_id: str) -> list[PlannedInstallment]:
    """Read what a customer has to pay, by due date."""
    return api.shop.paying.page(customer_id, PageRequest(None, MOST_ROWS), chosen=InstallmentFilter.DUE).items


@api.page("/shop/installments")
def list_installments(caller: CurrentCustomer) -> Html:
    """Show what the customer has to pay: what is overdue, and what comes next."""
    today = api.shop.today
    to_pay = ToPay.of(_open(caller.user_id), today)
    totals = {"overdue": _sum(to_pay.overdue, today), "next": _sum(to_pay.next, today)}
    return api.html("installments.html", to_pay=to_pay, totals=totals, id_of=ids.numbered)


@api.page("/shop/installments/<installment_id>")
def show_installment(caller: CurrentCustomer, installment_id: str) -> Html:
    """Show an installment with the form that pays it."""
    one, payments = api.shop.paying.read(_as_customer(caller), installment_id)
    return api.html(
        "installment.html",
        installment_id=installment_id,
        purchase=one.purchase,
        part=one.installment,
        payments=payments,
        page_of=_page_of,
    )


@api.act("/shop/installments/<installment_id>/pay", back="/shop/installments/<installment_id>")
def pay(caller: CurrentCustomer, installment_id: str, form: PaymentBody, key: KeyQuery = None) -> Html:
    """Pay an installment."""
    path = f"/shop/purchases/{parsed(installment_id)[0]}"
    return _pay(caller.user_id, installment_id, form, key, path)


def _pay(customer_id: str, installment_id: str, form: PaymentBody, key: str | None, path: str) -> Html:
    """Pay an installment, or say that it was paid, and lead to a page; online, lead to the page of the payment."""
    once = key_of(api, key, form)
    if _mode() is not PaymentMode.RECORDED:
        waiting = api.shop.attempting.pay(customer_id, installment_id, form.amount, form.declared, once)
        return _waiting(waiting, path, api.say("Thank you. We will check that the money has come, and write to you."))
    api.shop.paying.pay(customer_id, installment_id, form.amount, once, form.declared)
    return api.to(path, api.say("Thank you. Your payment is noted."))


# Payments online


def _waiting(waiting: AttemptOutcome, path: str, said: str) -> Html:
    """Lead to a page that shows a payment that waits; online, to its own page, which leads to the provider's."""
    attempt = with_page(api, waiting).attempt
    if attempt.method.is_online:
        return api.to(f"{_path_of(attempt)}?go=1")
    return api.to(path, said)


def _path_of(attempt: Attempt) -> str:
    return api.shop.pay_links.payment_path(attempt.customer_id, attempt.purchase_id, attempt.id)


@api.landing("/payments/<payment>")
def show_payment(payment: str, go: GoQuery = None) -> Html:
    """Show what became of a payment online, and nothing else of the customer. It leads on to the provider's page.

    Whoever comes back from there has paid, or not: the provider is asked.
    """
    customer_id, purchase_id, attempt_id = api.shop.pay_links.payment(payment)
    attempt = api.shop.attempts.get(customer_id, purchase_id, attempt_id)
    if attempt is None:
        raise problems.LINK_NOT_FOUND.error()
    if attempt.is_waiting and attempt.method.is_online and not go:
        attempt = _asked(attempt)
    purchase = api.shop.purchases.get(customer_id, purchase_id)
    is_own = api.caller is not None and api.caller.user_id == customer_id
    return api.html(
        "payment.html", attempt=attempt, purchase=purchase, goes_on=bool(go), is_own=is_own, id_of=ids.numbered
    )


def _asked(attempt: Attempt) -> Attempt:
    """Ask the provider about an attempt. If it does not answer, what is known is shown."""
    try:
        return api.shop.settlement.ask(attempt)
    except (ShopError, ProviderError) as error:
        logger.warning("payment not looked up", extra={"attempt_id": attempt.id, "error": str(error)})
        return attempt


# Automatic payments


@api.page("/shop/autopay")
def show_autopay(caller: CurrentCustomer) -> Html:
    """Show whether installments are charged on their due dates, and with what."""
    mandate = api.shop.saving.current(caller.user_id)
    if mandate is not None and mandate.status is MandateStatus.PENDING:
        return _saving_page(mandate, goes_on=False)
    text = mandate_text(api.shop.settings.shop_name, api.language)
    is_offered = api.shop.saving.is_offered()
    return api.html("autopay.html", mandate=mandate, text=text, is_offered=is_offered)


@api.act("/shop/autopay", back="/shop/autopay")
def agree_to_autopay(caller: CurrentCustomer, form: MandateBody) -> Html:
    """Agree to be charged on due dates, and go to the page at which the method is saved."""
    text = mandate_text(api.shop.settings.shop_name, api.language)
    mandate = api.shop.saving.agree(caller.user_id, text, base_of(api))
    return api.to(f"{api.shop.pay_links.mandate_path(caller.user_id, mandate.id)}?go=1")


@api.act("/shop/autopay/end", back="/shop/autopay")
def end_autopay(caller: CurrentCustomer) -> Html:
    """Take the consent back, and have the saved method deleted."""
    api.shop.saving.remove(caller.user_id)
    return api.to("/shop/autopay", api.say("Nothing is charged any more. Your saved method is deleted."))


@api.landing("/mandates/<mandate>")
def show_mandate(mandate: str, go: GoQuery = None) -> Html:
    """Show whether a method was saved, and nothing else of the customer. It leads on to the provider's page."""
    found = api.shop.mandates.get(*api.shop.pay_links.mandate(mandate))
    if found is None:
        raise problems.LINK_NOT_FOUND.error()
    return _saving_page(found, goes_on=bool(go))


def _saving_page(mandate: Mandate, *, goes_on: bool) -> Html:
    if mandate.status is MandateStatus.PENDING and not goes_on:
        mandate = _saved(mandate)
    is_own = api.caller is not None and api.caller.user_id == mandate.customer_id
    return api.html("autopay_saved.html", mandate=mandate, goes_on=goes_on, is_own=is_own)


def _saved(mandate: Mandate) -> Mandate:
    """Ask the provider whether a method was saved. If it does not answer, what is known is shown."""
    try:
        return api.shop.saving.ask(mandate)
    except (ShopError, ProviderError) as error:
        logger.warning("saved method not looked up", extra={"mandate_id": mandate.id, "error": str(error)})
        return mandate


# Links in reminders


@api.page("/pay/<token>")
def show_pay_link(token: str) -> Html:
    """Show the installments of a link with the forms that pay them, and nothing else of the customer."""
    try:
        link = _link(token)
    except NotFound as error:
        answer = api.html("pay_link_over.html", is_expired=error.detail == problems.LINK_EXPIRED.text)
        answer.status_code = error.status
        return answer
    parts = [one for one in _open(link.user_id) if one.installment.due_date <= link.through]
    total = _sum(parts, api.shop.today)
    return api.html("pay_link.html", token=token, parts=parts, total=total, id_of=ids.numbered, page_of=_page_of)


@api.act("/pay/<token>/<installment_id>", back="/pay/<token>")
def pay_by_link(token: str, installment_id: str, form: PaymentBody, key: KeyQuery = None) -> Html:
    """Pay an installment of a link, without a login."""
    link = _link(token)
    purchase_id, number = parsed(installment_id)
    page = api.shop.paying.page(link.user_id, PageRequest(None, MOST_ROWS), purchase_id=purchase_id)
    due = {one.installment.number: one.installment.due_date for one in page.items}
    if number not in due or due[number] > link.through:
        raise problems.INSTALLMENT_NOT_FOUND.error()
    return _pay(link.user_id, installment_id, form, key, f"/pay/{token}")


def _link(token: str) -> PayLink:
    """Read a link of an account that is in use, in whose language the page is. Raises NotFound for any other."""
    link = api.shop.pay_links.read(token, api.shop.clock())
    try:
        account = api.shop.profiles.read(link.user_id)
    except Unauthenticated as error:
        raise problems.LINK_NOT_FOUND.error() from error
    api.adopt_language(account.language)
    return link


@api.page("/static/<name>")
def read_asset(name: str) -> Response[str]:
    """Return a file that pages load. Its name changes with it, so it may be kept."""
    text, kind = assets.read(name)
    return Response(200, kind, text, {"Cache-Control": "public, max-age=31536000, immutable"})


handler = started(metrics.log_metrics(api.handle))
