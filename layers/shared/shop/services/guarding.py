"""Letting nobody guess, or have mails sent, without end."""

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from shop.domain.accounts import LONGEST_ADDRESS, normalised
from shop.domain.guards import ACCOUNT
from shop.errors import InvalidInput, TooManyRequests
from shop.metrics import Metric, count
from shop.security.keyring import Keyring
from shop.security.sources import pseudonym
from shop.services.codes import WRONG_CODE
from shop.services.retries import retried
from shop.store.guards import Counted, Door, Guards


@dataclass(frozen=True, slots=True)
class Guarding:
    """What stands before a door. `address` is the client's IP address."""

    guards: Guards
    keyring: Keyring
    clock: Callable[[], datetime]

    def enter(self, email: str, address: str) -> Door:
        """The account that a login is for, one try counted.

        Who tries from a source that the account's owner has used is counted apart, and is not held up by others: so no
        stranger can lock a customer out. Raises TooManyRequests, the same for an address nobody has.
        """
        name, source = normalised(email.strip())[:LONGEST_ADDRESS], pseudonym(address, self.keyring)

        def attempt() -> Door:
            now = self.clock()
            door = self.guards.approach(name, source)
            opens = ACCOUNT.opens(door.of_account, now)
            if not door.is_known_source:
                opens = max(opens, Counted.FAILURES.guard.opens(door.of_source, now))
            _refuse_before(opens, now)
            self.guards.count(door, now)
            return door

        return retried(attempt)

    def failed(self, door: Door) -> None:
        """Count a failed login against its source."""
        count(Metric.LOGINS_REFUSED)
        self.guards.count_against(door.source, Counted.FAILURES, door.of_source, self.clock())

    @contextmanager
    def counting_wrong_codes(self, address: str) -> Iterator[None]:
        """Count a wrong code against its source: a code has five tries, but there are many to try.

        Raises TooManyRequests when too much failed from there before.
        """
        now, source = self.clock(), pseudonym(address, self.keyring)
        before = self.guards.of_source(source, Counted.FAILURES)
        _refuse_before(Counted.FAILURES.guard.opens(before, now), now)
        try:
            yield
        except InvalidInput as error:
            if error.code == WRONG_CODE:
                self.guards.count_against(source, Counted.FAILURES, before, now)
            raise

    def count_request(self, address: str) -> None:
        """Count a request that may send a mail, or checks a password, against its source.

        Raises TooManyRequests when there were too many.
        """
        now, source = self.clock(), pseudonym(address, self.keyring)
        before = self.guards.of_source(source, Counted.REQUESTS)
        _refuse_before(Counted.REQUESTS.guard.opens(before, now), now)
        self.guards.count_against(source, Counted.REQUESTS, before, now)


def _refuse_before(opens: datetime, now: datetime) -> None:
    if opens > now:
        count(Metric.TRIES_HELD_UP)
        wait = math.ceil((opens - now).total_seconds())
        raise TooManyRequests("Too many tries. Wait a moment and try again.", retry_after=wait)
