"""What staff can do to a purchase as it is now, and what would come of it.

The rules themselves say so: each act is tried on the purchase as it was read, and nothing is stored.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from shop import problems
from shop.desk import acts
from shop.errors import ShopError
from shop.ledger import rules
from shop.ledger.acting import Act
from shop.ledger.journal import Actor, Entry, Role
from shop.ledger.purchases import Change, Installment, Purchase, Status


class StaffAct(StrEnum):
    """An act of staff on a purchase, as the address of its page has it."""

    PAYMENT = "payments"
    DUE_DATE = "due-dates"
    REPLAN = "plans"
    FEE_WAIVER = "fee-waivers"
    GOODWILL = "goodwill"
    RETURN = "returns"
    REFUND = "refunds"
    WRITE_OFF = "write-off"
    CANCEL = "cancel"


OF_OWNERS = frozenset({StaffAct.GOODWILL, StaffAct.REFUND, StaffAct.WRITE_OFF})
"""The acts of owners alone. Reversals are as well: they start from an entry of the journal."""


@dataclass(frozen=True, slots=True)
class Possibilities:
    """A purchase on a day, and the instant at which somebody looks at it."""

    purchase: Purchase
    now: datetime
    today: date

    @property
    def with_fee(self) -> list[Installment]:
        """Return the installments whose late fee can be waived."""
        return [part for part in self.purchase.installments if self._tried(acts.waive_fee, part.number)]

    @property
    def open(self) -> list[Installment]:
        """Return the installments that can be moved, or made cheaper by goodwill."""
        return self.purchase.open_installments

    @property
    def cancelled(self) -> Purchase | None:
        """Return the purchase as a cancellation would leave it."""
        change = self._tried(rules.cancel)
        return change.after if change else None

    @property
    def with_one_less(self) -> Purchase | None:
        """Return the purchase as the return of one piece would leave it."""
        change = self._tried(acts.give_back, 1)
        return change.after if change else None

    def acts(self, *, is_owner: bool) -> list[StaffAct]:
        """Return the acts that make sense now, and that the person may do."""
        is_due = self.purchase.status is Status.DUE
        possible = {
            StaffAct.PAYMENT: is_due,
            StaffAct.DUE_DATE: is_due,
            StaffAct.REPLAN: is_due and not self.purchase.waiting,
            StaffAct.FEE_WAIVER: bool(self.with_fee),
            StaffAct.GOODWILL: is_due,
            StaffAct.RETURN: self.with_one_less is not None,
            StaffAct.REFUND: self.purchase.refundable > 0,
            StaffAct.WRITE_OFF: is_due,
            StaffAct.CANCEL: self.cancelled is not None,
        }
        return [one for one, is_possible in possible.items() if is_possible and (is_owner or one not in OF_OWNERS)]

    def reversible(self, entries: Sequence[Entry]) -> set[str]:
        """Return the ids of the entries that can be reversed; `entries` are those of the purchase."""
        return {entry.id for entry in entries if self.reversal(entries, entry.id)[1]}

    def reversal(self, entries: Sequence[Entry], entry_id: str) -> tuple[Entry, Purchase | None]:
        """Return an entry, and the purchase as its reversal would leave it, None when that is not possible.

        Raises NotFound.
        """
        entry = next((one for one in entries if one.id == entry_id), None)
        if entry is None:
            raise problems.ENTRY_NOT_FOUND.error()
        try:
            return entry, acts.reverse(self.purchase, entries, entry_id, self._act).after
        except ShopError:
            return entry, None

    @property
    def _act(self) -> Act:
        return Act("", Actor("", Role.STAFF), self.now, self.today)

    def _tried(self, rule: Callable[..., Change], *values: int) -> Change | None:
        try:
            return rule(self.purchase, *values, self._act)
        except ShopError:
            return None
