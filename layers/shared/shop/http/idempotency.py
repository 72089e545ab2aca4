"""Requests with an idempotency key, and their answers."""

import hashlib
from typing import Annotated, TypeVar

from aws_lambda_powertools.event_handler.api_gateway import Response
from aws_lambda_powertools.event_handler.openapi.params import Header
from pydantic import BaseModel

from shop.http.app import Api
from shop.http.dispatch import JSON
from shop.ledger.idempotency import IdempotencyKey

T = TypeVar("T", bound=BaseModel)

IdempotencyKeyHeader = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        pattern="^[\\x20-\\x7e]+$",
        description="The same key and body get the first answer again, for 24 hours.",
    ),
]


def key_of(api: Api, header: str | None, body: BaseModel) -> IdempotencyKey | None:
    """Return the key of a request, with a fingerprint of its path and the values of its body."""
    if header is None:
        return None
    request = f"{api.current_event.path.rstrip('/')}\n{body.model_dump_json()}"
    return IdempotencyKey(header, hashlib.sha256(request.encode()).hexdigest())


def replayable(answer: T, status: int, *, is_replay: bool = False) -> Response[T]:
    """Return the answer to a request that may be repeated. A header marks a replay."""
    headers: dict[str, str | list[str]] = {"Idempotency-Replayed": "true"} if is_replay else {}
    return Response(status, JSON, answer, headers)
