"""Purchases on a plan: quotes, buying, and lists of purchases."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from shop import ids, problems
from shop.accounts.audit_log import Action, audit_entry
from shop.accounts.model import Account
from shop.calendar import local_day
from shop.catalogue.model import Product
from shop.catalogue.store import Products
from shop.dynamodb.paging import Page, PageRequest, page_within
from shop.dynamodb.retry import retried
from shop.errors import InvalidInput
from shop.ledger.acting import UNSAID, Act, Received, Tender
from shop.ledger.commit import Ledger
from shop.ledger.idempotency import IdempotencyKey, Outcome, replay
from shop.ledger.items import text_of
from shop.ledger.journal import Actor, Entry, Method, Payment, Role, payments_of
from shop.ledger.plan import PricedPlan, Quote, least_first, priced
from shop.ledger.purchases import Change, Customer, Order, Purchase, Status, Terms
from shop.ledger.rules import ordered, sell
from shop.ledger.store import Purchases, State
from shop.ledger.totals import CustomerTotals
from shop.security.tokens import Caller
from shop.text import matches, search_words


@dataclass(frozen=True, slots=True)
class Receipt:
    """The receipt of money: its purchase as it is now, its entry, and whether that was reversed."""

    purchase: Purchase
    entry: Entry
    is_reversed: bool


@dataclass(frozen=True, slots=True)
class Purchasing:
    """The use cases of purchases."""

    ledger: Ledger
    purchases: Purchases
    products: Products
    terms: Terms
    zone: ZoneInfo
    clock: Callable[[], datetime]

    @retried
    def buy(
        self, customer_id: str, order: Order, key: IdempotencyKey | None = None, declared: Received = UNSAID
    ) -> Outcome:
        """Buy a product and pay the first installment, in one transaction. Nobody checks that the money came.

        Raises InvalidInput naming the field that breaks a rule, Conflict when the key was used for another request,
        Unauthenticated when the account no longer exists, Unavailable and Unconfirmed as `retried` does.
        """
        now = self.clock()
        state = self.purchases.before_buying(customer_id, order.product_id, customer_id, key)
        if first := replay(state.record, key, now):
            return first
        account = buyer_of(state)
        act = Act(ids.new_parent_id(now), Actor(customer_id, Role.CUSTOMER), now, local_day(now, self.zone))
        tender = replace(declared, method=Method.SELF_DECLARED).on(act.on)
        change = self._sold(state, account, order, act, tender)
        return self.ledger.commit(change, state.totals, caller_id=customer_id, key=key)

    @retried
    def sell(
        self,
        staff: Caller,
        customer_id: str,
        order: Order,
        received: Received,
        key: IdempotencyKey | None = None,
    ) -> Outcome:
        """Sell to a customer at the counter, in one transaction with an entry in the audit log.

        Raises NotFound for an unknown customer, Forbidden when the caller has lost the right, and as `buy` does.
        """
        if not ids.is_id(customer_id):
            raise problems.USER_NOT_FOUND.error()
        now = self.clock()
        state = self.purchases.before_buying(customer_id, order.product_id, staff.user_id, key)
        if first := replay(state.record, key, now):
            return first
        if state.account is None or state.account.is_erased or state.totals.is_closed:
            raise problems.USER_NOT_FOUND.error()
        act = Act(ids.new_parent_id(now), Actor(staff.user_id, Role.STAFF), now, local_day(now, self.zone))
        change = self._sold(state, state.account, order, act, received.on(act.on))
        details = {"entry": change.entry.id, "customer": customer_id, "amount": change.entry.money}
        audit = audit_entry(staff, Action.PURCHASE_MADE, change.after.id, details, now)
        return self.ledger.commit(change, state.totals, caller_id=staff.user_id, key=key, audit=audit)

    def _sold(self, state: State, account: Account, order: Order, act: Act, tender: Tender) -> Change:
        """Decide on a sale. Raises InvalidInput, Forbidden for a blocked customer, Conflict above the credit limit."""
        sale = sell(ordered_by(account, state, order, act, self.terms), act, tender)
        return Change(None, sale.after, sale.entry)

    def quote(self, order: Order, counts: Sequence[int] = ()) -> Quote:
        """Calculate the price and plan of an order, without buying, and its plans with other numbers of installments,
        as far as the rules allow them. Raises InvalidInput as `buy` does.
        """
        product, today = _for_sale(self.products.get(order.product_id)), local_day(self.clock(), self.zone)
        others = (self._other_plan(product, order, count, today) for count in counts)
        return Quote(product, priced(product, order, today, self.terms), [one for one in others if one])

    def _other_plan(self, product: Product, order: Order, count: int, today: date) -> PricedPlan | None:
        """Plan an order with another number of installments. Paid at once, it is paid in full; the first installment
        of an order that is paid at once would be the least.
        """
        total = product.price_in(count) * order.quantity
        if count == 1:
            order = replace(order, first_installment_amount=total)
        elif order.installment_count == 1:
            order = replace(order, first_installment_amount=least_first(total, self.terms.of(product)))
        try:
            return priced(product, replace(order, installment_count=count), today, self.terms)
        except InvalidInput:
            return None

    def read(self, caller: Caller, purchase_id: str) -> Purchase:
        """Read a purchase of the caller or, for an admin, of any customer. Raises NotFound."""
        purchase = self.purchases.get(caller.user_id, purchase_id) if ids.is_id(purchase_id) else None
        if purchase is None and caller.is_staff and ids.is_id(purchase_id):
            purchase = self.purchases.find(purchase_id)
        if purchase is None:
            raise problems.PURCHASE_NOT_FOUND.error()
        return purchase

    def read_with_payments(self, caller: Caller, purchase_id: str) -> tuple[Purchase, list[Payment]]:
        """Read a purchase as `read` does, with its payments, oldest first. Raises NotFound."""
        if ids.is_id(purchase_id):
            purchase, entries = self.purchases.with_entries(caller.user_id, purchase_id)
            if purchase is not None:
                return purchase, payments_of(entries)
        purchase = self.read(caller, purchase_id)
        return purchase, payments_of(self.purchases.entries_of(purchase.customer.id, purchase.id))

    def read_receipt(self, caller: Caller, purchase_id: str, entry_id: str) -> Receipt:
        """Read the receipt of money of the caller or, for an admin, of any customer. Raises NotFound."""
        purchase = self.read(caller, purchase_id)
        entries = self.purchases.entries_of(purchase.customer.id, purchase_id)
        entry = next((one for one in entries if one.id == entry_id and one.receipt_number), None)
        if entry is None:
            raise problems.RECEIPT_NOT_FOUND.error()
        return Receipt(purchase, entry, is_reversed=any(one.reverses == entry_id for one in entries))

    def page_of_customer(
        self, customer_id: str, status: Status | None, search: str, request: PageRequest
    ) -> Page[Purchase]:
        """Read a page of a customer's purchases, newest first.

        With a status or a search, reads all purchases of the customer, who has few (docs/decisions/0003).
        """
        if status is None and not search_words(search):
            return self.purchases.page_of_customer(customer_id, request)
        found = [
            one
            for one in self.purchases.of_customer(customer_id)
            if status in (None, one.status) and matches(text_of(one), search)
        ]
        return page_within(found, lambda one: one.id, request, descending=True)

    def page_of_shop(self, status: Status | None, search: str, request: PageRequest) -> Page[Purchase]:
        """Read a page of all customers' purchases, newest first."""
        return self.purchases.page(status, search_words(search), request)


def buyer_of(state: State) -> Account:
    """Return the account of a customer who buys. Raises Unauthenticated when it is no longer in use."""
    if state.account is None or not state.account.is_active or state.totals.is_closed:
        raise problems.ACCOUNT_NOT_IN_USE.error()
    return state.account


def ordered_by(account: Account, state: State, order: Order, act: Act, terms: Terms) -> Purchase:
    """Make the purchase of an order, which is not sold yet.

    Raises InvalidInput naming the field that breaks a rule, Forbidden for a blocked customer, Conflict when too few
    pieces are left or above the credit limit.
    """
    product = _for_sale(state.product)
    purchase = ordered(
        order,
        purchase_id=ids.new_parent_id(act.at),
        customer=Customer(account.id, account.username, account.email),
        product_name=product.name,
        unit_price=product.price_in(order.installment_count),
        act=act,
        terms=terms.of(product),
    )
    purchase = replace(purchase, plan_markup=product.markup_in(order.installment_count))
    if product.stock is not None:
        if product.stock < order.quantity:
            raise problems.OUT_OF_STOCK.error(left=product.stock)
        purchase = replace(purchase, takes_stock=True)
    _refuse_credit(state.totals, purchase.planned_rest, terms)
    return purchase


def _refuse_credit(totals: CustomerTotals, rest: Decimal, terms: Terms) -> None:
    """Raise Forbidden for a blocked customer, Conflict for one who would owe more than the credit limit."""
    if totals.is_blocked:
        raise problems.CUSTOMER_BLOCKED.error()
    limit = terms.credit_limit if totals.credit_limit is None else totals.credit_limit
    owed = totals.overall.due + totals.overall.pending + rest
    if limit is not None and rest and owed > limit:
        formats = terms.formats
        raise problems.CREDIT_LIMIT_EXCEEDED.error(open=formats.amount(owed), limit=formats.amount(limit))


def _for_sale(product: Product | None) -> Product:
    if product is None or product.archived:
        raise problems.UNKNOWN_PRODUCT.error()
    return product
