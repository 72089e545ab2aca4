"""Queues of work, on Amazon SQS."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Protocol

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from pydantic import BaseModel

from shop import aws

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import SendMessageBatchRequestEntryTypeDef

_BATCH = 10
_THREADS = 8
# A customer waits while a receipt is queued; what fails is found by the sweep.
_CONFIG = Config(
    connect_timeout=0.5, read_timeout=1, retries={"mode": "standard", "max_attempts": 2}, max_pool_connections=_THREADS
)


class QueueUnavailable(Exception):
    """Not every message was taken; some may have been."""


class Queue(Protocol):
    """Takes messages."""

    def send(self, messages: Sequence[BaseModel]) -> None:
        """Queue messages; raises QueueUnavailable when not all of them were taken."""
        ...


class SqsQueue:
    """A queue by its URL."""

    def __init__(self, url: str, client: "SQSClient | None" = None) -> None:
        self._url = url
        self._client: SQSClient = client or aws.client("sqs", _CONFIG)

    def send(self, messages: Sequence[BaseModel]) -> None:
        """Queue messages, ten a request and several requests at once."""
        batches = [messages[start : start + _BATCH] for start in range(0, len(messages), _BATCH)]
        if len(batches) == 1:
            self._send(batches[0])
            return
        with ThreadPoolExecutor(_THREADS) as pool:
            for _ in pool.map(self._send, batches):
                pass

    def _send(self, messages: Sequence[BaseModel]) -> None:
        entries: list[SendMessageBatchRequestEntryTypeDef] = [
            {"Id": str(position), "MessageBody": message.model_dump_json()} for position, message in enumerate(messages)
        ]
        try:
            refused = self._client.send_message_batch(QueueUrl=self._url, Entries=entries).get("Failed", [])
        except (ClientError, BotoCoreError) as error:
            raise QueueUnavailable(type(error).__name__) from error
        if refused:
            raise QueueUnavailable(", ".join(sorted({one["Code"] for one in refused})))
