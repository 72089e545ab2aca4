"""Messages: a subject, and the same content as plain text and as HTML, from two templates."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING

from shop.money import ZERO, Formats

if TYPE_CHECKING:
    from jinja2 import Environment


@dataclass(frozen=True, slots=True)
class Message:
    """One mail to one address. `headers` are added to the usual ones; SES returns `tags` with its events."""

    to: str
    subject: str
    text: str
    html: str
    headers: Mapping[str, str] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)

    def tagged(self, **tags: str) -> "Message":
        """Return the mail with tags of ASCII letters, digits, `-` and `_`."""
        return replace(self, tags=tags)


@dataclass(frozen=True, slots=True)
class DueInstallment:
    """An installment in a reminder: its unpaid amount, and the amount that settles it with the late fee.

    `late_fee_rate` is the share of its purchase. `waiting` is money that waits for confirmation.
    """

    product_name: str
    number: int
    count: int
    due_date: date
    outstanding: Decimal
    to_pay: Decimal
    late_fee_rate: Decimal
    waiting: Decimal = ZERO


@cache
def _templates() -> "Environment":
    from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape  # not every function sends mails

    return Environment(
        loader=PackageLoader("shop.mail"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def rendered(
    template: str, to: str, subject: str, formats: Formats | None, unsubscribe: str = "", **values: object
) -> Message:
    """Render the mail of a pair of templates. The link `unsubscribe` allows unsubscribing by one click (RFC 8058)."""
    filters = {"amount": formats.amount, "date": formats.date} if formats else {}
    context = {**filters, "subject": subject, "unsubscribe": unsubscribe, **values}
    text, html = (_templates().get_template(f"{template}.{kind}").render(context) for kind in ("txt", "html"))
    headers = (
        {"List-Unsubscribe": f"<{unsubscribe}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
        if unsubscribe
        else {}
    )
    return Message(to, subject, text, html, headers)


def verification(to: str, code: str, minutes: int) -> Message:
    """Compose the mail with the code that verifies an address.

    It contains no name: a stranger may register with this address, and choose an insult or an advert as the name.
    """
    return rendered("verification", to, "Your Installment Shop verification code", None, code=code, minutes=minutes)


def password_reset(to: str, username: str, code: str, minutes: int) -> Message:
    """Compose the mail with the code for a new password."""
    return rendered("password_reset", to, "Your new password", None, username=username, code=code, minutes=minutes)
