"""Acts of the ledger for tests."""

from datetime import date, datetime

from shop import ids
from shop.ledger.acting import Act, Tender
from shop.ledger.journal import Actor, Method, Role


def act(now: datetime, today: date, reason: str = "") -> Act:
    """An act of a customer."""
    return Act(ids.new_parent_id(now), Actor("customer", Role.CUSTOMER), now, today, reason)


def declared(today: date) -> Tender:
    """Money that the customer declares."""
    return Tender(Method.SELF_DECLARED, today)
