"""Conversion of purchases and payments to items of the table, and back."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from shop.calendar import Interval
from shop.dynamodb import keys, search
from shop.dynamodb.attributes import to_instant, to_text
from shop.dynamodb.search import Indexed
from shop.dynamodb.writes import Item
from shop.ledger.purchases import Cancellation, Customer, Installment, Payment, Purchase
from shop.text import search_text


def _installment_to_map(part: Installment) -> Item:
    """Convert an installment to its stored form."""
    stored: Item = {"due_date": part.due_date.isoformat(), "principal": part.principal}
    if part.paid_at is not None:
        stored |= {"paid": part.paid_principal, "paid_at": to_text(part.paid_at)}
    if part.late_fee:
        stored["late_fee"] = part.late_fee
    if part.is_void:
        stored["void"] = True
    return stored


def _installment_from_map(number: int, stored: Item) -> Installment:
    """Convert the stored form of installment `number` back."""
    zero = Decimal("0.00")
    return Installment(
        number,
        date.fromisoformat(stored["due_date"]),
        stored["principal"],
        stored.get("paid", zero),
        stored.get("late_fee", zero),
        to_instant(stored["paid_at"]) if "paid_at" in stored else None,
        stored.get("void", False),
    )


def purchase_to_item(purchase: Purchase) -> Item:
    """Convert a purchase to its item, listed under its status."""
    item: Item = {
        **keys.purchase(purchase.customer.id, purchase.id),
        "id": purchase.id,
        "customer_id": purchase.customer.id,
        "username": purchase.customer.username,
        "email": purchase.customer.email,
        "product_id": purchase.product_id,
        "product_name": purchase.product_name,
        "unit_price": purchase.unit_price,
        "quantity": purchase.quantity,
        "interval": purchase.interval.value,
        "late_fee_rate": purchase.late_fee_rate,
        "purchased_at": to_text(purchase.purchased_at),
        "purchased_on": purchase.purchased_on.isoformat(),
        "installments": [_installment_to_map(part) for part in purchase.installments],
        "status": purchase.status.value,
        "version": purchase.version,
        "listing": keys.purchase_listing(purchase.status),
        "created_key": purchase.id,
    }
    if purchase.cancellation is not None:
        cancelled = purchase.cancellation
        item["cancellation"] = {"at": to_text(cancelled.at), "by": cancelled.by, "reason": cancelled.reason}
    return item


def indexed(purchase: Purchase) -> Indexed:
    """Return the search entry of a purchase."""
    key = keys.purchase(purchase.customer.id, purchase.id)
    return Indexed(purchase.id, key, text_of(purchase))


def leading_to(purchase: Purchase) -> list[Item]:
    """Return the search items of a purchase."""
    return search.items(keys.PURCHASE_LISTING, indexed(purchase))


def text_of(purchase: Purchase) -> str:
    """Return the text of a purchase that search examines."""
    return search_text(purchase.product_name, purchase.customer.username, purchase.customer.email)


def purchase_from_item(item: Item) -> Purchase:
    """Read the purchase in an item."""
    return Purchase(
        id=item["id"],
        customer=Customer(item["customer_id"], item["username"], item["email"]),
        product_id=int(item["product_id"]),
        product_name=item["product_name"],
        unit_price=item["unit_price"],
        quantity=int(item["quantity"]),
        interval=Interval(item["interval"]),
        late_fee_rate=item["late_fee_rate"],
        purchased_at=to_instant(item["purchased_at"]),
        purchased_on=date.fromisoformat(item["purchased_on"]),
        installments=tuple(
            _installment_from_map(number, part) for number, part in enumerate(item["installments"], start=1)
        ),
        cancellation=_cancellation_from_map(item["cancellation"]) if "cancellation" in item else None,
        version=int(item["version"]),
    )


def _cancellation_from_map(stored: Item) -> Cancellation:
    return Cancellation(to_instant(stored["at"]), stored["by"], stored["reason"])


def payment_to_item(customer_id: str, payment: Payment) -> Item:
    """Convert a payment to its item, in no list of due mails."""
    return {
        **keys.payment(customer_id, payment.purchase_id, payment.id),
        "id": payment.id,
        "purchase_id": payment.purchase_id,
        "number": payment.number,
        "amount": payment.amount,
        "late_fee": payment.late_fee,
        "paid_at": to_text(payment.paid_at),
        "paid_on": payment.paid_on.isoformat(),
    }


def payments_to_items(customer_id: str, payments: Sequence[Payment]) -> list[Item]:
    """Convert the payments of one change. One mail confirms all of them, so only the first is listed as due."""
    items = [payment_to_item(customer_id, payment) for payment in payments]
    if items:
        items[0] |= keys.due_receipt(customer_id, items[0]["id"], items[0]["paid_at"])
    return items


def payment_from_item(item: Item) -> Payment:
    """Read the payment in an item."""
    return Payment(
        item["id"],
        item["purchase_id"],
        int(item["number"]),
        item["amount"],
        item["late_fee"],
        to_instant(item["paid_at"]),
        date.fromisoformat(item["paid_on"]),
    )
