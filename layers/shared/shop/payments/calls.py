"""Calls of providers over HTTP: they end in time, and what they raise or log has no secret."""

import json
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from urllib3 import HTTPHeaderDict, PoolManager, Timeout
from urllib3.exceptions import HTTPError

from shop.payments.provider import NoAnswer

_POOL = PoolManager(timeout=Timeout(connect=3, read=10), retries=False)
_NOT_DONE_YET = {408, 409, 425, 429}
"""The statuses that mean: later, with the same key."""
_DONE, _REFUSED = 2, 4
"""The hundreds of the statuses that tell what was done."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that says what was done, or why nothing was. Fractions in it are Decimals."""

    status: int
    body: dict[str, Any]

    @property
    def is_ok(self) -> bool:
        """Return whether it was done."""
        return self.status // 100 == _DONE


Send = Callable[[str, str, Mapping[str, str], bytes | None], Answer]
"""Sends a request: method, URL, headers, body. Raises NoAnswer."""


def send(method: str, url: str, headers: Mapping[str, str], body: bytes | None = None) -> Answer:
    """Send a request once; raises NoAnswer when no answer came that tells what was done."""
    try:
        answer = _POOL.request(method, url, body=body, headers=HTTPHeaderDict(headers), redirect=False)
        return read(answer.status, answer.data)
    except HTTPError as error:
        raise NoAnswer(type(error).__name__) from None  # the error has the URL, which may have a password


def read(status: int, body: bytes) -> Answer:
    """Read an answer. Raises NoAnswer for one that does not tell what was done."""
    if status // 100 not in (_DONE, _REFUSED) or status in _NOT_DONE_YET:
        raise NoAnswer(f"HTTP {status}")
    try:
        found = json.loads(body, parse_float=Decimal)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise NoAnswer(f"HTTP {status} without a JSON object")
    return Answer(status, found)


@contextmanager
def understood() -> Iterator[None]:
    """Raise NoAnswer, also as a decorator, when an answer has another form than the provider documents."""
    try:
        yield
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        raise NoAnswer("The answer has another form.") from error


def _has_no_query(record: logging.LogRecord) -> bool:
    return "?" not in record.getMessage()


# urllib3 logs addresses, and SSLCommerz wants its password there.
logging.getLogger("urllib3.connectionpool").addFilter(_has_no_query)
