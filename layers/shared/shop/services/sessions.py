"""Logging in."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from shop.config import Settings
from shop.errors import Forbidden, Unauthenticated
from shop.security.passwords import hash_password, is_password
from shop.security.tokens import TokenPair, Tokens
from shop.store.accounts import Accounts


@cache
def _nobodys_hash(cost: int) -> str:
    """A hash to compare with where there is no account, so that both answers take as long."""
    return hash_password("nobody's password", cost)


@dataclass(frozen=True, slots=True)
class Sessions:
    """The use cases of being logged in."""

    accounts: Accounts
    tokens: Tokens
    settings: Settings
    clock: Callable[[], datetime]

    def log_in(self, email: str, password: str) -> TokenPair:
        """A new session. Raises Unauthenticated for wrong credentials, Forbidden for an account that may not."""
        account = self.accounts.by_email(email)
        expected = account.password_hash if account else _nobodys_hash(self.settings.bcrypt_cost)
        if not is_password(password, expected) or account is None:
            raise Unauthenticated("The e-mail address or the password is wrong.", code="invalid_credentials")
        if not account.is_verified:
            raise Forbidden("Verify your e-mail address first.", code="account_not_verified")
        if not account.is_active:
            raise Forbidden("This account is deactivated.", code="account_inactive")
        now = self.clock()
        pair = self.tokens.issue(account, now)
        self.accounts.store_session(account.id, pair.family, pair.refresh_id, pair.refresh_expires_at)
        return pair
