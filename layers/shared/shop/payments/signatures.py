"""Signatures of notifications: HMAC-SHA-256 over the time and the body, in a header `t=…,v1=…` (Stripe's scheme)."""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta

from shop.payments.provider import Forged

WINDOW = timedelta(minutes=5)
"""How long a signed notification may be on its way. One that is sent again later is signed anew."""


def signature(body: bytes, secret: str, at: datetime) -> str:
    """Return the header of a notification that is sent at an instant."""
    seconds = str(int(at.timestamp()))
    return f"t={seconds},v1={_mac(body, secret, seconds)}"


def check(header: str, body: bytes, secret: str, now: datetime) -> None:
    """Raise Forged, unless one of the signatures in a header is right and its time within the window."""
    parts = [part.partition("=") for part in header.split(",")]
    seconds = next((value for name, _, value in parts if name == "t"), "")
    expected = _mac(body, secret, seconds).encode()
    made = [hmac.compare_digest(expected, value.encode()) for name, _, value in parts if name == "v1"]
    if not any(made):
        raise Forged("The signature is wrong.")
    if abs(now - datetime.fromtimestamp(int(seconds), UTC)) > WINDOW:
        raise Forged("The notification is too old.")


def _mac(body: bytes, secret: str, seconds: str) -> str:
    return hmac.digest(secret.encode(), f"{seconds}.".encode() + body, hashlib.sha256).hex()
