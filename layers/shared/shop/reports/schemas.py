"""Bodies of the dashboard and reports groups."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Self

from shop.calendar import Interval
from shop.desk.promises import PromiseStatus
from shop.http.fields import AnswerBody, Money, Rate, Total
from shop.ledger.journal import Method, Role
from shop.ledger.purchases import Status
from shop.reports.service import AccountCounts, Chart, CustomerSummary, OverallStatus, SummaryRow
from shop.runtime.config import PaymentMode, Settings

if TYPE_CHECKING:
    from shop.reports.books import TillRow
    from shop.reports.overdue import Overdue
    from shop.reports.refunds import RefundOwed


class GlobalSummaryOut(AnswerBody):
    """The public figures of the shop."""

    total_products: int


class TermsOut(AnswerBody):
    """The shop's conditions. Rates are shares: 0.1 is 10 %. `credit_limit` null is no limit.

    `confirmation_days` counts where payments are confirmed: after so many days an unconfirmed one ends.
    """

    currency: str
    time_zone: str
    payment_mode: PaymentMode
    confirmation_days: int
    least_first_share: Rate
    least_payment_share: Rate
    late_fee_rate: Rate
    most_installments: int
    intervals: list[Interval]
    credit_limit: Total | None

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Describe the conditions in a shop's settings."""
        return cls(
            currency=settings.currency,
            time_zone=settings.time_zone,
            payment_mode=settings.payment_mode,
            confirmation_days=settings.confirmation_days,
            least_first_share=settings.least_first_share,
            least_payment_share=settings.least_payment_share,
            late_fee_rate=settings.late_fee_rate,
            most_installments=settings.most_installments,
            intervals=list(Interval),
            credit_limit=settings.credit_limit,
        )


class CustomerSummaryOut(AnswerBody):
    """A customer's own figures. `total_purchase` counts purchases; `next_due` is a due date.

    `orders_pending` counts the purchases whose first payment is not confirmed yet. `total_waiting` is money that waits
    for confirmation, that of these included.
    """

    total_due: Total
    total_paid: Total
    total_purchase: int
    installment_left: int
    installment_paid: int
    overdue_count: int
    next_due: date | None
    total_refundable: Total
    orders_pending: int
    total_waiting: Total

    @classmethod
    def of(cls, summary: CustomerSummary) -> Self:
        """Describe a customer's figures."""
        return cls(
            total_due=summary.total_due,
            total_paid=summary.total_paid,
            total_purchase=summary.total_purchase,
            installment_left=summary.installment_left,
            installment_paid=summary.installment_paid,
            overdue_count=summary.overdue_count,
            next_due=summary.next_due,
            total_refundable=summary.total_refundable,
            orders_pending=summary.orders_pending,
            total_waiting=summary.total_waiting,
        )


class UserStatsOut(AnswerBody):
    """The number of accounts, and of verified ones."""

    total_users: int
    verified_users: int
    not_verified_users: int

    @classmethod
    def of(cls, counts: AccountCounts) -> Self:
        """Describe the counts of accounts."""
        return cls(
            total_users=counts.total,
            verified_users=counts.verified,
            not_verified_users=counts.total - counts.verified,
        )


class Datasets(AnswerBody):
    """Amounts by month: bought, by day of purchase; paid, by day of payment; unpaid, by due date."""

    total_purchases: list[Total]
    total_paid: list[Total]
    total_due: list[Total]


class ChartOut(AnswerBody):
    """The last six calendar months, oldest first."""

    labels: list[str]
    months: list[str]
    datasets: Datasets

    @classmethod
    def of(cls, chart: Chart) -> Self:
        """Describe the chart."""
        return cls(
            labels=[f"{month:%B}" for month in chart.months],
            months=[f"{month:%Y-%m}" for month in chart.months],
            datasets=Datasets(
                total_purchases=[figures.purchased for figures in chart.figures],
                total_paid=[figures.paid for figures in chart.figures],
                total_due=[figures.due for figures in chart.figures],
            ),
        )


class SummaryRowOut(AnswerBody):
    """A customer's figures for the days of a report.

    `total_due_amount` and `due_purchases` count everything unpaid that is due on the first of these days or later,
    without an end. `overdue_amount` is the unpaid amount that was due before today.
    """

    id: str
    username: str
    email: str
    total_paid_amount: Total
    total_due_amount: Total
    overdue_amount: Total
    total_purchase_count: int
    total_product_quantity: int
    total_installment_count: int
    fully_paid_purchases: int
    due_purchases: int
    overall_status: OverallStatus

    @classmethod
    def of(cls, row: SummaryRow) -> Self:
        """Describe a row of a report."""
        account, figures = row.account, row.figures
        return cls(
            id=account.id,
            username=account.username,
            email=account.email,
            total_paid_amount=figures.paid,
            total_due_amount=row.falling_due.due,
            overdue_amount=row.overdue_amount,
            total_purchase_count=figures.purchases,
            total_product_quantity=figures.quantity,
            total_installment_count=figures.open + figures.closed,
            fully_paid_purchases=figures.purchases_paid,
            due_purchases=row.falling_due.purchases_open,
            overall_status=row.overall_status,
        )


class OverdueOut(AnswerBody):
    """A customer with overdue installments.

    `overdue_amount` is their unpaid principal; `amount_to_pay` settles them today, with `late_fees`; `waiting_amount`
    waits for confirmation. The promise is the newest one.
    """

    id: str
    username: str
    email: str
    first_name: str
    last_name: str
    phone: str
    oldest_due_date: date
    days_late: int
    open_installments: int
    overdue_amount: Total
    late_fees: Total
    amount_to_pay: Total
    last_payment_at: datetime | None
    waiting_amount: Total
    last_note: str
    promised_on: date | None
    promised_amount: Total | None
    promise_status: PromiseStatus | None

    @classmethod
    def of(cls, row: "Overdue") -> Self:
        """Describe a customer who is late."""
        account, last = row.account, row.last_note
        promise = row.promise.note.promise if row.promise else None
        return cls(
            id=account.id,
            username=account.username,
            email=account.email,
            first_name=account.first_name,
            last_name=account.last_name,
            phone=account.phone,
            oldest_due_date=row.oldest_due,
            days_late=row.days_late,
            open_installments=row.installments,
            overdue_amount=row.principal,
            late_fees=row.late_fees,
            amount_to_pay=row.principal + row.late_fees,
            last_payment_at=row.last_paid_at,
            waiting_amount=row.waiting,
            last_note=last.note.text if last else "",
            promised_on=promise.on if promise else None,
            promised_amount=promise.amount if promise else None,
            promise_status=row.promise.promise_status if row.promise else None,
        )


class ContactOut(AnswerBody):
    """How to reach a customer."""

    id: str
    username: str
    email: str
    first_name: str
    last_name: str
    phone: str


class RefundOwedOut(AnswerBody):
    """Money that is owed back for a purchase."""

    purchase: str
    product_name: str
    status: Status
    purchase_date: datetime
    refundable_amount: Money
    customer: ContactOut

    @classmethod
    def of(cls, row: "RefundOwed") -> Self:
        """Describe what is owed back."""
        purchase, account = row.purchase, row.account
        return cls(
            purchase=purchase.id,
            product_name=purchase.product_name,
            status=purchase.status,
            purchase_date=purchase.purchased_at,
            refundable_amount=purchase.refundable,
            customer=ContactOut(
                id=account.id,
                username=account.username,
                email=account.email,
                first_name=account.first_name,
                last_name=account.last_name,
                phone=account.phone,
            ),
        )


class TillRowOut(AnswerBody):
    """The money of one method that one person took in and handed out."""

    method: Method
    actor: str
    role: Role
    entries: int
    received: Total
    handed_out: Total


class TillOut(AnswerBody):
    """The money of a day, by method and person."""

    day: date
    rows: list[TillRowOut]

    @classmethod
    def of(cls, day: date, rows: "Sequence[TillRow]") -> Self:
        """Describe the till of a day."""
        return cls(
            day=day,
            rows=[
                TillRowOut(
                    method=row.method,
                    actor=row.actor,
                    role=row.role,
                    entries=row.entries,
                    received=row.received,
                    handed_out=row.handed_out,
                )
                for row in rows
            ],
        )
