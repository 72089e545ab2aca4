"""Payment attempts: money that a customer says was paid, until the shop confirms it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from shop.ledger.journal import Actor, Method


class AttemptStatus(StrEnum):
    """The status of an attempt.

    It waits for confirmation, the money came, staff did not find the money, or nobody confirmed it in time. Money that
    comes late can still be confirmed, once.
    """

    PROCESSING = "processing"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Decision:
    """What became of an attempt: when, by whom, why, and the id of the journal entry that it made, if any."""

    at: datetime
    on: date
    by: Actor
    reason: str = ""
    entry_id: str = ""


@dataclass(frozen=True, slots=True)
class Attempt:
    """Money for installments of a purchase, as a customer says that it was paid, on the shop's day `made_on`."""

    id: str
    customer_id: str
    purchase_id: str
    numbers: tuple[int, ...]
    amount: Decimal
    method: Method
    reference: str
    note: str
    made_at: datetime
    made_on: date
    status: AttemptStatus = AttemptStatus.PROCESSING
    decision: Decision | None = None
    version: int = 1

    @property
    def changed_at(self) -> datetime:
        """Return when the attempt got its status."""
        return self.decision.at if self.decision else self.made_at

    def expires_on(self, days: int) -> date:
        """Return the last day on which the attempt waits, when attempts wait for a number of days."""
        return self.made_on + timedelta(days=days)
