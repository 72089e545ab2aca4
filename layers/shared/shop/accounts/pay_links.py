"""Links with which a customer pays, or sees a payment, without a login."""

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from shop import ids, problems
from shop.runtime.config import Settings
from shop.security.keyring import Keyring

LIFETIME = timedelta(days=30)
_PURPOSE = "pay"
_PAYMENT = "payment"
_MANDATE = "mandate"
_MAC_BYTES = 18
_FORM = re.compile(r"[0-9A-Z]{26}-[0-9]{8}-[0-9]{1,11}-[0-9a-f]{36}", re.ASCII)


@dataclass(frozen=True, slots=True)
class PayLink:
    """What a link allows: to see and pay the installments of a customer that are due through a day."""

    user_id: str
    through: date


@dataclass(frozen=True, slots=True)
class PayLinks:
    """Makes and reads the links. A token names what it allows and its end, and carries a MAC of the shop."""

    keyring: Keyring
    settings: Settings

    def link(self, user_id: str, through: date, now: datetime) -> str:
        """Return the URL at which a customer pays what is due through a day."""
        return f"{self.settings.public_url.rstrip('/')}/pay/{self.token(user_id, through, now)}"

    def token(self, user_id: str, through: date, now: datetime) -> str:
        """Return the token in the link."""
        content = f"{user_id}-{through:%Y%m%d}-{int((now + LIFETIME).timestamp())}"
        return f"{content}-{self._mac(content)}"

    def payment_path(self, customer_id: str, purchase_id: str, attempt_id: str) -> str:
        """Return the path of the page that shows what became of a payment online, and nothing else."""
        content = f"{customer_id}-{purchase_id}-{attempt_id}"
        return f"/payments/{content}-{self._mac(content, _PAYMENT)}"

    def payment(self, token: str) -> tuple[str, str, str]:
        """Return the ids of the customer, the purchase and the attempt that a page is of. Raises NotFound."""
        customer_id, purchase_id, attempt_id = self._parts(token, _PAYMENT, 3)
        return customer_id, purchase_id, attempt_id

    def mandate_path(self, customer_id: str, mandate_id: str) -> str:
        """Return the path of the page that shows whether a method was saved, and nothing else."""
        content = f"{customer_id}-{mandate_id}"
        return f"/mandates/{content}-{self._mac(content, _MANDATE)}"

    def mandate(self, token: str) -> tuple[str, str]:
        """Return the ids of the customer and the mandate that a page is of. Raises NotFound."""
        customer_id, mandate_id = self._parts(token, _MANDATE, 2)
        return customer_id, mandate_id

    def read(self, token: str, now: datetime) -> PayLink:
        """Return what a token allows. Raises NotFound for a token that is forged, changed or over."""
        content, _, mac = token.rpartition("-")
        is_valid = _FORM.fullmatch(token) and hmac.compare_digest(mac.encode(), self._mac(content).encode())
        user_id, _, rest = content.partition("-")
        if not is_valid or not ids.is_id(user_id):
            raise problems.LINK_NOT_FOUND.error()
        through, _, ends = rest.partition("-")
        if datetime.fromtimestamp(int(ends), UTC) <= now:
            raise problems.LINK_EXPIRED.error()
        return PayLink(user_id, date.fromisoformat(through))

    def _parts(self, token: str, purpose: str, count: int) -> list[str]:
        content, _, mac = token.rpartition("-")
        is_valid = hmac.compare_digest(mac.encode(), self._mac(content, purpose).encode())
        parts = content.split("-")
        if not is_valid or len(parts) != count:
            raise problems.LINK_NOT_FOUND.error()
        return parts

    def _mac(self, content: str, purpose: str = _PURPOSE) -> str:
        digest = hmac.digest(self.keyring.derive(purpose), content.encode(), hashlib.sha256)
        return digest[:_MAC_BYTES].hex()
