"""Buying on a plan."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from shop.domain import ids
from shop.domain.calendar import local_day
from shop.domain.purchases import Customer, Order, Purchase, Status, Terms, buy
from shop.domain.text import words
from shop.errors import InvalidInput, Unauthenticated
from shop.services.idempotency import Answer, Keyed, recorded, replay
from shop.services.retries import retried
from shop.store.paging import Page, Position
from shop.store.purchases import Purchases
from shop.store.totals import Totals


@dataclass(frozen=True, slots=True)
class Purchasing:
    """The use cases of purchases."""

    purchases: Purchases
    totals: Totals
    terms: Terms
    zone: ZoneInfo
    clock: Callable[[], datetime]

    def buy(self, customer_id: str, order: Order, keyed: Keyed | None, shown: Callable[[Purchase], str]) -> Answer:
        """Buy a product and pay the first installment, in one transaction; `shown` makes the answer's JSON.

        Raises InvalidInput naming the field that breaks a rule, Conflict when the key was used for another request,
        Unavailable when the table was too busy; then nothing happened.
        """

        def attempt() -> Answer:
            now = self.clock()
            state = self.purchases.before_buying(customer_id, order.product_id, keyed.key if keyed else None)
            answered = replay(state.record, keyed, now)
            if answered:
                return answered
            if state.account is None or not state.account.is_active:
                raise Unauthenticated("This account is no longer in use.")
            if state.product is None or state.product.archived:
                raise InvalidInput.of("product", "There is no such product.", code="unknown_product")
            purchase, payment = buy(
                order,
                purchase_id=ids.new_purchase_id(now),
                customer=Customer(customer_id, state.account.username, state.account.email),
                product_name=state.product.name,
                unit_price=state.product.price,
                now=now,
                today=local_day(now, self.zone),
                terms=self.terms,
            )
            json = shown(purchase)
            self.purchases.commit_purchase(state, purchase, payment, recorded(keyed, json, now))
            return Answer(json)

        return retried(attempt)

    def page_of_customer(
        self, customer_id: str, status: Status | None, search: str, position: Position | None, size: int
    ) -> Page[Purchase]:
        """A page of one customer's purchases, newest first."""
        return self.purchases.page(
            customer_id=customer_id,
            status=status,
            search=tuple(words(search)),
            position=position,
            size=size,
            total=lambda: self.totals.of_customers([customer_id])[0].overall.purchases,
        )

    def page_of_shop(self, status: Status | None, search: str, position: Position | None, size: int) -> Page[Purchase]:
        """A page of all customers' purchases, newest first."""

        def total() -> int:
            counts = self.totals.counts()
            return sum(counts[f"purchases_{one}"] for one in ([status] if status else Status))

        return self.purchases.page(
            customer_id=None,
            status=status,
            search=tuple(words(search)),
            position=position,
            size=size,
            total=total,
        )
