"""Access and refresh tokens: JSON Web Tokens signed with HS256."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import jwt

from shop.domain.accounts import Account
from shop.errors import Unauthenticated
from shop.security.keyring import Keyring

ISSUER = "installment-shop"
AUDIENCE = "installment-shop-api"
KEY_ID = "1"
_ALGORITHM = "HS256"
_REQUIRED = ("iss", "aud", "sub", "typ", "jti", "iat", "exp")


class TokenType(StrEnum):
    """What a token may be used for, its claim `typ`."""

    ACCESS = "access"
    REFRESH = "refresh"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, as an access token says."""

    user_id: str
    is_staff: bool


@dataclass(frozen=True, slots=True)
class TokenPair:
    """What a login gives: `expires_in` is the access token's lifetime in seconds."""

    access: str
    refresh: str
    expires_in: int
    family: str
    refresh_id: str
    refresh_expires_at: datetime


class Tokens:
    """Makes and reads tokens. Lifetimes as set, clock as given."""

    def __init__(self, keyring: Keyring, access_lifetime: timedelta, refresh_lifetime: timedelta) -> None:
        self._keyring = keyring
        self._access_lifetime = access_lifetime
        self._refresh_lifetime = refresh_lifetime

    def issue(self, account: Account, now: datetime) -> TokenPair:
        """A new pair that begins a session, its `family`."""
        family, refresh_id = secrets.token_urlsafe(16), secrets.token_urlsafe(16)
        expires_at = now + self._refresh_lifetime
        access = self._encode(
            account.id, TokenType.ACCESS, secrets.token_urlsafe(16), now, now + self._access_lifetime, account.is_staff
        )
        refresh = self._encode(account.id, TokenType.REFRESH, refresh_id, now, expires_at, account.is_staff, family)
        return TokenPair(access, refresh, int(self._access_lifetime.total_seconds()), family, refresh_id, expires_at)

    def caller(self, token: str, now: datetime) -> Caller:
        """Who an access token speaks for. Raises Unauthenticated for any token that is not a good access token."""
        try:
            claims = jwt.decode(
                token,
                self._keyring.derive("tokens"),
                algorithms=[_ALGORITHM],
                audience=AUDIENCE,
                issuer=ISSUER,
                options={"require": list(_REQUIRED), "verify_exp": False, "verify_iat": False, "verify_nbf": False},
            )
        except jwt.InvalidTokenError as error:
            raise Unauthenticated("The access token is not valid.") from error
        if claims["typ"] != TokenType.ACCESS:
            raise Unauthenticated("The access token is not valid.")
        if not isinstance(claims["exp"], int) or claims["exp"] <= now.timestamp():
            raise Unauthenticated("The access token has expired.", code="token_expired")
        return Caller(claims["sub"], bool(claims.get("staff", False)))

    def _encode(
        self,
        user_id: str,
        token_type: TokenType,
        token_id: str,
        now: datetime,
        expires_at: datetime,
        is_staff: bool,  # noqa: FBT001 - a claim, not a switch
        family: str | None = None,
    ) -> str:
        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": user_id,
            "typ": token_type.value,
            "jti": token_id,
            "iat": int(now.timestamp()),
            "exp": int(expires_at.timestamp()),
            "staff": is_staff,
        }
        if family is not None:
            claims["family"] = family
        return jwt.encode(claims, self._keyring.derive("tokens"), algorithm=_ALGORITHM, headers={"kid": KEY_ID})
