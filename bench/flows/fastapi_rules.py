"""The rules by hand: sales and payments of customers, as FastAPI's routes decide on them.

Purchases, entries and figures are dictionaries, with the attributes of the shop's items (docs/data-model.md).
"""

import secrets
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from ulid.base32 import decode, encode

Item = dict[str, Any]
Figures = dict[str, Decimal]
CENT, ZERO = Decimal("0.01"), Decimal("0.00")
LATE_FEE, LEAST_FIRST, LEAST_PAYMENT, MOST = Decimal("0.10"), Decimal("0.30"), Decimal("0.01"), 60
REMINDERS = (-3, 0, 1, 7)
INTERVALS = {"30d": 30, "biweekly": 14, "weekly": 7}


class Refused(Exception):
    """A rule does not allow it: the status and the sentence of the answer."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


def sale(account: Item, product: Item, totals: Item, order: Item, now: datetime, today: date) -> tuple[Item, Item]:
    """Make the purchase and the entry of an order. Raises Refused."""
    count, first = order["installment_count"], order["first_installment_amount"].quantize(CENT)
    total = product["price"] * order["quantity"]
    if totals.get("blocked") or count > MOST or (count == 1 and first != total):
        raise Refused(400, "The order is not possible.")
    if count > 1 and not max(CENT, _round(total * LEAST_FIRST)) <= first < total - CENT * (count - 2):
        raise Refused(400, "The first installment is too small or too large.")
    purchase_id, at, listing = _new_id(now), _text(now), today.isoformat()
    each, more = divmod(int((total - first) / CENT), count - 1) if count > 1 else (0, 0)
    amounts = [first, *((each + (one < more)) * CENT for one in range(count - 1))]
    plan = [[at, _due(today, order["interval"], at), one] for at, one in enumerate(amounts, start=1)]
    parts: list[Item] = [{"due_date": due, "principal": amount} for _, due, amount in plan]
    parts[0] |= {"paid": first, "paid_at": at}
    purchase = {
        "PK": f"USER#{account['id']}",
        "SK": f"PURCHASE#{purchase_id}",
        "id": purchase_id,
        "customer_id": account["id"],
        "username": account["username"],
        "email": account["email"],
        "product_id": int(product["id"]),
        "product_name": product["name"],
        "unit_price": product["price"],
        "quantity": order["quantity"],
        "interval": order["interval"],
        "late_fee_rate": LATE_FEE,
        "purchased_at": at,
        "purchased_on": listing,
        "installments": parts,
        "version": 0,
        "created_key": purchase_id,
    }
    purchase = _settled(purchase)
    posted = {"receivable": total - first, "sales": -total, "self_declared": first}
    entry = _entry(purchase, "purchase", now, today, posted, [{"number": 1, "principal": first}])
    return purchase, entry | {"plan": plan, "interval": order["interval"]}


def payment(purchase: Item, number: int, amount: Decimal, now: datetime, today: date) -> tuple[Item, Item]:
    """Make the purchase after a payment, and its entry. Raises Refused."""
    if not 1 <= number <= len(purchase["installments"]):
        raise Refused(404, "No such installment.")
    part = purchase["installments"][number - 1]
    left, late = outstanding(part), part["due_date"] < today.isoformat()
    if not left:
        raise Refused(409, "The installment is already paid.")
    fee = late_fee(purchase, part, today)
    least = left + fee if late else min(left, max(CENT, _round(part["principal"] * LEAST_PAYMENT)))
    if not least <= amount <= left + fee:
        raise Refused(400, "The amount is too low or too high.")
    principal = amount.quantize(CENT) - fee
    paid = {**part, "paid": part.get("paid", ZERO) + principal, "paid_at": _text(now)}
    line: Item = {"number": number, "principal": principal}
    posted = {"self_declared": principal + fee, "receivable": -principal}
    if fee:
        paid["late_fee"], line["late_fee"], posted["late_fees"] = part.get("late_fee", ZERO) + fee, fee, -fee
    parts = [paid if at == number else one for at, one in enumerate(purchase["installments"], start=1)]
    after = _settled({**purchase, "installments": parts})
    return after, _entry(after, "payment", now, today, posted, [line])


def words_of(purchase: Item) -> list[Item]:
    """Return the search words of a new purchase. Names of the flows are plain: letters, digits and signs."""
    text = f"{purchase['product_name']} {purchase['username']} {purchase['email']}".casefold()
    found = "".join(char if char.isalnum() else " " for char in text).split()
    values = {"id": purchase["id"], "text": "".join(f" {one}" for one in found)}
    of = {"PK": purchase["PK"], "SK": purchase["SK"]}
    return [
        {"PK": f"WORD#PURCHASE#{one[0]}", "SK": f"{one[:60]}#{purchase['id']}", **values, "of": of}
        for one in sorted(set(found))
    ]


def outstanding(part: Item) -> Decimal:
    """Return what is left of an installment."""
    return Decimal(part["principal"] - part.get("paid", ZERO) - part.get("credited", ZERO))


def late_fee(purchase: Item, part: Item, today: date) -> Decimal:
    """Return the late fee that is due with an installment today."""
    late = outstanding(part) and part["due_date"] < today.isoformat() and not part.get("fee_waived")
    return _round(outstanding(part) * purchase["late_fee_rate"]) if late else ZERO


def numbered(parent: str, number: int) -> str:
    """Return the id of an installment or of a payment."""
    return encode(decode(parent)[:-1] + bytes([number]))


def parent_of(part: str) -> tuple[str, int]:
    """Return the purchase's id and the number in an installment's id. Raises Refused."""
    try:
        raw = decode(part)
    except ValueError:
        raise Refused(404, "No such installment.") from None
    return encode(raw[:-1] + b"\0"), raw[-1]


def _entry(purchase: Item, kind: str, now: datetime, today: date, posted: Figures, lines: list[Item]) -> Item:
    entry_id, customer_id = _new_id(now), purchase["customer_id"]
    return {
        "PK": purchase["PK"],
        "SK": f"ENTRY#{purchase['id']}#{entry_id}",
        "id": entry_id,
        "kind": kind,
        "customer_id": customer_id,
        "purchase_id": purchase["id"],
        "version": purchase["version"],
        "actor": customer_id,
        "role": "customer",
        "recorded_at": _text(now),
        "recorded_on": today.isoformat(),
        "postings": {account: amount for account, amount in posted.items() if amount},
        "listing": f"ENTRY#{today.isoformat()}",
        "created_key": entry_id,
        "lines": lines,
        "method": "self_declared",
    }


def _settled(purchase: Item) -> Item:
    status = "due" if open_parts(purchase) else "paid"
    listing = f"PURCHASE#{status}"
    return {**purchase, "status": status, "listing": listing, "version": int(purchase["version"]) + 1}


def open_parts(purchase: Item) -> list[Item]:
    """Return the installments that are not paid."""
    return [part for part in purchase["installments"] if outstanding(part)]


def difference(before: Item | None, after: Item, entry: Item) -> dict[str, Figures]:
    """Return what a change adds to the figures of each day."""
    days: dict[str, Figures] = {entry["recorded_on"]: {"p": entry["postings"]["self_declared"]}}
    for purchase, sign in ((after, 1), (before, -1)):
        for day, figures in _contribution(purchase) if purchase else ():
            signed = {name: value * sign for name, value in figures.items()}
            days[day] = added(days.get(day, {}), signed)
    return {day: figures for day, figures in days.items() if figures}


def _contribution(purchase: Item) -> Iterable[tuple[str, Figures]]:
    one, left = Decimal(1), open_parts(purchase)
    bought = {"b": purchase["unit_price"] * purchase["quantity"], "q": Decimal(purchase["quantity"])}
    yield purchase["purchased_on"], {**bought, "o" if left else "c": one}
    for part in purchase["installments"]:
        unpaid = outstanding(part)
        yield part["due_date"], {"d": unpaid, "n": one} if unpaid else {"k": one}
    if left:
        yield left[-1]["due_date"], {"l": one}


def shop_sums(change: Mapping[str, Figures]) -> dict[str, Figures]:
    """Return what a change adds to the shop's sums: by year, and over all time."""
    sums: dict[str, Figures] = {}
    for day, figures in change.items():
        for short, name in (("b", "purchased"), ("p", "paid"), ("d", "due")):
            if short in figures:
                sums[day[:4]] = added(sums.get(day[:4], {}), {f"{name}_{day[5:7]}": figures[short]})
        for short, name in (("o", "purchases_due"), ("c", "purchases_paid")):
            if short in figures:
                sums["ALL"] = added(sums.get("ALL", {}), {name: figures[short]})
    return {sort: amounts for sort, amounts in sums.items() if amounts}


def added(one: Figures, other: Figures) -> Figures:
    """Add up figures, without those that are zero."""
    sums = {name: one.get(name, ZERO) + other.get(name, ZERO) for name in one | other}
    return {name: value for name, value in sums.items() if value}


def reminder(due: str, reminded: str) -> str | None:
    """Return the day of the next reminder of a due date, after the last one."""
    day = date.fromisoformat(due)
    planned = ((day + timedelta(days=offset)).isoformat() for offset in REMINDERS)
    return next((one for one in planned if one > reminded), None)


def _due(bought: date, interval: str, number: int) -> str:
    if interval != "monthly":
        return (bought + timedelta(days=INTERVALS[interval] * (number - 1))).isoformat()
    month = bought.month - 1 + number - 1
    first = date(bought.year + month // 12, month % 12 + 1, 1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return first.replace(day=min(bought.day, last.day)).isoformat()


def _round(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def _text(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _new_id(now: datetime) -> str:
    return encode(int(now.timestamp() * 1000).to_bytes(6) + secrets.token_bytes(9) + b"\0")
