"""Trying again what met a conflict in the table."""

import random
import time
from collections.abc import Callable
from typing import TypeVar

from shop.errors import Unavailable, Unconfirmed
from shop.metrics import Metric, count
from shop.store.table import Contended, OutcomeUnknown, pause

TRIES = 8
_LONGEST_WAIT = 0.4
_LONGEST = 6.0
"""Seconds after which no other try begins: one more may take as long, and a function has twenty."""

T = TypeVar("T")


def retried(attempt: Callable[[], T]) -> T:
    """The result of an attempt that reads, decides and commits; anew, after a random wait, while it is contended.

    Raises Unavailable when the last try was contended as well, or the tries took too long; Unconfirmed, without another
    try, when the outcome of one is unknown.
    """
    begun = time.monotonic()
    for number in range(TRIES):
        if number:
            if time.monotonic() - begun > _LONGEST:
                break
            pause(random.uniform(0, min(_LONGEST_WAIT, 0.02 * 2**number)))  # noqa: S311 - jitter is no secret
        try:
            return attempt()
        except Contended:
            count(Metric.CONFLICTS)
        except OutcomeUnknown as error:
            raise Unconfirmed from error
    raise Unavailable("The shop is busy, try again in a moment.")
