"""The acts of staff on a customer's purchase, each with an entry in the audit log."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from shop import ids, problems
from shop.accounts.audit_log import Action, audit_entry
from shop.calendar import Interval, local_day
from shop.desk import acts
from shop.dynamodb.paging import Page, PageRequest, page_within
from shop.dynamodb.retry import retried
from shop.ledger.acting import Act, Received, Tender
from shop.ledger.commit import Ledger
from shop.ledger.idempotency import IdempotencyKey, Outcome, replay
from shop.ledger.journal import Actor, Entry, Kind, Role
from shop.ledger.journal_store import Journal
from shop.ledger.purchases import Change, Purchase, Terms
from shop.ledger.rules import cancel
from shop.ledger.store import Purchases
from shop.ledger.totals import CustomerTotals
from shop.security.tokens import Caller

ACTIONS: Mapping[Kind, Action] = {
    Kind.PURCHASE: Action.PURCHASE_MADE,
    Kind.PAYMENT: Action.PAYMENT_TAKEN,
    Kind.FEE_WAIVER: Action.FEE_WAIVED,
    Kind.GOODWILL: Action.GOODWILL_GIVEN,
    Kind.DUE_DATE: Action.DUE_DATE_MOVED,
    Kind.REPLAN: Action.PURCHASE_REPLANNED,
    Kind.RETURN: Action.GOODS_RETURNED,
    Kind.CANCELLATION: Action.PURCHASE_CANCELLED,
    Kind.REFUND: Action.REFUND_MADE,
    Kind.WRITE_OFF: Action.PURCHASE_WRITTEN_OFF,
    Kind.REVERSAL: Action.ENTRY_REVERSED,
}
"""How the audit log names each act."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A purchase on which staff are about to act. `replayed` is the outcome when the request was answered before."""

    purchase: Purchase
    totals: CustomerTotals
    act: Act
    replayed: Outcome | None


@dataclass(frozen=True, slots=True)
class Desk:
    """The use cases of staff.

    Each raises NotFound for an unknown purchase, Conflict when the key was used for another request, Forbidden when the
    caller has lost the right meanwhile, Unavailable and Unconfirmed as `retried` does, and what its rule raises.
    """

    ledger: Ledger
    purchases: Purchases
    entries: Journal
    terms: Terms
    zone: ZoneInfo
    clock: Callable[[], datetime]

    @retried
    def take(
        self,
        staff: Caller,
        purchase_id: str,
        amount: Decimal,
        received: Received,
        waiver: str | None,
        key: IdempotencyKey | None = None,
    ) -> Outcome:
        """Take money for the oldest open installments; `waiver` is the reason why no late fee is due."""
        opened = self._open(staff, purchase_id, waiver or "", key)
        if opened.replayed:
            return opened.replayed
        tender = self._tender(received, opened)
        change = acts.take(opened.purchase, amount, opened.act, tender, self.terms, waives_fee=waiver is not None)
        return self._commit(staff, opened, change, key)

    @retried
    def waive_fee(
        self, staff: Caller, purchase_id: str, number: int, reason: str, key: IdempotencyKey | None = None
    ) -> Outcome:
        """Waive the late fee of an installment, before or after it was paid."""
        opened = self._open(staff, purchase_id, reason, key)
        if opened.replayed:
            return opened.replayed
        return self._commit(staff, opened, acts.waive_fee(opened.purchase, number, opened.act), key)

    @retried
    def give_goodwill(
        self,
        owner: Caller,
        purchase_id: str,
        number: int,
        amount: Decimal,
        reason: str,
        key: IdempotencyKey | None = None,
    ) -> Outcome:
        """Take an amount off an installment."""
        opened = self._open(owner, purchase_id, reason, key)
        if opened.replayed:
            return opened.replayed
        change = acts.give_goodwill(opened.purchase, number, amount, opened.act, self.terms.formats)
        return self._commit(owner, opened, change, key)

    @retried
    def move_due_date(
        self,
        staff: Caller,
        purchase_id: str,
        number: int,
        day: date,
        reason: str,
        key: IdempotencyKey | None = None,
    ) -> Outcome:
        """Move the due date of an installment."""
        opened = self._open(staff, purchase_id, reason, key)
        if opened.replayed:
            return opened.replayed
        change = acts.move_due_date(opened.purchase, number, day, opened.act, self.terms.formats)
        return self._commit(staff, opened, change, key)

    @retried
    def replan(
        self,
        staff: Caller,
        purchase_id: str,
        count: int,
        interval: Interval,
        first: date,
        reason: str,
        key: IdempotencyKey | None = None,
    ) -> Outcome:
        """Split what is left into new installments."""
        opened = self._open(staff, purchase_id, reason, key)
        if opened.replayed:
            return opened.replayed
        change = acts.replan(opened.purchase, count, interval, first, opened.act, self.terms)
        return self._commit(staff, opened, change, key)

    def preview_replan(
        self, staff: Caller, purchase_id: str, count: int, interval: Interval, first: date
    ) -> tuple[Purchase, date]:
        """Return the purchase as `replan` would leave it, and the shop's day. Nothing is stored."""
        opened = self._open(staff, purchase_id, "", None)
        change = acts.replan(opened.purchase, count, interval, first, opened.act, self.terms)
        return change.after, opened.act.on

    @retried
    def give_back(
        self, staff: Caller, purchase_id: str, quantity: int, reason: str, key: IdempotencyKey | None = None
    ) -> Outcome:
        """Take back some of the goods."""
        opened = self._open(staff, purchase_id, reason, key)
        if opened.replayed:
            return opened.replayed
        return self._commit(staff, opened, acts.give_back(opened.purchase, quantity, opened.act), key)

    @retried
    def cancel(self, staff: Caller, purchase_id: str, reason: str, key: IdempotencyKey | None = None) -> Outcome:
        """Take back a sale."""
        opened = self._open(staff, purchase_id, reason, key)
        if opened.replayed:
            return opened.replayed
        return self._commit(staff, opened, cancel(opened.purchase, opened.act), key)

    @retried
    def refund(
        self,
        owner: Caller,
        purchase_id: str,
        amount: Decimal,
        received: Received,
        reason: str,
        key: IdempotencyKey | None = None,
    ) -> Outcome:
        """Hand out what is owed back to the customer."""
        opened = self._open(owner, purchase_id, reason, key)
        if opened.replayed:
            return opened.replayed
        tender = self._tender(received, opened)
        return self._commit(
            owner, opened, acts.refund(opened.purchase, amount, opened.act, tender, self.terms.formats), key
        )

    @retried
    def write_off(self, owner: Caller, purchase_id: str, reason: str, key: IdempotencyKey | None = None) -> Outcome:
        """Give up on what is left of a purchase."""
        opened = self._open(owner, purchase_id, reason, key)
        if opened.replayed:
            return opened.replayed
        return self._commit(owner, opened, acts.write_off(opened.purchase, opened.act), key)

    @retried
    def reverse(
        self, owner: Caller, purchase_id: str, entry_id: str, reason: str, key: IdempotencyKey | None = None
    ) -> Outcome:
        """Correct an entry that was made by mistake."""
        opened = self._open(owner, purchase_id, reason, key)
        if opened.replayed:
            return opened.replayed
        entries = self.purchases.entries_of(opened.purchase.customer.id, purchase_id)
        return self._commit(owner, opened, acts.reverse(opened.purchase, entries, entry_id, opened.act), key)

    def journal_of_customer(self, customer_id: str, request: PageRequest) -> Page[Entry]:
        """Read a page of a customer's journal entries, newest first."""
        return self.entries.page_of_customer(customer_id, request)

    def page_of_purchase(self, purchase_id: str, request: PageRequest) -> Page[Entry]:
        """Read a page of the journal entries of a purchase, oldest first. Raises NotFound."""
        return page_within(self.journal(purchase_id), lambda entry: f"{entry.version:09}", request)

    @retried
    def journal(self, purchase_id: str) -> list[Entry]:
        """Read the journal entries of a purchase, oldest first. Raises NotFound."""
        return self.purchases.entries_of(self._found(purchase_id).customer.id, purchase_id)

    def _found(self, purchase_id: str) -> Purchase:
        purchase = self.purchases.find(purchase_id) if ids.is_id(purchase_id) else None
        if purchase is None:
            raise problems.PURCHASE_NOT_FOUND.error()
        return purchase

    def _open(self, staff: Caller, purchase_id: str, reason: str, key: IdempotencyKey | None) -> Opened:
        now = self.clock()
        customer_id = self._found(purchase_id).customer.id
        state = self.purchases.before_changing(customer_id, purchase_id, staff.user_id, key)
        if state.purchase is None:
            raise problems.PURCHASE_NOT_FOUND.error()
        actor = Actor(staff.user_id, Role.STAFF)
        act = Act(ids.new_parent_id(now), actor, now, local_day(now, self.zone), reason)
        return Opened(state.purchase, state.totals, act, replay(state.record, key, now))

    def _tender(self, received: Received, opened: Opened) -> Tender:
        """Check the day of money. Raises InvalidInput naming `received_on`."""
        today = opened.act.on
        day = received.received_on or today
        earliest = max(opened.purchase.purchased_on, today - timedelta(days=self.terms.received_days_back))
        if not earliest <= day <= today:
            formats = self.terms.formats
            raise problems.RECEIVED_ON_OUT_OF_RANGE.error(earliest=formats.date(earliest), latest=formats.date(today))
        return received.on(day)

    def _commit(self, staff: Caller, opened: Opened, change: Change, key: IdempotencyKey | None) -> Outcome:
        entry = change.entry
        details = {"entry": entry.id, "reason": entry.reason} | ({"amount": entry.money} if entry.money else {})
        audit = audit_entry(staff, ACTIONS[entry.kind], entry.purchase_id, details, entry.recorded_at)
        return self.ledger.commit(change, opened.totals, caller_id=staff.user_id, key=key, audit=audit)
