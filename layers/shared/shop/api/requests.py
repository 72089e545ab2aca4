"""Requests that carry an idempotency key, and their answers."""

import hashlib
from typing import Annotated, TypeVar

from aws_lambda_powertools.event_handler.api_gateway import Response
from aws_lambda_powertools.event_handler.openapi.params import Header
from pydantic import BaseModel

from shop.api.resolver import Api
from shop.assembly.base import Base
from shop.services.idempotency import Answer, Keyed

T = TypeVar("T", bound=BaseModel)

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        pattern="^[\\x20-\\x7e]+$",
        description="The same key and body get the first answer again, for 24 hours.",
    ),
]


def keyed(api: Api[Base], key: str | None, body: BaseModel) -> Keyed | None:
    """The key of a request and the fingerprint of what it asks for: its path and its body's values."""
    if key is None:
        return None
    request = f"{api.current_event.path.rstrip('/')}\n{body.model_dump_json()}"
    return Keyed(key, hashlib.sha256(request.encode()).hexdigest())


def answered(model: type[T], answer: Answer, status: int) -> Response[T]:
    """The answer to a request that may be repeated, told apart by a header when it is a replay."""
    headers: dict[str, str | list[str]] = {"Idempotency-Replayed": "true"} if answer.replayed else {}
    return Response(status, "application/json", model.model_validate_json(answer.json), headers)
