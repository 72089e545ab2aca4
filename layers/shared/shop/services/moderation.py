"""What admins do to accounts."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from shop.domain import ids
from shop.domain.accounts import Account
from shop.domain.actions import Action, Kind
from shop.domain.text import search_words
from shop.errors import Conflict, NotFound
from shop.security.tokens import Caller
from shop.services.actions import action
from shop.services.retries import retried
from shop.store.accounts import Accounts
from shop.store.actions import Actions
from shop.store.paging import Page, Position
from shop.store.table import Contended
from shop.store.totals import Totals

_RIGHTS = ("is_staff", "is_superuser", "is_active")


@dataclass(frozen=True, slots=True)
class Rights:
    """What an account may; None leaves it as it is."""

    is_staff: bool | None = None
    is_superuser: bool | None = None
    is_active: bool | None = None


@dataclass(frozen=True, slots=True)
class Moderation:
    """The use cases of the admins' list of users."""

    accounts: Accounts
    totals: Totals
    actions: Actions
    clock: Callable[[], datetime]

    def page(self, search: str, position: Position | None, size: int) -> Page[Account]:
        """A page of all accounts, oldest first."""
        return self.accounts.page(position, size, lambda: self.totals.counts()["accounts"], search_words(search))

    def page_of_actions(self, position: Position | None, size: int) -> Page[Action]:
        """A page of what admins did, newest first."""
        return self.actions.page(position, size)

    def read(self, user_id: str) -> Account:
        """An account. Raises NotFound."""
        account = self.accounts.get(user_id) if ids.is_id(user_id) else None
        if account is None:
            raise NotFound("User not found.")
        return account

    def change(self, by: Caller, user_id: str, rights: Rights) -> Account:
        """Give or take somebody's rights; what is taken ends their sessions.

        What changes nothing is not done. Raises NotFound, Conflict for one's own account, so that the last admin stays
        one, and for a deleted one, Forbidden when the caller is no admin any more.
        """
        if user_id == by.user_id:
            raise Conflict("You cannot change your own rights.", code="own_account")

        def attempt() -> Account:
            before, now = self.read(user_id), self.clock()
            if before.is_erased:
                raise Conflict("This account was deleted by its owner.", code="account_deleted")
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
            if any(getattr(before, right) and not getattr(after, right) for right in _RIGHTS):
                after = replace(after, sessions_since=now, kept_session="")
            done = action(by, Kind.USER_CHANGED, user_id, changes, now)
            if not self.accounts.moderate(before, after, done):
                raise Contended("the account was changed meanwhile")
            return after

        return retried(attempt)


def _changes(before: Account, after: Account) -> dict[str, bool]:
    return {right: getattr(after, right) for right in _RIGHTS if getattr(before, right) != getattr(after, right)}
