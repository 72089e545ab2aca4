"""Refunds through the provider that took the money."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from shop import ids, problems
from shop.accounts.audit_log import Action, AuditEntry, audit_entry
from shop.calendar import local_day
from shop.desk import acts
from shop.dynamodb.retry import retried
from shop.ledger.acting import Act, Tender
from shop.ledger.attempts import Attempt
from shop.ledger.commit import Ledger
from shop.ledger.idempotency import IdempotencyKey, Outcome, replay
from shop.ledger.journal import Actor, Entry, Role
from shop.ledger.purchases import Terms
from shop.ledger.store import Purchases, State
from shop.mail.outbox import Queue, QueueUnavailable
from shop.money import ZERO
from shop.online.refunding import Payment, Refund, RefundStatus, held, refund_returned, refunded, unneeded
from shop.online.store import Refunds, refund_write
from shop.online.tasks import RefundTask
from shop.payments.provider import Money, RefundReport, RefundStanding, Refused, Report
from shop.payments.providers import Providers
from shop.runtime.logging import logger
from shop.security.tokens import Caller

UNNEEDED = "What this payment was for had been settled already."
"""The reason of refunds that nobody asked for."""


@dataclass(frozen=True, slots=True)
class OnlineRefunds:
    """The use cases of refunds: owners ask for them, money that nothing is left to pay for causes them."""

    ledger: Ledger
    purchases: Purchases
    refunds: Refunds
    providers: Providers
    queue: Queue
    terms: Terms
    zone: ZoneInfo
    clock: Callable[[], datetime]

    def refund(
        self, owner: Caller, purchase_id: str, amount: Decimal, reason: str, key: IdempotencyKey | None = None
    ) -> Outcome:
        """Give back some of what is owed, through a provider that has as much of the purchase's money.

        Raises what `Desk.refund` raises, and InvalidInput naming `amount` when no payment is as large.
        """
        outcome = self._asked(owner, purchase_id, amount, reason, key)
        if not outcome.is_replay:
            self._queue(outcome.entry)
        return outcome

    @retried
    def _asked(
        self, owner: Caller, purchase_id: str, amount: Decimal, reason: str, key: IdempotencyKey | None
    ) -> Outcome:
        found = self.purchases.find(purchase_id) if ids.is_id(purchase_id) else None
        if found is None:
            raise problems.PURCHASE_NOT_FOUND.error()
        state = self.purchases.before_changing(found.customer.id, purchase_id, owner.user_id, key)
        act = self._act(Actor(owner.user_id, Role.STAFF), reason)
        if first := replay(state.record, key, act.at):
            return first
        payments = held(self.purchases.entries_of(found.customer.id, purchase_id))
        payment = max(payments, key=payments.__getitem__, default=None)
        if payment is None or payments[payment] < amount:
            most = payments[payment] if payment else ZERO
            raise problems.NOTHING_PAID_ONLINE.error(amount=self.terms.formats.amount(most))
        details = {"entry": act.id, "amount": amount, "method": payment[0].value, "reason": reason}
        audit = audit_entry(owner, Action.REFUND_MADE, purchase_id, details, act.at)
        return self._commit(state, payment, amount, act, key, audit)

    @retried
    def return_unneeded(self, attempt: Attempt, payment: str) -> None:
        """Give back what is too much of a payment, as far as that is still owed and was not given back before."""
        customer_id, purchase_id = attempt.customer_id, attempt.purchase_id
        state = self.purchases.before_changing(customer_id, purchase_id, "", None)
        if state.purchase is None or not state.purchase.refundable:
            return
        entries = self.purchases.entries_of(customer_id, purchase_id)
        amount = unneeded(state.purchase, entries, payment)
        if amount:
            act = self._act(Actor(attempt.method.value, Role.PROVIDER), UNNEEDED)
            self._queue(self._commit(state, (attempt.method, payment), amount, act, None, None).entry)

    def _commit(
        self,
        state: State,
        payment: Payment,
        amount: Decimal,
        act: Act,
        key: IdempotencyKey | None,
        audit: AuditEntry | None,
    ) -> Outcome:
        purchase = state.purchase
        if purchase is None:
            raise problems.PURCHASE_NOT_FOUND.error()
        provider, reference = payment
        change = acts.refund(purchase, amount, act, Tender(provider, act.on, reference), self.terms.formats)
        refund = Refund(act.id, purchase.customer.id, purchase.id, provider, reference, amount, act.at)
        caller_id = act.actor.id if audit else ""
        return self.ledger.commit(
            change, state.totals, caller_id=caller_id, key=key, audit=audit, also=[refund_write(refund)]
        )

    def _queue(self, entry: Entry) -> None:
        """Have a refund paid out soon. If that fails, the next round does it."""
        task = RefundTask(customer_id=entry.customer_id, purchase_id=entry.purchase_id, refund_id=entry.id)
        try:
            self.queue.send([task])
        except QueueUnavailable as error:
            logger.warning("refund not queued", extra={"refund_id": entry.id, "error": str(error)})

    def carry_out(self, task: RefundTask) -> None:
        """Have a refund paid out, or ask what became of it; once, however often it is called.

        Raises NoAnswer when the provider did not answer, Unavailable when its keys cannot be read.
        """
        refund = self.refunds.get(task.customer_id, task.purchase_id, task.refund_id)
        if refund is not None and refund.status is not RefundStatus.FAILED:
            self._told(refund, self._ask(refund))

    def compare(self, attempt: Attempt, report: Report) -> None:
        """Ask about the refunds of a payment again if the provider has given back another sum than the shop knows."""
        if report.refunded is None or not report.payment:
            return
        entries = self.purchases.entries_of(attempt.customer_id, attempt.purchase_id)
        if refunded(entries, report.payment) == report.refunded:
            return
        for refund in self.refunds.of_purchase(attempt.customer_id, attempt.purchase_id):
            if refund.payment == report.payment and refund.status is not RefundStatus.FAILED:
                self._told(refund, self._ask(refund))

    def _ask(self, refund: Refund) -> RefundReport:
        provider = self.providers.of(refund.provider)
        try:
            if refund.reference:
                return provider.look_up_refund(refund.reference)
            money = Money(refund.amount, self.terms.formats.currency)
            return provider.refund(refund.payment, money, refund.id)
        except Refused as error:
            return RefundReport(refund.reference, RefundStanding.FAILED, None, error.code)

    @retried
    def _told(self, asked: Refund, report: RefundReport) -> None:
        """Store what a provider says of a refund. What it could not pay out is owed again."""
        refund = self.refunds.get(asked.customer_id, asked.purchase_id, asked.id) or asked
        status = RefundStatus(report.standing.value)
        if refund.status is RefundStatus.FAILED or (refund.status, refund.reference) == (status, report.reference):
            return
        after = replace(refund, reference=report.reference, status=status, version=refund.version + 1)
        if status is not RefundStatus.FAILED:
            self.refunds.put(after)
            return
        state = self.purchases.before_changing(refund.customer_id, refund.purchase_id, "", None)
        if state.purchase is None:
            raise problems.PURCHASE_NOT_FOUND.error()
        act = self._act(
            Actor(refund.provider.value, Role.PROVIDER), report.reason or "The provider could not pay it out."
        )
        change = refund_returned(state.purchase, refund, act)
        self.ledger.commit(change, state.totals, caller_id="", key=None, also=[refund_write(after)])

    def _act(self, actor: Actor, reason: str) -> Act:
        now = self.clock()
        return Act(ids.new_parent_id(now), actor, now, local_day(now, self.zone), reason)
