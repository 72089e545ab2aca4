"""Answers that browsers and a CDN may keep."""

import hashlib
from collections.abc import Sequence
from typing import TypeVar

from aws_lambda_powertools.event_handler.api_gateway import Response
from pydantic import BaseModel

from shop.api.headers import Headers
from shop.api.operations import JSON
from shop.api.resolver import Api
from shop.assembly.base import Base

# Browsers ask whether it has changed each time; a CDN may answer for half a minute without asking.
_CACHE_CONTROL = "public, max-age=0, s-maxage=30, must-revalidate"

T = TypeVar("T", bound=BaseModel | Sequence[BaseModel])


def cacheable(api: Api[Base], body: T, told: Headers | None = None) -> Response[T | None]:
    """The answer to a public read, with the headers that tell more of it, or 304 when the client has it already."""
    shown = [body.model_dump_json()] if isinstance(body, BaseModel) else [one.model_dump_json() for one in body]
    digest = hashlib.sha256("".join([*shown, repr(told)]).encode()).hexdigest()
    etag = f'"{digest[:32]}"'
    headers: Headers = {**(told or {}), "ETag": etag, "Cache-Control": _CACHE_CONTROL, "Vary": "Origin"}
    known = api.current_event.headers.get("if-none-match", "")
    if known.strip() == "*" or etag in (one.strip().removeprefix("W/") for one in known.split(",")):
        return Response(304, None, None, headers)
    return Response(200, JSON, body, headers)
