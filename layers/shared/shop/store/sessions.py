"""Sessions in the table: one item per login."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from shop.domain.accounts import Account
from shop.store import accounts, keys
from shop.store.codec import to_epoch, to_instant, to_text
from shop.store.table import ConditionFailed, Item, Table, Write


@dataclass(frozen=True, slots=True)
class Session:
    """A login: its name, the id of its refresh token and of the one before, when it began and was last refreshed."""

    family: str
    token_id: str
    begun_at: datetime
    rotated_at: datetime
    previous_id: str | None = None


class StoredSessions:
    """Access patterns of sessions."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def begin(self, user_id: str, session: Session, expires_at: datetime, beside: Sequence[Write] = ()) -> None:
        """Keep a new login until its refresh token expires; `beside` is written with it, none under a condition."""
        item = {
            **keys.session(user_id, session.family),
            "token_id": session.token_id,
            "begun_at": to_text(session.begun_at),
            "expires_at": to_epoch(expires_at),
        }
        self._table.write_each([Write.put(item), *beside])

    def with_account(self, user_id: str, family: str) -> tuple[Account | None, Session | None]:
        """An account and one of its sessions, in one round trip."""
        account, item = self._table.get_all([keys.account(user_id), keys.session(user_id, family)])
        return (
            accounts.from_item(account) if account else None,
            from_item(family, item) if item else None,
        )

    def rotate(
        self, user_id: str, session: Session, token_id: str, now: datetime, expires_at: datetime
    ) -> Session | None:
        """Let another refresh token follow a session. The session as it is then; None when it has ended meanwhile.

        Of several at once, one write wins, and all get what it wrote. So does a repetition of a write whose answer was
        lost.
        """
        values = {
            ":before": session.token_id,
            ":after": token_id,
            ":now": to_text(now),
            ":expires_at": to_epoch(expires_at),
        }
        change = "SET token_id = :after, previous_id = :before, rotated_at = :now, expires_at = :expires_at"
        write = Write.update(keys.session(user_id, session.family), change, values, "token_id = :before")
        try:
            item = self._table.write(write)
        except ConditionFailed as error:
            return from_item(session.family, error.found) if error.found else None
        return from_item(session.family, item)

    def end(self, user_id: str, family: str) -> None:
        """Forget a session, if it is there."""
        self._table.write(Write.delete(keys.session(user_id, family)))


def from_item(family: str, item: Item) -> Session:
    """The session stored in an item, which has the last two values once it was refreshed."""
    begun_at = to_instant(item["begun_at"])
    rotated_at = to_instant(item["rotated_at"]) if "rotated_at" in item else begun_at
    return Session(family, item["token_id"], begun_at, rotated_at, item.get("previous_id"))
