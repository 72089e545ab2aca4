"""What becomes of payments that wait: staff confirm or reject them, or nobody does in time."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from shop import ids, problems
from shop.accounts.audit_log import Action, audit_entry
from shop.attempts import rules
from shop.attempts.store import Attempts, attempt_write
from shop.calendar import local_day
from shop.dynamodb.paging import Page, PageRequest
from shop.dynamodb.retry import retried
from shop.errors import ShopError
from shop.ledger.acting import Act, Confirmed
from shop.ledger.attempts import Attempt, AttemptStatus
from shop.ledger.commit import Ledger
from shop.ledger.idempotency import AttemptOutcome, IdempotencyKey, Outcome, Record, replay, replay_attempt
from shop.ledger.journal import Actor, Role
from shop.ledger.purchases import Purchase
from shop.ledger.store import Purchases
from shop.ledger.totals import CustomerTotals
from shop.mail.outbox import Outbox
from shop.runtime.logging import logger
from shop.security.tokens import Caller

NOT_IN_TIME = "The payment was not confirmed in time."
"""The reason that is given when an attempt expires."""


@dataclass(frozen=True, slots=True)
class Opened:
    """An attempt to decide on, with its purchase, the customer's totals, and the first use of the caller's key."""

    purchase: Purchase
    attempt: Attempt
    totals: CustomerTotals
    record: Record | None


@dataclass(frozen=True, slots=True)
class Decisions:
    """The use cases of staff and of the schedule.

    Those of staff raise NotFound for an unknown attempt, Conflict when it was decided already or the key was used for
    another request, Forbidden when the caller has lost the right, Unavailable and Unconfirmed as `retried` does.
    """

    ledger: Ledger
    purchases: Purchases
    attempts: Attempts
    outbox: Outbox
    confirmation_days: int
    zone: ZoneInfo
    clock: Callable[[], datetime]

    @retried
    def confirm(
        self,
        staff: Caller,
        purchase_id: str,
        attempt_id: str,
        confirmed: Confirmed,
        key: IdempotencyKey | None = None,
    ) -> Outcome:
        """Confirm that the money came, with an entry in the journal and in the audit log.

        Raises InvalidInput naming `method` when nobody said how.
        """
        opened = self._found(staff, purchase_id, attempt_id, key)
        act = self._act(Actor(staff.user_id, Role.STAFF))
        if first := replay(opened.record, key, act.at):
            return first
        attempt = opened.attempt
        done = rules.confirm(opened.purchase, attempt, act, confirmed)
        details = {"attempt": attempt.id, "entry": act.id, "amount": attempt.amount}
        audit = audit_entry(staff, Action.PAYMENT_CONFIRMED, purchase_id, details, act.at)
        return self.ledger.commit(
            done.change,
            opened.totals,
            caller_id=staff.user_id,
            key=key,
            audit=audit,
            also=[attempt_write(done.attempt)],
        )

    @retried
    def reject(
        self, staff: Caller, purchase_id: str, attempt_id: str, reason: str, key: IdempotencyKey | None = None
    ) -> AttemptOutcome:
        """Say that the money did not come, with an entry in the audit log. A pending purchase is cancelled by it."""
        opened = self._found(staff, purchase_id, attempt_id, key)
        act = self._act(Actor(staff.user_id, Role.STAFF), reason)
        if first := replay_attempt(opened.record, key, act.at):
            return first
        change = rules.reject(opened.purchase, opened.attempt, act)
        details = {"attempt": attempt_id, "reason": reason, "amount": opened.attempt.amount}
        audit = audit_entry(staff, Action.PAYMENT_REJECTED, purchase_id, details, act.at)
        outcome = self.attempts.commit(change, opened.totals, caller_id=staff.user_id, key=key, audit=audit)
        self.outbox.announce_attempt(change.attempt)
        return outcome

    def page(self, status: AttemptStatus, request: PageRequest) -> Page[Attempt]:
        """Read a page of all customers' attempts with a status, the oldest first."""
        return self.attempts.page(status, request)

    def expire_oldest(self, most: int) -> int:
        """End the attempts that have waited too long, the oldest first, `most` at most; returns how many it ended.

        One that cannot be ended, because its purchase was lost, does not keep the others: it is logged.
        """
        today, ended = local_day(self.clock(), self.zone), 0
        for attempt in self.attempts.oldest(AttemptStatus.PROCESSING, most):
            if attempt.method.is_online:
                continue
            if ended == most or attempt.expires_on(self.confirmation_days) >= today:
                break
            try:
                ended += self._expire(attempt)
            except ShopError as error:
                logger.error("attempt not ended", extra={"attempt_id": attempt.id, "code": error.code})
        return ended

    @retried
    def _expire(self, attempt: Attempt) -> bool:
        """End an attempt, unless staff decided on it meanwhile; returns whether it did."""
        opened = self._open(attempt.customer_id, attempt.purchase_id, attempt.id)
        if not opened.attempt.is_waiting:
            return False
        act = self._act(Actor("", Role.SCHEDULE), NOT_IN_TIME)
        change = rules.end(opened.purchase, opened.attempt, AttemptStatus.EXPIRED, act)
        self.attempts.commit(change, opened.totals, caller_id="")
        self.outbox.announce_attempt(change.attempt)
        return True

    def _act(self, actor: Actor, reason: str = "") -> Act:
        now = self.clock()
        return Act(ids.new_parent_id(now), actor, now, local_day(now, self.zone), reason)

    def _found(self, staff: Caller, purchase_id: str, attempt_id: str, key: IdempotencyKey | None) -> Opened:
        is_known = ids.is_id(purchase_id) and ids.is_id(attempt_id)
        purchase = self.purchases.find(purchase_id) if is_known else None
        if purchase is None:
            raise problems.ATTEMPT_NOT_FOUND.error()
        return self._open(purchase.customer.id, purchase_id, attempt_id, staff.user_id, key)

    def _open(
        self,
        customer_id: str,
        purchase_id: str,
        attempt_id: str,
        caller_id: str = "",
        key: IdempotencyKey | None = None,
    ) -> Opened:
        state = self.purchases.before_changing(customer_id, purchase_id, caller_id, key)
        attempt = self.attempts.get(customer_id, purchase_id, attempt_id)
        if state.purchase is None or attempt is None:
            raise problems.ATTEMPT_NOT_FOUND.error()
        return Opened(state.purchase, attempt, state.totals, state.record)
