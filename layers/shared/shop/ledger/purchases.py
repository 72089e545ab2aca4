"""Purchases, installments and payments. `rules` has the rules of their changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from shop import problems
from shop.calendar import Interval
from shop.money import ZERO, Formats, round_half_up


class Status(StrEnum):
    """The status of a purchase: an amount is left to pay, everything is paid, or it was cancelled."""

    DUE = "due"
    PAID = "paid"
    CANCELLED = "cancelled"


class InstallmentStatus(StrEnum):
    """The status of an installment: an amount is left to pay, everything is paid, or a cancellation made it void."""

    DUE = "due"
    PAID = "paid"
    VOID = "void"


@dataclass(frozen=True, slots=True)
class Terms:
    """The shop's conditions for new purchases, from its settings. Rates are shares (0.10 is 10 %)."""

    formats: Formats
    late_fee_rate: Decimal
    least_first_share: Decimal
    most_installments: int
    least_payment_share: Decimal


@dataclass(frozen=True, slots=True)
class Customer:
    """The customer, as stored in a purchase."""

    id: str
    username: str
    email: str


@dataclass(frozen=True, slots=True)
class Order:
    """An order: a quantity of a product, and the plan to pay for it."""

    product_id: int
    quantity: int
    first_installment_amount: Decimal
    installment_count: int
    interval: Interval


@dataclass(frozen=True, slots=True)
class Installment:
    """One part of a purchase's price, and the amount paid for it."""

    number: int
    due_date: date
    principal: Decimal
    paid_principal: Decimal = ZERO
    late_fee: Decimal = ZERO
    paid_at: datetime | None = None
    is_void: bool = False

    @property
    def outstanding(self) -> Decimal:
        """Return the unpaid principal; zero when it is void."""
        return ZERO if self.is_void else self.principal - self.paid_principal

    @property
    def status(self) -> InstallmentStatus:
        """Return the status: void after a cancellation, otherwise due until everything is paid."""
        if self.is_void:
            return InstallmentStatus.VOID
        return InstallmentStatus.DUE if self.outstanding else InstallmentStatus.PAID

    @property
    def is_open(self) -> bool:
        """Return whether the installment has to be paid."""
        return self.status is InstallmentStatus.DUE

    @property
    def paid_amount(self) -> Decimal:
        """Return the paid amount, including the late fee."""
        return self.paid_principal + self.late_fee

    def is_overdue(self, today: date) -> bool:
        """Return whether it is unpaid and its due date is over; it is payable until the end of that day."""
        return self.is_open and self.due_date < today


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment for one installment; `amount` includes the late fee."""

    id: str
    purchase_id: str
    number: int
    amount: Decimal
    late_fee: Decimal
    paid_at: datetime
    paid_on: date


@dataclass(frozen=True, slots=True)
class Cancellation:
    """A cancellation: its time, the admin's id, and the reason."""

    at: datetime
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Purchase:
    """A purchase of a product, with the product's price and name at the time, and the plan.

    `late_fee_rate` is a share, fixed at purchase: later settings do not change it.
    """

    id: str
    customer: Customer
    product_id: int
    product_name: str
    unit_price: Decimal
    quantity: int
    interval: Interval
    late_fee_rate: Decimal
    purchased_at: datetime
    purchased_on: date
    installments: tuple[Installment, ...]
    cancellation: Cancellation | None = None
    version: int = 1

    @property
    def total_price(self) -> Decimal:
        """Return the price of the whole quantity, fixed at purchase."""
        return self.unit_price * self.quantity

    @property
    def status(self) -> Status:
        """Return the status: paid when every installment is paid."""
        if self.cancellation is not None:
            return Status.CANCELLED
        return Status.DUE if self.open_installments else Status.PAID

    @property
    def open_installments(self) -> list[Installment]:
        """Return the unpaid installments, in the order of the plan."""
        return [part for part in self.installments if part.is_open]

    @property
    def refundable(self) -> Decimal:
        """Return the amount paid for a cancelled purchase, including late fees."""
        return sum((part.paid_amount for part in self.installments), ZERO) if self.cancellation else ZERO

    def installment(self, number: int) -> Installment:
        """Return installment `number`. Raises NotFound when the plan has none."""
        if not 1 <= number <= len(self.installments):
            raise problems.INSTALLMENT_NOT_FOUND.error()
        return self.installments[number - 1]

    def late_fee_of(self, part: Installment, today: date) -> Decimal:
        """Return the late fee of an installment: the paid one or, while it is overdue, the one due with the rest."""
        return round_half_up(part.outstanding * self.late_fee_rate) if part.is_overdue(today) else part.late_fee

    def amount_to_pay(self, part: Installment, today: date) -> Decimal:
        """Return the amount that settles an installment today: the unpaid principal and, when overdue, the late fee."""
        return part.outstanding + (self.late_fee_of(part, today) if part.is_overdue(today) else ZERO)

    def amount_to_pay_off(self, today: date) -> Decimal:
        """Return the amount that settles the purchase today: the unpaid principal, and late fees of overdue parts."""
        return sum((self.amount_to_pay(part, today) for part in self.open_installments), ZERO)


@dataclass(frozen=True, slots=True)
class Change:
    """A change of the ledger: a purchase before (None for a new one) and after the change, and the payments made."""

    before: Purchase | None
    after: Purchase
    payments: Sequence[Payment]
    at: datetime
    on: date
