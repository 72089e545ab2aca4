"""The circumstances of an act: who does it, when, and with what money."""

from dataclasses import dataclass
from datetime import date, datetime

from shop.ledger.journal import Actor, Method


@dataclass(frozen=True, slots=True)
class Act:
    """The circumstances of an act: its entry's id, who does it, when, on which day of the shop, and why."""

    id: str
    actor: Actor
    at: datetime
    on: date
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Received:
    """Money that is handed over: how and when (None: today) it was received, a reference and a note."""

    method: Method
    received_on: date | None = None
    reference: str = ""
    note: str = ""

    def on(self, day: date) -> "Tender":
        """Return it as received on a day."""
        return Tender(self.method, day, self.reference, self.note)


UNSAID = Received(Method.SELF_DECLARED)
"""A payment of which the customer says no more than the amount."""


@dataclass(frozen=True, slots=True)
class Confirmed:
    """How money came that a customer said was paid, as staff say; where they say nothing, as the customer said."""

    method: Method | None = None
    reference: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Tender:
    """How money is handed over: the method, the day that counts for lateness, a reference such as a slip's number."""

    method: Method
    received_on: date
    reference: str = ""
    note: str = ""
