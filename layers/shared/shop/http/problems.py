"""Errors as RFC 9457 problem details: the only place where an exception becomes an HTTP answer."""

import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler.api_gateway import Response

from shop.errors import FieldError, InvalidInput, ShopError, TooManyRequests, Unauthenticated, Unavailable
from shop.text import translatable

CONTENT_TYPE = "application/problem+json"
_PLACES = {"body", "query", "path", "header"}
_PREDICATES = {
    "missing": translatable("is missing."),
    "bool_type": translatable("must be true or false."),
    "string_type": translatable("must be text."),
    "string_too_short": translatable("must have {min_length} or more characters."),
    "string_too_long": translatable("must have at most {max_length} characters."),
    "string_pattern_mismatch": translatable("is not in the right form."),
    "string_unicode": translatable("must be text."),
    "model_type": translatable("must be an object."),
    "model_attributes_type": translatable("must be an object."),
    "too_long": translatable("must have at most {max_length} entries."),
    "list_type": translatable("must be a list."),
    "enum": translatable("must be one of {expected}."),
    "literal_error": translatable("must be one of {expected}."),
    "int_parsing": translatable("must be a whole number."),
    "int_type": translatable("must be a whole number."),
    "int_from_float": translatable("must be a whole number."),
    "date_from_datetime_parsing": translatable("must be a date, like 2026-11-25."),
    "date_from_datetime_inexact": translatable("must be a date, like 2026-11-25."),
    "date_type": translatable("must be a date, like 2026-11-25."),
    "date_parsing": translatable("must be a date, like 2026-11-25."),
    "greater_than": translatable("must be more than {gt}."),
    "greater_than_equal": translatable("must be at least {ge}."),
    "less_than_equal": translatable("must be at most {le}."),
    "decimal_max_places": translatable("must have at most {decimal_places} decimals."),
}
"""What clients are told of a field, by pydantic's type of error. The validators in `http.fields` say it likewise."""
_NOT_VALID = translatable("is not valid.")
_CHOICES = {"enum", "literal_error"}
_WORDS = {
    "email": "e-mail address",
    "from": "first day",
    "max_days": "greatest number of days",
    "min_days": "least number of days",
    "otp_code": "code",
    "received_on": "day of receipt",
    "to": "last day",
}
"""What people call a field, where that is not its name."""


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
    """Turn pydantic's errors, at least one, into an InvalidInput that names the fields, in words for people."""
    errors = [_field_error(one) for one in found]
    return InvalidInput(errors[0].message, errors=errors)


def _field(location: Iterable[str | int]) -> str:
    parts = [str(part) for part in location]
    named = parts[1:] if parts and parts[0] in _PLACES else parts
    return ".".join(named) or "body"


def _field_error(found: Mapping[str, Any]) -> FieldError:
    field = _field(found["loc"])
    if found["type"] == "extra_forbidden":
        message = f"There is no {'parameter' if found['loc'][0] == 'query' else 'field'} {field}."
        return FieldError(field, message, message)
    bounds = {
        name: f"{value:,}" if isinstance(value, int | Decimal) else value
        for name, value in found.get("ctx", {}).items()
    }
    if found["type"] == "value_error":
        text, bounds = str(found["msg"]).removeprefix("Value error, "), {}
    else:
        text = _PREDICATES.get(found["type"], _NOT_VALID)
    predicate = text.format(**bounds) if bounds else text
    message = f"{_words(field)} {predicate}" if predicate[:1].islower() else predicate
    if found["type"] in _CHOICES:  # pages offer the choices, in words
        text, bounds = _NOT_VALID, {}
    return FieldError(field, message, text, bounds)


def _words(field: str) -> str:
    """Return what people call a field, as the beginning of a sentence; an entry of a list is one of its field."""
    parts = field.split(".")
    name = next((part for part in reversed(parts) if not part.isdigit()), field)
    words = f"field {name}" if name.startswith("is_") else _WORDS.get(name, name.replace("_", " "))
    return f"{'Each of the' if parts[-1].isdigit() else 'The'} {words}"
