"""Trying a command again when the table was contended."""

import random
import time
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from shop import problems
from shop.dynamodb.table import Contended, OutcomeUnknown, pause
from shop.runtime.metrics import Metric, count

TRIES = 8
_LONGEST_WAIT = 0.4
_LONGEST = 6.0
"""Seconds after which no new try begins: one more may take as long, and a function has twenty."""

P = ParamSpec("P")
T = TypeVar("T")


def retried(command: Callable[P, T]) -> Callable[P, T]:
    """Run a command that reads, decides and writes again, after a random wait, while the table is contended.

    The command raises Unavailable when its last try was contended too or the tries took too long, and Unconfirmed,
    without another try, when the outcome of one is unknown.
    """

    @wraps(command)
    def trying(*args: P.args, **kwargs: P.kwargs) -> T:
        begun = time.monotonic()
        for number in range(TRIES):
            if number:
                if time.monotonic() - begun > _LONGEST:
                    break
                pause(random.uniform(0, min(_LONGEST_WAIT, 0.02 * 2**number)))  # noqa: S311 - jitter is no secret
            try:
                return command(*args, **kwargs)
            except Contended:
                count(Metric.CONFLICTS)
            except OutcomeUnknown as error:
                raise problems.OUTCOME_UNKNOWN.error() from error
        raise problems.BUSY.error()

    return trying
