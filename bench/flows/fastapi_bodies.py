"""The bodies of FastAPI's routes, with pydantic, and their values from items."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from bench.flows.fastapi_rules import ZERO, Item, late_fee, numbered, outstanding

WEEK = 7
Amount = Annotated[Decimal, Field(gt=0, le=Decimal("9999999999999.99"), decimal_places=2)]


class Order(BaseModel):
    """An order."""

    product: int = Field(ge=1)
    quantity: int = Field(default=1, ge=1, le=10_000)
    first_installment_amount: Amount
    installment_count: int = Field(ge=1, le=60)
    interval: Literal["30d", "monthly", "biweekly", "weekly"] = "30d"


class Payment(BaseModel):
    """An amount to pay."""

    amount: Amount


class InstallmentOut(BaseModel):
    """An installment."""

    id: str
    purchase: str
    product_name: str
    total_price: float
    quantity: int
    installment_number: int
    paid_amount: float
    due_amount: float
    credited_amount: float
    waiting_amount: float
    late_fee: float
    fee_waived: bool
    amount_to_pay: float
    due_date: date
    status: str
    is_overdue: bool
    payment_date: datetime | None


class PurchaseOut(BaseModel):
    """A purchase with its plan."""

    id: str
    product: int
    product_name: str
    unit_price: float
    plan_markup: float
    total_price: float
    quantity: int
    first_installment_amount: float
    installment_count: int
    interval: str
    late_fee_rate: float
    status: str
    purchase_date: datetime
    returned_quantity: int
    refundable_amount: float
    waiting_amount: float
    cancelled_at: datetime | None
    cancellation_reason: str | None
    installments: list[InstallmentOut]


class BoughtOut(PurchaseOut):
    """A purchase that was made."""

    attempt: None = None


class PaymentOut(BaseModel):
    """A payment."""

    id: str
    installment: str
    amount: float
    late_fee: float
    paid_at: datetime


class PaidOut(BaseModel):
    """The result of a payment."""

    message: str
    detail: str
    installment: InstallmentOut
    purchase_status: str
    payment: PaymentOut
    attempt: None = None


class Datasets(BaseModel):
    """Amounts by month."""

    total_purchases: list[float]
    total_paid: list[float]
    total_due: list[float]


class ChartOut(BaseModel):
    """Six months, oldest first."""

    labels: list[str]
    months: list[str]
    datasets: Datasets


class SummaryRow(BaseModel):
    """A customer's figures of a week."""

    id: str
    username: str
    email: str
    total_paid_amount: float
    total_due_amount: float
    overdue_amount: float
    total_purchase_count: int
    total_product_quantity: int
    total_installment_count: int
    fully_paid_purchases: int
    due_purchases: int
    overall_status: str


def row_of(account: Item, totals: Item, today: date) -> SummaryRow:
    """Describe a customer's week by the figures of days in their totals."""
    first, last = (today - timedelta(days=WEEK - 1)).isoformat(), today.isoformat()
    days = totals["days"].items()
    coming = [one for day, one in days if day >= first]
    within = [one for day, one in days if first <= day <= last]

    def sums(of: list[Item], *names: str) -> Any:
        return sum((one.get(name, 0) for one in of for name in names), ZERO)

    bought = int(sums(within, "o", "c", "w"))
    return SummaryRow(
        id=account["id"],
        username=account["username"],
        email=account["email"],
        total_paid_amount=sums(within, "p"),
        total_due_amount=sums(coming, "d"),
        overdue_amount=sums([one for day, one in days if day < last], "d"),
        total_purchase_count=bought,
        total_product_quantity=sums(within, "q"),
        total_installment_count=sums(within, "n", "k"),
        fully_paid_purchases=sums(within, "c"),
        due_purchases=sums(coming, "l"),
        overall_status="due" if totals["overall"].get("n") else "paid" if bought else "n/a",
    )


def purchase_of(item: Item, today: date) -> Item:
    """Describe a purchase as of today."""
    cancelled = item.get("cancellation", {})
    count = len(item["installments"])
    return {
        **{name: item[name] for name in ("id", "product_name", "unit_price", "quantity", "interval", "status")},
        "product": int(item["product_id"]),
        "plan_markup": item.get("plan_markup", ZERO),
        "total_price": item["unit_price"] * item["quantity"],
        "first_installment_amount": item["installments"][0]["principal"],
        "installment_count": count,
        "late_fee_rate": item["late_fee_rate"],
        "purchase_date": item["purchased_at"],
        "returned_quantity": item.get("returned", 0),
        "refundable_amount": item.get("refundable", ZERO),
        "waiting_amount": sum((amount for _, _, amount in item.get("waiting", ())), ZERO),
        "cancelled_at": cancelled.get("at"),
        "cancellation_reason": cancelled.get("reason"),
        "installments": [installment_of(item, number, today) for number in range(1, count + 1)],
    }


def installment_of(item: Item, number: int, today: date) -> Item:
    """Describe an installment as of today."""
    part = item["installments"][number - 1]
    left, fee = outstanding(part), late_fee(item, part, today)
    return {
        "id": numbered(item["id"], number),
        "purchase": item["id"],
        "product_name": item["product_name"],
        "total_price": item["unit_price"] * item["quantity"],
        "quantity": item["quantity"],
        "installment_number": number,
        "paid_amount": part.get("paid", ZERO) + part.get("late_fee", ZERO),
        "due_amount": left,
        "credited_amount": part.get("credited", ZERO),
        "waiting_amount": sum((amount for _, of, amount in item.get("waiting", ()) if of == number), ZERO),
        "late_fee": fee or part.get("late_fee", ZERO),
        "fee_waived": part.get("fee_waived", False),
        "amount_to_pay": left + fee,
        "due_date": part["due_date"],
        "status": "due" if left else "void" if part.get("void") else "paid",
        "is_overdue": bool(left) and part["due_date"] < today.isoformat(),
        "payment_date": part.get("paid_at"),
    }
