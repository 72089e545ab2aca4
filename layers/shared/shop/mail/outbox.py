"""Queues on Amazon SQS, and the outbox: the mail that follows a change of the ledger."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Protocol

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from pydantic import BaseModel

from shop.ledger.attempts import Attempt
from shop.ledger.items import MAILED
from shop.ledger.purchases import Change
from shop.mail.tasks import AttemptTask, ReceiptTask
from shop.runtime import clients
from shop.runtime.logging import logger

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import SendMessageBatchRequestEntryTypeDef


_BATCH = 10
_THREADS = 8
# A customer waits while a receipt is queued. If queueing fails, the sweep queues it later.
_CONFIG = Config(
    connect_timeout=0.5, read_timeout=1, retries={"mode": "standard", "max_attempts": 2}, max_pool_connections=_THREADS
)


class QueueUnavailable(Exception):
    """Some messages were not queued."""


class Queue(Protocol):
    """A queue of messages."""

    def send(self, messages: Sequence[BaseModel]) -> None:
        """Queue messages. Raises QueueUnavailable when some were not queued."""
        ...


class SqsQueue:
    """The queue with a URL."""

    def __init__(self, url: str, client: "SQSClient | None" = None) -> None:
        self._url = url
        self._client = client

    def send(self, messages: Sequence[BaseModel]) -> None:
        """Queue messages, ten in a request and several requests in parallel. Raises QueueUnavailable."""
        client: SQSClient = self._client or clients.client("sqs", _CONFIG)
        self._client = client  # made on first use: most requests queue nothing
        batches = [messages[start : start + _BATCH] for start in range(0, len(messages), _BATCH)]
        if len(batches) == 1:
            self._send(client, batches[0])
            return
        from concurrent.futures import ThreadPoolExecutor  # only the planner queues this many

        with ThreadPoolExecutor(_THREADS) as pool:
            for _ in pool.map(partial(self._send, client), batches):
                pass

    def _send(self, client: "SQSClient", messages: Sequence[BaseModel]) -> None:
        entries: list[SendMessageBatchRequestEntryTypeDef] = [
            {"Id": str(position), "MessageBody": message.model_dump_json()} for position, message in enumerate(messages)
        ]
        try:
            refused = client.send_message_batch(QueueUrl=self._url, Entries=entries).get("Failed", [])
        except (ClientError, BotoCoreError) as error:
            raise QueueUnavailable(type(error).__name__) from error
        if refused:
            raise QueueUnavailable(", ".join(sorted({one["Code"] for one in refused})))


@dataclass(frozen=True, slots=True)
class Outbox:
    """The queue of mails. The table already says that the mail is due; the queue only makes it faster."""

    queue: Queue

    def announce(self, change: Change) -> None:
        """Queue the mail of a change. If that fails, the sweep does it later, so this never raises."""
        entry = change.entry
        if entry.kind not in MAILED:
            return
        self._send(ReceiptTask(customer_id=entry.customer_id, purchase_id=entry.purchase_id, entry_id=entry.id))

    def announce_attempt(self, attempt: Attempt) -> None:
        """Queue the mail of a payment attempt, as `announce` does."""
        self._send(AttemptTask(customer_id=attempt.customer_id, purchase_id=attempt.purchase_id, attempt_id=attempt.id))

    def _send(self, task: ReceiptTask | AttemptTask) -> None:
        try:
            self.queue.send([task])
        except QueueUnavailable as error:
            logger.warning("mail not queued", extra={"task": task.model_dump(), "error": str(error)})
