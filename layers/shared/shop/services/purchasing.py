"""Buying on a plan."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from zoneinfo import ZoneInfo

from shop.domain import ids
from shop.domain.actions import Action, Kind
from shop.domain.calendar import local_day
from shop.domain.ledger import Quote, buy, cancel, pay_off, plan
from shop.domain.products import Product
from shop.domain.purchases import Change, Customer, Order, Payment, Purchase, Status, Terms
from shop.domain.text import matches, search_words
from shop.errors import InvalidInput, NotFound, Unauthenticated
from shop.security.tokens import Caller
from shop.services.actions import action
from shop.services.committing import Decision, commit_once
from shop.services.idempotency import Answer, Keyed, replay
from shop.services.outbox import Outbox
from shop.services.retries import retried
from shop.store.paging import Page, Position, page_within
from shop.store.products import Products
from shop.store.purchases import Purchases, text_of
from shop.store.totals import Totals

ShownPayoff = Callable[[Purchase, Sequence[Payment]], str]


def _for_sale(product: Product | None) -> Product:
    if product is None or product.archived:
        raise InvalidInput.of("product", "There is no such product.", code="unknown_product")
    return product


@dataclass(frozen=True, slots=True)
class Purchasing:
    """The use cases of purchases."""

    purchases: Purchases
    products: Products
    totals: Totals
    outbox: Outbox
    terms: Terms
    zone: ZoneInfo
    clock: Callable[[], datetime]

    def buy(self, customer_id: str, order: Order, keyed: Keyed | None, shown: Callable[[Purchase], str]) -> Answer:
        """Buy a product and pay the first installment, in one transaction; `shown` makes the answer's JSON.

        Raises InvalidInput naming the field that breaks a rule, Conflict when the key was used for another request,
        Unavailable when the table was too busy.
        """
        begun = self.clock()
        purchase_id, payment_id = ids.new_parent_id(begun), ids.new_id(begun)

        def decide() -> Decision | Answer:
            now = self.clock()
            today = local_day(now, self.zone)
            state = self.purchases.before_buying(customer_id, order.product_id, keyed.key if keyed else None)
            answered = replay(state.record, keyed, now)
            if answered:
                return answered
            if state.account is None or not state.account.is_active or state.totals.is_closed:
                raise Unauthenticated("This account is no longer in use.")
            product = _for_sale(state.product)
            purchase, payment = buy(
                order,
                purchase_id=purchase_id,
                payment_id=payment_id,
                customer=Customer(customer_id, state.account.username, state.account.email),
                product_name=product.name,
                unit_price=product.price,
                now=now,
                today=today,
                terms=self.terms,
            )
            return Decision(Change(None, purchase, [payment], now, today), state, shown(purchase))

        return commit_once(self.purchases, self.outbox, customer_id, keyed, decide)

    def quote(self, order: Order) -> Quote:
        """What an order would come to if it were bought now. Raises InvalidInput as buying does."""
        product = _for_sale(self.products.get(order.product_id))
        total = product.price * order.quantity
        return Quote(product, total, plan(total, order, local_day(self.clock(), self.zone), self.terms))

    def read(self, caller: Caller, purchase_id: str) -> Purchase:
        """A purchase of the caller's, or any for an admin. Raises NotFound."""
        purchase = self.purchases.get(caller.user_id, purchase_id) if ids.is_id(purchase_id) else None
        if purchase is None and caller.is_staff and ids.is_id(purchase_id):
            purchase = self.purchases.find(purchase_id)
        if purchase is None:
            raise NotFound("Purchase not found.")
        return purchase

    def read_with_payments(self, caller: Caller, purchase_id: str) -> tuple[Purchase, list[Payment]]:
        """A purchase as `read` gives it, with its payments, oldest first. Raises NotFound."""
        if ids.is_id(purchase_id):
            purchase, payments = self.purchases.with_payments(caller.user_id, purchase_id)
            if purchase is not None:
                return purchase, payments
        purchase = self.read(caller, purchase_id)
        return purchase, self.purchases.payments_of(purchase.customer.id, purchase.id)

    def pay_off(
        self, customer_id: str, purchase_id: str, amount: Decimal | None, keyed: Keyed | None, shown: ShownPayoff
    ) -> Answer:
        """Pay all that is left of a purchase, in one transaction; `shown` makes the answer's JSON.

        Raises NotFound, InvalidInput naming `amount` when it is given and is not what settles everything today,
        Conflict, Unavailable when the table was too busy.
        """
        payoff_id = ids.new_parent_id(self.clock())

        def decided(before: Purchase, now: datetime, today: date) -> tuple[Change, str]:
            after, payments = pay_off(before, amount, payoff_id=payoff_id, now=now, today=today, terms=self.terms)
            return Change(before, after, payments, now, today), shown(after, payments)

        return self._changed(customer_id, purchase_id, customer_id, keyed, decided)

    def cancel(
        self, by: Caller, purchase_id: str, reason: str, keyed: Keyed | None, shown: Callable[[Purchase], str]
    ) -> Answer:
        """Cancel a purchase of whichever customer, in one transaction; `shown` makes the answer's JSON.

        Raises NotFound, Conflict when it was cancelled before, Unavailable when the table was too busy.
        """
        found = retried(lambda: self.read(by, purchase_id))

        def decided(before: Purchase, now: datetime, today: date) -> tuple[Change, str]:
            after = cancel(before, by=by.user_id, reason=reason, now=now)
            return Change(before, after, (), now, today), shown(after)

        def acted(now: datetime) -> Action:
            return action(by, Kind.PURCHASE_CANCELLED, purchase_id, {"reason": reason}, now)

        return self._changed(found.customer.id, purchase_id, by.user_id, keyed, decided, acted)

    def _changed(
        self,
        customer_id: str,
        purchase_id: str,
        caller_id: str,
        keyed: Keyed | None,
        decided: Callable[[Purchase, datetime, date], tuple[Change, str]],
        acted: Callable[[datetime], Action] | None = None,
    ) -> Answer:
        if not ids.is_id(purchase_id):
            raise NotFound("Purchase not found.")

        def decide() -> Decision | Answer:
            now = self.clock()
            state = self.purchases.before_changing(customer_id, purchase_id, caller_id, keyed.key if keyed else None)
            answered = replay(state.record, keyed, now)
            if answered:
                return answered
            if state.purchase is None:
                raise NotFound("Purchase not found.")
            change, json = decided(state.purchase, now, local_day(now, self.zone))
            return Decision(change, state, json, acted(now) if acted else None)

        return commit_once(self.purchases, self.outbox, caller_id, keyed, decide)

    def page_of_customer(
        self, customer_id: str, status: Status | None, search: str, position: Position | None, size: int
    ) -> Page[Purchase]:
        """A page of one customer's purchases, newest first.

        Of a status or by a search, all of the customer's are read, for a person's are few (docs/decisions/0003).
        """
        if status is None and not search_words(search):
            count = partial(self._count_of_customer, customer_id)
            return self.purchases.page_of_customer(customer_id, position, size, count)
        found = [
            one
            for one in self.purchases.of_customer(customer_id)
            if status in (None, one.status) and matches(text_of(one), search)
        ]
        return page_within(found, lambda one: one.id, descending=True, position=position, size=size)

    def _count_of_customer(self, customer_id: str) -> int:
        overall = self.totals.of_customers([customer_id])[0].overall
        return overall.purchases + overall.purchases_cancelled

    def page_of_shop(self, status: Status | None, search: str, position: Position | None, size: int) -> Page[Purchase]:
        """A page of all customers' purchases, newest first."""
        words = search_words(search)
        if words:
            return self.purchases.search(words, status, position, size)

        def total() -> int:
            counts = self.totals.counts()
            return sum(counts[f"purchases_{one}"] for one in ([status] if status else Status))

        return self.purchases.page(status, position, size, total)
