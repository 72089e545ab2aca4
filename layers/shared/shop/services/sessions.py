"""Logging in, staying so, and logging out."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from shop.config import Settings
from shop.domain.accounts import Account
from shop.errors import Forbidden, Unauthenticated
from shop.security.issuing import Issuer, TokenPair, random_id
from shop.security.passwords import cost_of, hash_password, is_password_in_time
from shop.security.tokens import Caller, Tokens
from shop.services.guarding import Guarding
from shop.store.accounts import Accounts
from shop.store.guards import opened
from shop.store.sessions import Session, StoredSessions

GRACE = timedelta(seconds=10)
"""For how long a refresh token gets the same answer again after its first use."""


@dataclass(frozen=True, slots=True)
class Sessions:
    """The use cases of being logged in."""

    accounts: Accounts
    stored: StoredSessions
    guarding: Guarding
    issuer: Issuer
    tokens: Tokens
    settings: Settings
    clock: Callable[[], datetime]

    def log_in(self, email: str, password: str, address: str) -> TokenPair:
        """A new session for a client at an IP address.

        Raises TooManyRequests after too many tries, Unauthenticated for wrong credentials, Forbidden for an account
        that may not.
        """
        now = self.clock()  # before the password is read: a change of it meanwhile ends this session too
        door = self.guarding.enter(email, address)
        account, cost = door.account, self.settings.bcrypt_cost
        if not is_password_in_time(password, account.password_hash if account else None, cost) or account is None:
            self.guarding.failed(door)
            raise Unauthenticated("The e-mail address or the password is wrong.", code="invalid_credentials")
        if not account.is_verified:
            raise Forbidden("Verify your e-mail address first.", code="account_not_verified")
        if not account.is_active:
            raise Forbidden("This account is deactivated.", code="account_inactive")
        pair = self.issuer.issue(account, now)
        session = Session(pair.session, pair.refresh_id, begun_at=now, rotated_at=now)
        self.stored.begin(account.id, session, pair.refresh_expires_at, opened(door, now))
        if cost_of(account.password_hash) < cost:
            self.accounts.rehash(account, hash_password(password, cost))
        return pair

    def refresh(self, token: str) -> TokenPair:
        """The next pair of a session. Raises Unauthenticated for a token that is not good.

        The token before the last is good for `GRACE` after its use and gets the same pair: for tabs that refresh at
        once, and for clients that lost the answer. Any other token that was used before means that two have it, so it
        ends the session for both. After the settings' days a session is over, however often it went on.
        """
        now = self.clock()
        refresh = self.tokens.refresh(token, now)
        account, session = self.stored.with_account(refresh.user_id, refresh.session)
        over = Unauthenticated("This session is over. Log in again.", code="session_over")
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
        """End the session of a refresh token of the caller's. Raises Unauthenticated for any other token."""
        refresh = self.tokens.refresh(token, self.clock())
        if refresh.user_id != caller.user_id:
            raise Unauthenticated("The refresh token is not valid.")
        self.stored.end(caller.user_id, refresh.session)

    def _may_go_on(self, account: Account, session: Session, now: datetime) -> bool:
        ends = session.begun_at + timedelta(days=self.settings.session_days)
        return account.may_log_in and account.has_session(session.family, session.begun_at) and now < ends

    def _pair_of(self, account: Account, session: Session, now: datetime) -> TokenPair:
        """The pair that a session was last refreshed with, whoever asks: it ends at the same instant for all."""
        pair = self.issuer.issue(account, session.rotated_at, session.family, session.token_id)
        return replace(pair, expires_in=pair.expires_in - int((now - session.rotated_at).total_seconds()))
