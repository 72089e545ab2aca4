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
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from shop.errors import Unauthenticated
from shop.security.keyring import Key, Keyring

ISSUER: Literal["installment-shop"] = "installment-shop"
AUDIENCE: Literal["installment-shop-api"] = "installment-shop-api"
ALGORITHM = "HS256"
PURPOSE = "tokens"
"""What the keys that sign tokens are derived for."""


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


class _Claims(BaseModel):
    """What every token of the shop's says; instants are seconds since 1970."""

    model_config = ConfigDict(strict=True, defer_build=True)

    iss: Literal["installment-shop"]
    aud: Literal["installment-shop-api"]
    typ: TokenType
    sub: str
    sid: str
    jti: str
    iat: int
    exp: int
    staff: bool = False


class Tokens:
    """Reads tokens. The clock is given."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring
        self._keys: tuple[Key, ...] = ()
        self._signing: Mapping[str, bytes] = {}

    def caller(self, token: str, now: datetime, request_id: str = "") -> Caller:
        """Who an access token speaks for. Raises Unauthenticated for any token that is not a good access token."""
        claims = self._claims(token, TokenType.ACCESS, now)
        return Caller(claims.sub, claims.staff, claims.sid, request_id)

    def refresh(self, token: str, now: datetime) -> Refresh:
        """What a refresh token says. Raises Unauthenticated for any token that is not a good refresh token."""
        claims = self._claims(token, TokenType.REFRESH, now)
        return Refresh(claims.sub, claims.sid, claims.jti)

    def _claims(self, token: str, expected: TokenType, now: datetime) -> _Claims:
        payload = _signed_payload(token, self._by_header())
        try:
            claims = None if payload is None else _Claims.model_validate_json(payload)
        except ValidationError:
            claims = None
        if claims is None or claims.typ is not expected:
            raise Unauthenticated(f"The {expected} token is not valid.")
        if claims.exp <= now.timestamp():
            raise Unauthenticated(f"The {expected} token has expired.", code="token_expired")
        return claims

    def _by_header(self) -> Mapping[str, bytes]:
        """What signs tokens, by the header that they begin with; derived once for a set of keys."""
        keys = self._keyring.keys
        if keys is not self._keys:
            self._keys, self._signing = keys, {_encoded_header(key): key.derive(PURPOSE) for key in keys}
        return self._signing


def header(key: Key) -> dict[str, str]:
    """The header of the tokens that a key signs."""
    return {"alg": ALGORITHM, "kid": key.id, "typ": "JWT"}


def _encoded_header(key: Key) -> str:
    return _base64url(json.dumps(header(key), separators=(",", ":"), sort_keys=True).encode())


def _signed_payload(token: str, keys: Mapping[str, bytes]) -> bytes | None:
    """What a token says (RFC 7515, 5.2), None where none of the keys has signed it."""
    signed, _, signature = token.rpartition(".")
    begun, _, payload = signed.partition(".")
    key = keys.get(begun)
    if key is None:
        return None
    expected = _base64url(hmac.digest(key, signed.encode(errors="replace"), "sha256"))
    if not hmac.compare_digest(expected.encode(), signature.encode(errors="replace")):
        return None
    return urlsafe_b64decode(payload + "=" * (-len(payload) % 4))


def _base64url(value: bytes) -> str:
    return urlsafe_b64encode(value).rstrip(b"=").decode()
