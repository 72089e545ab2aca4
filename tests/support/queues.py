"""Queues that are kept for tests, which hand their messages to the functions as SQS does."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from shop.mail.outbox import QueueUnavailable
from tests.support.rest import Context


@dataclass
class KeptQueue:
    """A queue that keeps its messages until they are handled; `broken` makes it refuse."""

    messages: list[str] = field(default_factory=list)
    broken: bool = False

    def send(self, messages: Sequence[BaseModel]) -> None:
        if self.broken:
            raise QueueUnavailable("refused by the test")
        self.messages += [message.model_dump_json() for message in messages]

    def hand_to(self, handler: Callable[[dict[str, Any], Any], Any]) -> int:
        """Hand all messages to a function, once; those it fails stay. How many it failed."""
        handed, self.messages = self.messages, []
        failed = 0
        for start in range(0, len(handed), 10):
            batch = handed[start : start + 10]
            answer = handler(sqs_event(batch), Context())
            left = [batch[int(one["itemIdentifier"])] for one in answer["batchItemFailures"]]
            self.messages += left
            failed += len(left)
        return failed


def sqs_event(bodies: Sequence[str]) -> dict[str, Any]:
    """The event of a batch, each message under its position as its id."""
    return {
        "Records": [
            {
                "messageId": str(position),
                "receiptHandle": "handle",
                "body": body,
                "attributes": {},
                "messageAttributes": {},
                "md5OfBody": "",
                "eventSource": "aws:sqs",
                "eventSourceARN": "arn:aws:sqs:ap-southeast-1:000000000000:queue",
                "awsRegion": "ap-southeast-1",
            }
            for position, body in enumerate(bodies)
        ]
    }


@dataclass
class Queues:
    """The shop's queues, by their URLs."""

    mail: KeptQueue = field(default_factory=KeptQueue)
    plan: KeptQueue = field(default_factory=KeptQueue)
    payments: KeptQueue = field(default_factory=KeptQueue)

    def __call__(self, url: str) -> KeptQueue:
        return {"mail": self.mail, "plan": self.plan, "payments": self.payments}[url]
