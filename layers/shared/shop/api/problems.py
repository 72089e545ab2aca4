"""Errors as RFC 9457 problem details: the one place where an exception becomes an HTTP answer."""

import json
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler.api_gateway import Response

from shop.errors import FieldError, InvalidInput, ShopError, TooManyRequests, Unauthenticated, Unavailable

CONTENT_TYPE = "application/problem+json"
_PLACES = {"body", "query", "path", "header"}


def problem(error: ShopError, request_id: str) -> Response[str]:
    """The answer that tells a client of an error."""
    body: dict[str, object] = {
        "type": "about:blank",
        "title": HTTPStatus(error.status).phrase,
        "status": error.status,
        "detail": error.detail,
        "code": error.code,
        "request_id": request_id,
    }
    if isinstance(error, InvalidInput):
        body["errors"] = [{"field": one.field, "message": one.message} for one in error.errors]
    headers: dict[str, str | list[str]] = {}
    if isinstance(error, Unauthenticated):
        headers["WWW-Authenticate"] = "Bearer"
    if isinstance(error, TooManyRequests | Unavailable) and error.retry_after is not None:
        headers["Retry-After"] = str(error.retry_after)
    return Response(error.status, CONTENT_TYPE, json.dumps(body), headers)


def invalid_input(found: Iterable[Mapping[str, Any]]) -> InvalidInput:
    """What pydantic found wrong, one error at least, told by the names of the fields."""
    errors = [FieldError(_field(one["loc"]), _message(one)) for one in found]
    return InvalidInput(f"{errors[0].field}: {errors[0].message}", errors=errors)


def _field(location: Iterable[str | int]) -> str:
    parts = [str(part) for part in location]
    named = parts[1:] if parts and parts[0] in _PLACES else parts
    return ".".join(named) or "body"


def _message(found: Mapping[str, Any]) -> str:
    if found["type"] == "extra_forbidden":
        return "Unknown parameter." if found["loc"][0] == "query" else "Unknown field."
    if found["type"] == "missing":
        return "This field is required."
    if found["type"] == "greater_than_equal":
        return f"Must be at least {found['ctx']['ge']}."
    if found["type"] == "less_than_equal":
        return f"Must be at most {found['ctx']['le']}."
    return str(found["msg"]).removeprefix("Value error, ")
