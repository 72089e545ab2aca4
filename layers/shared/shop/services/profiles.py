"""A person's own account."""

from dataclasses import asdict, dataclass, replace

from shop.domain.accounts import Account
from shop.errors import Unauthenticated
from shop.services.retries import retried
from shop.store.accounts import Accounts
from shop.store.table import Contended


@dataclass(frozen=True, slots=True)
class ProfileChanges:
    """What to change of a profile; None leaves a field as it is."""

    first_name: str | None = None
    last_name: str | None = None
    reminders: bool | None = None

    @property
    def given(self) -> dict[str, str | bool]:
        """The fields to change, by name."""
        return {name: value for name, value in asdict(self).items() if value is not None}


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

    def change(self, user_id: str, changes: ProfileChanges) -> Account:
        """Change what is given; the account after it."""

        def attempt() -> Account:
            before = self.read(user_id)
            after = replace(before, **changes.given)  # type: ignore[arg-type]
            if after == before:
                return before
            after = replace(after, version=before.version + 1)
            if not self.accounts.change_profile(before, after):
                raise Contended("the account was changed meanwhile")
            return after

        return retried(attempt)
