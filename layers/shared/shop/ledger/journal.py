"""The journal: every act that moves money or debt is one entry, which is never changed or deleted."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from shop import ids
from shop.calendar import Interval
from shop.money import ZERO


class Kind(StrEnum):
    """The act that an entry records."""

    PURCHASE = "purchase"
    PAYMENT = "payment"
    FEE_WAIVER = "fee_waiver"
    GOODWILL = "goodwill"
    DUE_DATE = "due_date"
    REPLAN = "replan"
    RETURN = "return"
    CANCELLATION = "cancellation"
    REFUND = "refund"
    REFUND_RETURNED = "refund_returned"
    DISPUTE = "dispute"
    DISPUTE_WON = "dispute_won"
    DISPUTE_LOST = "dispute_lost"
    WRITE_OFF = "write_off"
    REVERSAL = "reversal"


class Method(StrEnum):
    """How money came in or went out. `self_declared`: the customer says so, and nobody at the shop has seen it.

    The last ones are payment providers, by the names in `shop.payments.providers`.
    """

    SELF_DECLARED = "self_declared"
    CASH = "cash"
    BANK_TRANSFER = "bank_transfer"
    MOBILE_WALLET = "mobile_wallet"
    CARD = "card"
    OTHER = "other"
    STRIPE = "stripe"
    SSLCOMMERZ = "sslcommerz"
    SANDBOX = "sandbox"

    @property
    def is_online(self) -> bool:
        """Return whether a payment provider takes the money."""
        return self in PROVIDERS


class LedgerAccount(StrEnum):
    """An account of the books. Assets and costs are positive, income and debts of the shop negative."""

    SELF_DECLARED = "self_declared"
    CASH = "cash"
    BANK = "bank"
    WALLET = "wallet"
    CARD = "card"
    OTHER = "other"
    STRIPE = "provider:stripe"
    SSLCOMMERZ = "provider:sslcommerz"
    SANDBOX = "provider:sandbox"
    DISPUTES = "disputes"
    RECEIVABLE = "receivable"
    SALES = "sales"
    LATE_FEES = "late_fees"
    REFUNDS_PAYABLE = "refunds_payable"
    DISCOUNTS = "discounts"
    WRITE_OFFS = "write_offs"
    LOSSES = "losses"


MONEY_ACCOUNTS: Mapping[Method, LedgerAccount] = {
    Method.SELF_DECLARED: LedgerAccount.SELF_DECLARED,
    Method.CASH: LedgerAccount.CASH,
    Method.BANK_TRANSFER: LedgerAccount.BANK,
    Method.MOBILE_WALLET: LedgerAccount.WALLET,
    Method.CARD: LedgerAccount.CARD,
    Method.OTHER: LedgerAccount.OTHER,
    Method.STRIPE: LedgerAccount.STRIPE,
    Method.SSLCOMMERZ: LedgerAccount.SSLCOMMERZ,
    Method.SANDBOX: LedgerAccount.SANDBOX,
}
"""The account that money of a method goes to."""
PROVIDERS = frozenset({Method.STRIPE, Method.SSLCOMMERZ, Method.SANDBOX})
"""The methods that are payment providers."""
_MONEY = {*MONEY_ACCOUNTS.values(), LedgerAccount.DISPUTES}
"""Where money is. What is disputed is the shop's until the dispute is lost."""

Postings = Mapping[LedgerAccount, Decimal]
"""Amounts by account, none of them zero. They add up to zero."""


class Role(StrEnum):
    """The role in which somebody acts."""

    CUSTOMER = "customer"
    STAFF = "staff"
    SCHEDULE = "schedule"
    PROVIDER = "provider"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did an act: a user's id and role."""

    id: str
    role: Role


@dataclass(frozen=True, slots=True)
class Line:
    """The effect of an entry on one installment: paid principal, late fee, and principal that is owed no longer.

    The amounts of a reversal are negative. `waives_fee`: no late fee is due on the installment any more.
    """

    number: int
    principal: Decimal = ZERO
    late_fee: Decimal = ZERO
    credited: Decimal = ZERO
    waives_fee: bool = False

    @property
    def amount(self) -> Decimal:
        """Return the money for the installment, with the late fee."""
        return self.principal + self.late_fee


@dataclass(frozen=True, slots=True)
class PlanLine:
    """An installment of a plan: its number, due date and principal."""

    number: int
    due_date: date
    principal: Decimal


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment for one installment; `amount` includes the late fee. An entry makes one for each of its lines."""

    id: str
    purchase_id: str
    number: int
    amount: Decimal
    late_fee: Decimal
    paid_at: datetime
    paid_on: date


@dataclass(frozen=True, slots=True)
class Entry:
    """One act. `version` is that of the purchase after it, so it orders the entries of a purchase.

    `value_date` is the day that counts for lateness and reports; a reversal has that of what it reverses.

    `plan` has the installments that the act planned: all of them after a purchase or a new plan, and after a move of a
    due date the moved one; `interval` is the time between those of a purchase or a new plan. `quantity` is the number
    of pieces that came back. `reverses` is the id of another entry, `attempt_id` that of the payment attempt whose
    money came.
    """

    id: str
    kind: Kind
    customer_id: str
    purchase_id: str
    version: int
    actor: Actor
    recorded_at: datetime
    recorded_on: date
    value_date: date
    postings: Postings = field(default_factory=dict)
    lines: tuple[Line, ...] = ()
    plan: tuple[PlanLine, ...] = ()
    interval: Interval | None = None
    method: Method | None = None
    reference: str = ""
    note: str = ""
    reason: str = ""
    quantity: int = 0
    reverses: str = ""
    attempt_id: str = ""

    @property
    def money(self) -> Decimal:
        """Return the money that came in; negative when it went out."""
        return sum((amount for account, amount in self.postings.items() if account in _MONEY), ZERO)

    @property
    def too_much(self) -> Decimal:
        """Return the part of a payment that is owed back, since what it was for was settled already."""
        return -self.postings.get(LedgerAccount.REFUNDS_PAYABLE, ZERO) if self.kind is Kind.PAYMENT else ZERO

    @property
    def receipt_number(self) -> str | None:
        """Return the number on the receipt, such as `261129-7QK3M9XA`; None when no money moved."""
        return f"{self.recorded_on:%y%m%d}-{self.id[10:18]}" if self.money else None

    @property
    def payments(self) -> list[Payment]:
        """Return the payments that the entry records, in the order of the plan."""
        if self.kind not in (Kind.PURCHASE, Kind.PAYMENT):
            return []
        return [
            Payment(
                ids.numbered(self.id, line.number),
                self.purchase_id,
                line.number,
                line.amount,
                line.late_fee,
                self.recorded_at,
                self.value_date,
            )
            for line in self.lines
            if line.amount
        ]


def postings(*amounts: tuple[LedgerAccount, Decimal]) -> Postings:
    """Add up amounts by account, without the accounts whose sum is zero."""
    sums: dict[LedgerAccount, Decimal] = {}
    for account, amount in amounts:
        sums[account] = sums.get(account, ZERO) + amount
    return {account: amount for account, amount in sums.items() if amount}


def standing(entries: Iterable[Entry]) -> list[Entry]:
    """Return the entries without those that were reversed, and without the reversals."""
    listed = list(entries)
    reversed_ids = {entry.reverses for entry in listed if entry.reverses}
    return [entry for entry in listed if not entry.reverses and entry.id not in reversed_ids]


def payments_of(entries: Iterable[Entry]) -> list[Payment]:
    """Return the payments of entries, without those that were reversed."""
    return [payment for entry in standing(entries) for payment in entry.payments]
