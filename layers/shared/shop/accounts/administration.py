"""User administration: the rights and data of users, and the bootstrap of the first admin."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from shop import ids, problems
from shop.accounts.audit_log import OPERATOR, Action, AuditEntry, AuditLog, audit_entry
from shop.accounts.model import Account, normalised
from shop.accounts.phones import e164, searched
from shop.accounts.profile import ProfileChanges
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
    region: str
    clock: Callable[[], datetime]

    def page(self, search: str, request: PageRequest) -> Page[Account]:
        """Read a page of all accounts, oldest first."""
        return self.accounts.page(request, search_words(searched(search, self.region)))

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
    def change(self, admin: Caller, user_id: str, rights: Rights, profile: ProfileChanges) -> Account:
        """Give or take rights, and change a profile. Without a change, nothing is written.

        Taking a right ends the user's sessions. Owners alone make owners, and change them and other
        staff. The audit log has the new rights, and the names of the profile's fields without their values.

        Raises NotFound, Conflict for the caller's own account (one admin always remains) and for a deleted one,
        InvalidInput naming `phone`, Forbidden when the caller has not the right.
        """
        if user_id == admin.user_id:
            raise problems.OWN_ACCOUNT.error()
        before, now = self.read(user_id), self.clock()
        if before.is_erased:
            raise problems.ACCOUNT_DELETED.error()
        if profile.phone is not None:
            profile = replace(profile, phone=e164(profile.phone, self.region))
        after = replace(
            before,
            is_staff=before.is_staff if rights.is_staff is None else rights.is_staff,
            is_superuser=before.is_superuser if rights.is_superuser is None else rights.is_superuser,
            is_active=before.is_active if rights.is_active is None else rights.is_active,
            **profile.given,  # type: ignore[arg-type]  # fields of the same names and types
        )
        if after == before:
            return before
        changes: dict[str, object] = {name: getattr(after, name) for name in _differing(before, after, _RIGHTS)}
        if fields := _differing(before, after, profile.given):
            changes["fields"] = ", ".join(fields)
        after = replace(after, version=before.version + 1)
        if any(getattr(before, right) and not getattr(after, right) for right in _RIGHTS):
            after = replace(after, sessions_since=now, kept_session="")
        action = _action(before, after)
        if not self.accounts.change_user(before, after, audit_entry(admin, action, user_id, changes, now)):
            raise Contended("the account was changed meanwhile")
        return after


def _differing(before: Account, after: Account, names: Iterable[str]) -> list[str]:
    return [name for name in names if getattr(before, name) != getattr(after, name)]


def _action(before: Account, after: Account) -> Action:
    """Name a change for the audit log, which decides by the name whether only owners may make it."""
    if before.is_superuser or after.is_superuser:
        return Action.OWNER_CHANGED
    return Action.STAFF_CHANGED if before.is_staff else Action.USER_CHANGED


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
