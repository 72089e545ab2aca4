"""Installments as their purchase's item holds them: short, for a plan has up to sixty."""

from datetime import date
from decimal import Decimal

from shop.domain.purchases import Installment
from shop.store.codec import to_instant, to_text
from shop.store.table import Item


def to_map(part: Installment) -> Item:
    """An installment as it is stored."""
    stored: Item = {"due_date": part.due_date.isoformat(), "principal": part.principal}
    if part.paid_at is not None:
        stored |= {"paid": part.paid_principal, "paid_at": to_text(part.paid_at)}
    if part.late_fee:
        stored["late_fee"] = part.late_fee
    if part.is_void:
        stored["void"] = True
    return stored


def from_map(number: int, stored: Item) -> Installment:
    """The installment stored, `number` in its plan."""
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
