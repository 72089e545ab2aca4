"""Payment attempts: money that is said or asked to come, until the shop or a payment provider confirms it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from shop.ledger.journal import Actor, Method
from shop.money import ZERO


class AttemptStatus(StrEnum):
    """The status of an attempt.

    The customer has to pay on the provider's page; it waits for confirmation; the money came; it was refused, or staff
    did not find the money; the customer left the page; nobody paid or confirmed it in time. Money that comes late can
    still be confirmed, once.
    """

    REQUIRES_ACTION = "requires_action"
    PROCESSING = "processing"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


WAITING = (AttemptStatus.PROCESSING, AttemptStatus.REQUIRES_ACTION)
"""The statuses of attempts of which nobody knows yet what becomes of them."""
PAGE_LIFETIME = timedelta(hours=1)
"""How long a provider's page may be paid at; Stripe wants half an hour at least, from when it makes the page."""

PAGE_GRACE = timedelta(minutes=15)
"""How long after its end a page that the provider calls open is believed to be."""


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
    """Money for installments of a purchase, as a customer says that it was paid, on the shop's day `made_on`.

    Of one that is paid online, the method is the provider, `reference` is the provider's for the page at `checkout_url`
    (both empty until there is a page), and `received` is what came and is in the journal. One that the shop made by
    itself, with a method that the customer saved, names the mandate; `refusal` is the kind of its refusal, if any.
    """

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
    checkout_url: str = ""
    received: Decimal = ZERO
    mandate_id: str = ""
    refusal: str = ""

    @property
    def is_waiting(self) -> bool:
        """Return whether nobody knows yet what becomes of it."""
        return self.status in WAITING

    @property
    def is_mailed(self) -> bool:
        """Return whether the customer gets a mail about the status. Who pays online sees it; money has a receipt."""
        if self.is_automatic:
            return self.status is AttemptStatus.FAILED
        return self.status is not AttemptStatus.SUCCEEDED and not self.method.is_online

    @property
    def is_automatic(self) -> bool:
        """Return whether the shop made it by itself, with a method that the customer saved."""
        return bool(self.mandate_id)

    @property
    def page_ends_at(self) -> datetime:
        """Return when the provider's page ends. It follows from the attempt, so that it can be asked for again."""
        return self.made_at + PAGE_LIFETIME

    @property
    def changed_at(self) -> datetime:
        """Return when the attempt got its status."""
        return self.decision.at if self.decision else self.made_at

    def expires_on(self, days: int) -> date:
        """Return the last day on which the attempt waits: staff have some days, a provider's page ends within hours."""
        return self.made_on if self.method.is_online else self.made_on + timedelta(days=days)
