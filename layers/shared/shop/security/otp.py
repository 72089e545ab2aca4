"""Six-digit one-time passwords."""

import hashlib
import hmac
import secrets
from datetime import datetime

from shop.domain.accounts import OtpPurpose
from shop.security.keyring import Key, Keyring

DIGITS = 6


def new_code() -> str:
    """A code of six random digits."""
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"


def digest_of(code: str, email: str, purpose: OtpPurpose, keyring: Keyring, now: datetime) -> str:
    """What is kept of a code: good for one address and purpose, and worth nothing without the shop's secret."""
    return _digest(code, email, purpose, keyring.signing(now))


def is_code(code: str, email: str, purpose: OtpPurpose, digest: str, keyring: Keyring) -> bool:
    """Whether a code is the one whose digest was kept; compared in constant time."""
    return any(hmac.compare_digest(_digest(code, email, purpose, key), digest) for key in keyring.keys)


def _digest(code: str, email: str, purpose: OtpPurpose, key: Key) -> str:
    message = f"{purpose}:{email}:{code}"
    return hmac.new(key.derive("one-time password"), message.encode(), hashlib.sha256).hexdigest()
