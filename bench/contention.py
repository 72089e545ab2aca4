"""How often transactions meet on the same items: each purchase and each payment adds to one counter chosen at random.

DynamoDB refuses a transaction one of whose items another has under way; the shop then reads anew, draws another counter
and tries again as `shop.dynamodb.retry` does. Requests come independently of each other, as those of many people.
"""

import heapq
import random
from dataclasses import dataclass

from shop.dynamodb.retry import TRIES

HELD = 0.010
"""Seconds that a transaction has an item: an assumption, to be measured on AWS."""
READ = 0.005
"""Seconds of a round trip to the table, as reading anew before a try is: an assumption too."""
_SETTLED, _WATCHED, _FEWEST = 3.0, 2.0, 20_000
"""Seconds of traffic before and after what is counted, longer than all tries of a request take; seconds and requests
counted at the least."""


@dataclass(frozen=True, slots=True)
class Contention:
    """What became of requests: the share of tries refused, tries for each request, the share answered 503."""

    refused: float
    tries: float
    unanswered: float


def longest_wait(number: int) -> float:
    """Seconds that a request waits at most before a try; the first, 0, begins at once."""
    return min(0.4, 0.02 * 2**number) if number else 0.0


def contention(rate: float, counters: int, held: float = HELD, seed: int = 2026) -> Contention:
    """Simulate requests at a rate a second, each of which needs one of some counters for a while."""
    dice = random.Random(seed)  # noqa: S311 - a simulation
    until = _SETTLED + max(_WATCHED, _FEWEST / rate)
    free_at = [0.0] * counters
    # The next arrival, or the next try of a request: when, its number of tries, when it came.
    pending = [(dice.expovariate(rate), 0, 0.0)]
    tries = refused = requests = unanswered = 0
    while pending:
        at, number, came = heapq.heappop(pending)
        if number == 0:
            came = at
            if at < until + _SETTLED:
                heapq.heappush(pending, (at + dice.expovariate(rate), 0, 0.0))
        counted = _SETTLED <= came < until
        requests += counted and number == 0
        tries += counted
        counter = dice.randrange(counters)
        if free_at[counter] <= at:
            free_at[counter] = at + held
            continue
        refused += counted
        if number + 1 == TRIES:
            unanswered += counted
            continue
        again = at + held + dice.uniform(0, longest_wait(number + 1)) + READ
        heapq.heappush(pending, (again, number + 1, came))
    return Contention(refused / tries, tries / requests, unanswered / requests)


def shown(found: Contention) -> str:
    """The share of tries refused and, where there are any, of requests answered 503."""
    text = f"{found.refused:.1%}"
    return f"{text}, {found.unanswered:.1%} get a 503" if found.unanswered >= 0.0005 else text
