"""Sessions: login, refresh of tokens, logout. The table stores one item for each login."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from shop import problems
from shop.accounts.items import account_from_item
from shop.accounts.model import Account
from shop.accounts.store import Accounts
from shop.accounts.throttle import Throttle, login_writes
from shop.dynamodb import keys
from shop.dynamodb.attributes import to_epoch, to_instant, to_text
from shop.dynamodb.table import ConditionFailed, Table
from shop.dynamodb.writes import Item, Write
from shop.runtime.config import Settings
from shop.security.passwords import cost_of, hash_password, is_password_in_time
from shop.security.tokens import Caller, Issuer, TokenPair, Tokens, TokenType, random_id


@dataclass(frozen=True, slots=True)
class Session:
    """A session: its id, the ids of its refresh token and the previous one, the times of login and last refresh."""

    family: str
    token_id: str
    begun_at: datetime
    rotated_at: datetime
    previous_id: str | None = None


class StoredSessions:
    """Access patterns of sessions."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def begin(self, user_id: str, session: Session, expires_at: datetime, others: Sequence[Write] = ()) -> None:
        """Store a new login until its refresh token expires, together with other writes without conditions."""
        item = {
            **keys.session(user_id, session.family),
            "token_id": session.token_id,
            "begun_at": to_text(session.begun_at),
            "expires_at": to_epoch(expires_at),
        }
        self._table.write_each([Write.put(item), *others])

    def with_account(self, user_id: str, family: str) -> tuple[Account | None, Session | None]:
        """Read an account and one of its sessions, in one round trip."""
        account, item = self._table.get_all([keys.account(user_id), keys.session(user_id, family)])
        return (
            account_from_item(account) if account else None,
            session_from_item(family, item) if item else None,
        )

    def rotate(
        self, user_id: str, session: Session, token_id: str, now: datetime, expires_at: datetime
    ) -> Session | None:
        """Give a session its next refresh token; returns the changed session, None when it has ended meanwhile.

        Of several simultaneous requests, one write wins and all get its result, as does a repetition after a lost
        answer.
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
            return session_from_item(session.family, error.found) if error.found else None
        return session_from_item(session.family, item)

    def end(self, user_id: str, family: str) -> None:
        """Remove a session, if it exists."""
        self._table.write(Write.delete(keys.session(user_id, family)))


def session_from_item(family: str, item: Item) -> Session:
    """Read the session in an item."""
    begun_at = to_instant(item["begun_at"])
    rotated_at = to_instant(item["rotated_at"]) if "rotated_at" in item else begun_at
    return Session(family, item["token_id"], begun_at, rotated_at, item.get("previous_id"))


GRACE = timedelta(seconds=10)
"""The time after its first use in which a refresh token gets the same answer again."""


@dataclass(frozen=True, slots=True)
class Sessions:
    """The use cases of sessions."""

    accounts: Accounts
    stored: StoredSessions
    throttle: Throttle
    issuer: Issuer
    tokens: Tokens
    settings: Settings
    clock: Callable[[], datetime]

    def log_in(self, email: str, password: str, address: str) -> TokenPair:
        """Begin a session for a client at an IP address.

        Raises TooManyRequests after too many attempts, Unauthenticated for wrong credentials, Forbidden for an account
        that is not verified or not active.
        """
        now = self.clock()  # before the password is read, so that a change of it meanwhile ends this session too
        attempt = self.throttle.begin_login(email, address)
        account, cost = attempt.account, self.settings.bcrypt_cost
        if not is_password_in_time(password, account.password_hash if account else None, cost) or account is None:
            self.throttle.login_failed(attempt)
            raise problems.INVALID_CREDENTIALS.error()
        if not account.is_verified:
            raise problems.ACCOUNT_NOT_VERIFIED.error()
        if not account.is_active:
            raise problems.ACCOUNT_INACTIVE.error()
        pair = self.issuer.issue(account, now)
        session = Session(pair.session, pair.refresh_id, begun_at=now, rotated_at=now)
        self.stored.begin(account.id, session, pair.refresh_expires_at, login_writes(attempt, now))
        if cost_of(account.password_hash) < cost:
            self.accounts.rehash(account, hash_password(password, cost))
        return pair

    def refresh(self, token: str) -> TokenPair:
        """Issue the next pair of tokens of a session. Raises Unauthenticated for an invalid token.

        For `GRACE` after its first use, the previous token gets the same pair again: for two tabs that refresh at once,
        and for clients that lost the answer. An older token must have been stolen, so it ends the session. A session
        ends after the number of days in the settings, even if it is refreshed.
        """
        now = self.clock()
        refresh = self.tokens.refresh(token, now)
        account, session = self.stored.with_account(refresh.user_id, refresh.session)
        over = problems.SESSION_OVER.error()
        if account is None or session is None:
            raise over
        if self._may_go_on(account, session, now):
            if session.token_id == refresh.token_id:
                ends = now + self.issuer.refresh_lifetime
                session = self.stored.rotate(account.id, session, random_id(), now, ends)
            if session and session.previous_id == refresh.token_id and now < session.rotated_at + GRACE:
                return self._pair_of(account, session, now)
        self.stored.end(account.id, refresh.session)
        raise over

    def log_out(self, caller: Caller, token: str) -> None:
        """End the session of the caller's refresh token. Raises Unauthenticated for any other token."""
        refresh = self.tokens.refresh(token, self.clock())
        if refresh.user_id != caller.user_id:
            raise problems.TOKEN_NOT_VALID.error(token=TokenType.REFRESH)
        self.stored.end(caller.user_id, refresh.session)

    def _may_go_on(self, account: Account, session: Session, now: datetime) -> bool:
        ends = session.begun_at + timedelta(days=self.settings.session_days)
        return account.may_log_in and account.has_session(session.family, session.begun_at) and now < ends

    def _pair_of(self, account: Account, session: Session, now: datetime) -> TokenPair:
        """Return the pair of the last refresh, the same for each request."""
        pair = self.issuer.issue(account, session.rotated_at, session.family, session.token_id)
        return replace(pair, expires_in=pair.expires_in - int((now - session.rotated_at).total_seconds()))
