"""A capacity model: the load of 1, 100 and 10,000 purchases a second, computed from the writes of the store.

Its tables are those of docs/scale.md. It uses no table, clock or network: the result is the same on every machine.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bench import prices
from bench.baseline import BASELINE, Counts
from bench.writes import Step, recorded
from shop.dynamodb.keys import SHARDS

RATES = (1, 100, 10_000)
"""Purchases a second."""
RECEIPTS, REMINDERS = 3, 4
"""Mails of a purchase in three installments: one for each payment, and two before each later due date."""
TIMES = {"purchase": 1, "payment": 1, "last payment": 1, "receipt": RECEIPTS, "reminder": REMINDERS}
COMMITS = 3
"""Transactions of a purchase that add to the shop's counters: its own and those of two payments."""
PARTITION_WRITES, PARTITION_READS = 1_000, 3_000
"""Units a second that one partition of DynamoDB gives: the most for one item or one end of a list."""
TABLE_WRITES, CONCURRENCY, API_RATE = 40_000, 1_000, 10_000
"""AWS's quotas before one asks for more: units a second of a table, executions of Lambda at once, requests a second."""
THROTTLE_RATE, MAIL_CONCURRENCY = 500, 5
"""Defaults of the template's parameters."""
SENDER_RATE = 10
"""Mails a second of one sender, as the template says."""
HELD = 0.010
"""Seconds for which a transaction holds its items. AWS does not document it."""
BEST_SELLER = 0.05
"""The share of purchases that is of one product."""
MAIL_READS = 5
"""Read units of a mail: totals twice, account, purchases, whether its address is suppressed; a receipt takes four."""
LOGGED = 1200
"""Bytes logged for an invocation, the shop's lines and Lambda's."""
MONTH = 30 * 86_400
"""Its seconds."""
_GB = 1024**3
_READ, _PAGE, _CHANGE, _LOGIN, _REFRESH = 0.008, 0.033, 0.036, 0.302, 0.012
"""Seconds that requests take with their function's memory: those of docs/performance.md, and some milliseconds for each
round trip to the table or the queue."""


@dataclass(frozen=True, slots=True)
class Request:
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
"""What one purchase brings with it: an assumption about customers. Registration and admins are left out."""
REQUESTS = sum(one.times for one in TRAFFIC)
_OF_ONE_PRODUCT = ("GET /products/{id}/", "POST /purchases/quote/", "POST /purchases/create/")
_PRODUCT_READS = sum(one.times for one in TRAFFIC if one.endpoint in _OF_ONE_PRODUCT)


@dataclass(frozen=True, slots=True)
class Hot:
    """A key that everybody writes or reads, and what a purchase costs the busiest place under it."""

    key: str
    units: float
    limit: int = PARTITION_WRITES

    @property
    def full_at(self) -> float:
        """Purchases a second at which one partition has no more to give."""
        return self.limit / self.units


@dataclass(frozen=True, slots=True)
class Model:
    """The load of a purchase, from the pages looked at before it to the mail of its last payment."""

    steps: Sequence[Step]
    stored_bytes: int
    counts: Counts

    @property
    def ledger_units(self) -> int:
        """Write units of the purchase, its payments and its mails."""
        return sum(sum(step.units.values()) * TIMES[step.name] for step in self.steps)

    @property
    def write_units(self) -> float:
        """Write units, those of logging in included."""
        sessions = (one for one in TRAFFIC if one.endpoint.startswith("POST /accounts/"))
        return self.ledger_units + sum(one.times * self.counts[f"{one.endpoint}, write units"] for one in sessions)

    @property
    def read_units(self) -> float:
        """Read units of requests and mails."""
        asked = sum(one.times * self.counts[f"{one.endpoint}, read units"] for one in TRAFFIC)
        return asked + (RECEIPTS + REMINDERS) * MAIL_READS

    @property
    def mails(self) -> int:
        """Receipts and reminders."""
        return RECEIPTS + REMINDERS

    @property
    def invocations(self) -> float:
        """Of the functions of the API, of the sender (ten mails each) and of the feedback (one each)."""
        return REQUESTS + self.mails / 10 + self.mails

    @property
    def api_seconds(self) -> float:
        """Seconds of the API's functions."""
        return sum(one.times * one.seconds for one in TRAFFIC)

    @property
    def mail_seconds(self) -> float:
        """Seconds of the sender and of the feedback."""
        return self.mails * (1 / SENDER_RATE + _READ)

    @property
    def gb_seconds(self) -> float:
        """Memory times seconds, of all functions."""
        return sum(one.times * one.seconds * one.memory for one in TRAFFIC) / 1024 + self.mail_seconds / 2

    def hot(self) -> list[Hot]:
        """The keys that all customers share, whose busiest place is one item or one end of a list."""
        units: Counter[str] = Counter()
        for step in self.steps:
            units.update({kind: count * TIMES[step.name] for kind, count in step.units.items()})
        bought, lists = self.steps[0].units, TRAFFIC[0].times
        return [
            Hot("STATS#PRODUCTS, read", lists, PARTITION_READS),
            Hot("by-created PRODUCT, first page, read", lists, PARTITION_READS),
            Hot("WORD#PURCHASE#c, `com`", bought["WORD#PURCHASE#c com"]),
            Hot("by-created PURCHASE#due, the end", bought["listing PURCHASE#due"]),
            Hot("STATS#<shard>, this year", units["STATS#<shard> 2026"] / SHARDS),
            Hot("by-mail-due RECEIPT#<shard>, the end", units["mail_queue RECEIPT#<shard>"] / SHARDS),
            Hot("STATS#<shard>, ALL", units["STATS#<shard> ALL"] / SHARDS),
            Hot("PRODUCT#<id>, a best-seller, read", BEST_SELLER * _PRODUCT_READS, PARTITION_READS),
        ]

    def limits(self) -> list[tuple[str, str, float]]:
        """What ends, whose limit it is, and the purchases a second at which it is reached; the first comes first."""
        found = [
            (f"MailConcurrency, {MAIL_CONCURRENCY}", "parameter", MAIL_CONCURRENCY * SENDER_RATE / self.mails),
            (f"ThrottleRate, {THROTTLE_RATE} requests/s", "parameter", THROTTLE_RATE / REQUESTS),
            (f"API Gateway, {API_RATE:,} requests/s", "quota", API_RATE / REQUESTS),
            (
                f"Lambda, {CONCURRENCY:,} executions at once",
                "quota",
                CONCURRENCY / (self.api_seconds + self.mail_seconds),
            ),
            (f"DynamoDB, {TABLE_WRITES:,} write units/s of a table", "quota", TABLE_WRITES / self.write_units),
            (f"{SHARDS} counters, half of all tries refused", "design", SHARDS / 2 / HELD / COMMITS),
            *((f"{one.key}, {one.limit:,} units/s", "design", one.full_at) for one in self.hot()),
        ]
        return sorted(found, key=lambda row: row[2])

    def month(self, rate: float) -> list[tuple[str, float]]:
        """Dollars for a month at a steady rate, with what the month has stored kept for another."""
        times, gigabytes = rate * MONTH, rate * MONTH * self.stored_bytes / _GB
        return [
            ("DynamoDB, writes", times * self.write_units * prices.WRITE_UNIT),
            ("DynamoDB, reads", times * self.read_units * prices.READ_UNIT),
            ("DynamoDB, storage", gigabytes * (prices.STORED_GB_MONTH + prices.RECOVERABLE_GB_MONTH)),
            ("API Gateway", times * REQUESTS * prices.API_REQUEST),
            ("Lambda", times * (self.invocations * prices.INVOCATION + self.gb_seconds * prices.GB_SECOND)),
            ("CloudWatch, logs", times * self.invocations * LOGGED / _GB * prices.LOGGED_GB),
            ("SES", times * self.mails * prices.MAIL),
            ("SNS, SES's events", times * self.mails * prices.NOTIFICATION),
            ("SQS", times * (RECEIPTS + (REMINDERS + 2 * self.mails) / 10) * prices.QUEUE_REQUEST),
        ]


def model() -> Model:
    """The load as it is written now, and as bench/baseline.json has it measured."""
    return Model(*recorded(), json.loads(BASELINE.read_text(encoding="utf-8")))


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Markdown; all but the first column are figures."""
    lines = [f"| {' | '.join(columns)} |", f"|---|{'--:|' * (len(columns) - 1)}"]
    return "\n".join(lines + [f"| {' | '.join(row)} |" for row in rows])


def _rates(rates: Sequence[float]) -> list[str]:
    return [f"{rate:,}/s" for rate in rates]


def tables(load: Model) -> Iterator[str]:
    """The tables of docs/scale.md."""
    yield _table(
        ("A second", *_rates(RATES)),
        [
            (name, *(_short(rate * each) for rate in RATES))
            for name, each in (
                ("requests", REQUESTS),
                ("write units", load.write_units),
                ("read units", load.read_units),
                ("mails", load.mails),
                ("executions of the API's functions at once", load.api_seconds),
                ("executions of sender and feedback at once", load.mail_seconds),
                ("GB stored in a month", MONTH * load.stored_bytes / _GB),
            )
        ],
    )
    yield _table(
        ("What ends", "whose", "purchases a second"),
        [(name, whose, f"{rate:,.0f}") for name, whose, rate in load.limits()],
    )
    months = [load.month(rate) for rate in RATES]
    dollars = [(row[0][0], *(f"{cost:,.0f}" for _, cost in row)) for row in zip(*months, strict=True)]
    together = [sum(cost for _, cost in month) for month in months]
    per_thousand = (f"{total / rate / MONTH * 1000:.2f}" for rate, total in zip(RATES, together, strict=True))
    yield _table(
        ("Dollars a month", *_rates(RATES)),
        [*dollars, ("together", *(f"{total:,.0f}" for total in together)), ("a thousand purchases", *per_thousand)],
    )


def _short(figure: float) -> str:
    return f"{figure:,.0f}" if figure >= 10 else f"{figure:.1f}"


def run() -> None:
    """Print the tables."""
    for text in tables(model()):
        sys.stdout.write(text + "\n\n")
