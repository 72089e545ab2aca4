"""Automatic payments: on its due date, the shop charges an installment to the method that the customer saved."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from zoneinfo import ZoneInfo

from shop import ids
from shop.accounts.store import Accounts
from shop.attempts import rules
from shop.attempts.store import Attempts
from shop.calendar import local_day
from shop.dynamodb.retry import retried
from shop.ledger.acting import Act, Tender
from shop.ledger.attempts import Attempt
from shop.ledger.journal import Actor, Role
from shop.ledger.purchases import Purchase, Terms
from shop.ledger.rules import pay
from shop.ledger.store import Purchases
from shop.mail.outbox import Queue
from shop.online.mandate_store import Mandates, unchanged
from shop.online.mandates import Mandate, MandateStatus, next_charge
from shop.online.saving import Saving
from shop.online.settlement import Settlement
from shop.online.tasks import ChargeTask

MOST = 50_000
"""The number of customers that a day charges."""
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Charges:
    """The use cases of the schedule that charges what is due."""

    mandates: Mandates
    purchases: Purchases
    attempts: Attempts
    accounts: Accounts
    settlement: Settlement
    saving: Saving
    queue: Queue
    terms: Terms
    zone: ZoneInfo
    clock: Callable[[], datetime]

    def start(self) -> int:
        """Queue a task for each customer who is charged by consent; returns their number."""
        active = islice(self.mandates.listed(MandateStatus.ACTIVE, _AT_ONCE), MOST)
        tasks = [ChargeTask(customer_id=one.customer_id, mandate_id=one.id) for one in active]
        if tasks:
            self.queue.send(tasks)
        return len(tasks)

    def charge(self, task: ChargeTask) -> None:
        """Charge what is due today, each installment by itself.

        An attempt is stored before the provider is asked, and its id is the provider's key. So whoever repeats this,
        at the same time or after a crash, charges nothing twice; what got no answer is asked about by the round.
        Raises NoAnswer of the provider.
        """
        account = self.accounts.get(task.customer_id)
        if account is None or account.is_erased:
            self.saving.remove(task.customer_id)
            return
        for purchase in self.purchases.of_customer(task.customer_id):
            for part in purchase.open_installments:
                attempt = self._begun(task, purchase.id, part.number)
                if attempt is not None:
                    self.settlement.ask(attempt)

    @retried
    def _begun(self, task: ChargeTask, purchase_id: str, number: int) -> Attempt | None:
        """Store the attempt at an installment that may be charged now; None for any other.

        The same transaction checks that the customer has not taken the consent back.
        """
        mandate = self.mandates.get(task.customer_id, task.mandate_id)
        if mandate is None or mandate.status is not MandateStatus.ACTIVE:
            return None
        today = local_day(self.clock(), self.zone)
        state = self.purchases.before_changing(task.customer_id, purchase_id, "", None)
        if state.purchase is None or not self._is_due(state.purchase, number, mandate.id):
            return None
        part = state.purchase.installments[number - 1]
        amount = state.purchase.amount_to_pay(part, today)
        act = self._act(mandate)
        payment = pay(state.purchase, number, amount, act, Tender(mandate.provider, today), self.terms)
        change = rules.note(state.purchase, payment.entry, mandate.id)
        return self.attempts.commit(change, state.totals, caller_id="", also=[unchanged(mandate)]).attempt

    def _is_due(self, purchase: Purchase, number: int, mandate_id: str) -> bool:
        part = next((one for one in purchase.open_installments if one.number == number), None)
        if part is None or purchase.waiting_for(part) or not purchase.is_sold:
            return False
        tried = self.attempts.of_purchases(purchase.customer.id, [purchase.id])[purchase.id]
        day = next_charge(part.due_date, number, mandate_id, tried)
        return day is not None and day <= local_day(self.clock(), self.zone)

    def _act(self, mandate: Mandate) -> Act:
        now = self.clock()
        return Act(ids.new_parent_id(now), Actor(mandate.provider.value, Role.PROVIDER), now, local_day(now, self.zone))
