"""The file of a customer: what staff know of one, in one answer."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from shop import ids, problems
from shop.accounts.model import Account
from shop.accounts.store import Accounts
from shop.calendar import local_day
from shop.desk.notes import Notes
from shop.desk.promises import JudgedNote
from shop.ledger.store import Purchases
from shop.ledger.totals import CustomerTotals
from shop.ledger.totals_store import Totals
from shop.money import ZERO


@dataclass(frozen=True, slots=True)
class CustomerFile:
    """A customer's account, totals, late fees of today, newest note, and newest note with a promise."""

    account: Account
    totals: CustomerTotals
    today: date
    late_fees: Decimal
    last_note: JudgedNote | None
    promise: JudgedNote | None


@dataclass(frozen=True, slots=True)
class CustomerFiles:
    """The use case of those who talk with a customer."""

    accounts: Accounts
    totals: Totals
    purchases: Purchases
    notes: Notes
    zone: ZoneInfo
    clock: Callable[[], datetime]

    def read(self, customer_id: str) -> CustomerFile:
        """Read a customer's file. Reads the purchases only of a customer who is late. Raises NotFound."""
        account = self.accounts.get(customer_id) if ids.is_id(customer_id) else None
        if account is None or account.is_erased:
            raise problems.USER_NOT_FOUND.error()
        today = local_day(self.clock(), self.zone)
        (totals,) = self.totals.of_customers([customer_id])
        late = self.purchases.of_customer(customer_id) if totals.overdue_count(today) else ()
        late_fees = sum((purchase.late_fees_due(today) for purchase in late), ZERO)
        return CustomerFile(account, totals, today, late_fees, *self.notes.last(customer_id))
