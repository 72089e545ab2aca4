"""Measurement of the time to plan the reminders of many customers, on DynamoDB Local."""

import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from uuid import uuid4

from pydantic import BaseModel

from local import dynamodb
from shop import ids
from shop.bootstrap import Shop
from shop.dynamodb.table import MOST_WRITES, Table
from shop.dynamodb.writes import Write
from shop.ledger import totals_store as totals
from shop.ledger.totals import CustomerTotals, Figures
from shop.mail.planner import Planner
from shop.mail.ses import SesMailer
from shop.mail.tasks import ReminderStep, ReminderTask
from shop.money import ZERO
from shop.runtime.config import Settings
from shop.security.keyring import Keyring
from tests.support.ports import free_port

_NOW, _TODAY = datetime(2026, 11, 27, 3, tzinfo=UTC), date(2026, 11, 27)
_MILLION, _LIMIT = 1_000_000, 300
_BATCH_SECONDS = 0.02
"""Seconds of a request to SQS with ten messages; eight are sent at the same time."""


@dataclass
class _Collected:
    """A queue that collects its messages and takes no time."""

    messages: list[BaseModel] = field(default_factory=list)

    def send(self, messages: Sequence[BaseModel]) -> None:
        """Add messages."""
        self.messages += messages


class _NoSecret:
    """The secret, which planning never reads."""

    def get(self) -> str:
        """Fail."""
        raise AssertionError


def _batches(count: int) -> Iterator[list[Write]]:
    due = Figures(due=ZERO, open=1)
    for start in range(0, count, MOST_WRITES):
        people = (
            CustomerTotals(ids.new_id(_NOW), due, {_TODAY: due}, 1) for _ in range(min(MOST_WRITES, count - start))
        )
        yield [Write.put(totals.to_item(one, _TODAY)) for one in people]


def run(count: int) -> None:
    """Store customers, plan their reminders and print how long the steps take."""
    with dynamodb.running(free_port()) as url:
        client, name = dynamodb.client(url, 8), f"bench-{uuid4().hex}"
        dynamodb.create_table(client, name)
        table, queues = Table(name, client), {"mail": _Collected(), "plan": _Collected()}
        settings = Settings(table_name=name, mail_queue_url="mail", plan_queue_url="plan")
        shop = Shop(settings, table, Keyring(_NoSecret()), lambda _: SesMailer(""), queues.__getitem__, lambda: _NOW)
        begun = time.monotonic()
        with ThreadPoolExecutor(4) as pool:
            for _ in pool.map(table.write_each, _batches(count)):
                pass
        print(f"{count:,} customers stored in {time.monotonic() - begun:.0f} s")
        shop.planner.start_reminders(_NOW)
        seconds = []
        while queues["plan"].messages:
            step = queues["plan"].messages.pop()
            assert isinstance(step, ReminderStep)  # noqa: S101 - for mypy
            begun = time.monotonic()
            shop.planner.run(step)
            seconds.append(time.monotonic() - begun)
    reminded = {task.customer_id for task in queues["mail"].messages if isinstance(task, ReminderTask)}
    if not len(reminded) == len(queues["mail"].messages) == count:
        sys.exit(f"{len(reminded)} customers of {count} get {len(queues['mail'].messages)} messages")
    sending = Planner.STEP / 10 / 8 * _BATCH_SECONDS
    steps = -(-_MILLION // 16 // Planner.STEP) + 1
    print(
        f"{count:,} messages, one each, in {len(seconds)} steps: {sum(seconds):.1f} s, the longest {max(seconds):.2f} s"
    )
    full = max(seconds) + sending
    print(f"with SQS at {_BATCH_SECONDS * 1000:.0f} ms a batch, a full step takes {full:.1f} of {_LIMIT} s")
    print(f"a million: {steps} steps after each other in each of 16 shards, {steps * full:.0f} s")
