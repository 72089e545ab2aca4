"""Installment plans: the amounts and due dates of an order's installments."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from shop import problems
from shop.calendar import due_date
from shop.catalogue.model import Product
from shop.ledger.journal import PlanLine
from shop.ledger.purchases import Order, Terms
from shop.money import CENT, round_half_up, split


@dataclass(frozen=True, slots=True)
class PricedPlan:
    """A plan of an order, with its prices: those on a plan may be higher by a mark-up."""

    unit_price: Decimal
    total_price: Decimal
    plan_markup: Decimal
    lines: Sequence[PlanLine]


@dataclass(frozen=True, slots=True)
class Quote:
    """The plan of an order, and its plans with other numbers of installments."""

    product: Product
    plan: PricedPlan
    others: Sequence[PricedPlan]


def priced(product: Product, order: Order, purchased_on: date, terms: Terms) -> PricedPlan:
    """Make the plan of an order by a product's prices and conditions. Raises InvalidInput as `plan` does."""
    unit_price = product.price_in(order.installment_count)
    total = unit_price * order.quantity
    lines = plan(total, order, purchased_on, terms.of(product))
    return PricedPlan(unit_price, total, product.markup_in(order.installment_count), lines)


def plan(total: Decimal, order: Order, purchased_on: date, terms: Terms) -> tuple[PlanLine, ...]:
    """Make the plan of a purchase. Raises InvalidInput as `amounts` does."""
    return tuple(
        PlanLine(number, due_date(purchased_on, order.interval, number), amount)
        for number, amount in enumerate(amounts(total, order, terms), start=1)
    )


def amounts(total: Decimal, order: Order, terms: Terms) -> Sequence[Decimal]:
    """Return the amounts of an order's installments.

    Raises InvalidInput naming `installment_count`, `interval` or `first_installment_amount`.
    """
    count, first = order.installment_count, order.first_installment_amount
    if count > terms.most_installments:
        most = terms.most_installments
        raise problems.PAID_AT_ONCE.error() if most == 1 else problems.TOO_MANY_INSTALLMENTS.error(most=most)
    if count == 1:
        if first != total:
            raise problems.FIRST_INSTALLMENT_NOT_TOTAL.error(total=terms.formats.amount(total))
        return [total]
    if order.interval not in terms.intervals:
        raise problems.INTERVAL_NOT_POSSIBLE.error(intervals=terms.intervals)
    _check_first(first, total, terms)
    if total - first < CENT * (count - 1):
        raise problems.INSTALLMENTS_TOO_SMALL.error(parts=count - 1)
    return [first, *split(total - first, count - 1)]


def least_first(total: Decimal, terms: Terms) -> Decimal:
    """Return the least first installment of a total."""
    return max(CENT, round_half_up(total * terms.least_first_share))


def _check_first(first: Decimal, total: Decimal, terms: Terms) -> None:
    least = least_first(total, terms)
    if least >= total:
        raise problems.PAID_AT_ONCE.error()
    if first < least:
        raise problems.FIRST_INSTALLMENT_TOO_SMALL.error(least_first=terms.formats.amount(least))
    if first >= total:
        raise problems.FIRST_INSTALLMENT_TOO_LARGE.error(total=terms.formats.amount(total))
