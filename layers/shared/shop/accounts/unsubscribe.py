"""Unsubscribing from reminders with the link in a mail, without a login (RFC 8058), and the pages of the link."""

import base64
import hashlib
import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape

from shop import ids, problems
from shop.accounts.profile import ProfileChanges, Profiles
from shop.errors import Unauthenticated
from shop.mail.messages import Recipient
from shop.runtime.config import Settings
from shop.security.keyring import Keyring

_PURPOSE = "unsubscribe"
_PAGE = (
    '<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8"><title>{shop}</title>'
    '<meta name="viewport" content="width=device-width, initial-scale=1">'
    '<meta name="color-scheme" content="light dark">'
    '</head><body style="font-family:sans-serif;max-width:32em;margin:4em auto;padding:0 1em"><h1>{title}</h1>'
    "<p>{text}</p>{form}</body></html>"
)


@dataclass(frozen=True, slots=True)
class Unsubscribing:
    """The use case of the link. Its token names an account and carries a MAC of the shop; it allows nothing else."""

    profiles: Profiles
    keyring: Keyring
    settings: Settings

    def link(self, user_id: str) -> str:
        """Return the URL that ends a customer's reminders."""
        return f"{self.settings.public_url.rstrip('/')}/accounts/unsubscribe/?token={self.token(user_id)}"

    def token(self, user_id: str) -> str:
        """Return the token in the link: the user id and its MAC."""
        return f"{user_id}-{self._mac(user_id)}"

    def ask(self, token: str) -> str:
        """Return the page with the button. Opening it changes nothing, because programs that check links open it too.

        Raises NotFound for an invalid token and a deleted account.
        """
        with _known_owner():
            to = Recipient.of(self.profiles.read(self.owner(token)), self.settings)
        gettext = to.texts.gettext
        text, button = gettext("Shall we stop reminding you of installments?"), gettext("No more reminders")
        return _page(to, text, f'<form method="post"><button>{button}</button></form>')

    def unsubscribe(self, token: str) -> str:
        """End the reminders of a token's customer, and return the page that says so. Raises as `ask` does."""
        with _known_owner():
            account = self.profiles.change(self.owner(token), ProfileChanges(reminders=False))
        to = Recipient.of(account, self.settings)
        text = to.texts.gettext("You get no more reminders. In your profile you can switch them on again.")
        return _page(to, text)

    def owner(self, token: str) -> str:
        """Return the user id in a token. Raises NotFound for an invalid token."""
        user_id, _, mac = token.partition("-")
        is_valid = ids.is_id(user_id) and hmac.compare_digest(mac.encode(), self._mac(user_id).encode())
        if not is_valid:
            raise problems.LINK_NOT_FOUND.error()
        return user_id

    def _mac(self, user_id: str) -> str:
        digest = hmac.digest(self.keyring.derive(_PURPOSE), user_id.encode(), hashlib.sha256)
        return base64.urlsafe_b64encode(digest[:18]).decode()


@contextmanager
def _known_owner() -> Iterator[None]:
    try:
        yield
    except Unauthenticated as error:
        raise problems.LINK_NOT_FOUND.error() from error


def _page(to: Recipient, text: str, form: str = "") -> str:
    title, shop = to.texts.gettext("Reminders"), escape(to.settings.shop_name)
    return _PAGE.format(language=to.language, shop=shop, title=title, text=text, form=form)
