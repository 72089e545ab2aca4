"""User administration: the rights of users, and the bootstrap of the first admin."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from shop import ids, problems
from shop.accounts.audit_log import OPERATOR, Action, AuditEntry, AuditLog, audit_entry
from shop.accounts.model import Account, normalised
from shop.accounts.store import Accounts
from shop.dynamodb.paging import Page, PageRequest
from shop.dynamodb.retry import retried
from shop.dynamodb.table import Contended
from shop.runtime.config import Settings
from shop.security.passwords import hash_password, refuse_weak
from shop.security.tokens import Caller
from shop.text import search_words

_RIGHTS = ("is_staff", "is_superuser", "is_active")


@dataclass(frozen=True, slots=True)
class Rights:
    """Rights to give or take; None leaves a right unchanged."""

    is_staff: bool | None = None
    is_superuser: bool | None = None
    is_active: bool | None = None


@dataclass(frozen=True, slots=True)
class UserAdministration:
    """The use cases of user administration over HTTP."""

    accounts: Accounts
    audit_log: AuditLog
    clock: Callable[[], datetime]

    def page(self, search: str, request: PageRequest) -> Page[Account]:
        """Read a page of all accounts, oldest first."""
        return self.accounts.page(request, search_words(search))

    def page_of_audit_log(self, request: PageRequest) -> Page[AuditEntry]:
        """Read a page of the audit log, newest first."""
        return self.audit_log.page(request)

    def read(self, user_id: str) -> Account:
        """Read an account. Raises NotFound."""
        account = self.accounts.get(user_id) if ids.is_id(user_id) else None
        if account is None:
            raise problems.USER_NOT_FOUND.error()
        return account

    @retried
    def change(self, admin: Caller, user_id: str, rights: Rights) -> Account:
        """Give or take rights. Taking a right ends the user's sessions. Without a change, nothing is written.

        Owners alone make owners and change their rights. Raises NotFound, Conflict for the caller's own account (one
        admin always remains) and for a deleted one, Forbidden when the caller has not the right.
        """
        if user_id == admin.user_id:
            raise problems.OWN_RIGHTS.error()
        before, now = self.read(user_id), self.clock()
        if before.is_erased:
            raise problems.ACCOUNT_DELETED.error()
        after = replace(
            before,
            is_staff=before.is_staff if rights.is_staff is None else rights.is_staff,
            is_superuser=before.is_superuser if rights.is_superuser is None else rights.is_superuser,
            is_active=before.is_active if rights.is_active is None else rights.is_active,
            version=before.version + 1,
        )
        changes = _changes(before, after)
        if not changes:
            return before
        action = Action.OWNER_CHANGED if before.is_superuser or after.is_superuser else Action.USER_CHANGED
        if any(getattr(before, right) and not getattr(after, right) for right in _RIGHTS):
            after = replace(after, sessions_since=now, kept_session="")
        if not self.accounts.change_rights(before, after, audit_entry(admin, action, user_id, changes, now)):
            raise Contended("the account was changed meanwhile")
        return after


def _changes(before: Account, after: Account) -> dict[str, bool]:
    return {right: getattr(after, right) for right in _RIGHTS if getattr(before, right) != getattr(after, right)}


@dataclass(frozen=True, slots=True)
class AdminBootstrap:
    """The use case of operators on the command line: making an admin."""

    accounts: Accounts
    settings: Settings
    clock: Callable[[], datetime]

    @retried
    def make_admin(self, email: str, password: str) -> Account:
        """Create a verified admin, or make the account with this address an admin: set its password, end its sessions.

        Raises InvalidInput for a weak password, Conflict when another account has the username.
        """
        refuse_weak("password", password, (email,))
        password_hash, now = hash_password(password, self.settings.bcrypt_cost), self.clock()
        before = self.accounts.by_email(email)
        if before is None:
            return self._create(email, password_hash, now)
        after = replace(
            before,
            password_hash=password_hash,
            is_verified=True,
            is_active=True,
            is_staff=True,
            is_superuser=True,
            claimed_until=None,
            sessions_since=now,
            kept_session="",
            version=before.version + 1,
        )
        if not self.accounts.replace(before, after, audit_entry(OPERATOR, Action.ADMIN_MADE, after.id, {}, now)):
            raise Contended("the account was changed meanwhile")
        return after

    def _create(self, email: str, password_hash: str, now: datetime) -> Account:
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
        entry = audit_entry(OPERATOR, Action.ADMIN_MADE, account.id, {}, now)
        if not self.accounts.create(account, otp=None, entry=entry):
            raise problems.USERNAME_OF_ADMIN_TAKEN.error(username=account.username)
        return account
