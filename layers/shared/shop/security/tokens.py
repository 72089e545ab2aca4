"""Access and refresh tokens: JSON Web Tokens, signed with HS256 (RFC 7519, RFC 8725)."""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

import jwt
from pydantic import BaseModel, ConfigDict, ValidationError

from shop import problems
from shop.accounts.model import Account
from shop.security.keyring import Keyring

ISSUER = "installment-shop"
AUDIENCE = "installment-shop-api"
ALGORITHM = "HS256"
PURPOSE = "tokens"
"""The purpose of the keys that sign tokens."""
_CLAIMS = ("iss", "aud", "typ", "sub", "sid", "jti", "iat", "exp")


class TokenType(StrEnum):
    """The use of a token: its claim `typ`."""

    ACCESS = "access"
    REFRESH = "refresh"


@dataclass(frozen=True, slots=True)
class Caller:
    """The caller of a request: the user and session in the access token, and the id of the request."""

    user_id: str
    is_staff: bool
    session: str = ""
    request_id: str = ""
    is_owner: bool = False


@dataclass(frozen=True, slots=True)
class Refresh:
    """The content of a refresh token: the user, the session, and the id of the token."""

    user_id: str
    session: str
    token_id: str


@dataclass(frozen=True, slots=True)
class TokenPair:
    """The pair of tokens of a login or a refresh. `expires_in` is the lifetime of the access token in seconds."""

    user_id: str
    access: str
    refresh: str
    expires_in: int
    session: str
    refresh_id: str
    refresh_expires_at: datetime


class _Claims(BaseModel):
    """The claims of a token; `exp` is in seconds since 1970."""

    model_config = ConfigDict(strict=True, defer_build=True)

    typ: str
    sub: str
    sid: str
    jti: str
    exp: int
    staff: bool = False
    owner: bool = False


class Tokens:
    """Reads tokens."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring

    def caller(self, token: str, now: datetime, request_id: str = "") -> Caller:
        """Read the caller in an access token. Raises Unauthenticated for any other token."""
        claims = self._claims(token, TokenType.ACCESS, now)
        return Caller(claims.sub, claims.staff, claims.sid, request_id, claims.staff and claims.owner)

    def refresh(self, token: str, now: datetime) -> Refresh:
        """Read the content of a refresh token. Raises Unauthenticated for any other token."""
        claims = self._claims(token, TokenType.REFRESH, now)
        return Refresh(claims.sub, claims.sid, claims.jti)

    def _claims(self, token: str, expected: TokenType, now: datetime) -> _Claims:
        try:
            claims = _Claims.model_validate(self._decoded(token))
        except (jwt.PyJWTError, ValidationError, UnicodeError, RecursionError):
            claims = None
        if claims is None or claims.typ != expected:
            raise problems.TOKEN_NOT_VALID.error(token=expected)
        if claims.exp <= now.timestamp():
            raise problems.TOKEN_EXPIRED.error(token=expected)
        return claims

    def _decoded(self, token: str) -> dict[str, Any]:
        """Return the claims of a token that the shop signed. The caller checks the expiry, by the shop's clock."""
        key_id = jwt.get_unverified_header(token).get("kid")
        key = next((key for key in self._keyring.keys if key.id == key_id), None)
        if key is None:
            raise jwt.InvalidKeyError("no such key")
        claims: dict[str, Any] = jwt.decode(
            token,
            key.derive(PURPOSE),
            algorithms=[ALGORITHM],
            audience=AUDIENCE,
            issuer=ISSUER,
            options={"require": [*_CLAIMS], "verify_exp": False, "verify_iat": False, "verify_nbf": False},
        )
        return claims


def random_id() -> str:
    """Make the id of a session or a token: 128 random bits."""
    return secrets.token_urlsafe(16)


@dataclass(frozen=True, slots=True)
class Issuer:
    """Makes tokens."""

    keyring: Keyring
    access_lifetime: timedelta
    refresh_lifetime: timedelta

    def issue(
        self, account: Account, now: datetime, session: str | None = None, refresh_id: str | None = None
    ) -> TokenPair:
        """Make the pair of tokens of a session, a new one by default.

        For the same session, instant and `refresh_id` the refresh token is always the same.
        """
        session, refresh_id = session or random_id(), refresh_id or random_id()
        rights = {"staff": account.is_staff, "owner": account.is_superuser}
        claims = {"sub": account.id, "sid": session, "iat": int(now.timestamp())}
        access_ends, refresh_ends = now + self.access_lifetime, now + self.refresh_lifetime
        return TokenPair(
            account.id,
            self._encode(
                {**claims, **rights},
                TokenType.ACCESS,
                random_id(),
                access_ends,
            ),
            self._encode(claims, TokenType.REFRESH, refresh_id, refresh_ends),
            int(self.access_lifetime.total_seconds()),
            session,
            refresh_id,
            refresh_ends,
        )

    def _encode(self, claims: dict[str, Any], token_type: TokenType, token_id: str, expires_at: datetime) -> str:
        key = self.keyring.signing(datetime.fromtimestamp(claims["iat"], UTC))
        payload = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "typ": token_type.value,
            "jti": token_id,
            "exp": int(expires_at.timestamp()),
            **claims,
        }
        return jwt.encode(payload, key.derive(PURPOSE), algorithm=ALGORITHM, headers={"kid": key.id})
