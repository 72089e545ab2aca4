"""The plan picker: what a visitor picked on the page of a product, and the plan that follows from it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from urllib.parse import urlencode

from pydantic import ValidationError

from shop import problems
from shop.calendar import Interval
from shop.catalogue.model import Product
from shop.errors import InvalidInput
from shop.http.problems import invalid_input
from shop.ledger.command_schemas import OrderBody
from shop.ledger.plan import PricedPlan, amounts, least_first, priced
from shop.ledger.purchases import Order, Terms
from shop.money import Formats
from shop.web.wording import field_texts, problem_text

QUANTITY, COUNT, INTERVAL, FIRST = "quantity", "installment_count", "interval", "first_installment_amount"
SUGGESTED = "suggested"
"""The field with the first amount that the form itself came with: while that is what it has, another may replace it."""
_USUAL_COUNT = 6


@dataclass(frozen=True, slots=True)
class Pick:
    """What was picked: the fields of the form, and the plan, or the errors by field.

    `least` is the least first amount, None while the quantity or the number of installments is not understood.
    """

    product: Product
    terms: Terms
    fields: Mapping[str, str]
    errors: Mapping[str, str]
    plan: PricedPlan | None = None
    least: Decimal | None = None

    @property
    def query(self) -> str:
        """Return what was picked as a query."""
        return urlencode(self.fields)


def picked(product: Product, sent: Mapping[str, object], terms: Terms, today: date, formats: Formats) -> Pick:
    """Return what was picked, with the usual values for what was not sent.

    `terms` are the shop's, `formats` those of the visitor.
    """
    own = terms.of(product)
    fields = {**_usual(own), **{name: str(sent[name]) for name in (QUANTITY, COUNT, INTERVAL, FIRST) if name in sent}}
    if fields.get(FIRST) == sent.get(SUGGESTED):
        fields.pop(FIRST, None)
    least = None
    try:
        least = _least(product, _order(product, {**fields, FIRST: "1"}), own)
        order = _order(product, {FIRST: str(least), **fields})
        plan = priced(product, order, today, terms)
    except InvalidInput as error:
        found = field_texts(error, formats)
        return Pick(product, own, {FIRST: "" if least is None else str(least), **fields}, found, None, least)
    errors = {}
    if product.stock is not None and product.stock < order.quantity:
        errors = {QUANTITY: problem_text(problems.OUT_OF_STOCK.error(left=product.stock), formats)}
    return Pick(product, own, {FIRST: str(least), **fields}, errors, None if errors else plan, least)


def monthly_from(product: Product, terms: Terms) -> Decimal | None:
    """Return the least that a piece of a product costs a month, on the longest plan; None without such a plan."""
    own = terms.of(product)
    if own.most_installments == 1 or Interval.MONTHLY not in own.intervals:
        return None
    count = own.most_installments
    price = product.price_in(count)
    order = Order(product.id, 1, least_first(price, own), count, Interval.MONTHLY)
    try:
        return amounts(price, order, own)[1]
    except InvalidInput:
        return None


def _usual(terms: Terms) -> dict[str, str]:
    interval = Interval.MONTHLY if Interval.MONTHLY in terms.intervals else terms.intervals[0]
    return {QUANTITY: "1", COUNT: str(min(terms.most_installments, _USUAL_COUNT)), INTERVAL: interval.value}


def _order(product: Product, fields: Mapping[str, str]) -> Order:
    """Read an order. Raises InvalidInput."""
    try:
        return OrderBody.model_validate({"product": product.id, **fields}).order()
    except ValidationError as error:
        raise invalid_input(error.errors(include_url=False)) from error


def _least(product: Product, order: Order, terms: Terms) -> Decimal:
    """Return the least first amount of an order, which is the total when it is paid at once."""
    total = product.price_in(order.installment_count) * order.quantity
    return total if order.installment_count == 1 else least_first(total, terms)
