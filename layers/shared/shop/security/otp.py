"""Six-digit one-time passwords."""

import hmac
import secrets

from shop.domain.accounts import OtpPurpose
from shop.security.keyring import Keyring

DIGITS = 6


def new_code() -> str:
    """A code of six random digits."""
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"


def digest_of(code: str, email: str, purpose: OtpPurpose, keyring: Keyring) -> str:
    """What is kept of a code: good for one address and purpose, and worth nothing without the shop's secret."""
    return keyring.digest("one-time password", f"{purpose}:{email}:{code}")


def is_code(code: str, email: str, purpose: OtpPurpose, digest: str, keyring: Keyring) -> bool:
    """Whether a code is the one whose digest was kept; compared in constant time."""
    return hmac.compare_digest(digest_of(code, email, purpose, keyring), digest)
