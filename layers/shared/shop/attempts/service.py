"""What customers do in a shop that confirms payments: they order, and say what they paid, or pay online."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from shop import ids, problems
from shop.attempts import rules
from shop.attempts.rules import AttemptChange
from shop.attempts.store import Attempts
from shop.calendar import local_day
from shop.dynamodb.paging import Page, PageRequest
from shop.dynamodb.retry import retried
from shop.ledger.acting import Act, Received, Tender
from shop.ledger.attempts import Attempt, AttemptStatus
from shop.ledger.idempotency import AttemptOutcome, IdempotencyKey, replay_attempt
from shop.ledger.journal import Actor, Entry, Method, Role
from shop.ledger.paying import parsed
from shop.ledger.purchases import Order, Purchase, Terms
from shop.ledger.purchasing import buyer_of, ordered_by
from shop.ledger.rules import pay, pay_off
from shop.ledger.store import Purchases, State
from shop.ledger.totals import CustomerTotals
from shop.mail.outbox import Outbox


@dataclass(frozen=True, slots=True)
class Attempting:
    """The use cases of payments that wait for confirmation.

    Each raises what the payment itself would raise today, Conflict when a payment for an installment waits already or
    the key was used for another request, Unavailable and Unconfirmed as `retried` does.
    """

    attempts: Attempts
    purchases: Purchases
    outbox: Outbox
    terms: Terms
    zone: ZoneInfo
    clock: Callable[[], datetime]
    provider: Method | None
    """Whoever takes the money, where customers pay online."""

    @retried
    def order(
        self, customer_id: str, order: Order, declared: Received, key: IdempotencyKey | None = None
    ) -> AttemptOutcome:
        """Order a product. The purchase is pending until its first payment is confirmed."""
        state = self.purchases.before_buying(customer_id, order.product_id, customer_id, key)
        act = self._act(customer_id)
        if first := replay_attempt(state.record, key, act.at):
            return first
        purchase = ordered_by(buyer_of(state), state, order, act, self.terms)
        return self._made(rules.order(purchase, act, self._tender(declared, act)), state.totals, key)

    @retried
    def pay(
        self,
        customer_id: str,
        installment_id: str,
        amount: Decimal,
        declared: Received,
        key: IdempotencyKey | None = None,
    ) -> AttemptOutcome:
        """Say that an installment was paid."""
        purchase_id, number = parsed(installment_id)
        state, act = self._before(customer_id, purchase_id, key)
        if first := replay_attempt(state.record, key, act.at):
            return first
        if state.purchase is None:
            raise problems.INSTALLMENT_NOT_FOUND.error()
        payment = pay(state.purchase, number, amount, act, self._tender(declared, act), self.terms)
        return self._noted(state.purchase, payment.entry, state.totals, key)

    @retried
    def pay_off(
        self,
        customer_id: str,
        purchase_id: str,
        amount: Decimal | None,
        declared: Received,
        key: IdempotencyKey | None = None,
    ) -> AttemptOutcome:
        """Say that the rest of a purchase was paid."""
        if not ids.is_id(purchase_id):
            raise problems.PURCHASE_NOT_FOUND.error()
        state, act = self._before(customer_id, purchase_id, key)
        if first := replay_attempt(state.record, key, act.at):
            return first
        if state.purchase is None:
            raise problems.PURCHASE_NOT_FOUND.error()
        payment = pay_off(state.purchase, amount, act, self._tender(declared, act), self.terms)
        return self._noted(state.purchase, payment.entry, state.totals, key)

    def page(self, customer_id: str, request: PageRequest) -> Page[Attempt]:
        """Read a page of a customer's payment attempts, newest first."""
        return self.attempts.page_of_customer(customer_id, request)

    def _before(self, customer_id: str, purchase_id: str, key: IdempotencyKey | None) -> tuple[State, Act]:
        return self.purchases.before_changing(customer_id, purchase_id, customer_id, key), self._act(customer_id)

    def _act(self, customer_id: str) -> Act:
        now = self.clock()
        return Act(ids.new_parent_id(now), Actor(customer_id, Role.CUSTOMER), now, local_day(now, self.zone))

    def _tender(self, declared: Received, act: Act) -> Tender:
        return Tender(self.provider, act.on) if self.provider else declared.on(act.on)

    def _noted(
        self, purchase: Purchase, payment: Entry, totals: CustomerTotals, key: IdempotencyKey | None
    ) -> AttemptOutcome:
        """Make the attempt of a payment. Who asks again to pay the same online goes on where they left off."""
        begun = self._begun(purchase, payment) if self.provider else None
        if begun:
            return AttemptOutcome(purchase, begun)
        return self._made(rules.note(purchase, payment), totals, key)

    def _begun(self, purchase: Purchase, payment: Entry) -> Attempt | None:
        """Return the attempt at the same payment whose page is still open."""
        numbers = tuple(line.number for line in payment.lines)
        waiting = {one.attempt_id for one in purchase.waiting if one.number in numbers}
        if len(waiting) != 1:
            return None
        attempt = self.attempts.get(purchase.customer.id, purchase.id, waiting.pop())
        if attempt is None or attempt.status is not AttemptStatus.REQUIRES_ACTION:
            return None
        is_same = (attempt.numbers, attempt.amount) == (numbers, payment.money)
        return attempt if is_same and self.clock() < attempt.page_ends_at else None

    def _made(self, change: AttemptChange, totals: CustomerTotals, key: IdempotencyKey | None) -> AttemptOutcome:
        outcome = self.attempts.commit(change, totals, caller_id=change.attempt.customer_id, key=key)
        if change.attempt.is_mailed:
            self.outbox.announce_attempt(change.attempt)
        return outcome
