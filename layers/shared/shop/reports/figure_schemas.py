"""Bodies of the figures that the nightly run stores."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Self

from shop.desk.promises import PromiseStatus
from shop.http.fields import AnswerBody, Total
from shop.reports.aging import Aging, Bucket
from shop.reports.sales import Sales

if TYPE_CHECKING:
    from shop.reports.due import Due
    from shop.reports.sales_report import CategoryRow, PeriodRow, ProductRow


class BucketOut(AnswerBody):
    """The unpaid installments whose due date is so many days ago, and the customers whose oldest one is there."""

    bucket: Bucket
    customers: int
    installments: int
    amount: Total


class ComingOut(AnswerBody):
    """What is due on a coming day, as far as it was not paid by then."""

    day: date
    amount: Total


class AgingOut(AnswerBody):
    """What customers owed in the night to `day`; null before the first night. Amounts are without late fees."""

    day: date | None
    buckets: list[BucketOut]
    overdue_customers: int
    overdue_amount: Total
    coming: list[ComingOut]

    @classmethod
    def of(cls, day: date | None, aging: Aging) -> Self:
        """Describe an ageing."""
        shares = [(bucket, aging.share(bucket)) for bucket in Bucket]
        return cls(
            day=day,
            buckets=[
                BucketOut(bucket=bucket, customers=one.customers, installments=one.installments, amount=one.amount)
                for bucket, one in shares
            ],
            overdue_customers=aging.overdue.customers,
            overdue_amount=aging.overdue.amount,
            coming=[ComingOut(day=due, amount=amount) for due, amount in aging.coming.items()],
        )


class DebtsOut(AnswerBody):
    """What customers owed in the night to `day`, without late fees: what was late, by its days, and what was not."""

    day: date
    overdue_customers: int
    overdue_installments: int
    overdue_amount: Total
    late_1_to_7: Total
    late_8_to_30: Total
    late_31_to_60: Total
    late_61_to_90: Total
    late_over_90: Total
    not_due: Total

    @classmethod
    def of(cls, day: date, aging: Aging) -> Self:
        """Describe the ageing of a day."""
        amounts: Mapping[Bucket, Decimal] = {bucket: aging.share(bucket).amount for bucket in Bucket}
        return cls(
            day=day,
            overdue_customers=aging.overdue.customers,
            overdue_installments=aging.overdue.installments,
            overdue_amount=aging.overdue.amount,
            late_1_to_7=amounts[Bucket.WEEK],
            late_8_to_30=amounts[Bucket.MONTH],
            late_31_to_60=amounts[Bucket.TWO_MONTHS],
            late_61_to_90=amounts[Bucket.THREE_MONTHS],
            late_over_90=amounts[Bucket.LONGER],
            not_due=amounts[Bucket.NOT_DUE],
        )


class DueOut(AnswerBody):
    """A customer's installments that are due on a day: what should come in, what came, and what settles the rest."""

    day: date
    id: str
    username: str
    email: str
    first_name: str
    last_name: str
    phone: str
    installments: int
    expected_amount: Total
    paid_amount: Total
    amount_to_pay: Total
    waiting_amount: Total
    promised_on: date | None
    promised_amount: Total | None
    promise_status: PromiseStatus | None

    @classmethod
    def of(cls, row: "Due") -> Self:
        """Describe what a customer has to pay."""
        account, promise = row.account, row.promise.note.promise if row.promise else None
        return cls(
            day=row.day,
            id=account.id,
            username=account.username,
            email=account.email,
            first_name=account.first_name,
            last_name=account.last_name,
            phone=account.phone,
            installments=row.installments,
            expected_amount=row.expected,
            paid_amount=row.paid,
            amount_to_pay=row.to_pay,
            waiting_amount=row.waiting,
            promised_on=promise.on if promise else None,
            promised_amount=promise.amount if promise else None,
            promise_status=row.promise.promise_status if row.promise else None,
        )


class SalesOut(AnswerBody):
    """The sales of the days from `first_day` to `last_day`, by the day of their recording, and of a year before.

    `closed_days` counts the days that are in the figures: a day is closed in the night after it. `sales` is the price
    of what was sold less what came back; `received` and `handed_out` are money.
    """

    first_day: date
    last_day: date
    closed_days: int
    purchases: int
    quantity: int
    sales: Total
    late_fees: Total
    discounts: Total
    write_offs: Total
    received: Total
    handed_out: Total
    purchases_year_before: int
    quantity_year_before: int
    sales_year_before: Total
    received_year_before: Total

    @classmethod
    def of(cls, row: "PeriodRow") -> Self:
        """Describe the sales of a period."""
        return cls(
            first_day=row.period.first,
            last_day=row.period.last,
            closed_days=row.closed,
            late_fees=row.sales.late_fees,
            discounts=row.sales.discounts,
            write_offs=row.sales.write_offs,
            handed_out=row.sales.handed_out,
            **_beside(row.sales, row.year_before),
        )


class ProductSalesOut(AnswerBody):
    """The sales of a product, and of a year before."""

    product: int
    product_name: str
    category: str
    purchases: int
    quantity: int
    sales: Total
    received: Total
    purchases_year_before: int
    quantity_year_before: int
    sales_year_before: Total
    received_year_before: Total

    @classmethod
    def of(cls, row: "ProductRow") -> Self:
        """Describe the sales of a product."""
        return cls(
            product=row.product_id,
            product_name=row.name,
            category=row.category,
            **_beside(row.sales, row.year_before),
        )


class CategorySalesOut(AnswerBody):
    """The sales of the products of a category, and of a year before. Products without one are in an empty category."""

    category: str
    purchases: int
    quantity: int
    sales: Total
    received: Total
    purchases_year_before: int
    quantity_year_before: int
    sales_year_before: Total
    received_year_before: Total

    @classmethod
    def of(cls, row: "CategoryRow") -> Self:
        """Describe the sales of a category."""
        return cls(category=row.category, **_beside(row.sales, row.year_before))


def _beside(now: Sales, before: Sales) -> dict[str, int | Decimal]:
    return {
        f"{name}{suffix}": getattr(sales, name)
        for suffix, sales in (("", now), ("_year_before", before))
        for name in ("purchases", "quantity", "sales", "received")
    }
