"""What those who run the shop do to accounts."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from shop.config import Settings
from shop.domain import ids
from shop.domain.accounts import Account, normalised
from shop.domain.actions import OPERATOR_ID, Action, Kind
from shop.errors import Conflict
from shop.security.passwords import hash_password
from shop.security.policy import refuse_weak
from shop.security.tokens import Caller
from shop.services.actions import action
from shop.services.retries import retried
from shop.store.accounts import Accounts
from shop.store.table import Contended

OPERATOR = Caller(OPERATOR_ID, is_staff=True)
"""Whoever runs the shop's commands by hand."""


@dataclass(frozen=True, slots=True)
class Administration:
    """The use cases of operators, run by hand and not over HTTP."""

    accounts: Accounts
    settings: Settings
    clock: Callable[[], datetime]

    def make_admin(self, email: str, password: str) -> Account:
        """Create a verified admin, or make the account with this address one, with this password; its sessions end.

        Raises InvalidInput for a weak password, Conflict when the address's name is somebody else's username.
        """
        refuse_weak("password", password, (email,))
        password_hash = hash_password(password, self.settings.bcrypt_cost)

        def attempt() -> Account:
            before = self.accounts.by_email(email)
            if before is None:
                return self._create(email, password_hash)
            after = replace(
                before,
                password_hash=password_hash,
                is_verified=True,
                is_active=True,
                is_staff=True,
                is_superuser=True,
                claimed_until=None,
                sessions_since=self.clock(),
                kept_session="",
                version=before.version + 1,
            )
            if not self.accounts.replace(before, after, self._made(after)):
                raise Contended("the account was changed meanwhile")
            return after

        return retried(attempt)

    def _create(self, email: str, password_hash: str) -> Account:
        now = self.clock()
        account = Account(
            id=ids.new_id(now),
            username=normalised(email.partition("@")[0]),
            email=email,
            first_name="",
            last_name="",
            password_hash=password_hash,
            joined_at=now,
            is_verified=True,
            is_staff=True,
            is_superuser=True,
        )
        if not self.accounts.create(account, otp=None, action=self._made(account)):
            raise Conflict(f"The username {account.username} is taken.", code="username_taken")
        return account

    def _made(self, account: Account) -> Action:
        return action(OPERATOR, Kind.ADMIN_MADE, account.id, {}, self.clock())
