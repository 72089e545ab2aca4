"""Answers that browsers and a CDN may cache."""

import hashlib
from collections.abc import Sequence
from typing import TypeVar

from aws_lambda_powertools.event_handler.api_gateway import Response
from pydantic import BaseModel

from shop.http.app import Api, Headers
from shop.http.dispatch import JSON

# Browsers revalidate each time; a CDN answers for half a minute without asking.
_CACHE_CONTROL = "public, max-age=0, s-maxage=30, must-revalidate"

T = TypeVar("T", bound=BaseModel | Sequence[BaseModel])


def cacheable(api: Api, body: T, headers: Headers | None = None) -> Response[T | None]:
    """Return the answer to a public read: 304 when the client already has this version."""
    rows = [body] if isinstance(body, BaseModel) else body
    text = "".join([*(row.model_dump_json() for row in rows), repr(headers)])
    etag = f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'
    cached: Headers = {**(headers or {}), "ETag": etag, "Cache-Control": _CACHE_CONTROL, "Vary": "Origin"}
    known = api.current_event.headers.get("if-none-match", "")
    if known.strip() == "*" or etag in (one.strip().removeprefix("W/") for one in known.split(",")):
        return Response(304, None, None, cached)
    return Response(200, JSON, body, cached)
