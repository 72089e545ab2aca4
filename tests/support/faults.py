"""A DynamoDB client that fails on purpose."""

import contextlib
from collections.abc import Callable
from dataclasses import replace
from enum import Enum, auto
from typing import Any

from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError

from shop.bootstrap import Shop
from shop.dynamodb.table import Table

CALLS = (
    "get_item",
    "batch_get_item",
    "query",
    "put_item",
    "update_item",
    "delete_item",
    "batch_write_item",
    "transact_write_items",
)


class Fault(Enum):
    """The fault of a call."""

    THROTTLED = auto()  # refused, not done
    UNREACHABLE = auto()  # not sent
    LOST = auto()  # done, but the answer is lost
    LATE = auto()  # done, but only after the next call
    BROKEN = auto()  # done, and answered with an error of the server's
    # done, but botocore, without an answer, has repeated it, and the repetition was refused
    REPEATED_IN_PROGRESS = auto()
    REPEATED_THROTTLED = auto()
    REPEATED_OVER_CAPACITY = auto()
    REPEATED_IN_CONFLICT = auto()

    @property
    def is_done(self) -> bool:
        """Whether the call that is struck has its effect at once."""
        return self not in (Fault.THROTTLED, Fault.UNREACHABLE, Fault.LATE)


DISTINCT = [
    fault
    for fault in Fault
    if fault not in (Fault.REPEATED_IN_PROGRESS, Fault.REPEATED_THROTTLED, Fault.REPEATED_OVER_CAPACITY)
]
"""Faults without those that differ from another in the name of an error alone."""
_REPEATED = {
    Fault.REPEATED_IN_PROGRESS: "TransactionInProgressException",
    Fault.REPEATED_THROTTLED: "ThrottlingException",
    Fault.REPEATED_OVER_CAPACITY: "ProvisionedThroughputExceededException",
    Fault.REPEATED_IN_CONFLICT: "TransactionCanceledException",
}


class FaultyClient:
    """Passes calls on, but for those that `fails` picks by their number, counted from 0."""

    def __init__(self, client: Any, fault: Fault, fails: Callable[[int], bool]) -> None:
        self._client = client
        self._fault = fault
        self._fails = fails
        self.calls = 0
        self.last = ""
        self._late: Callable[[], None] | None = None

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._client, name)
        if name not in CALLS:
            return call

        def faulty(**request: Any) -> Any:
            number, self.calls, self.last = self.calls, self.calls + 1, name
            late, self._late = self._late, None
            if not self._fails(number):
                try:
                    return call(**request)
                finally:
                    if late:
                        late()
            if self._fault is Fault.THROTTLED:
                raise ClientError({"Error": {"Code": "ThrottlingException", "Message": ""}}, name)
            if self._fault is Fault.UNREACHABLE:
                raise EndpointConnectionError(endpoint_url="http://table")
            if self._fault is Fault.LATE:
                self._late = lambda: self._done(call, request)
                raise ReadTimeoutError(endpoint_url="http://table")
            call(**request)
            if self._fault is Fault.LOST:
                raise ReadTimeoutError(endpoint_url="http://table")
            if code := _REPEATED.get(self._fault):
                repeated = {
                    "Error": {"Code": code, "Message": ""},
                    "CancellationReasons": [{"Code": "TransactionConflict"}] if "Canceled" in code else [],
                    "ResponseMetadata": {"HTTPStatusCode": 400, "RetryAttempts": 1},
                }
                raise ClientError(repeated, name)  # type: ignore[arg-type]
            # as botocore names one whose body says nothing
            failed = {"Error": {"Code": "500", "Message": ""}, "ResponseMetadata": {"HTTPStatusCode": 500}}
            raise ClientError(failed, name)  # type: ignore[arg-type]

        return faulty

    @staticmethod
    def _done(call: Callable[..., Any], request: dict[str, Any]) -> None:
        with contextlib.suppress(ClientError):  # what came before it stands against it
            call(**request)


def failing(shop: Shop, fault: Fault, fails: Callable[[int], bool]) -> tuple[Shop, FaultyClient]:
    """The same shop through a client that fails."""
    client = FaultyClient(shop.table.client, fault, fails)
    return replace(shop, table=Table(shop.table.name, client)), client  # type: ignore[arg-type]
