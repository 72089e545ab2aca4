"""What admins do to accounts."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from shop.domain import ids
from shop.domain.accounts import Account
from shop.domain.text import search_words
from shop.errors import Conflict, NotFound
from shop.services.retries import retried
from shop.store.accounts import Accounts
from shop.store.paging import Page, Position
from shop.store.table import Contended
from shop.store.totals import Totals


@dataclass(frozen=True, slots=True)
class Rights:
    """What an account may; None leaves it as it is."""

    is_staff: bool | None = None
    is_active: bool | None = None


@dataclass(frozen=True, slots=True)
class Moderation:
    """The use cases of the admins' list of users."""

    accounts: Accounts
    totals: Totals
    clock: Callable[[], datetime]

    def page(self, search: str, position: Position | None, size: int) -> Page[Account]:
        """A page of all accounts, oldest first."""
        return self.accounts.page(position, size, lambda: self.totals.counts()["accounts"], search_words(search))

    def read(self, user_id: str) -> Account:
        """An account. Raises NotFound."""
        account = self.accounts.get(user_id) if ids.is_id(user_id) else None
        if account is None:
            raise NotFound("User not found.")
        return account

    def change(self, admin_id: str, user_id: str, rights: Rights) -> Account:
        """Give or take somebody's rights; what is taken ends their sessions.

        Raises NotFound, Conflict for one's own account: so the last admin stays one.
        """
        if user_id == admin_id:
            raise Conflict("You cannot change your own rights.", code="own_account")

        def attempt() -> Account:
            before = self.read(user_id)
            after = replace(
                before,
                is_staff=before.is_staff if rights.is_staff is None else rights.is_staff,
                is_active=before.is_active if rights.is_active is None else rights.is_active,
                version=before.version + 1,
            )
            if (before.is_staff and not after.is_staff) or (before.is_active and not after.is_active):
                after = replace(after, sessions_since=self.clock(), kept_session="")
            if not self.accounts.moderate(before, after, admin_id):
                raise Contended("the account was changed meanwhile, or the admin is none any more")
            return after

        return retried(attempt)
