"""Slowing down those who guess: after some failures each further try has to wait, longer and longer."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Tries:
    """How many tries there were, and when the last was."""

    count: int
    last: datetime


@dataclass(frozen=True, slots=True)
class Guard:
    """The rule of a door: so many tries are free, then each waits twice as long as the one before, up to the longest.

    One try is forgotten for each `forgives` that passes.
    """

    free: int
    longest: timedelta
    forgives: timedelta

    def weight(self, tries: Tries | None, now: datetime) -> int:
        """How many tries still count."""
        if tries is None:
            return 0
        return max(0, tries.count - int((now - tries.last) / self.forgives))

    def opens(self, tries: Tries | None, now: datetime) -> datetime:
        """When the next try may be made; not after `now` where it may be made at once."""
        weight = self.weight(tries, now)
        if tries is None or weight < self.free:
            return now
        doublings = min(weight - self.free, 20)
        return tries.last + min(timedelta(seconds=2**doublings), self.longest)

    def after(self, tries: Tries | None, now: datetime) -> Tries:
        """What is kept once another try is made."""
        return Tries(self.weight(tries, now) + 1, now)

    @property
    def memory(self) -> timedelta:
        """How long what was counted may matter."""
        return self.forgives * (self.free + 20) + self.longest


ACCOUNT = Guard(free=5, longest=timedelta(minutes=15), forgives=timedelta(minutes=15))
"""For an account: five tries, then seconds that double up to a quarter of an hour."""
FAILURES = Guard(free=100, longest=timedelta(minutes=1), forgives=timedelta(seconds=10))
"""For logins and codes that fail from one source, which thousands may share behind their provider."""
REQUESTS = Guard(free=300, longest=timedelta(minutes=1), forgives=timedelta(seconds=5))
"""For requests from one source that may send a mail, or check a password without a login."""
