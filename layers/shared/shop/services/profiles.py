"""A person's own account."""

from dataclasses import dataclass, replace

from shop.domain.accounts import Account
from shop.errors import Unauthenticated
from shop.services.retries import retried
from shop.store.accounts import Accounts
from shop.store.table import Contended

_CHANGEABLE = ("first_name", "last_name", "reminders")


@dataclass(frozen=True, slots=True)
class Profiles:
    """The use cases of one's own account."""

    accounts: Accounts

    def read(self, user_id: str) -> Account:
        """The account of a caller. Raises Unauthenticated when it is gone or may no longer be used."""
        account = self.accounts.get(user_id)
        if account is None or not account.is_active:
            raise Unauthenticated("This account is no longer in use.")
        return account

    def change(
        self,
        user_id: str,
        *,
        first_name: str | None = None,
        last_name: str | None = None,
        reminders: bool | None = None,
    ) -> list[str]:
        """Change what is given; the names of the fields that changed."""

        def attempt() -> list[str]:
            before = self.read(user_id)
            after = replace(
                before,
                first_name=before.first_name if first_name is None else first_name,
                last_name=before.last_name if last_name is None else last_name,
                reminders=before.reminders if reminders is None else reminders,
                version=before.version + 1,
            )
            changed = [name for name in _CHANGEABLE if getattr(before, name) != getattr(after, name)]
            if changed and not self.accounts.change_profile(before, after):
                raise Contended("the account was changed meanwhile")
            return changed

        return retried(attempt)
