"""Answers that browsers and a CDN may keep."""

import hashlib
from typing import TypeVar

from aws_lambda_powertools.event_handler.api_gateway import Response
from pydantic import BaseModel

from shop.api.resolver import Api
from shop.assembly.base import Base

# Browsers ask whether it has changed each time; a CDN may answer for half a minute without asking.
_CACHE_CONTROL = "public, max-age=0, s-maxage=30, must-revalidate"

T = TypeVar("T", bound=BaseModel)


def cacheable(api: Api[Base], body: T) -> Response[T | None]:
    """The answer to a public read, or 304 when the client has it already."""
    etag = f'"{hashlib.sha256(body.model_dump_json().encode()).hexdigest()[:32]}"'
    headers: dict[str, str | list[str]] = {"ETag": etag, "Cache-Control": _CACHE_CONTROL, "Vary": "Origin"}
    known = api.current_event.headers.get("if-none-match", "")
    if known.strip() == "*" or etag in (one.strip().removeprefix("W/") for one in known.split(",")):
        return Response(304, None, None, headers)
    return Response(200, "application/json", body, headers)
