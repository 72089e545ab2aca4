"""The regular round over what waits at providers: it finds what no notification told."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from shop.attempts.store import Attempts
from shop.ledger.attempts import WAITING
from shop.mail.outbox import Queue
from shop.online.mandate_store import Mandates
from shop.online.mandates import MandateStatus
from shop.online.store import Refunds
from shop.online.tasks import MandateTask, RefundTask, SettleTask

MOST = 5000
"""The number of attempts of a status, and of refunds, that a round asks about."""
_AT_ONCE = 500
_YOUNG = timedelta(minutes=2)
"""The age from which the provider is asked about an attempt; until then its customer is paying."""


@dataclass(frozen=True, slots=True)
class Rounds:
    """The use case of the schedule."""

    attempts: Attempts
    refunds: Refunds
    mandates: Mandates
    queue: Queue
    clock: Callable[[], datetime]

    def start(self) -> int:
        """Queue a question about each attempt, refund and saved method that waits; returns their number."""
        tasks = [*self._attempts(), *self._refunds(), *self._mandates()]
        if tasks:
            self.queue.send(tasks)
        return len(tasks)

    def _attempts(self) -> Iterator[SettleTask]:
        until = self.clock() - _YOUNG
        for status in WAITING:
            for one in islice(self.attempts.oldest(status, _AT_ONCE), MOST):
                if one.method.is_online and one.made_at <= until:
                    yield SettleTask(customer_id=one.customer_id, purchase_id=one.purchase_id, attempt_id=one.id)

    def _refunds(self) -> Iterator[RefundTask]:
        for one in islice(self.refunds.pending(_AT_ONCE), MOST):
            yield RefundTask(customer_id=one.customer_id, purchase_id=one.purchase_id, refund_id=one.id)

    def _mandates(self) -> Iterator[MandateTask]:
        until = self.clock() - _YOUNG
        for status in (MandateStatus.PENDING, MandateStatus.ENDING):
            for one in islice(self.mandates.listed(status, _AT_ONCE), MOST):
                if one.agreed_at <= until:
                    yield MandateTask(customer_id=one.customer_id, mandate_id=one.id)
