"""Mandates: a customer's consent that the shop charges a saved method on each due date, and when it may."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from shop import ids
from shop.ledger.attempts import PAGE_LIFETIME, Attempt
from shop.ledger.journal import Method
from shop.payments.provider import Refusal, SavedMethod

PAUSES = (timedelta(days=1), timedelta(days=2), timedelta(days=3))
"""The waits before a refused charge is tried again: four tries in a week.

Card schemes allow more: Visa 15 in 30 days, Mastercard 35, for a refusal that may pass. Other refusals are final.
"""


class MandateStatus(StrEnum):
    """The status of a mandate.

    The customer is at the provider's page; what is due is charged; the provider said never to charge the method again;
    the provider still has to delete it; it is over.
    """

    PENDING = "pending"
    ACTIVE = "active"
    DECLINED = "declined"
    ENDING = "ending"
    ENDED = "ended"


LISTED = (MandateStatus.PENDING, MandateStatus.ACTIVE, MandateStatus.ENDING)
"""The statuses in which the shop has something to do by itself."""
IN_USE = (MandateStatus.PENDING, MandateStatus.ACTIVE, MandateStatus.DECLINED)
"""The statuses that customers see. Others are kept, since they are what was agreed to."""


@dataclass(frozen=True, slots=True)
class Mandate:
    """What a customer agreed to, word for word, and the method that was saved with it.

    `reference` is the provider's for the page at `checkout_url`, both empty until there is one. `method` is None until
    something was saved.
    """

    id: str
    customer_id: str
    provider: Method
    text: str
    agreed_at: datetime
    status: MandateStatus = MandateStatus.PENDING
    reference: str = ""
    checkout_url: str = ""
    method: SavedMethod | None = None
    version: int = 1

    @property
    def key(self) -> str:
        """Return the key under which the provider knows the page."""
        return f"{self.customer_id}-{self.id}"

    def becoming(self, status: MandateStatus) -> "Mandate":
        """Return it with another status, as its next version."""
        return replace(self, status=status, version=self.version + 1)

    @property
    def page_ends_at(self) -> datetime:
        """Return when the provider's page ends."""
        return self.agreed_at + PAGE_LIFETIME


def parsed(key: str) -> tuple[str, str] | None:
    """Parse a key into the ids of the customer and the mandate; None for any other text."""
    customer_id, _, mandate_id = key.partition("-")
    return (customer_id, mandate_id) if ids.is_id(customer_id) and ids.is_id(mandate_id) else None


def next_charge(due_date: date, number: int, mandate_id: str, attempts: Iterable[Attempt]) -> date | None:
    """Return the day from which an installment may be charged; None when it is not charged any more.

    `attempts` are those of its purchase, oldest first. Another mandate begins anew, as it has another method.
    """
    tries = [one for one in attempts if one.mandate_id == mandate_id and number in one.numbers]
    if not tries:
        return due_date
    last = tries[-1]
    if last.refusal in (Refusal.HARD, Refusal.NEEDS_ACTION) or len(tries) > len(PAUSES):
        return None
    return last.made_on + PAUSES[len(tries) - 1]
