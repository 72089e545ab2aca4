"""A DynamoDB client that fails on purpose."""

from collections.abc import Callable
from enum import Enum, auto
from typing import Any

from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError

CALLS = ("get_item", "batch_get_item", "query", "put_item", "update_item", "delete_item", "transact_write_items")


class Fault(Enum):
    """What may happen to a call."""

    THROTTLED = auto()  # refused, not done
    UNREACHABLE = auto()  # not sent
    LOST = auto()  # done, but the answer is lost
    BROKEN = auto()  # done, and answered with an error of the server's


class FaultyClient:
    """Passes calls on, but for those that `fails` picks by their number, counted from 0."""

    def __init__(self, client: Any, fault: Fault, fails: Callable[[int], bool]) -> None:
        self._client = client
        self._fault = fault
        self._fails = fails
        self.calls = 0

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._client, name)
        if name not in CALLS:
            return call

        def faulty(**request: Any) -> Any:
            number, self.calls = self.calls, self.calls + 1
            if not self._fails(number):
                return call(**request)
            if self._fault is Fault.THROTTLED:
                raise ClientError({"Error": {"Code": "ThrottlingException", "Message": ""}}, name)
            if self._fault is Fault.UNREACHABLE:
                raise EndpointConnectionError(endpoint_url="http://table")
            call(**request)
            if self._fault is Fault.LOST:
                raise ReadTimeoutError(endpoint_url="http://table")
            raise ClientError({"Error": {"Code": "InternalServerError", "Message": ""}}, name)

        return faulty
