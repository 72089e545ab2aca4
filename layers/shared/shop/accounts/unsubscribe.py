"""Unsubscribing from reminders with the link in a mail, without a login (RFC 8058), and the pages of the link."""

import base64
import hashlib
import hmac
from dataclasses import dataclass

from shop import ids, problems
from shop.accounts.profile import ProfileChanges, Profiles
from shop.errors import Unauthenticated
from shop.security.keyring import Keyring

_PURPOSE = "unsubscribe"
_PAGE = (
    '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Installment Shop</title>'
    '<meta name="viewport" content="width=device-width, initial-scale=1">'
    '<meta name="color-scheme" content="light dark">'
    '</head><body style="font-family:sans-serif;max-width:32em;margin:4em auto;padding:0 1em"><h1>Reminders</h1>{}'
    "</body></html>"
)
# Opening the link changes nothing, because programs that check links open it too.
ASKING = _PAGE.format(
    '<p>Shall we stop reminding you of installments?</p><form method="post"><button>No more reminders</button></form>'
)
"""The page with the button."""
DONE = _PAGE.format("<p>You get no more reminders. In your profile you can switch them on again.</p>")
"""The page after the button was pressed."""


@dataclass(frozen=True, slots=True)
class Unsubscribing:
    """The use case of the link. Its token names an account and carries a MAC of the shop; it allows nothing else."""

    profiles: Profiles
    keyring: Keyring
    public_url: str

    def link(self, user_id: str) -> str:
        """Return the URL that ends a customer's reminders."""
        return f"{self.public_url.rstrip('/')}/accounts/unsubscribe/?token={self.token(user_id)}"

    def token(self, user_id: str) -> str:
        """Return the token in the link: the user id and its MAC."""
        return f"{user_id}-{self._mac(user_id)}"

    def unsubscribe(self, token: str) -> None:
        """End the reminders of a token's customer. Raises NotFound for an invalid token and a deleted account."""
        try:
            self.profiles.change(self.owner(token), ProfileChanges(reminders=False))
        except Unauthenticated as error:
            raise problems.LINK_NOT_FOUND.error() from error

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
