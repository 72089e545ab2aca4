"""Purchases, their installment plans and payments: the rules of the money.

Source of every rule: the section "The rules of the money" of the API contract (docs/api.md).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from shop.domain import ids
from shop.domain.calendar import Interval, due_date
from shop.domain.money import CENT, ZERO, formatted, round_half_up, split
from shop.errors import Conflict, InvalidInput, NotFound


class Status(StrEnum):
    """Of a purchase: something is left to pay, nothing is, or it was cancelled."""

    DUE = "due"
    PAID = "paid"
    CANCELLED = "cancelled"


class InstallmentStatus(StrEnum):
    """Of an installment: something is left to pay, nothing is, or the purchase was cancelled before it was paid."""

    DUE = "due"
    PAID = "paid"
    VOID = "void"


@dataclass(frozen=True, slots=True)
class Terms:
    """The shop's conditions, from its settings. Rates are shares (0.10 is 10 %)."""

    currency: str
    late_fee_rate: Decimal
    least_first_share: Decimal
    most_installments: int


@dataclass(frozen=True, slots=True)
class Customer:
    """Who buys, as a purchase keeps it."""

    id: str
    username: str
    email: str


@dataclass(frozen=True, slots=True)
class Order:
    """What a customer asks for: how much of a product and the plan to pay it by."""

    product_id: str
    quantity: int
    first_installment_amount: Decimal
    installment_count: int
    interval: Interval


@dataclass(frozen=True, slots=True)
class Installment:
    """One part of a purchase's price and what was paid of it."""

    number: int
    due_date: date
    principal: Decimal
    paid_principal: Decimal = ZERO
    late_fee: Decimal = ZERO
    paid_at: datetime | None = None
    is_void: bool = False

    @property
    def outstanding(self) -> Decimal:
        """The principal still to be paid."""
        return ZERO if self.is_void else self.principal - self.paid_principal

    @property
    def status(self) -> InstallmentStatus:
        """Whether anything is left to pay."""
        if self.is_void:
            return InstallmentStatus.VOID
        return InstallmentStatus.DUE if self.outstanding else InstallmentStatus.PAID

    @property
    def is_open(self) -> bool:
        """Whether it is still to be paid."""
        return self.status is InstallmentStatus.DUE

    @property
    def paid_amount(self) -> Decimal:
        """All that was paid, the late fee with it."""
        return self.paid_principal + self.late_fee

    def is_overdue(self, today: date) -> bool:
        """Whether it is unpaid and its due date, payable until the end of that day, has passed."""
        return self.is_open and self.due_date < today

    def late_fee_on(self, today: date, rate: Decimal) -> Decimal:
        """The penalty paid or, while overdue, the one to be paid with the rest."""
        return round_half_up(self.outstanding * rate) if self.is_overdue(today) else self.late_fee

    def amount_to_pay(self, today: date, rate: Decimal) -> Decimal:
        """What settles it today: the principal left and, when late, the penalty."""
        return self.outstanding + (self.late_fee_on(today, rate) if self.is_overdue(today) else ZERO)


@dataclass(frozen=True, slots=True)
class Payment:
    """Money that came in for one installment; `amount` includes the late fee."""

    id: str
    purchase_id: str
    number: int
    amount: Decimal
    late_fee: Decimal
    paid_at: datetime
    paid_on: date


@dataclass(frozen=True, slots=True)
class Cancellation:
    """When and why an admin cancelled a purchase, and the admin's id."""

    at: datetime
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Purchase:
    """A product bought at the price and under the name it had then, and its plan."""

    id: str
    customer: Customer
    product_id: str
    product_name: str
    unit_price: Decimal
    quantity: int
    interval: Interval
    purchased_at: datetime
    purchased_on: date
    installments: tuple[Installment, ...]
    cancellation: Cancellation | None = None
    version: int = 1

    @property
    def total_price(self) -> Decimal:
        """The price of all, fixed at purchase."""
        return self.unit_price * self.quantity

    @property
    def status(self) -> Status:
        """Paid once every installment is."""
        if self.cancellation is not None:
            return Status.CANCELLED
        return Status.DUE if self.open_installments else Status.PAID

    @property
    def open_installments(self) -> list[Installment]:
        """What is still to be paid, in the order of the plan."""
        return [part for part in self.installments if part.is_open]

    @property
    def refundable(self) -> Decimal:
        """What was paid of a cancelled purchase, late fees included."""
        return sum((part.paid_amount for part in self.installments), ZERO) if self.cancellation else ZERO

    def installment(self, number: int) -> Installment:
        """The installment `number`; NotFound where the plan has none."""
        if not 1 <= number <= len(self.installments):
            raise NotFound("Installment not found.")
        return self.installments[number - 1]


@dataclass(frozen=True, slots=True)
class Change:
    """One fact for the ledger: a purchase as it was (None: it is new) and becomes, and the payments that make it so."""

    before: Purchase | None
    after: Purchase
    payments: Sequence[Payment]
    at: datetime
    on: date


def plan(total: Decimal, order: Order, purchased_on: date, terms: Terms) -> tuple[Installment, ...]:
    """The installments of a purchase, none of them paid.

    Raises InvalidInput naming `installment_count` or `first_installment_amount`.
    """
    count, first = order.installment_count, order.first_installment_amount
    if count > terms.most_installments:
        raise InvalidInput.of("installment_count", f"At most {terms.most_installments} installments are possible.")
    if count == 1:
        if first != total:
            message = f"With one installment, the first must be the total of {formatted(total, terms.currency)}."
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
        message = f"The first installment must be at least {formatted(least, terms.currency)}."
        raise InvalidInput.of("first_installment_amount", message, code="first_installment_too_small")
    if first >= total:
        message = (
            f"The first of several installments must be less than the total of {formatted(total, terms.currency)}."
        )
        raise InvalidInput.of("first_installment_amount", message, code="first_installment_too_large")


def pay(
    purchase: Purchase, number: int, amount: Decimal, *, payment_id: str, now: datetime, today: date, terms: Terms
) -> tuple[Purchase, Payment]:
    """Pay an installment: on time any part of what is due, late exactly the rest and its penalty.

    Raises NotFound, Conflict when it is paid already, InvalidInput naming `amount` when that is too much or too little.
    """
    installment = purchase.installment(number)
    _refuse_cancelled(purchase)
    if not installment.is_open:
        raise Conflict("This installment is paid already.", code="installment_already_paid")
    settles = installment.amount_to_pay(today, terms.late_fee_rate)
    late = installment.is_overdue(today)
    if late and amount < settles:
        message = f"Late payment! You must pay the full amount including penalty: {formatted(settles, terms.currency)}."
        raise InvalidInput.of("amount", message, code="late_payment_too_small")
    if amount > settles:
        message = f"You cannot pay more than the required amount: {formatted(settles, terms.currency)}."
        raise InvalidInput.of("amount", message, code="overpayment")
    late_fee = installment.late_fee_on(today, terms.late_fee_rate) if late else ZERO
    paid = replace(
        installment,
        paid_principal=installment.paid_principal + amount - late_fee,
        late_fee=installment.late_fee + late_fee,
        paid_at=now,
    )
    installments = tuple(paid if part.number == number else part for part in purchase.installments)
    payment = Payment(payment_id, purchase.id, number, amount, late_fee, now, today)
    return replace(purchase, installments=installments, version=purchase.version + 1), payment


def amount_to_pay_off(purchase: Purchase, today: date, terms: Terms) -> Decimal:
    """What settles all of a purchase today: the principal left, and a penalty for each installment that is late."""
    return sum((part.amount_to_pay(today, terms.late_fee_rate) for part in purchase.open_installments), ZERO)


def pay_off(
    purchase: Purchase, amount: Decimal | None, *, payoff_id: str, now: datetime, today: date, terms: Terms
) -> tuple[Purchase, list[Payment]]:
    """Pay all that is left of a purchase, a payment for each open installment; `amount`, when given, must be just that.

    The payments' ids are numbered parts of `payoff_id`. Raises Conflict when nothing is left or it was cancelled,
    InvalidInput naming `amount`.
    """
    _refuse_cancelled(purchase)
    if purchase.status is Status.PAID:
        raise Conflict("This purchase is paid already.", code="purchase_already_paid")
    total = amount_to_pay_off(purchase, today, terms)
    if amount is not None and amount != total:
        message = f"The amount that pays everything off is {formatted(total, terms.currency)}."
        raise InvalidInput.of("amount", message, code="payoff_amount_differs")
    paid, payments = purchase, []
    for part in purchase.open_installments:
        settles, payment_id = part.amount_to_pay(today, terms.late_fee_rate), ids.numbered(payoff_id, part.number)
        paid, payment = pay(paid, part.number, settles, payment_id=payment_id, now=now, today=today, terms=terms)
        payments.append(payment)
    return replace(paid, version=purchase.version + 1), payments


def cancel(purchase: Purchase, *, by: str, reason: str, now: datetime) -> Purchase:
    """Cancel a purchase: what is open is void, what was paid is refundable. Raises Conflict when it was before."""
    _refuse_cancelled(purchase)
    installments = tuple(replace(part, is_void=True) if part.is_open else part for part in purchase.installments)
    return replace(
        purchase,
        installments=installments,
        cancellation=Cancellation(now, by, reason),
        version=purchase.version + 1,
    )


def _refuse_cancelled(purchase: Purchase) -> None:
    if purchase.cancellation is not None:
        raise Conflict("This purchase was cancelled.", code="purchase_cancelled")


def buy(
    order: Order,
    *,
    purchase_id: str,
    payment_id: str,
    customer: Customer,
    product_name: str,
    unit_price: Decimal,
    now: datetime,
    today: date,
    terms: Terms,
) -> tuple[Purchase, Payment]:
    """A purchase with its first installment paid.

    Raises InvalidInput naming the field of the order that breaks a rule.
    """
    installments = plan(unit_price * order.quantity, order, today, terms)
    purchase = Purchase(
        purchase_id,
        customer,
        order.product_id,
        product_name,
        unit_price,
        order.quantity,
        order.interval,
        now,
        today,
        installments,
        version=0,
    )
    return pay(purchase, 1, installments[0].principal, payment_id=payment_id, now=now, today=today, terms=terms)
