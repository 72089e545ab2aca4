"""Sessions in the table: one item per login."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from shop.domain.accounts import Account
from shop.store import accounts, keys
from shop.store.codec import to_epoch, to_instant, to_text
from shop.store.table import ConditionFailed, Table, Write


@dataclass(frozen=True, slots=True)
class Session:
    """A login: its name, the id of the one refresh token that may follow it, and when it began."""

    family: str
    token_id: str
    begun_at: datetime


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
            Session(family, item["token_id"], to_instant(item["begun_at"])) if item else None,
        )

    def rotate(self, user_id: str, session: Session, token_id: str, expires_at: datetime) -> bool:
        """Let another refresh token follow a session; False when one did already.

        A repetition of the write, its answer lost, finds its own token and is no second use.
        """
        values = {":before": session.token_id, ":after": token_id, ":expires_at": to_epoch(expires_at)}
        change = "SET token_id = :after, expires_at = :expires_at"
        try:
            self._table.write(Write.update(keys.session(user_id, session.family), change, values, "token_id = :before"))
        except ConditionFailed as error:
            return error.found is not None and error.found["token_id"] == token_id
        return True

    def end(self, user_id: str, family: str) -> None:
        """Forget a session, if it is there."""
        self._table.write(Write.delete(keys.session(user_id, family)))
