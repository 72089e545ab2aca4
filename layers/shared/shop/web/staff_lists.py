"""What the pages of staff about customers list, read in as few requests as there can be."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from shop import problems
from shop.accounts.model import Account
from shop.dynamodb.paging import Page, PageRequest
from shop.ledger.attempts import Attempt
from shop.ledger.purchases import Purchase, Status
from shop.ledger.schemas import ShopPurchaseOut
from shop.ledger.totals import CustomerTotals
from shop.security.tokens import Caller

if TYPE_CHECKING:
    from shop.bootstrap import Shop

_MOST_OPEN = 100
"""The most purchases that the counter shows at once."""
_FEW = 5
"""The rows of a list that is a part of a page."""


@dataclass(frozen=True, slots=True)
class KnownCustomer:
    """A customer in a list, with what is owed."""

    account: Account
    totals: CustomerTotals


def known_customers(shop: "Shop", accounts: Sequence[Account]) -> list[KnownCustomer]:
    """Read what each of the customers owes, without those whose account was erased."""
    there = [account for account in accounts if not account.is_erased]
    totals = shop.totals.of_customers([account.id for account in there])
    return [KnownCustomer(account, owed) for account, owed in zip(there, totals, strict=True)]


def open_purchases(shop: "Shop", customer_id: str) -> list[tuple[ShopPurchaseOut, Decimal]]:
    """Read a customer's purchases with something to pay, late ones first, each with what is to pay now."""
    found = shop.purchasing.page_of_customer(customer_id, Status.DUE, "", PageRequest(None, _MOST_OPEN)).items
    ordered = sorted(found, key=lambda one: (one.open_installments[0].due_date, one.id))
    return [(ShopPurchaseOut.of(one, shop.today), due_now(one, shop.today)) for one in ordered]


def due_now(purchase: Purchase, today: date) -> Decimal:
    """Return what is to pay today, with late fees; the next installment when nothing is due yet."""
    parts = purchase.open_installments
    due = [part for part in parts if part.due_date <= today] or parts[:1]
    return sum((purchase.amount_to_pay(part, today) for part in due), Decimal(0))


@dataclass(frozen=True, slots=True)
class WaitingPayment:
    """A payment that a customer says was made, with the customer and the purchase as far as they are still there."""

    attempt: Attempt
    account: Account | None
    purchase: Purchase | None
    waits: timedelta
    ends_on: date


def waiting_payments(shop: "Shop", attempts: Sequence[Attempt]) -> list[WaitingPayment]:
    """Read the customers and purchases of payment attempts, in two requests."""
    ids = sorted({one.customer_id for one in attempts})
    accounts = dict(zip(ids, shop.accounts.of(ids), strict=True))
    purchases = shop.purchases.of_keys({(one.customer_id, one.purchase_id) for one in attempts})
    now, days = shop.clock(), shop.settings.confirmation_days
    return [
        WaitingPayment(
            one, accounts[one.customer_id], purchases.get(one.purchase_id), now - one.made_at, one.expires_on(days)
        )
        for one in attempts
    ]


def people(shop: "Shop", user_ids: Iterable[str]) -> dict[str, Account]:
    """Read the accounts of those who did something, by their ids, as far as there are any."""
    ids = sorted({one for one in user_ids if one})
    return {one.id: one for one in shop.accounts.of(ids) if one is not None}


class Topic(StrEnum):
    """A part of a customer's file that has pages of its own."""

    NOTES = "notes"
    MAILS = "mails"
    JOURNAL = "journal"
    ATTEMPTS = "attempts"


def history(
    shop: "Shop", topic: Topic, customer_id: str, request: PageRequest
) -> tuple[Page[Any], Mapping[str, Account]]:
    """Read a page of a part of a customer's file, newest first, and the accounts of those who did what it tells."""
    match topic:
        case Topic.NOTES:
            notes = shop.notes.page(customer_id, request)
            return notes, people(shop, (one.note.by for one in notes.items))
        case Topic.MAILS:
            return shop.customer_mails.page(customer_id, request), {}
        case Topic.JOURNAL:
            entries = shop.desk.journal_of_customer(customer_id, request)
            return entries, people(shop, (one.actor.id for one in entries.items))
        case Topic.ATTEMPTS:
            attempts = shop.attempting.page(customer_id, request)
            rows = waiting_payments(shop, attempts.items)
            return attempts.known(rows), {}


def newest(shop: "Shop", customer_id: str) -> Mapping[str, object]:
    """Read the newest rows of the parts of a customer's file, and whether there are more."""
    few = PageRequest(None, _FEW)
    purchases = shop.purchasing.page_of_customer(customer_id, None, "", few)
    notes, mails = shop.notes.page(customer_id, few), shop.customer_mails.page(customer_id, few)
    return {
        "purchases": [ShopPurchaseOut.of(one, shop.today) for one in purchases.items],
        "notes": notes.items,
        "people": people(shop, (one.note.by for one in notes.items)),
        "mails": mails.items,
        "more": {"purchases": purchases.next, "notes": notes.next, "mails": mails.next},
    }


def waiting_payment(shop: "Shop", staff: Caller, purchase_id: str, attempt_id: str) -> WaitingPayment:
    """Read a payment that a customer says was made. Raises NotFound."""
    purchase = shop.purchasing.read(staff, purchase_id)
    attempt = shop.attempts.get(purchase.customer.id, purchase_id, attempt_id)
    if attempt is None:
        raise problems.ATTEMPT_NOT_FOUND.error()
    return waiting_payments(shop, [attempt])[0]
