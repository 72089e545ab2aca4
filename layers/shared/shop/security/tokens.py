"""Access and refresh tokens: JSON Web Tokens signed with HS256."""

import json
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any

from jwt.api_jwt import decode, encode
from jwt.exceptions import InvalidTokenError
from jwt.utils import base64url_decode

from shop.domain.accounts import Account
from shop.errors import Unauthenticated
from shop.security.keyring import Keyring

ISSUER = "installment-shop"
AUDIENCE = "installment-shop-api"
_ALGORITHM, _PURPOSE = "HS256", "tokens"
_REQUIRED = ("iss", "aud", "sub", "typ", "jti", "sid", "iat", "exp")


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


@dataclass(frozen=True, slots=True)
class TokenPair:
    """What a login or a refresh gives: `expires_in` is the access token's lifetime in seconds."""

    user_id: str
    access: str
    refresh: str
    expires_in: int
    session: str
    refresh_id: str
    refresh_expires_at: datetime


class Tokens:
    """Makes and reads tokens. Lifetimes as set, clock as given."""

    def __init__(self, keyring: Keyring, access_lifetime: timedelta, refresh_lifetime: timedelta) -> None:
        self._keyring = keyring
        self._access_lifetime = access_lifetime
        self._refresh_lifetime = refresh_lifetime

    def issue(self, account: Account, now: datetime, session: str | None = None) -> TokenPair:
        """A new pair, of a session that goes on or of a new one."""
        session, refresh_id = session or secrets.token_urlsafe(16), secrets.token_urlsafe(16)
        claims = {"sub": account.id, "sid": session, "iat": int(now.timestamp())}
        access_ends, refresh_ends = now + self._access_lifetime, now + self._refresh_lifetime
        access_id = secrets.token_urlsafe(16)
        return TokenPair(
            account.id,
            self._encode({**claims, "staff": account.is_staff}, TokenType.ACCESS, access_id, access_ends),
            self._encode(claims, TokenType.REFRESH, refresh_id, refresh_ends),
            int(self._access_lifetime.total_seconds()),
            session,
            refresh_id,
            refresh_ends,
        )

    def caller(self, token: str, now: datetime, request_id: str = "") -> Caller:
        """Who an access token speaks for. Raises Unauthenticated for any token that is not a good access token."""
        claims = self._decode(token, TokenType.ACCESS, now)
        return Caller(claims["sub"], claims.get("staff") is True, claims["sid"], request_id)

    def refresh(self, token: str, now: datetime) -> Refresh:
        """What a refresh token says. Raises Unauthenticated for any token that is not a good refresh token."""
        claims = self._decode(token, TokenType.REFRESH, now)
        return Refresh(claims["sub"], claims["sid"], claims["jti"])

    def _decode(self, token: str, expected: TokenType, now: datetime) -> dict[str, Any]:
        wrong = Unauthenticated(f"The {expected} token is not valid.")
        try:
            claims: dict[str, Any] = decode(
                token,
                self._key_of(token),
                algorithms=[_ALGORITHM],
                audience=AUDIENCE,
                issuer=ISSUER,
                options={"require": list(_REQUIRED), "verify_exp": False, "verify_iat": False, "verify_nbf": False},
            )
        except InvalidTokenError as error:
            raise wrong from error
        if claims["typ"] != expected or not isinstance(claims["exp"], int) or not isinstance(claims["sid"], str):
            raise wrong
        if claims["exp"] <= now.timestamp():
            raise Unauthenticated(f"The {expected} token has expired.", code="token_expired")
        return claims

    def _key_of(self, token: str) -> bytes:
        """The key that a token names. Raises InvalidTokenError where it names none of the shop's."""
        name = _named_in(token.partition(".")[0])
        for key in self._keyring.keys:
            if key.id == name:
                return key.derive(_PURPOSE)
        raise InvalidTokenError("an unknown key")

    def _encode(self, claims: dict[str, Any], token_type: TokenType, token_id: str, expires_at: datetime) -> str:
        key = self._keyring.signing(datetime.fromtimestamp(claims["iat"], UTC))
        return encode(
            {
                "iss": ISSUER,
                "aud": AUDIENCE,
                "typ": token_type.value,
                "jti": token_id,
                "exp": int(expires_at.timestamp()),
                **claims,
            },
            key.derive(_PURPOSE),
            algorithm=_ALGORITHM,
            headers={"kid": key.id},
        )


@lru_cache(maxsize=16)  # all tokens of a key have the same header
def _named_in(header: str) -> object:
    """The key that a token's header names. Raises InvalidTokenError where it names none."""
    try:
        return json.loads(base64url_decode(header))["kid"]
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise InvalidTokenError("a header without a key") from error
