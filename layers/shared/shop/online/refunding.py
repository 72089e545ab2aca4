"""Refunds through the provider that took the money, and their rules.

The journal has a refund from the moment it is asked for, so nobody can hand out the same money at the counter. If the
provider cannot pay it out, an entry puts the money back to what is owed to the customer.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from shop.ledger.acting import Act, Tender
from shop.ledger.journal import MONEY_ACCOUNTS, Entry, Kind, LedgerAccount, Method
from shop.ledger.purchases import Change, Purchase
from shop.ledger.rules import changed
from shop.money import ZERO


class RefundStatus(StrEnum):
    """How far a refund is: asked for, with the customer, or come to nothing."""

    PENDING = "pending"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Refund:
    """A refund of a payment. Its id is that of its journal entry, and the provider's idempotency key.

    `payment` is the provider's reference of the payment, `reference` that of the refund; empty until it is known.
    """

    id: str
    customer_id: str
    purchase_id: str
    provider: Method
    payment: str
    amount: Decimal
    made_at: datetime
    reference: str = ""
    status: RefundStatus = RefundStatus.PENDING
    version: int = 1


def refund_returned(purchase: Purchase, refund: Refund, act: Act) -> Change:
    """Put back what a provider could not pay out: it is owed to the customer again."""
    account, tender = MONEY_ACCOUNTS[refund.provider], Tender(refund.provider, act.on, refund.payment)
    posted = [(account, refund.amount), (LedgerAccount.REFUNDS_PAYABLE, -refund.amount)]
    return changed(purchase, Kind.REFUND_RETURNED, act, *posted, tender=tender)


Payment = tuple[Method, str]
"""A payment at a provider: the provider and its reference."""


def held(entries: Iterable[Entry]) -> Mapping[Payment, Decimal]:
    """Return how much of each payment online the provider still has for the shop, by the entries of a purchase."""
    sums: dict[Payment, Decimal] = {}
    for entry in entries:
        if entry.method and entry.method.is_online:
            payment = (entry.method, entry.reference)
            sums[payment] = sums.get(payment, ZERO) + entry.postings.get(MONEY_ACCOUNTS[entry.method], ZERO)
    return {payment: amount for payment, amount in sums.items() if amount}


def refunded(entries: Iterable[Entry], payment: str) -> Decimal:
    """Return how much of a payment has been refunded, by the entries of its purchase."""
    given = (one.money for one in entries if one.reference == payment and one.kind in _REFUNDS)
    return -sum(given, ZERO)


_REFUNDS = {Kind.REFUND, Kind.REFUND_RETURNED}


def unneeded(purchase: Purchase, entries: Iterable[Entry], payment: str) -> Decimal:
    """Return how much of a payment is owed back because what it was for was settled, and was never refunded.

    What a provider could not pay out counts as refunded: staff then find another way.
    """
    surplus = ZERO
    for entry in entries:
        if entry.reference == payment:
            surplus += entry.too_much + (entry.money if entry.kind is Kind.REFUND else ZERO)
    return max(ZERO, min(surplus, purchase.refundable))
