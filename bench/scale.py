"""A capacity model: what 1, 100 and 10,000 purchases a second take, and which limit is reached first.

Its tables are those of docs/scale.md. It uses no table, clock or network: the result is the same on every machine.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from bench import prices
from bench.baseline import BASELINE
from bench.writes import Step, recorded
from shop.dynamodb.keys import SHARDS

RATES = (1, 100, 10_000)
"""Purchases a second."""
RECEIPTS, REMINDERS = 3, 4
MAILS = RECEIPTS + REMINDERS
"""Mails of a purchase in three installments: one for each payment, and two before each later due date."""
TIMES = {"purchase": 1, "payment": 1, "last payment": 1, "receipt": RECEIPTS, "reminder": REMINDERS}
"""How often each step of `bench.writes` happens for a purchase."""
PARTITION_WRITES, PARTITION_READS = 1_000, 3_000
"""Units a second of one DynamoDB partition: the most for one item or one end of a list."""
TABLE_WRITES, CONCURRENCY, API_RATE = 40_000, 1_000, 10_000
"""AWS's default quotas: write units a second of a table, Lambda executions at once, API requests a second."""
THROTTLE_RATE, MAIL_CONCURRENCY, SENDER_RATE = 500, 5, 10
"""The template's defaults: requests a second, senders at once, mails a second of one sender."""
HELD, COMMITS = 0.010, 3
"""Seconds for which a transaction holds a counter (AWS does not document it), and transactions of a purchase."""
BEST_SELLER, MAIL_READS, LOGGED = 0.05, 5, 1200
"""The share of purchases that is of one product, read units of a mail, bytes logged for an invocation."""
_MONTH, _GB = 30 * 86_400, 1024**3
_READ, _PAGE, _CHANGE, _LOGIN, _REFRESH = 0.008, 0.033, 0.036, 0.302, 0.012
"""Seconds that a request takes, as in docs/performance.md, with some milliseconds for each round trip."""


class Request(NamedTuple):
    """How often an endpoint is called for each purchase, for how many seconds, with how many MB of memory."""

    endpoint: str
    times: int
    seconds: float
    memory: int = 512


TRAFFIC = (
    Request("GET /products/", 10, _PAGE),
    Request("GET /products/{id}/", 4, _READ),
    Request("POST /purchases/quote/", 1, _READ),
    Request("POST /purchases/create/", 1, _CHANGE),
    Request("POST /installments/pay/{id}/", 1, _CHANGE),
    Request("POST /installments/pay/{id}/, the last", 1, _CHANGE),
    Request("GET /installments/", 2, _PAGE),
    Request("GET /user/summary/", 1, _READ),
    Request("POST /accounts/login/, a known source", 1, _LOGIN, 1769),
    Request("POST /accounts/token/refresh/", 2, _REFRESH, 1769),
)
"""The requests around one purchase: an assumption about customers. Registration and admins are left out."""


def load(steps: Sequence[Step], stored_bytes: int) -> dict[str, float]:
    """What one purchase takes, from the pages looked at before it to the mail of its last payment."""
    counts = json.loads(BASELINE.read_text(encoding="utf-8"))
    requests, stored, mail_seconds = (
        sum(one.times for one in TRAFFIC),
        stored_bytes / _GB,
        MAILS * (1 / SENDER_RATE + _READ),
    )
    logins = [one for one in TRAFFIC if one.endpoint.startswith("POST /accounts/")]
    writes = sum(step.total * TIMES[step.name] for step in steps)
    writes += sum(one.times * counts[f"{one.endpoint}, write units"] for one in logins)
    reads = MAILS * MAIL_READS + sum(one.times * counts[f"{one.endpoint}, read units"] for one in TRAFFIC)
    invocations = requests + MAILS / 10 + MAILS  # a sender takes ten mails at once, the feedback one
    gb_seconds = sum(one.times * one.seconds * one.memory for one in TRAFFIC) / 1024 + mail_seconds / 2
    dollars = (
        writes * prices.WRITE_UNIT + reads * prices.READ_UNIT,
        stored * (prices.STORED_GB_MONTH + prices.RECOVERABLE_GB_MONTH),
        requests * prices.API_REQUEST + gb_seconds * prices.GB_SECOND,
        invocations * (prices.INVOCATION + LOGGED / _GB * prices.LOGGED_GB),
        MAILS * (prices.MAIL + prices.NOTIFICATION),
        (RECEIPTS + (REMINDERS + 2 * MAILS) / 10) * prices.QUEUE_REQUEST,
    )
    return {
        "requests": requests,
        "write units": writes,
        "read units": reads,
        "mails": MAILS,
        "executions of functions at once": mail_seconds + sum(one.times * one.seconds for one in TRAFFIC),
        "GB stored in a month": _MONTH * stored,
        "dollars a month": _MONTH * sum(dollars),
    }


def limits(steps: Sequence[Step], taken: Mapping[str, float]) -> list[tuple[str, str, float]]:
    """Each limit, whose it is, and the purchases a second that reach it; the first comes first."""
    units: Counter[str] = Counter()
    for step in steps:
        units.update({kind: count * TIMES[step.name] for kind, count in step.units.items()})
    lists, product = TRAFFIC[0].times, sum(one.times for one in (TRAFFIC[1], TRAFFIC[2], TRAFFIC[3]))
    requests, executions = taken["requests"], taken["executions of functions at once"]
    hot = [  # the keys that all customers share
        ("STATS#PRODUCTS, read", PARTITION_READS / lists),
        ("by-created PRODUCT, first page, read", PARTITION_READS / lists),
        ("PRODUCT#<id>, a best-seller, read", PARTITION_READS / (BEST_SELLER * product)),
        ("WORD#PURCHASE#c, `com`", PARTITION_WRITES / units["WORD#PURCHASE#c com"]),
        ("by-created PURCHASE#due, the end", PARTITION_WRITES / steps[0].units["listing PURCHASE#due"]),
        ("STATS#<shard>, this year", PARTITION_WRITES * SHARDS / units["STATS#<shard> 2026"]),
        ("STATS#<shard>, ALL", PARTITION_WRITES * SHARDS / units["STATS#<shard> ALL"]),
        ("by-created ENTRY#<day>, the end", PARTITION_WRITES / units["listing ENTRY#<day>"]),
        (f"{SHARDS} counters, half of all tries refused", SHARDS / 2 / HELD / COMMITS),
    ]
    found = [
        (f"MailConcurrency, {MAIL_CONCURRENCY}", "parameter", MAIL_CONCURRENCY * SENDER_RATE / MAILS),
        (f"ThrottleRate, {THROTTLE_RATE} requests/s", "parameter", THROTTLE_RATE / requests),
        (f"API Gateway, {API_RATE:,} requests/s", "quota", API_RATE / requests),
        (f"Lambda, {CONCURRENCY:,} executions at once", "quota", CONCURRENCY / executions),
        (f"DynamoDB, {TABLE_WRITES:,} write units/s of a table", "quota", TABLE_WRITES / taken["write units"]),
        *((key, "design", rate) for key, rate in hot),
    ]
    return sorted(found, key=lambda row: row[2])


def tables() -> Iterator[str]:
    """The tables of docs/scale.md, in Markdown."""
    steps, stored_bytes = recorded()
    taken = load(steps, stored_bytes)
    rows = [[name, *(_short(rate * each) for rate in RATES)] for name, each in taken.items()]
    yield _table(["A second", *(f"{rate:,}/s" for rate in RATES)], rows)
    rows = [[name, whose, f"{rate:,.0f}"] for name, whose, rate in limits(steps, taken)]
    yield _table(["What ends", "whose", "purchases a second"], rows)


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(columns)} |", f"|---|{'--:|' * (len(columns) - 1)}"]
    return "\n".join(lines + [f"| {' | '.join(row)} |" for row in rows])


def _short(figure: float) -> str:
    return f"{figure:,.0f}" if figure >= 10 else f"{figure:.1f}"


def run() -> None:
    """Print the tables."""
    sys.stdout.write("\n\n".join(tables()) + "\n")
