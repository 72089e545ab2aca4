"""Payments of an installment or of the rest of a purchase, and lists of installments."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from zoneinfo import ZoneInfo

from shop import ids, problems
from shop.calendar import local_day
from shop.dynamodb.paging import Page, PageRequest, page_within
from shop.dynamodb.retry import retried
from shop.ledger.acting import UNSAID, Act, Received, Tender
from shop.ledger.commit import Ledger
from shop.ledger.idempotency import IdempotencyKey, Outcome, replay
from shop.ledger.journal import Actor, Method, Payment, Role, payments_of
from shop.ledger.purchases import Installment, Purchase, Terms
from shop.ledger.rules import pay, pay_off
from shop.ledger.store import Purchases
from shop.security.tokens import Caller
from shop.text import matches, search_text


class InstallmentFilter(StrEnum):
    """The installments to list. Overdue installments are due as well."""

    DUE = "due"
    PAID = "paid"
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True)
class PlannedInstallment:
    """An installment with its purchase."""

    purchase: Purchase
    installment: Installment

    @property
    def sort_key(self) -> str:
        """Return the key that sorts lists of installments: the due date first."""
        return f"{self.installment.due_date.isoformat()}#{self.purchase.id}#{self.installment.number:03}"

    def matches(self, chosen: InstallmentFilter, today: date) -> bool:
        """Return whether a filter includes the installment."""
        if chosen is InstallmentFilter.OVERDUE:
            return self.installment.is_overdue(today)
        return self.installment.status.value == chosen.value


@dataclass(frozen=True, slots=True)
class Paying:
    """The use cases of payments and installments."""

    ledger: Ledger
    purchases: Purchases
    terms: Terms
    zone: ZoneInfo
    clock: Callable[[], datetime]

    @retried
    def pay(
        self,
        customer_id: str,
        installment_id: str,
        amount: Decimal,
        key: IdempotencyKey | None = None,
        declared: Received = UNSAID,
    ) -> Outcome:
        """Pay an installment, in one transaction. Nobody checks that the money came.

        Raises NotFound, InvalidInput naming `amount`, Conflict when it is already paid or the key was used for another
        request, Unavailable and Unconfirmed as `retried` does.
        """
        purchase_id, number = parsed(installment_id)
        now = self.clock()
        today = local_day(now, self.zone)
        state = self.purchases.before_changing(customer_id, purchase_id, customer_id, key)
        if first := replay(state.record, key, now):
            return first
        if state.purchase is None:
            raise problems.INSTALLMENT_NOT_FOUND.error()
        act = Act(ids.new_parent_id(now), Actor(customer_id, Role.CUSTOMER), now, today)
        change = pay(state.purchase, number, amount, act, _tender(declared, today), self.terms)
        return self.ledger.commit(change, state.totals, caller_id=customer_id, key=key)

    @retried
    def pay_off(
        self,
        customer_id: str,
        purchase_id: str,
        amount: Decimal | None,
        key: IdempotencyKey | None = None,
        declared: Received = UNSAID,
    ) -> Outcome:
        """Pay the rest of a purchase, in one transaction.

        Raises NotFound, InvalidInput naming `amount` when it is not None and differs from the amount that settles the
        purchase today, Conflict, Unavailable and Unconfirmed as `retried` does.
        """
        if not ids.is_id(purchase_id):
            raise problems.PURCHASE_NOT_FOUND.error()
        now = self.clock()
        today = local_day(now, self.zone)
        state = self.purchases.before_changing(customer_id, purchase_id, customer_id, key)
        if first := replay(state.record, key, now):
            return first
        if state.purchase is None:
            raise problems.PURCHASE_NOT_FOUND.error()
        act = Act(ids.new_parent_id(now), Actor(customer_id, Role.CUSTOMER), now, today)
        change = pay_off(state.purchase, amount, act, _tender(declared, today), self.terms)
        return self.ledger.commit(change, state.totals, caller_id=customer_id, key=key)

    def read(self, caller: Caller, installment_id: str) -> tuple[PlannedInstallment, list[Payment]]:
        """Read an installment of the caller or, for an admin, of any customer, with its payments, oldest first.

        Raises NotFound.
        """
        purchase_id, number = parsed(installment_id)
        purchase, entries = self.purchases.with_entries(caller.user_id, purchase_id)
        if purchase is None and caller.is_staff:
            purchase = self.purchases.find(purchase_id)
            entries = self.purchases.entries_of(purchase.customer.id, purchase_id) if purchase else []
        if purchase is None:
            raise problems.INSTALLMENT_NOT_FOUND.error()
        part = PlannedInstallment(purchase, purchase.installment(number))
        return part, [one for one in payments_of(entries) if one.number == number]

    def page(
        self,
        customer_id: str,
        request: PageRequest,
        *,
        chosen: InstallmentFilter | None = None,
        purchase_id: str | None = None,
        search: str = "",
    ) -> Page[PlannedInstallment]:
        """Read a page of a customer's installments, by due date.

        Reads all purchases of the customer, which contain their plans; a customer has few (docs/decisions/0003).
        """
        today = local_day(self.clock(), self.zone)
        found = [
            one
            for purchase in self.purchases.of_customer(customer_id)
            for one in (PlannedInstallment(purchase, part) for part in purchase.installments)
            if (chosen is None or one.matches(chosen, today))
            and (purchase_id is None or purchase.id == purchase_id)
            and matches(search_text(purchase.product_name), search)
        ]
        return page_within(found, lambda one: one.sort_key, request)

    @retried
    def next_due(self, customer_id: str) -> PlannedInstallment:
        """Read the earliest unpaid installment, overdue or not. Raises NotFound when there is none."""
        found = self.purchases.next_due(customer_id)
        if found is None:
            raise problems.NO_DUE_INSTALLMENT.error()
        return PlannedInstallment(*found)


def _tender(declared: Received, today: date) -> Tender:
    return replace(declared, method=Method.SELF_DECLARED).on(today)


def parsed(installment_id: str) -> tuple[str, int]:
    """Parse an installment's id into the purchase id and the number. Raises NotFound for any other text."""
    found = ids.parent_of(installment_id)
    if found is None:
        raise problems.INSTALLMENT_NOT_FOUND.error()
    return found
