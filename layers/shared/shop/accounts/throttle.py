"""The login throttle: after some failed attempts, each new attempt has to wait longer.

Attempts are counted before a password is checked, so parallel guesses count as well. `source` is always the pseudonym
of a client's IP address, and an e-mail address is normalised.
"""

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from shop import problems
from shop.accounts.items import account_from_item
from shop.accounts.model import LONGEST_ADDRESS, Account, normalised
from shop.dynamodb import keys
from shop.dynamodb.attributes import to_epoch, to_instant, to_text
from shop.dynamodb.retry import retried
from shop.dynamodb.table import ConditionFailed, Contended, Table
from shop.dynamodb.writes import Item, Write
from shop.errors import InvalidInput
from shop.runtime.metrics import Metric, count
from shop.security.keyring import Keyring, pseudonym


@dataclass(frozen=True, slots=True)
class Attempts:
    """The number of attempts, and the time of the last one."""

    count: int
    last: datetime


@dataclass(frozen=True, slots=True)
class ThrottleRule:
    """The limits of attempts: `free` ones do not wait, then each waits twice as long as the last, up to `longest`.

    The count decreases by one for each `forgives` that passes.
    """

    free: int
    longest: timedelta
    forgives: timedelta

    def counted(self, attempts: Attempts | None, now: datetime) -> int:
        """Return the number of attempts that still count."""
        if attempts is None:
            return 0
        return max(0, attempts.count - int((now - attempts.last) / self.forgives))

    def allowed_at(self, attempts: Attempts | None, now: datetime) -> datetime:
        """Return the time of the next allowed attempt; `now` or earlier means at once."""
        counted = self.counted(attempts, now)
        if attempts is None or counted < self.free:
            return now
        doublings = min(counted - self.free, 20)
        return attempts.last + min(timedelta(seconds=2**doublings), self.longest)

    def after(self, attempts: Attempts | None, now: datetime) -> Attempts:
        """Return the attempts with one more counted."""
        return Attempts(self.counted(attempts, now) + 1, now)

    @property
    def lifetime(self) -> timedelta:
        """Return the time after which a stored count has no effect."""
        return self.forgives * (self.free + 20) + self.longest


ACCOUNT = ThrottleRule(free=5, longest=timedelta(minutes=15), forgives=timedelta(minutes=15))
"""Logins to one account: five free attempts, then waits of seconds that double up to a quarter of an hour."""


class SourceLimit(StrEnum):
    """The counters of a source. Thousands of customers of one provider may share a source."""

    FAILURES = "FAILURES"
    """Failed logins and wrong codes."""
    REQUESTS = "REQUESTS"
    """Requests that may send a mail, or check the password of a customer who is logged in."""

    @property
    def rule(self) -> ThrottleRule:
        """Return the rule for this counter."""
        return _SOURCE_RULES[self]


_SOURCE_RULES = {
    SourceLimit.FAILURES: ThrottleRule(free=100, longest=timedelta(minutes=1), forgives=timedelta(seconds=10)),
    SourceLimit.REQUESTS: ThrottleRule(free=300, longest=timedelta(minutes=1), forgives=timedelta(seconds=5)),
}
KNOWN_FOR = timedelta(days=90)
"""The time that a source stays known to an account after a login."""


@dataclass(frozen=True, slots=True)
class LoginAttempt:
    """The state that decides a login: the account with the address, if there is one, and earlier attempts."""

    email: str
    source: str
    account: Account | None
    is_known_source: bool
    of_account: Attempts | None
    of_source: Attempts | None


class AttemptStore:
    """Access patterns of attempts."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def read(self, email: str, source: str) -> LoginAttempt:
        """Read the account with an address and its earlier attempts, in one round trip."""
        credentials, known, others, failed = self._table.get_all(
            [
                keys.credentials(email),
                keys.tries(email, source),
                keys.tries(email),
                keys.counted(source, SourceLimit.FAILURES),
            ]
        )
        return LoginAttempt(
            email,
            source,
            account_from_item(credentials) if credentials else None,
            known is not None,
            _attempts(known or others),
            _attempts(failed),
        )

    def count(self, attempt: LoginAttempt, now: datetime) -> None:
        """Count an attempt. Raises Contended when another one was counted since it was read."""
        key = keys.tries(attempt.email, attempt.source if attempt.is_known_source else "")
        lifetime = KNOWN_FOR if attempt.is_known_source else ACCOUNT.lifetime
        try:
            self._replace(key, attempt.of_account, ACCOUNT.after(attempt.of_account, now), lifetime)
        except ConditionFailed as error:
            raise Contended("another attempt was counted") from error

    def of_source(self, source: str, limit: SourceLimit) -> Attempts | None:
        """Read a counter of a source."""
        return _attempts(self._table.get(keys.counted(source, limit)))

    def count_for_source(self, source: str, limit: SourceLimit, before: Attempts | None, now: datetime) -> None:
        """Raise a counter of a source, even if it was raised since `before` was read."""
        key = keys.counted(source, limit)
        try:
            self._replace(key, before, limit.rule.after(before, now), limit.rule.lifetime)
        except ConditionFailed:
            change = "SET tried_at = :at, expires_at = :expires_at ADD tries :one"
            values = {":at": to_text(now), ":expires_at": to_epoch(now + limit.rule.lifetime), ":one": 1}
            self._table.write(Write.update(key, change, values))

    def _replace(self, key: keys.Key, before: Attempts | None, after: Attempts, lifetime: timedelta) -> None:
        condition, values = "attribute_not_exists(PK)", None
        if before is not None:
            condition = "tries = :tries AND tried_at = :at"
            values = {":tries": before.count, ":at": to_text(before.last)}
        self._table.write(Write.put(_to_item(key, after, lifetime), condition, values))


def login_writes(attempt: LoginAttempt, now: datetime) -> list[Write]:
    """Return the writes of a successful login, which make its source known and delete its failed attempts."""
    known = Write.put(_to_item(keys.tries(attempt.email, attempt.source), Attempts(0, now), KNOWN_FOR))
    return [known] if attempt.is_known_source else [known, Write.delete(keys.tries(attempt.email))]


def _to_item(key: keys.Key, attempts: Attempts, lifetime: timedelta) -> Item:
    return {
        **key,
        "tries": attempts.count,
        "tried_at": to_text(attempts.last),
        "expires_at": to_epoch(attempts.last + lifetime),
    }


def attempts_from_item(item: Item) -> Attempts:
    """Read the attempts in an item."""
    return Attempts(int(item["tries"]), to_instant(item["tried_at"]))


def _attempts(item: Item | None) -> Attempts | None:
    return attempts_from_item(item) if item else None


@dataclass(frozen=True, slots=True)
class Throttle:
    """The use cases of the throttle. `address` is the client's IP address."""

    attempts: AttemptStore
    keyring: Keyring
    clock: Callable[[], datetime]

    @retried
    def begin_login(self, email: str, address: str) -> LoginAttempt:
        """Count an attempt to log in, and read the account.

        Attempts from a known source, with an earlier login of the owner, are counted separately, so that no
        stranger can lock a customer out. Raises TooManyRequests, also for an address without an account.
        """
        name, source = normalised(email.strip())[:LONGEST_ADDRESS], pseudonym(address, self.keyring)
        now = self.clock()
        attempt = self.attempts.read(name, source)
        allowed_at = ACCOUNT.allowed_at(attempt.of_account, now)
        if not attempt.is_known_source:
            allowed_at = max(allowed_at, SourceLimit.FAILURES.rule.allowed_at(attempt.of_source, now))
        _refuse_before(allowed_at, now)
        self.attempts.count(attempt, now)
        return attempt

    def login_failed(self, attempt: LoginAttempt) -> None:
        """Count a failed login for its source."""
        count(Metric.LOGINS_REFUSED)
        self.attempts.count_for_source(attempt.source, SourceLimit.FAILURES, attempt.of_source, self.clock())

    @contextmanager
    def counting_wrong_codes(self, address: str) -> Iterator[None]:
        """Count a wrong code for its source: one code has five attempts, but a source may try many codes.

        Raises TooManyRequests after too many failures from the source.
        """
        now, source = self.clock(), pseudonym(address, self.keyring)
        before = self.attempts.of_source(source, SourceLimit.FAILURES)
        _refuse_before(SourceLimit.FAILURES.rule.allowed_at(before, now), now)
        try:
            yield
        except InvalidInput as error:
            if error.code == problems.INVALID_OTP.code:
                self.attempts.count_for_source(source, SourceLimit.FAILURES, before, now)
            raise

    def count_request(self, address: str) -> None:
        """Count a request that may send a mail or that checks a password. Raises TooManyRequests after too many."""
        now, source = self.clock(), pseudonym(address, self.keyring)
        before = self.attempts.of_source(source, SourceLimit.REQUESTS)
        _refuse_before(SourceLimit.REQUESTS.rule.allowed_at(before, now), now)
        self.attempts.count_for_source(source, SourceLimit.REQUESTS, before, now)


def _refuse_before(allowed_at: datetime, now: datetime) -> None:
    if allowed_at > now:
        count(Metric.TRIES_HELD_UP)
        wait = math.ceil((allowed_at - now).total_seconds())
        raise problems.TOO_MANY_ATTEMPTS.error(retry_after=wait)
