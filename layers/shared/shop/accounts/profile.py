"""The profile of a customer."""

from dataclasses import asdict, dataclass, replace

from shop import problems
from shop.accounts.model import Account
from shop.accounts.phones import e164
from shop.accounts.store import Accounts
from shop.dynamodb.retry import retried
from shop.dynamodb.table import Contended
from shop.money import Language


@dataclass(frozen=True, slots=True)
class ProfileChanges:
    """Changes of a profile; None leaves a field unchanged."""

    first_name: str | None = None
    last_name: str | None = None
    reminders: bool | None = None
    phone: str | None = None
    address: str | None = None
    language: Language | None = None

    @property
    def given(self) -> dict[str, str | bool]:
        """Return the fields to change, by name."""
        return {name: value for name, value in asdict(self).items() if value is not None}


@dataclass(frozen=True, slots=True)
class Profiles:
    """The use cases of profiles."""

    accounts: Accounts
    region: str

    def read(self, user_id: str) -> Account:
        """Read the account of the caller. Raises Unauthenticated when it does not exist or is not active."""
        account = self.accounts.get(user_id)
        if account is None or not account.is_active:
            raise problems.ACCOUNT_NOT_IN_USE.error()
        return account

    @retried
    def change(self, user_id: str, changes: ProfileChanges) -> Account:
        """Change a profile; returns the changed account.

        Raises InvalidInput naming `phone`, Unauthenticated as `read` does.
        """
        before = self.read(user_id)
        if changes.phone is not None:
            changes = replace(changes, phone=e164(changes.phone, self.region))
        after = replace(before, **changes.given)  # type: ignore[arg-type]  # fields of the same names and types
        if after == before:
            return before
        after = replace(after, version=before.version + 1)
        if not self.accounts.change_profile(before, after):
            raise Contended("the account was changed meanwhile")
        return after
