"""The port of online payments: what the shop asks of a payment provider, and what it may believe.

The shop believes only the answers to what it asks. A notification is a hint to ask.

ProviderError
├── Refused    the provider said no, and did nothing
├── NoAnswer   the outcome is unknown: ask again with the same key
└── Forged     a notification that the provider did not sign, or not lately
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Protocol, runtime_checkable


class ProviderError(Exception):
    """A provider did not do what it was asked. The message has no secrets."""


class Refused(ProviderError):
    """The provider said no, and did nothing. `code` is its own word for the reason."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class NoAnswer(ProviderError):
    """No answer came, or none that says what was done. The same call with the same key may be repeated."""


class Forged(ProviderError):
    """A notification is not from the provider, was changed, or is too old."""


@dataclass(frozen=True, slots=True)
class Money:
    """An exact amount of a currency (ISO 4217)."""

    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class Payer:
    """The customer, as providers want to know them. What the shop does not know is empty."""

    name: str
    email: str
    phone: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Checkout:
    """A payment to make on a provider's page.

    `key` is the id of the shop's attempt. A call with the same key must have the same values, so `ends_at`, the end of
    the page, follows from the attempt and not from the clock. The browser returns to `return_url`, which proves
    nothing. `notice_url` is where notifications go. `saves` asks to save the method, with the customer's consent; with
    an amount of zero the page does only that.
    """

    key: str
    money: Money
    purpose: str
    payer: Payer
    return_url: str
    notice_url: str
    ends_at: datetime
    saves: bool = False


@dataclass(frozen=True, slots=True)
class Hosted:
    """A provider's page, and the provider's reference to the payment made there."""

    reference: str
    url: str


class Standing(StrEnum):
    """How far a payment is.

    The customer has to act; the provider is at work; the money came (or the method was saved, where that was all); it
    was declined; the customer left; nobody paid in time. The last four are final, but for money that comes late.
    """

    OPEN = "open"
    PENDING = "pending"
    PAID = "paid"
    FAILED = "failed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class Refusal(StrEnum):
    """A kind of refusal: the same method may work later, must not be tried again, or needs the customer to act."""

    SOFT = "soft"
    HARD = "hard"
    NEEDS_ACTION = "needs_action"


@dataclass(frozen=True, slots=True)
class Decline:
    """Why a payment failed: its kind, and the provider's own code."""

    kind: Refusal
    code: str


@dataclass(frozen=True, slots=True)
class SavedMethod:
    """A method that can be charged later: the provider's reference, and what its owner knows it by."""

    reference: str
    label: str
    expires_on: date | None = None


class DisputeStanding(StrEnum):
    """How far a dispute is. The money of an open one is away until the dispute is won."""

    OPEN = "open"
    WON = "won"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Dispute:
    """What a customer's bank wants back."""

    standing: DisputeStanding
    money: Money


@dataclass(frozen=True, slots=True)
class Report:
    """The provider's own word on a payment.

    `key` is the shop's attempt. `money` is what it is about; once paid, what came, which the caller compares. `payment`
    is the reference for refunds. `money` of what is not paid, and `refunded`, are None where the provider does not say.
    `is_risky` is the provider's advice to look before anything is handed over.
    """

    reference: str
    key: str
    standing: Standing
    money: Money | None
    payment: str = ""
    decline: Decline | None = None
    saved: SavedMethod | None = None
    refunded: Decimal | None = None
    dispute: Dispute | None = None
    is_risky: bool = False


class RefundStanding(StrEnum):
    """How far a refund is: at work, with the customer, or come to nothing."""

    PENDING = "pending"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class RefundReport:
    """The provider's own word on a refund. `money` is None where it does not say."""

    reference: str
    standing: RefundStanding
    money: Money | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """An authentic notification: its id, the same when it comes twice, and the reference to look up; "" for none."""

    id: str
    reference: str


class MovementKind(StrEnum):
    """What moved money at the provider."""

    PAYMENT = "payment"
    REFUND = "refund"
    DISPUTE = "dispute"


@dataclass(frozen=True, slots=True)
class Movement:
    """Money that came to the provider's account of the shop, or left it: then it is negative."""

    kind: MovementKind
    payment: str
    money: Money
    at: datetime


class Provider(Protocol):
    """A payment provider. Each call raises NoAnswer, and Refused when the provider says no."""

    def begin(self, checkout: Checkout) -> Hosted:
        """Make a page on which the customer pays. Repeated within a day, it is about the same payment."""
        ...

    def look_up(self, reference: str) -> Report:
        """Return what became of a payment, by the reference of its page or of the payment itself."""
        ...

    def refund(self, payment: str, money: Money, key: str) -> RefundReport:
        """Give money back, all of a payment or a part. The same key never does so twice."""
        ...

    def look_up_refund(self, reference: str) -> RefundReport:
        """Return what became of a refund."""
        ...

    def notice(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Notice:
        """Authenticate a notification; header names are in lower case. Raises Forged."""
        ...


@runtime_checkable
class SavesMethods(Provider, Protocol):
    """A provider that can charge a method again without the customer."""

    def charge(self, saved: str, money: Money, key: str) -> Report:
        """Charge a saved method; the report says so when it was declined. The same key never charges twice."""
        ...

    def forget(self, saved: str) -> None:
        """Delete a saved method. It may be deleted already."""
        ...


@runtime_checkable
class ListsMovements(Provider, Protocol):
    """A provider that lists what moved, so that its books and the shop's can be compared."""

    def movements(self, start: datetime, end: datetime) -> Iterable[Movement]:
        """Yield what moved from `start` on and before `end`."""
        ...
