"""Acts of the ledger for tests."""

from datetime import date, datetime
from decimal import Decimal

from shop import ids
from shop.ledger.acting import Act, Tender
from shop.ledger.journal import Actor, Method, Role
from shop.ledger.purchases import Change, Customer, Order, Terms
from shop.ledger.rules import ordered, sell


def act(now: datetime, today: date, reason: str = "") -> Act:
    """An act of a customer."""
    return Act(ids.new_parent_id(now), Actor("customer", Role.CUSTOMER), now, today, reason)


def declared(today: date) -> Tender:
    """Money that the customer declares."""
    return Tender(Method.SELF_DECLARED, today)


def buy(
    order: Order,
    purchase_id: str,
    customer: Customer,
    product_name: str,
    unit_price: Decimal,
    act: Act,
    tender: Tender,
    terms: Terms,
) -> Change:
    """A sale of what was ordered just now."""
    sale = sell(ordered(order, purchase_id, customer, product_name, unit_price, act, terms), act, tender)
    return Change(None, sale.after, sale.entry)
