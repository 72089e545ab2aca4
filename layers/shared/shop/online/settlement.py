"""What became of payments online. The shop believes only what the provider answers when it is asked."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from shop import ids
from shop.attempts import rules
from shop.attempts.store import Attempts, attempt_write
from shop.calendar import local_day
from shop.dynamodb.retry import retried
from shop.ledger.acting import Act
from shop.ledger.attempts import PAGE_GRACE, Attempt, AttemptStatus
from shop.ledger.commit import Ledger
from shop.ledger.journal import Actor, Role
from shop.ledger.store import Purchases
from shop.mail.outbox import Outbox
from shop.online import disputing
from shop.online.refunds import OnlineRefunds
from shop.online.saving import Saving
from shop.online.tasks import NoticeTask, SettleTask
from shop.payments.provider import Refusal, Report, Standing
from shop.payments.providers import Providers
from shop.runtime.logging import logger
from shop.runtime.metrics import Metric, count

_ENDED = {
    Standing.FAILED: AttemptStatus.FAILED,
    Standing.CANCELLED: AttemptStatus.CANCELLED,
    Standing.EXPIRED: AttemptStatus.EXPIRED,
}
_REASONS = {
    AttemptStatus.FAILED: "The payment was declined.",
    AttemptStatus.CANCELLED: "The payment was cancelled.",
    AttemptStatus.EXPIRED: "The payment was not made in time.",
}


class UnknownPayment(Exception):
    """A provider has a payment whose attempt the shop does not find, or not yet."""


@dataclass(frozen=True, slots=True)
class Settlement:
    """The use cases of whoever hears of a payment: a notification, the regular round, or the customer who returns.

    Each may be repeated, in any order. Each raises NoAnswer and Refused of the provider, and Unavailable.
    """

    ledger: Ledger
    purchases: Purchases
    attempts: Attempts
    refunds: OnlineRefunds
    saving: Saving
    providers: Providers
    outbox: Outbox
    currency: str
    zone: ZoneInfo
    clock: Callable[[], datetime]

    def heed(self, task: NoticeTask) -> None:
        """Ask about the payment that a notification named. Raises UnknownPayment."""
        report = self.providers.of(task.provider).look_up(task.reference)
        if self.saving.heed(report):
            return
        if not ids.is_id(report.key):
            logger.info("payment of somebody else", extra={"provider": task.provider, "reference": task.reference})
            return
        attempt = self.attempts.find(report.key)
        if attempt is None or attempt.method.value != task.provider:
            raise UnknownPayment(f"no attempt {report.key} at {task.provider}")
        self._settle(attempt, report)

    def look_after(self, task: SettleTask) -> None:
        """Ask about an attempt that waits. It ends when its page has."""
        attempt = self.attempts.get(task.customer_id, task.purchase_id, task.attempt_id)
        if attempt is not None and attempt.is_waiting and attempt.method.is_online:
            self.ask(attempt)

    def ask(self, attempt: Attempt) -> Attempt:
        """Ask about an attempt that waits; returns it as it is now."""
        report = self._report(attempt)
        if report:
            self._settle(attempt, report)
        standing = report.standing if report else Standing.OPEN
        if standing is Standing.OPEN and self.clock() > attempt.page_ends_at + PAGE_GRACE:
            self._end(attempt, AttemptStatus.EXPIRED, _REASONS[AttemptStatus.EXPIRED])
        return self.attempts.get(attempt.customer_id, attempt.purchase_id, attempt.id) or attempt

    def _report(self, attempt: Attempt) -> Report | None:
        """Ask about an attempt or, if it is automatic and got no answer yet, charge it; None without a page."""
        if attempt.reference:
            return self.providers.of(attempt.method).look_up(attempt.reference)
        if not attempt.is_automatic:
            return None
        report = self.saving.charge(attempt)
        if report.reference:
            self._refer(attempt, report.reference)
        return report

    @retried
    def _refer(self, attempt: Attempt, reference: str) -> None:
        stored = self.attempts.get(attempt.customer_id, attempt.purchase_id, attempt.id)
        if stored is not None and not stored.reference:
            self.attempts.put(replace(stored, reference=reference, version=stored.version + 1))

    def refused(self, attempt: Attempt, code: str) -> None:
        """End an attempt for which the provider makes no page."""
        self._end(attempt, AttemptStatus.FAILED, f"The provider refused the payment ({code}).")

    def _settle(self, attempt: Attempt, report: Report) -> None:
        if report.standing is Standing.PAID:
            if self._differs(attempt, report):
                return
            self._record(attempt, report)
            self.refunds.return_unneeded(attempt, report.payment)
            self.refunds.compare(attempt, report)
            self._note_dispute(attempt, report)
        elif status := _ENDED.get(report.standing):
            decline = report.decline
            reason = f"{_REASONS[status]} ({decline.code})" if decline else _REASONS[status]
            if attempt.is_automatic and decline and decline.kind is Refusal.HARD:
                self.saving.decline(attempt.customer_id, attempt.mandate_id)
            self._end(attempt, status, reason, decline.kind if decline else "")
        elif report.standing is Standing.PENDING:
            self._note_pending(attempt)

    def _differs(self, attempt: Attempt, report: Report) -> bool:
        """Return whether another currency came, or less than was asked for. Nothing is recorded then; it is alarmed."""
        money = report.money
        if money and money.currency == self.currency and money.amount >= attempt.amount:
            return False
        count(Metric.PAYMENT_DIFFERENCES)
        asked, came = f"{attempt.amount} {self.currency}", f"{money.amount} {money.currency}" if money else "unknown"
        logger.error("another sum was paid", extra={"attempt_id": attempt.id, "asked": asked, "came": came})
        return True

    @retried
    def _record(self, attempt: Attempt, report: Report) -> None:
        """Record money that came, once: first what the attempt is for, then what came beyond it."""
        came = report.money.amount if report.money else attempt.received
        while True:
            state = self.purchases.before_changing(attempt.customer_id, attempt.purchase_id, "", None)
            stored = self.attempts.get(attempt.customer_id, attempt.purchase_id, attempt.id)
            if state.purchase is None or stored is None:
                raise UnknownPayment(f"attempt {attempt.id} is gone")
            if stored.received >= came:
                return
            note = "The provider calls this payment risky." if report.is_risky else ""
            done = rules.settle(state.purchase, stored, self._act(stored), report.payment, came, note)
            also = [attempt_write(done.attempt)]
            self.ledger.commit(done.change, state.totals, caller_id="", key=None, also=also)

    @retried
    def _note_dispute(self, attempt: Attempt, report: Report) -> None:
        """Record how far the dispute of a payment is, once for each step."""
        dispute = report.dispute
        while dispute is not None and dispute.money.currency == self.currency:
            state = self.purchases.before_changing(attempt.customer_id, attempt.purchase_id, "", None)
            if state.purchase is None:
                raise UnknownPayment(f"the purchase of attempt {attempt.id} is gone")
            entries = self.purchases.entries_of(attempt.customer_id, attempt.purchase_id)
            act = self._act(attempt)
            change = disputing.next_change(state.purchase, entries, attempt, report.payment, dispute, act)
            if change is None:
                return
            self.ledger.commit(change, state.totals, caller_id="", key=None)

    @retried
    def _end(self, attempt: Attempt, status: AttemptStatus, reason: str, refusal: str = "") -> None:
        """End an attempt without money, unless it was decided meanwhile."""
        state = self.purchases.before_changing(attempt.customer_id, attempt.purchase_id, "", None)
        stored = self.attempts.get(attempt.customer_id, attempt.purchase_id, attempt.id)
        if state.purchase is None or stored is None or not stored.is_waiting:
            return
        change = rules.end(state.purchase, stored, status, self._act(stored, reason), refusal)
        self.attempts.commit(change, state.totals, caller_id="")
        if change.attempt.is_mailed:
            self.outbox.announce_attempt(change.attempt)

    @retried
    def _note_pending(self, attempt: Attempt) -> None:
        stored = self.attempts.get(attempt.customer_id, attempt.purchase_id, attempt.id)
        if stored is not None and stored.status is AttemptStatus.REQUIRES_ACTION:
            self.attempts.put(replace(stored, status=AttemptStatus.PROCESSING, version=stored.version + 1))

    def _act(self, attempt: Attempt, reason: str = "") -> Act:
        now = self.clock()
        actor = Actor(attempt.method.value, Role.PROVIDER)
        return Act(ids.new_parent_id(now), actor, now, local_day(now, self.zone), reason)
