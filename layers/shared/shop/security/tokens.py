"""Reading access and refresh tokens: JSON Web Tokens signed with HS256. `shop.security.issuing` makes them.

Every token of the shop's has one form, so whatever has another is refused before it is parsed: the header is compared
as a whole with those that the shop writes, which leaves no algorithm to be chosen by who sends it (RFC 8725, 3.1).
"""

import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any

from shop.errors import Unauthenticated
from shop.security.keyring import Key, Keyring

ISSUER = "installment-shop"
AUDIENCE = "installment-shop-api"
ALGORITHM = "HS256"
PURPOSE = "tokens"
"""What the keys that sign tokens are derived for."""
_TEXTS = ("sub", "jti", "sid")


class TokenType(StrEnum):
    """What a token may be used for, its claim `typ`."""

    ACCESS = "access"
    REFRESH = "refresh"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, as an access token says, in which session, and with which request."""

    user_id: str
    is_staff: bool
    session: str = ""
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class Refresh:
    """What a refresh token says: whose session it follows, and which of its tokens it is."""

    user_id: str
    session: str
    token_id: str


class Tokens:
    """Reads tokens. The clock is given."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring

    def caller(self, token: str, now: datetime, request_id: str = "") -> Caller:
        """Who an access token speaks for. Raises Unauthenticated for any token that is not a good access token."""
        claims = self._claims(token, TokenType.ACCESS, now)
        return Caller(claims["sub"], claims.get("staff") is True, claims["sid"], request_id)

    def refresh(self, token: str, now: datetime) -> Refresh:
        """What a refresh token says. Raises Unauthenticated for any token that is not a good refresh token."""
        claims = self._claims(token, TokenType.REFRESH, now)
        return Refresh(claims["sub"], claims["sid"], claims["jti"])

    def _claims(self, token: str, expected: TokenType, now: datetime) -> Mapping[str, Any]:
        claims = _signed(token, _keys_by_header(self._keyring.keys))
        if claims is None or not _are_of(claims, expected):
            raise Unauthenticated(f"The {expected} token is not valid.")
        if claims["exp"] <= now.timestamp():
            raise Unauthenticated(f"The {expected} token has expired.", code="token_expired")
        return claims


def header(key: Key) -> dict[str, str]:
    """The header of the tokens that a key signs."""
    return {"alg": ALGORITHM, "kid": key.id, "typ": "JWT"}


@lru_cache(maxsize=4)
def _keys_by_header(keys: tuple[Key, ...]) -> Mapping[str, bytes]:
    """What signs tokens, by the header that they begin with."""
    return {
        _base64url(json.dumps(header(key), separators=(",", ":"), sort_keys=True).encode()): key.derive(PURPOSE)
        for key in keys
    }


def _signed(token: str, keys: Mapping[str, bytes]) -> Mapping[str, Any] | None:
    """The claims of a token (RFC 7515, 5.2), None where none of the keys has signed it."""
    signed, _, signature = token.rpartition(".")
    begun, _, payload = signed.partition(".")
    key = keys.get(begun)
    if key is None:
        return None
    expected = _base64url(hmac.digest(key, signed.encode(errors="replace"), "sha256"))
    if not hmac.compare_digest(expected.encode(), signature.encode(errors="replace")):
        return None
    claims: Mapping[str, Any] = json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return claims


def _are_of(claims: Mapping[str, Any], expected: TokenType) -> bool:
    """Whether claims are of the shop's tokens of a type."""
    return (
        claims.get("iss") == ISSUER
        and claims.get("aud") == AUDIENCE
        and claims.get("typ") == expected
        and all(isinstance(claims.get(name), str) for name in _TEXTS)
        and all(type(claims.get(name)) is int for name in ("iat", "exp"))
    )


def _base64url(value: bytes) -> str:
    return urlsafe_b64encode(value).rstrip(b"=").decode()
