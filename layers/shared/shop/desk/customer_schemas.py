"""The body of a customer's file."""

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Self

from shop.accounts.model import Account, MailStatus
from shop.desk.note_schemas import NoteOut, PromiseOut
from shop.desk.schemas import CreditOut
from shop.http.fields import AnswerBody, Total
from shop.ledger.totals import Figures

if TYPE_CHECKING:
    from shop.desk.customers import CustomerFile


class CustomerAccountOut(AnswerBody):
    """The account of a customer. `mail_status` is the delivery status of its address."""

    id: str
    username: str
    email: str
    first_name: str
    last_name: str
    phone: str
    address: str
    date_joined: datetime
    is_verified: bool
    is_active: bool
    mail_status: MailStatus
    reminders: bool

    @classmethod
    def of(cls, account: Account) -> Self:
        """Describe an account."""
        return cls(
            id=account.id,
            username=account.username,
            email=account.email,
            first_name=account.first_name,
            last_name=account.last_name,
            phone=account.phone,
            address=account.address,
            date_joined=account.joined_at,
            is_verified=account.is_verified,
            is_active=account.is_active,
            mail_status=account.mail_status,
            reminders=account.reminders,
        )


class PurchaseCountsOut(AnswerBody):
    """The number of a customer's purchases by status."""

    pending: int
    due: int
    paid: int
    written_off: int
    cancelled: int

    @classmethod
    def of(cls, overall: Figures) -> Self:
        """Describe the purchases in a customer's figures of all time."""
        return cls(
            pending=overall.purchases_pending,
            due=overall.purchases_due,
            paid=overall.purchases_paid,
            written_off=overall.purchases_written_off,
            cancelled=overall.purchases_cancelled,
        )


class CustomerFileOut(AnswerBody):
    """What staff know of a customer.

    `overdue_amount` is the unpaid principal of the `overdue_count` overdue installments; `late_fees` of today come on
    top. `next_due` is the earliest due date of an unpaid installment. `last_promise` may be of an older note.
    """

    account: CustomerAccountOut
    total_due: Total
    overdue_amount: Total
    overdue_count: int
    late_fees: Total
    next_due: date | None
    total_paid: Total
    total_refundable: Total
    total_waiting: Total
    purchases: PurchaseCountsOut
    credit: CreditOut
    last_note: NoteOut | None
    last_promise: PromiseOut | None

    @classmethod
    def of(cls, file: "CustomerFile", default_limit: Decimal | None) -> Self:
        """Describe a customer's file, in a shop with a default credit limit."""
        totals, today = file.totals, file.today
        return cls(
            account=CustomerAccountOut.of(file.account),
            total_due=totals.overall.due,
            overdue_amount=totals.overdue_amount(today),
            overdue_count=totals.overdue_count(today),
            late_fees=file.late_fees,
            next_due=totals.next_due,
            total_paid=totals.overall.paid,
            total_refundable=totals.overall.refundable,
            total_waiting=totals.overall.waiting,
            purchases=PurchaseCountsOut.of(totals.overall),
            credit=CreditOut.of(totals, default_limit),
            last_note=NoteOut.of(file.last_note) if file.last_note else None,
            last_promise=NoteOut.of(file.promise).promise if file.promise else None,
        )
