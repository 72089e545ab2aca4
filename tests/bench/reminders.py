"""Plans the reminders of 100,000 customers on DynamoDB Local, and says what a million take: `make bench-reminders`."""

import argparse
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from uuid import uuid4

from pydantic import BaseModel

from local import dynamodb
from shop.config import Settings
from shop.domain import ids
from shop.domain.money import ZERO
from shop.domain.totals import CustomerTotals, Figures
from shop.mail.sender import SesMailer
from shop.mail.tasks import ListStep, ReminderTask
from shop.security.keyring import Keyring
from shop.services.planning import Planning
from shop.store import totals
from shop.store.table import MOST_WRITES, Table, Write
from shop.wiring import Shop
from tests.support.ports import free_port

_NOW, _TODAY = datetime(2026, 11, 27, 3, tzinfo=UTC), date(2026, 11, 27)
_MILLION, _LIMIT = 1_000_000, 300
_BATCH_SECONDS = 0.02
"""What a request to SQS takes, for ten messages; eight are under way at once."""


@dataclass
class _Counted:
    """A queue that takes no time."""

    messages: list[BaseModel] = field(default_factory=list)

    def send(self, messages: Sequence[BaseModel]) -> None:
        """Keep messages."""
        self.messages += messages


class _NoSecret:
    """Planning reads none."""

    def get(self) -> str:
        """Nothing."""
        raise AssertionError


def _batches(count: int) -> Iterator[list[Write]]:
    due = Figures(due=ZERO, open=1)
    for start in range(0, count, MOST_WRITES):
        people = (
            CustomerTotals(ids.new_id(_NOW), due, {_TODAY: due}, 1) for _ in range(min(MOST_WRITES, count - start))
        )
        yield [Write.put(totals.to_item(one, _TODAY)) for one in people]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--customers", type=int, default=100_000)
    count = parser.parse_args().customers
    with dynamodb.running(free_port()) as url:
        client, name = dynamodb.client(url, 8), f"bench-{uuid4().hex}"
        dynamodb.create_table(client, name)
        table, queues = Table(name, client), {"mail": _Counted(), "plan": _Counted()}
        settings = Settings(table_name=name, mail_queue_url="mail", plan_queue_url="plan")
        shop = Shop(settings, table, Keyring(_NoSecret()), lambda: SesMailer(""), queues.__getitem__, lambda: _NOW)
        begun = time.monotonic()
        with ThreadPoolExecutor(4) as pool:
            for _ in pool.map(table.write_each, _batches(count)):
                pass
        print(f"{count:,} customers stored in {time.monotonic() - begun:.0f} s")
        shop.planning.start_reminders(_NOW)
        seconds = []
        while queues["plan"].messages:
            step = queues["plan"].messages.pop()
            assert isinstance(step, ListStep)
            begun = time.monotonic()
            shop.planning.run(step)
            seconds.append(time.monotonic() - begun)
    told = {task.customer_id for task in queues["mail"].messages if isinstance(task, ReminderTask)}
    assert len(told) == len(queues["mail"].messages) == count
    sending = Planning.STEP / 10 / 8 * _BATCH_SECONDS
    steps = -(-_MILLION // 16 // Planning.STEP) + 1
    print(
        f"{count:,} messages, one each, in {len(seconds)} steps: {sum(seconds):.1f} s, the longest {max(seconds):.2f} s"
    )
    full = max(seconds) + sending
    print(f"with SQS at {_BATCH_SECONDS * 1000:.0f} ms a batch, a full step takes {full:.1f} of {_LIMIT} s")
    print(f"a million: {steps} steps after each other in each of 16 shards, {steps * full:.0f} s")


if __name__ == "__main__":
    main()
