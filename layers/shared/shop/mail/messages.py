"""Messages: a subject, and the same content as plain text and as HTML, from two templates."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Self

from shop.accounts.model import Account
from shop.money import ZERO, Formats, Language
from shop.runtime.config import Settings

if TYPE_CHECKING:
    from gettext import NullTranslations

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
class Recipient:
    """The person that a mail is for: the address, the name to greet, and how the shop writes to that person."""

    email: str
    name: str
    settings: Settings
    language: Language

    @classmethod
    def of(cls, account: Account, settings: Settings) -> Self:
        """Return the recipient of an account's mails, in the shop's language if the owner has chosen none."""
        return cls(account.email, account.name, settings, account.language or settings.language)

    @property
    def formats(self) -> Formats:
        """Return the formats of amounts and dates."""
        return self.settings.formats_in(self.language)

    @property
    def texts(self) -> "NullTranslations":
        """Return the texts in the recipient's language."""
        from shop.mail.languages import texts_in  # not every function sends mails

        return texts_in(self.language)


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
def _templates(language: Language) -> "Environment":
    from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape  # not every function sends mails

    from shop.mail.languages import texts_in

    templates = Environment(
        loader=PackageLoader("shop.mail"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    # the extension adds this method
    templates.install_gettext_translations(texts_in(language), newstyle=True)  # type: ignore[attr-defined]
    return templates


def rendered(template: str, to: Recipient, subject: str, *, unsubscribe: str = "", **values: object) -> Message:
    """Render the mail of a pair of templates. The link `unsubscribe` allows unsubscribing by one click (RFC 8058)."""
    formats, settings = to.formats, to.settings
    context = {
        "amount": formats.amount,
        "date": formats.date,
        "digits": formats.digits,
        "language": to.language,
        "name": to.name,
        "shop": settings.shop_name,
        "logo": settings.shop_logo,
        "imprint": [line for line in (settings.shop_name, settings.shop_address, settings.shop_phone) if line],
        "subject": subject,
        "unsubscribe": unsubscribe,
        **values,
    }
    templates = _templates(to.language)
    text, html = (templates.get_template(f"{template}.{kind}").render(context) for kind in ("txt", "html"))
    headers = (
        {"List-Unsubscribe": f"<{unsubscribe}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
        if unsubscribe
        else {}
    )
    return Message(to.email, subject, text, html, headers)


def verification(account: Account, code: str, minutes: int, settings: Settings) -> Message:
    """Compose the mail with the code that verifies an address.

    It contains no name: a stranger may register with this address, and choose an insult or an advert as the name.
    """
    to = Recipient.of(account, settings)
    subject = to.texts.gettext("Your %(shop)s verification code") % {"shop": settings.shop_name}
    return rendered("verification", to, subject, code=code, minutes=minutes)


def password_reset(account: Account, code: str, minutes: int, settings: Settings) -> Message:
    """Compose the mail with the code for a new password."""
    to = Recipient.of(account, settings)
    return rendered("password_reset", to, to.texts.gettext("Your new password"), code=code, minutes=minutes)
