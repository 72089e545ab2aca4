"""Purchases and installments. `rules` has the rules of their changes."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from shop import problems
from shop.calendar import Interval
from shop.catalogue.model import Product
from shop.ledger.journal import Entry
from shop.money import ZERO, Formats, round_half_up


class Status(StrEnum):
    """The status of a purchase.

    It is ordered and its first payment not confirmed yet, an amount is left to pay, everything is paid, the shop has
    given up on the rest, or it was cancelled.
    """

    PENDING = "pending"
    DUE = "due"
    PAID = "paid"
    WRITTEN_OFF = "written_off"
    CANCELLED = "cancelled"


class InstallmentStatus(StrEnum):
    """The status of an installment.

    Its purchase is pending, an amount is left to pay, everything is paid, or the debt ended without payment.
    """

    PENDING = "pending"
    DUE = "due"
    PAID = "paid"
    VOID = "void"


@dataclass(frozen=True, slots=True)
class Terms:
    """The shop's conditions, from its settings. Rates are shares (0.10 is 10 %).

    Staff may enter money that was received up to `received_days_back` days ago. `credit_limit` is the most that a
    customer without a limit of their own may owe after a purchase; None is no limit.
    """

    formats: Formats
    late_fee_rate: Decimal
    least_first_share: Decimal
    most_installments: int
    least_payment_share: Decimal
    received_days_back: int = 7
    credit_limit: Decimal | None = None
    intervals: tuple[Interval, ...] = tuple(Interval)

    def of(self, product: Product) -> "Terms":
        """Return the conditions of a purchase of a product: the stricter of the shop's and its own."""
        own = product.terms
        return replace(
            self,
            least_first_share=max(self.least_first_share, own.least_first_share or ZERO),
            most_installments=min(self.most_installments, own.most_installments or self.most_installments),
            intervals=own.intervals or self.intervals,
        )


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
    """One part of a purchase's price, and what became of it.

    `credited` is principal that is owed no longer without having been paid. `late_fee` is the paid fee; with
    `fee_waived`, none is due. `is_void`: a return, a cancellation or a write-off ended the debt. `is_pending`: the
    purchase is not sold yet, so nothing is owed.
    """

    number: int
    due_date: date
    principal: Decimal
    paid_principal: Decimal = ZERO
    late_fee: Decimal = ZERO
    paid_at: datetime | None = None
    credited: Decimal = ZERO
    fee_waived: bool = False
    is_void: bool = False
    is_pending: bool = False

    @property
    def outstanding(self) -> Decimal:
        """Return the principal that is neither paid nor given up."""
        return self.principal - self.paid_principal - self.credited

    @property
    def status(self) -> InstallmentStatus:
        """Return the status: due until nothing is owed."""
        if self.is_pending:
            return InstallmentStatus.PENDING
        if self.outstanding:
            return InstallmentStatus.DUE
        return InstallmentStatus.VOID if self.is_void else InstallmentStatus.PAID

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
class Cancellation:
    """A cancellation: its time, the admin's id, and the reason."""

    at: datetime
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """Money for an installment that a customer says was paid, and that waits for the shop's confirmation."""

    attempt_id: str
    number: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Purchase:
    """A purchase of a product, with the product's price and name at the time, and the plan.

    `late_fee_rate` is a share, fixed at purchase: later settings do not change it. `returned` is the number of pieces
    that came back. `refundable` is owed back to the customer. `discounts` and `write_offs` were given up. `is_sold` is
    false for an order until its first payment is confirmed. `takes_stock`: its pieces were taken from a counted stock.
    `plan_markup` is the share that `unit_price` has over the product's price, because it is paid on a plan.
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
    returned: int = 0
    refundable: Decimal = ZERO
    discounts: Decimal = ZERO
    write_offs: Decimal = ZERO
    is_sold: bool = True
    takes_stock: bool = False
    plan_markup: Decimal = ZERO
    waiting: tuple[Waiting, ...] = ()
    version: int = 1

    @property
    def total_price(self) -> Decimal:
        """Return the price of the whole quantity, fixed at purchase."""
        return self.unit_price * self.quantity

    @property
    def kept_price(self) -> Decimal:
        """Return the price of the pieces that did not come back."""
        return self.unit_price * (self.quantity - self.returned)

    @property
    def status(self) -> Status:
        """Return the status: due while an installment is owed."""
        if self.cancellation is not None:
            return Status.CANCELLED
        if not self.is_sold:
            return Status.PENDING
        if self.open_installments:
            return Status.DUE
        return Status.WRITTEN_OFF if self.write_offs else Status.PAID

    @property
    def open_installments(self) -> list[Installment]:
        """Return the unpaid installments, in the order of the plan."""
        return [part for part in self.installments if part.is_open]

    @property
    def outstanding(self) -> Decimal:
        """Return the principal that is still owed."""
        return sum((part.outstanding for part in self.open_installments), ZERO)

    @property
    def planned_rest(self) -> Decimal:
        """Return the principal that is owed after the first payment."""
        return sum((part.principal for part in self.installments[1:]), ZERO)

    @property
    def waiting_amount(self) -> Decimal:
        """Return the money that waits for confirmation."""
        return sum((one.amount for one in self.waiting), ZERO)

    def waiting_for(self, part: Installment) -> Decimal:
        """Return the money for an installment that waits for confirmation."""
        return sum((one.amount for one in self.waiting if one.number == part.number), ZERO)

    def attempt_for(self, part: Installment) -> str:
        """Return the id of the payment attempt that an installment waits for; "" for none."""
        return next((one.attempt_id for one in self.waiting if one.number == part.number), "")

    @property
    def paid_principal(self) -> Decimal:
        """Return the principal that was paid and that the shop does not owe back."""
        return self.kept_price - self.discounts - self.write_offs - self.outstanding

    def installment(self, number: int) -> Installment:
        """Return installment `number`. Raises NotFound when the plan has none."""
        for part in self.installments:
            if part.number == number:
                return part
        raise problems.INSTALLMENT_NOT_FOUND.error()

    def late_fee_of(self, part: Installment, today: date) -> Decimal:
        """Return the late fee of an installment: the paid one or, while it is overdue, the one due with the rest."""
        return self._fee_due(part) if part.is_overdue(today) else part.late_fee

    def amount_to_pay(self, part: Installment, today: date) -> Decimal:
        """Return the amount that settles an installment today: the unpaid principal and, when overdue, the late fee.

        For an installment of an order that waits, it is zero.
        """
        if part.is_pending:
            return ZERO
        return part.outstanding + (self._fee_due(part) if part.is_overdue(today) else ZERO)

    def _fee_due(self, part: Installment) -> Decimal:
        return ZERO if part.fee_waived else round_half_up(part.outstanding * self.late_fee_rate)

    def late_fees_due(self, today: date) -> Decimal:
        """Return the late fees that are due with the overdue installments."""
        return sum((self._fee_due(part) for part in self.installments if part.is_overdue(today)), ZERO)

    def amount_to_pay_off(self, today: date) -> Decimal:
        """Return the amount that settles the purchase today: the unpaid principal, and late fees of overdue parts."""
        return sum((self.amount_to_pay(part, today) for part in self.open_installments), ZERO)


@dataclass(frozen=True, slots=True)
class Change:
    """A change of the ledger: a purchase before (None for a new one) and after the entry that changed it."""

    before: Purchase | None
    after: Purchase
    entry: Entry
