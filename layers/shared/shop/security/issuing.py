"""Making access and refresh tokens. Who logs in or goes on gets a pair; all other functions only read them."""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from shop.domain.accounts import Account
from shop.security.keyring import Keyring
from shop.security.tokens import ALGORITHM, AUDIENCE, ISSUER, PURPOSE, TokenType, header


def random_id() -> str:
    """What names a session or a token: 128 random bits."""
    return secrets.token_urlsafe(16)


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


@dataclass(frozen=True, slots=True)
class Issuer:
    """Makes tokens of two lifetimes. The clock is given."""

    keyring: Keyring
    access_lifetime: timedelta
    refresh_lifetime: timedelta

    def issue(
        self, account: Account, now: datetime, session: str | None = None, refresh_id: str | None = None
    ) -> TokenPair:
        """A pair of a session that goes on or of a new one.

        Of one session, instant and `refresh_id`, the refresh token is the same however often it is made.
        """
        session, refresh_id = session or random_id(), refresh_id or random_id()
        claims = {"sub": account.id, "sid": session, "iat": int(now.timestamp())}
        access_ends, refresh_ends = now + self.access_lifetime, now + self.refresh_lifetime
        return TokenPair(
            account.id,
            self._encode({**claims, "staff": account.is_staff}, TokenType.ACCESS, random_id(), access_ends),
            self._encode(claims, TokenType.REFRESH, refresh_id, refresh_ends),
            int(self.access_lifetime.total_seconds()),
            session,
            refresh_id,
            refresh_ends,
        )

    def _encode(self, claims: dict[str, Any], token_type: TokenType, token_id: str, expires_at: datetime) -> str:
        from jwt.api_jwt import encode  # imported for those that make tokens: most requests only bring one

        key = self.keyring.signing(datetime.fromtimestamp(claims["iat"], UTC))
        return encode(
            {
                "iss": ISSUER,
                "aud": AUDIENCE,
                "typ": token_type.value,
                "jti": token_id,
                "exp": int(expires_at.timestamp()),
                **claims,
            },
            key.derive(PURPOSE),
            algorithm=ALGORITHM,
            headers=header(key),
        )
