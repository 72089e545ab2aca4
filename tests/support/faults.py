"""A DynamoDB client that fails on purpose."""

import contextlib
from collections.abc import Callable
from enum import Enum, auto
from typing import Any

from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError

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
    """What may happen to a call."""

    THROTTLED = auto()  # refused, not done
    UNREACHABLE = auto()  # not sent
    LOST = auto()  # done, but the answer is lost
    LATE = auto()  # done, but only after the next call
    BROKEN = auto()  # done, and answered with an error of the server's


class FaultyClient:
    """Passes calls on, but for those that `fails` picks by their number, counted from 0."""

    def __init__(self, client: Any, fault: Fault, fails: Callable[[int], bool]) -> None:
        self._client = client
        self._fault = fault
        self._fails = fails
        self.calls = 0
        self._late: Callable[[], None] | None = None

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._client, name)
        if name not in CALLS:
            return call

        def faulty(**request: Any) -> Any:
            number, self.calls = self.calls, self.calls + 1
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
            # as botocore names one whose body says nothing
            failed = {"Error": {"Code": "500", "Message": ""}, "ResponseMetadata": {"HTTPStatusCode": 500}}
            raise ClientError(failed, name)  # type: ignore[arg-type]

        return faulty

    @staticmethod
    def _done(call: Callable[..., Any], request: dict[str, Any]) -> None:
        with contextlib.suppress(ClientError):  # what came before it stands against it
            call(**request)
