"""What customers may owe: blocks and credit limits.

Both are kept in the customer's totals, which every purchase replaces: parallel purchases cannot pass a limit together.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from shop import ids, problems
from shop.accounts.audit_log import Action, audit_entry
from shop.accounts.store import Accounts
from shop.calendar import ReminderDays
from shop.dynamodb.retry import retried
from shop.ledger.totals import CustomerTotals
from shop.ledger.totals_store import Totals
from shop.security.tokens import Caller


@dataclass(frozen=True, slots=True)
class Credit:
    """The use cases of blocks and credit limits."""

    accounts: Accounts
    totals: Totals
    reminder_days: ReminderDays
    clock: Callable[[], datetime]

    def read(self, customer_id: str) -> CustomerTotals:
        """Read what a customer owes and may owe. Raises NotFound."""
        account = self.accounts.get(customer_id) if ids.is_id(customer_id) else None
        if account is None or account.is_erased:
            raise problems.USER_NOT_FOUND.error()
        return self.totals.of_customers([customer_id])[0]

    @retried
    def block(self, staff: Caller, customer_id: str, reason: str, *, is_blocked: bool) -> CustomerTotals:
        """Block a customer, who then may pay but not buy, or end that. Without a change, nothing is written.

        Raises NotFound, Forbidden, Unavailable and Unconfirmed as `retried` does.
        """
        before = self.read(customer_id)
        details = {"is_blocked": is_blocked, "reason": reason}
        after = replace(before, is_blocked=is_blocked)
        return self._changed(staff, before, after, Action.CUSTOMER_BLOCKED, details)

    @retried
    def limit(self, owner: Caller, customer_id: str, amount: Decimal | None, reason: str) -> CustomerTotals:
        """Set the most that a customer may owe after a purchase; None is the shop's default. Raises as `block` does."""
        before = self.read(customer_id)
        details = {"credit_limit": amount, "reason": reason}
        after = replace(before, credit_limit=amount)
        return self._changed(owner, before, after, Action.CREDIT_LIMIT_SET, details)

    def _changed(
        self,
        staff: Caller,
        before: CustomerTotals,
        after: CustomerTotals,
        action: Action,
        details: Mapping[str, object],
    ) -> CustomerTotals:
        if after == before:
            return before
        after = replace(after, version=before.version + 1)
        audit = audit_entry(staff, action, before.customer_id, details, self.clock())
        self.totals.change(before, after, after.next_reminder(self.reminder_days), audit)
        return after
