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
class Quote:
    """The total price and the plan of an order, and its plans with other numbers of installments."""

    product: Product
    total_price: Decimal
    plan: Sequence[PlanLine]
    others: Sequence[Sequence[PlanLine]]


def plan(total: Decimal, order: Order, purchased_on: date, terms: Terms) -> tuple[PlanLine, ...]:
    """Make the plan of a purchase.

    Raises InvalidInput naming `installment_count` or `first_installment_amount`.
    """
    count, first = order.installment_count, order.first_installment_amount
    if count > terms.most_installments:
        raise problems.TOO_MANY_INSTALLMENTS.error(most=terms.most_installments)
    if count == 1:
        if first != total:
            raise problems.FIRST_INSTALLMENT_NOT_TOTAL.error(total=terms.formats.amount(total))
        amounts: Sequence[Decimal] = [total]
    else:
        _check_first(first, total, terms)
        if total - first < CENT * (count - 1):
            raise problems.INSTALLMENTS_TOO_SMALL.error(parts=count - 1)
        amounts = [first, *split(total - first, count - 1)]
    return tuple(
        PlanLine(number, due_date(purchased_on, order.interval, number), amount)
        for number, amount in enumerate(amounts, start=1)
    )


def _check_first(first: Decimal, total: Decimal, terms: Terms) -> None:
    least = max(CENT, round_half_up(total * terms.least_first_share))
    if first < least:
        raise problems.FIRST_INSTALLMENT_TOO_SMALL.error(least_first=terms.formats.amount(least))
    if first >= total:
        raise problems.FIRST_INSTALLMENT_TOO_LARGE.error(total=terms.formats.amount(total))
