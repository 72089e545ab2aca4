"""Ending reminders by the link in one, without logging in (RFC 8058)."""

import base64
import hashlib
import hmac
from dataclasses import dataclass

from shop.domain import ids
from shop.errors import NotFound, Unauthenticated
from shop.security.keyring import Keyring
from shop.services.profiles import ProfileChanges, Profiles

_PURPOSE = "unsubscribe"


@dataclass(frozen=True, slots=True)
class Unsubscribing:
    """The use case of the link. It says whose it is and proves that the shop made it; it opens nothing else."""

    profiles: Profiles
    keyring: Keyring
    public_url: str

    def link(self, user_id: str) -> str:
        """Where a person's reminders are ended."""
        return f"{self.public_url.rstrip('/')}/accounts/unsubscribe/?token={self.token(user_id)}"

    def token(self, user_id: str) -> str:
        """What the link carries: the id and a MAC of it."""
        return f"{user_id}-{self._mac(user_id)}"

    def unsubscribe(self, token: str) -> None:
        """End somebody's reminders. Raises NotFound for a token that is not the shop's, or whose owner is gone."""
        try:
            self.profiles.change(self.owner(token), ProfileChanges(reminders=False))
        except Unauthenticated as error:
            raise NotFound("This link leads nowhere.") from error

    def owner(self, token: str) -> str:
        """Whose link it is. Raises NotFound for a token that is not the shop's."""
        user_id, _, mac = token.partition("-")
        known = ids.is_id(user_id) and hmac.compare_digest(mac.encode(), self._mac(user_id).encode())
        if not known:
            raise NotFound("This link leads nowhere.")
        return user_id

    def _mac(self, user_id: str) -> str:
        digest = hmac.digest(self.keyring.derive(_PURPOSE), user_id.encode(), hashlib.sha256)
        return base64.urlsafe_b64encode(digest[:18]).decode()
