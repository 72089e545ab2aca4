"""Errors as RFC 9457 problem details: the only place where an exception becomes an HTTP answer."""

import json
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler.api_gateway import Response

from shop.errors import FieldError, InvalidInput, ShopError, TooManyRequests, Unauthenticated, Unavailable

CONTENT_TYPE = "application/problem+json"
_PLACES = {"body", "query", "path", "header"}
_SENTENCES = {
    "missing": "This field is required.",
    "bool_type": "Must be true or false.",
    "string_type": "Must be text.",
    "string_too_short": "Must have {min_length} or more characters.",
    "string_too_long": "Must have at most {max_length} characters.",
    "string_pattern_mismatch": "Is not in the right form.",
    "enum": "Must be one of {expected}.",
    "literal_error": "Must be one of {expected}.",
    "int_parsing": "Must be a whole number.",
    "int_type": "Must be a whole number.",
    "int_from_float": "Must be a whole number.",
    "greater_than": "Must be more than {gt}.",
    "greater_than_equal": "Must be at least {ge}.",
    "less_than_equal": "Must be at most {le}.",
    "decimal_max_places": "Must have at most {decimal_places} decimals.",
}
"""Messages for clients, by pydantic's type of error."""


def problem(error: ShopError, request_id: str) -> Response[str]:
    """Make the answer for an error."""
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
        for one in error.errors:  # each field is a member too, for old frontends (RFC 9457, 3.2)
            body.setdefault(one.field, one.message)
    headers: dict[str, str | list[str]] = {}
    if isinstance(error, Unauthenticated):
        headers["WWW-Authenticate"] = "Bearer"
    if isinstance(error, TooManyRequests | Unavailable) and error.retry_after is not None:
        headers["Retry-After"] = str(error.retry_after)
    return Response(error.status, CONTENT_TYPE, json.dumps(body), headers)


def invalid_input(found: Iterable[Mapping[str, Any]]) -> InvalidInput:
    """Turn pydantic's errors, at least one, into an InvalidInput that names the fields."""
    errors = [FieldError(_field(one["loc"]), _message(one)) for one in found]
    return InvalidInput(f"{errors[0].field}: {errors[0].message}", errors=errors)


def _field(location: Iterable[str | int]) -> str:
    parts = [str(part) for part in location]
    named = parts[1:] if parts and parts[0] in _PLACES else parts
    return ".".join(named) or "body"


def _message(found: Mapping[str, Any]) -> str:
    if found["type"] == "extra_forbidden":
        return "Unknown parameter." if found["loc"][0] == "query" else "Unknown field."
    if found["type"] in _SENTENCES:
        return _SENTENCES[found["type"]].format(**found.get("ctx", {}))
    return str(found["msg"]).removeprefix("Value error, ")
