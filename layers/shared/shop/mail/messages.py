"""What the mails say: each a subject, and the same content as plain text and as HTML."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from shop.domain.money import formatted

_TEMPLATES = Environment(
    loader=PackageLoader("shop.mail"),
    autoescape=select_autoescape(["html"]),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True, slots=True)
class Message:
    """One mail to one address."""

    to: str
    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class DueInstallment:
    """An installment as a reminder speaks of it."""

    product_name: str
    number: int
    count: int
    amount: Decimal
    due_date: date


def _message(name: str, to: str, subject: str, **values: object) -> Message:
    text, html = (_TEMPLATES.get_template(f"{name}.{kind}").render(**values) for kind in ("txt", "html"))
    return Message(to, subject, text, html)


def verification(to: str, username: str, code: str, minutes: int) -> Message:
    """The mail with the code that verifies an address."""
    return _message(
        "verification", to, "Your Installment Shop verification code", username=username, code=code, minutes=minutes
    )


def password_reset(to: str, username: str, code: str, minutes: int) -> Message:
    """The mail with the code that allows a new password."""
    return _message("password_reset", to, "Your new password", username=username, code=code, minutes=minutes)


def reminder(to: str, username: str, installments: Sequence[DueInstallment], currency: str) -> Message:
    """The mail that names the installments that fall due soon."""
    rows = [
        {
            "product": due.product_name,
            "number": due.number,
            "count": due.count,
            "amount": formatted(due.amount, currency),
            "due_date": f"{due.due_date:%d %B %Y}",
        }
        for due in installments
    ]
    subject = "An installment is due soon" if len(rows) == 1 else f"{len(rows)} installments are due soon"
    return _message("reminder", to, subject, username=username, installments=rows)
