"""Conversion of purchases and journal entries to items of the table, and back."""

from datetime import date

from shop.calendar import Interval
from shop.dynamodb import due_lists, keys, search
from shop.dynamodb.attributes import to_instant, to_text
from shop.dynamodb.search import Indexed
from shop.dynamodb.writes import Item
from shop.ledger.attempts import Attempt, AttemptStatus, Decision
from shop.ledger.journal import Actor, Entry, Kind, LedgerAccount, Line, Method, PlanLine, Role
from shop.ledger.purchases import Cancellation, Customer, Installment, Purchase, Waiting
from shop.money import ZERO
from shop.text import search_text

MAILED = frozenset(Kind) - {Kind.WRITE_OFF, Kind.REFUND_RETURNED, Kind.DISPUTE, Kind.DISPUTE_WON}
"""The acts that the customer gets a mail about."""
_ADJUSTMENTS = ("returned", "refundable", "discounts", "write_offs", "plan_markup")
"""Figures of a purchase that are zero for most; only others are stored."""


def _installment_to_map(position: int, part: Installment) -> Item:
    """Convert an installment to its stored form. Its number is stored when it is not its position in the plan."""
    stored: Item = {"due_date": part.due_date.isoformat(), "principal": part.principal}
    if part.paid_at is not None:
        stored |= {"paid": part.paid_principal, "paid_at": to_text(part.paid_at)}
    if part.late_fee:
        stored["late_fee"] = part.late_fee
    if part.number != position:
        stored["number"] = part.number
    if part.credited:
        stored["credited"] = part.credited
    if part.fee_waived:
        stored["fee_waived"] = True
    if part.is_void:
        stored["void"] = True
    return stored


def _installment_from_map(position: int, stored: Item, *, is_pending: bool) -> Installment:
    """Convert the stored form of an installment back. Those of a pending purchase are pending, too."""
    return Installment(
        int(stored.get("number", position)),
        date.fromisoformat(stored["due_date"]),
        stored["principal"],
        stored.get("paid", ZERO),
        stored.get("late_fee", ZERO),
        to_instant(stored["paid_at"]) if "paid_at" in stored else None,
        stored.get("credited", ZERO),
        stored.get("fee_waived", False),
        stored.get("void", False),
        is_pending,
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
        "installments": [
            _installment_to_map(position, part) for position, part in enumerate(purchase.installments, start=1)
        ],
        "status": purchase.status.value,
        "version": purchase.version,
        "listing": keys.purchase_listing(purchase.status),
        "created_key": purchase.id,
    }
    item |= {name: value for name in _ADJUSTMENTS if (value := getattr(purchase, name))}
    if purchase.refundable:
        item |= due_lists.owed_back(purchase.id)
    if purchase.cancellation is not None:
        cancelled = purchase.cancellation
        item["cancellation"] = {"at": to_text(cancelled.at), "by": cancelled.by, "reason": cancelled.reason}
    if not purchase.is_sold:
        item["sold"] = False
    if purchase.takes_stock:
        item["takes_stock"] = True
    if purchase.waiting:
        item["waiting"] = [[one.attempt_id, one.number, one.amount] for one in purchase.waiting]
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
    is_sold = item.get("sold", True)
    is_pending = not is_sold and "cancellation" not in item
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
            _installment_from_map(position, part, is_pending=is_pending)
            for position, part in enumerate(item["installments"], start=1)
        ),
        cancellation=_cancellation_from_map(item["cancellation"]) if "cancellation" in item else None,
        returned=int(item.get("returned", 0)),
        refundable=item.get("refundable", ZERO),
        discounts=item.get("discounts", ZERO),
        write_offs=item.get("write_offs", ZERO),
        is_sold=is_sold,
        takes_stock=item.get("takes_stock", False),
        plan_markup=item.get("plan_markup", ZERO),
        waiting=tuple(Waiting(of, int(number), amount) for of, number, amount in item.get("waiting", ())),
        version=int(item["version"]),
    )


def _cancellation_from_map(stored: Item) -> Cancellation:
    return Cancellation(to_instant(stored["at"]), stored["by"], stored["reason"])


def entry_to_item(entry: Entry) -> Item:
    """Convert a journal entry to its item, listed under the day of its recording, with no receipt due."""
    item: Item = {
        **keys.entry(entry.customer_id, entry.purchase_id, entry.id),
        "id": entry.id,
        "kind": entry.kind.value,
        "customer_id": entry.customer_id,
        "purchase_id": entry.purchase_id,
        "version": entry.version,
        "actor": entry.actor.id,
        "role": entry.actor.role.value,
        "recorded_at": to_text(entry.recorded_at),
        "recorded_on": entry.recorded_on.isoformat(),
        "postings": {account.value: amount for account, amount in entry.postings.items()},
        "listing": keys.entry_listing(entry.recorded_on),
        "created_key": entry.id,
    }
    if entry.value_date != entry.recorded_on:
        item["value_date"] = entry.value_date.isoformat()
    if entry.lines:
        item["lines"] = [_line_to_map(line) for line in entry.lines]
    if entry.plan:
        item["plan"] = [[line.number, line.due_date.isoformat(), line.principal] for line in entry.plan]
    if entry.interval:
        item["interval"] = entry.interval.value
    if entry.method:
        item["method"] = entry.method.value
    return item | {name: value for name in _OPTIONAL if (value := getattr(entry, name))}


_OPTIONAL = ("reference", "note", "reason", "quantity", "reverses", "attempt_id")
_AMOUNTS = ("principal", "late_fee", "credited")


def _line_to_map(line: Line) -> Item:
    stored: Item = {name: value for name in _AMOUNTS if (value := getattr(line, name))}
    if line.waives_fee:
        stored["waives_fee"] = True
    return {"number": line.number, **stored}


def entry_from_item(item: Item) -> Entry:
    """Read the journal entry in an item."""
    return Entry(
        id=item["id"],
        kind=Kind(item["kind"]),
        customer_id=item["customer_id"],
        purchase_id=item["purchase_id"],
        version=int(item["version"]),
        actor=Actor(item["actor"], Role(item["role"])),
        recorded_at=to_instant(item["recorded_at"]),
        recorded_on=date.fromisoformat(item["recorded_on"]),
        value_date=date.fromisoformat(item["value_date"] if "value_date" in item else item["recorded_on"]),
        postings={LedgerAccount(account): amount for account, amount in item["postings"].items()},
        lines=tuple(_line_from_map(stored) for stored in item.get("lines", ())),
        plan=tuple(
            PlanLine(int(number), date.fromisoformat(due), principal) for number, due, principal in item.get("plan", ())
        ),
        interval=Interval(item["interval"]) if "interval" in item else None,
        method=Method(item["method"]) if "method" in item else None,
        reference=item.get("reference", ""),
        note=item.get("note", ""),
        reason=item.get("reason", ""),
        quantity=int(item.get("quantity", 0)),
        reverses=item.get("reverses", ""),
        attempt_id=item.get("attempt_id", ""),
    )


def _line_from_map(stored: Item) -> Line:
    principal, late_fee, credited = (stored.get(name, ZERO) for name in _AMOUNTS)
    return Line(int(stored["number"]), principal, late_fee, credited, stored.get("waives_fee", False))


def attempt_to_item(attempt: Attempt) -> Item:
    """Convert a payment attempt to its item, listed under its status."""
    item: Item = {
        **keys.attempt(attempt.customer_id, attempt.purchase_id, attempt.id),
        "id": attempt.id,
        "customer_id": attempt.customer_id,
        "purchase_id": attempt.purchase_id,
        "numbers": list(attempt.numbers),
        "amount": attempt.amount,
        "method": attempt.method.value,
        "reference": attempt.reference,
        "note": attempt.note,
        "made_at": to_text(attempt.made_at),
        "made_on": attempt.made_on.isoformat(),
        "status": attempt.status.value,
        "version": attempt.version,
        "listing": keys.attempt_listing(attempt.status),
        "created_key": attempt.id,
    }
    if attempt.checkout_url:
        item["checkout_url"] = attempt.checkout_url
    if attempt.received:
        item["received"] = attempt.received
    if attempt.mandate_id:
        item["mandate_id"] = attempt.mandate_id
    if attempt.refusal:
        item["refusal"] = attempt.refusal
    if attempt.decision is not None:
        made = attempt.decision
        item["decision"] = {
            "at": to_text(made.at),
            "on": made.on.isoformat(),
            "by": made.by.id,
            "role": made.by.role.value,
            "reason": made.reason,
            "entry": made.entry_id,
        }
    return item


def attempt_from_item(item: Item) -> Attempt:
    """Read the payment attempt in an item."""
    return Attempt(
        id=item["id"],
        customer_id=item["customer_id"],
        purchase_id=item["purchase_id"],
        numbers=tuple(int(number) for number in item["numbers"]),
        amount=item["amount"],
        method=Method(item["method"]),
        reference=item["reference"],
        note=item["note"],
        made_at=to_instant(item["made_at"]),
        made_on=date.fromisoformat(item["made_on"]),
        status=AttemptStatus(item["status"]),
        decision=_decision_from_map(item["decision"]) if "decision" in item else None,
        version=int(item["version"]),
        checkout_url=item.get("checkout_url", ""),
        received=item.get("received", ZERO),
        mandate_id=item.get("mandate_id", ""),
        refusal=item.get("refusal", ""),
    )


def _decision_from_map(stored: Item) -> Decision:
    return Decision(
        to_instant(stored["at"]),
        date.fromisoformat(stored["on"]),
        Actor(stored["by"], Role(stored["role"])),
        stored["reason"],
        stored["entry"],
    )
