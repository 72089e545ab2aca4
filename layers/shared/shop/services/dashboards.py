"""The figures on dashboards."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from shop.domain.calendar import local_day
from shop.store.totals import Totals


@dataclass(frozen=True, slots=True)
class CustomerSummary:
    """A customer's figures: unpaid principal, all that was paid, and counts."""

    total_due: Decimal
    total_paid: Decimal
    total_purchase: int
    installment_left: int
    installment_paid: int
    overdue_count: int
    next_due: date | None
    total_refundable: Decimal


@dataclass(frozen=True, slots=True)
class AccountCounts:
    """How many accounts there are."""

    total: int
    verified: int


@dataclass(frozen=True, slots=True)
class Dashboards:
    """The use cases of dashboards."""

    totals: Totals
    zone: ZoneInfo
    clock: Callable[[], datetime]

    def of_customer(self, customer_id: str) -> CustomerSummary:
        """What a customer has bought, paid and still owes."""
        totals = self.totals.of_customers([customer_id])[0]
        return CustomerSummary(
            total_due=totals.overall.due,
            total_paid=totals.overall.paid,
            total_purchase=totals.overall.purchases,
            installment_left=totals.overall.open,
            installment_paid=totals.overall.closed,
            overdue_count=totals.overdue_count(local_day(self.clock(), self.zone)),
            next_due=totals.next_due,
            total_refundable=totals.overall.refundable,
        )

    def of_accounts(self) -> AccountCounts:
        """How many accounts there are, and how many of them are verified."""
        counts = self.totals.counts()
        return AccountCounts(counts["accounts"], counts["verified"])
