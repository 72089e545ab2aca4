"""The daily comparison: what a provider has of each payment must be what the journal says it has."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from shop import ids
from shop.attempts.store import Attempts
from shop.ledger.journal import Method
from shop.ledger.journal_store import Journal
from shop.ledger.store import Purchases
from shop.mail.outbox import Queue
from shop.money import ZERO
from shop.online.refunding import RefundStatus, held
from shop.online.store import Refunds
from shop.online.tasks import CompareTask
from shop.payments.provider import DisputeStanding, ListsMovements, Report, Standing
from shop.payments.providers import Providers
from shop.runtime.logging import logger
from shop.runtime.metrics import Metric, count


@dataclass(frozen=True, slots=True)
class Comparison:
    """The use cases of the nightly schedule. Differences are logged and alarmed; nothing is changed."""

    journal: Journal
    purchases: Purchases
    attempts: Attempts
    refunds: Refunds
    providers: Providers
    queue: Queue
    currency: str
    zone: ZoneInfo
    clock: Callable[[], datetime]

    def start(self, at: datetime) -> int:
        """Queue a comparison of each payment that moved on the shop's day before an instant; returns their number.

        A payment moved if the journal says so, or the provider, where it lists what moved.
        """
        day = at.astimezone(self.zone).date() - timedelta(days=1)
        moved = sorted({*self._in_journal(day), *self._at_providers(day)})
        if moved:
            self.queue.send([CompareTask(provider=provider, payment=payment) for provider, payment in moved])
        return len(moved)

    def _in_journal(self, day: date) -> Iterator[tuple[str, str]]:
        for entry in self.journal.of_days([day]):
            if entry.method and entry.method.is_online:
                yield entry.method.value, entry.reference

    def _at_providers(self, day: date) -> Iterator[tuple[str, str]]:
        start, end = (datetime.combine(one, time(), self.zone) for one in (day, day + timedelta(days=1)))
        for name, provider in self.providers.all().items():
            if isinstance(provider, ListsMovements):
                yield from ((name, moved.payment) for moved in provider.movements(start, end) if moved.payment)

    def compare(self, task: CompareTask) -> bool:
        """Compare what a provider has of a payment with what the journal says; returns whether they agree.

        A payment of which a refund is on its way is not compared. Raises NoAnswer and Refused of the provider.
        """
        report = self.providers.of(task.provider).look_up(task.payment)
        if not ids.is_id(report.key):
            return True  # somebody else uses the provider's account, too
        attempt = self.attempts.find(report.key)
        shops = ZERO
        if attempt is not None:
            refunds = self.refunds.of_purchase(attempt.customer_id, attempt.purchase_id)
            if any(one.status is RefundStatus.PENDING for one in refunds):
                return True
            entries = self.purchases.entries_of(attempt.customer_id, attempt.purchase_id)
            shops = held(entries).get((Method(task.provider), report.payment), ZERO)
        providers, currency = _kept(report), report.money.currency if report.money else self.currency
        if (providers, currency) == (shops, self.currency):
            return True
        count(Metric.PAYMENT_DIFFERENCES)
        said = {"provider": f"{providers} {currency}", "shop": f"{shops} {self.currency}"}
        logger.error("a payment differs", extra={"payment": task.payment, "attempt_id": report.key, **said})
        return False


def _kept(report: Report) -> Decimal:
    """Return what a provider has of a payment: what came, less what went back."""
    if report.standing is not Standing.PAID or report.money is None:
        return ZERO
    dispute = report.dispute
    away = dispute.money.amount if dispute and dispute.standing is not DisputeStanding.WON else ZERO
    return report.money.amount - (report.refunded or ZERO) - away
