"""Purchases, installments and payments. `rules` says how they change."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from shop import problems
from shop.calendar import Interval
from shop.money import ZERO, Formats, round_half_up


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
    """The shop's conditions for purchases made from now on, from its settings. Rates are shares (0.10 is 10 %)."""

    formats: Formats
    late_fee_rate: Decimal
    least_first_share: Decimal
    most_installments: int
    least_payment_share: Decimal


@dataclass(frozen=True, slots=True)
class Customer:
    """The customer, as a purchase keeps it."""

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


@dataclass(frozen=True, slots=True)
class Payment:
    """Money for one installment; `amount` includes the late fee."""

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
    """A product bought at the price and under the name it had then, and its plan.

    `late_fee_rate` is the shop's at the time of purchase, a share: late fees stay what was agreed.
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
        """The unpaid installments, in the order of the plan."""
        return [part for part in self.installments if part.is_open]

    @property
    def refundable(self) -> Decimal:
        """The amount that was paid for a cancelled purchase, late fees included."""
        return sum((part.paid_amount for part in self.installments), ZERO) if self.cancellation else ZERO

    def installment(self, number: int) -> Installment:
        """The installment `number`; NotFound where the plan has none."""
        if not 1 <= number <= len(self.installments):
            raise problems.INSTALLMENT_NOT_FOUND.error()
        return self.installments[number - 1]

    def late_fee_of(self, part: Installment, today: date) -> Decimal:
        """The late fee that was paid for an installment or, while it is overdue, the one to be paid with the rest."""
        return round_half_up(part.outstanding * self.late_fee_rate) if part.is_overdue(today) else part.late_fee

    def amount_to_pay(self, part: Installment, today: date) -> Decimal:
        """What settles an installment today: the principal left and, when it is overdue, the late fee."""
        return part.outstanding + (self.late_fee_of(part, today) if part.is_overdue(today) else ZERO)

    def amount_to_pay_off(self, today: date) -> Decimal:
        """What settles all installments today: the principal left, and a late fee for each that is overdue."""
        return sum((self.amount_to_pay(part, today) for part in self.open_installments), ZERO)


@dataclass(frozen=True, slots=True)
class Change:
    """A change of the ledger: a purchase before (None for a new one) and after it, and its payments."""

    before: Purchase | None
    after: Purchase
    payments: Sequence[Payment]
    at: datetime
    on: date
