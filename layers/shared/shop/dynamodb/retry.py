"""Retries of a command when the table is contended."""

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
"""Seconds after which no new attempt begins: it may take as long again, and a function has twenty seconds."""

P = ParamSpec("P")
T = TypeVar("T")


def retried(command: Callable[P, T]) -> Callable[P, T]:
    """Repeat a command that reads, decides and writes, after a random wait, while the table is contended.

    Raises Unavailable when the last attempt is contended too or the attempts take too long. Raises Unconfirmed, without
    another attempt, when the outcome of one is unknown.
    """

    @wraps(command)
    def trying(*args: P.args, **kwargs: P.kwargs) -> T:
        begun = time.monotonic()
        for number in range(TRIES):
            if number:
                if time.monotonic() - begun > _LONGEST:
                    break
                pause(random.uniform(0, min(_LONGEST_WAIT, 0.02 * 2**number)))  # noqa: S311 - jitter need not be secret
            try:
                return command(*args, **kwargs)
            except Contended:
                count(Metric.CONFLICTS)
            except OutcomeUnknown as error:
                raise problems.OUTCOME_UNKNOWN.error() from error
        raise problems.BUSY.error()

    return trying
