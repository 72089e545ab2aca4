"""Installments and their payment."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from zoneinfo import ZoneInfo

from shop.domain import ids
from shop.domain.calendar import local_day
from shop.domain.ledger import pay
from shop.domain.purchases import Change, Installment, Payment, Purchase, Terms
from shop.domain.text import matches, search_text
from shop.errors import NotFound
from shop.security.tokens import Caller
from shop.services.committing import Decision, commit_once
from shop.services.idempotency import Answer, Keyed, replay
from shop.services.outbox import Outbox
from shop.services.retries import retried
from shop.store.paging import Page, Position, page_within
from shop.store.purchases import Purchases

Shown = Callable[[Purchase, Payment, date], str]


class InstallmentFilter(StrEnum):
    """Which installments to list; overdue ones are due as well."""

    DUE = "due"
    PAID = "paid"
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True)
class Listed:
    """An installment with the purchase it belongs to."""

    purchase: Purchase
    installment: Installment

    @property
    def key(self) -> str:
        """What lists of installments are sorted by: the due date."""
        return f"{self.installment.due_date.isoformat()}#{self.purchase.id}#{self.installment.number:03}"

    def is_in(self, chosen: InstallmentFilter, today: date) -> bool:
        """Whether a filter lets it through."""
        if chosen is InstallmentFilter.OVERDUE:
            return self.installment.is_overdue(today)
        return self.installment.status.value == chosen.value


@dataclass(frozen=True, slots=True)
class Paying:
    """The use cases of installments."""

    purchases: Purchases
    outbox: Outbox
    terms: Terms
    zone: ZoneInfo
    clock: Callable[[], datetime]

    def today(self) -> date:
        """The day it is in the shop."""
        return local_day(self.clock(), self.zone)

    def pay(self, customer_id: str, installment_id: str, amount: Decimal, keyed: Keyed | None, shown: Shown) -> Answer:
        """Pay an installment, in one transaction; `shown` makes the answer's JSON.

        Raises NotFound, InvalidInput naming `amount`, Conflict when it is paid already or the key was used for another
        request, Unavailable when the table was too busy.
        """
        purchase_id, number = _meant_by(installment_id)
        payment_id = ids.new_id(self.clock())

        def decide() -> Decision | Answer:
            now = self.clock()
            today = local_day(now, self.zone)
            key = keyed.key if keyed else None
            state = self.purchases.before_changing(customer_id, purchase_id, customer_id, key)
            answered = replay(state.record, keyed, now)
            if answered:
                return answered
            if state.purchase is None:
                raise NotFound("Installment not found.")
            before = state.purchase
            after, payment = pay(before, number, amount, payment_id=payment_id, now=now, today=today, terms=self.terms)
            return Decision(Change(before, after, [payment], now, today), state, shown(after, payment, today))

        return commit_once(self.purchases, self.outbox, customer_id, keyed, decide)

    def read(self, caller: Caller, installment_id: str) -> tuple[Listed, list[Payment]]:
        """An installment of the caller's, or any for an admin, and its payments, oldest first. Raises NotFound."""
        purchase_id, number = _meant_by(installment_id)
        purchase, payments = self.purchases.with_payments(caller.user_id, purchase_id)
        if purchase is None and caller.is_staff:
            purchase = self.purchases.find(purchase_id)
            payments = self.purchases.payments_of(purchase.customer.id, purchase_id) if purchase else []
        if purchase is None:
            raise NotFound("Installment not found.")
        return Listed(purchase, purchase.installment(number)), [one for one in payments if one.number == number]

    def page(
        self,
        customer_id: str,
        *,
        chosen: InstallmentFilter | None,
        purchase_id: str | None,
        search: str,
        position: Position | None,
        size: int,
    ) -> Page[Listed]:
        """A page of a customer's installments, by due date.

        All the customer's purchases are read: they hold their plans, and a person's are few (docs/decisions/0003).
        """
        today = self.today()
        found = [
            one
            for purchase in self.purchases.of_customer(customer_id)
            for one in (Listed(purchase, installment) for installment in purchase.installments)
            if (chosen is None or one.is_in(chosen, today))
            and (purchase_id is None or one.purchase.id == purchase_id)
            and matches(search_text(one.purchase.product_name), search)
        ]
        return page_within(found, lambda one: one.key, position=position, size=size)

    def next_due(self, customer_id: str) -> Listed:
        """The earliest unpaid installment, overdue ones first.

        Raises NotFound when there is none, Unavailable when one was paid after the other while it was looked for.
        """
        found = retried(lambda: self.purchases.next_due(customer_id))
        if found is None:
            raise NotFound("No due installments found.")
        return Listed(*found)


def _meant_by(installment_id: str) -> tuple[str, int]:
    """The purchase and the number of an installment. Raises NotFound for what is no installment's id."""
    found = ids.parent_of(installment_id)
    if found is None:
        raise NotFound("Installment not found.")
    return found
