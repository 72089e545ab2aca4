"""Installment plans: how the price of an order is split, and what is due when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from shop.calendar import due_date
from shop.catalogue.model import Product
from shop.errors import InvalidInput
from shop.ledger.purchases import Installment, Order, Terms
from shop.money import CENT, round_half_up, split


@dataclass(frozen=True, slots=True)
class Quote:
    """What an order would come to: its total price and its plan."""

    product: Product
    total_price: Decimal
    installments: Sequence[Installment]


def plan(total: Decimal, order: Order, purchased_on: date, terms: Terms) -> tuple[Installment, ...]:
    """The installments of a purchase, none of them paid.

    Raises InvalidInput naming `installment_count` or `first_installment_amount`.
    """
    count, first = order.installment_count, order.first_installment_amount
    if count > terms.most_installments:
        raise InvalidInput.of("installment_count", f"At most {terms.most_installments} installments are possible.")
    if count == 1:
        if first != total:
            message = f"With one installment, the first must be the total of {terms.formats.amount(total)}."
            raise InvalidInput.of("first_installment_amount", message, code="first_installment_not_total")
        amounts: Sequence[Decimal] = [total]
    else:
        _check_first(first, total, terms)
        if total - first < CENT * (count - 1):
            message = f"The rest is too small to be split into {count - 1} installments."
            raise InvalidInput.of("installment_count", message, code="installments_too_small")
        amounts = [first, *split(total - first, count - 1)]
    return tuple(
        Installment(number, due_date(purchased_on, order.interval, number), amount)
        for number, amount in enumerate(amounts, start=1)
    )


def _check_first(first: Decimal, total: Decimal, terms: Terms) -> None:
    least = max(CENT, round_half_up(total * terms.least_first_share))
    if first < least:
        message = f"The first installment must be at least {terms.formats.amount(least)}."
        raise InvalidInput.of("first_installment_amount", message, code="first_installment_too_small")
    if first >= total:
        message = f"The first of several installments must be less than the total of {terms.formats.amount(total)}."
        raise InvalidInput.of("first_installment_amount", message, code="first_installment_too_large")
