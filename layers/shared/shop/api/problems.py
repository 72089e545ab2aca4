"""Errors as RFC 9457 problem details: the one place where an exception becomes an HTTP answer."""

import json
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler.api_gateway import Response
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError

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
    if isinstance(error, TooManyRequests | Unavailable):
        headers["Retry-After"] = str(error.retry_after)
    return Response(error.status, CONTENT_TYPE, json.dumps(body, ensure_ascii=False), headers)


def invalid_input(error: RequestValidationError) -> InvalidInput:
    """What pydantic found wrong, told by the names of the fields."""
    errors = [FieldError(_field(found["loc"]), _message(found)) for found in _all(error.errors())]
    return InvalidInput(
        f"{errors[0].field}: {errors[0].message}" if errors else "The request is not valid.", errors=errors
    )


def _all(found: Iterable[Any]) -> Iterable[Mapping[str, Any]]:
    for one in found:
        if isinstance(one, list | tuple):
            yield from _all(one)
        else:
            yield one


def _field(location: Iterable[str | int]) -> str:
    parts = [str(part) for part in location]
    named = parts[1:] if parts and parts[0] in _PLACES else parts
    return ".".join(named) or "body"


def _message(found: Mapping[str, Any]) -> str:
    if found["type"] == "extra_forbidden":
        return "Unknown field."
    if found["type"] == "missing":
        return "This field is required."
    if found["type"] == "greater_than_equal":
        return f"Must be at least {found['ctx']['ge']}."
    if found["type"] == "less_than_equal":
        return f"Must be at most {found['ctx']['le']}."
    return str(found["msg"]).removeprefix("Value error, ")
