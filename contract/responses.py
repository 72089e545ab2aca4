"""The responses of an operation: its answer as it is sent, and the problems that it can answer with."""

import json
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel

from contract.codes import CODES, REQUEST_ID
from contract.operations import OperationNotes
from shop.errors import ShopError
from shop.http.csv import csv_text
from shop.http.problems import problem as answer_to

_NULL, _TEXT = {"type": "null"}, {"type": "string"}


def _header(description: str, **schema: object) -> dict[str, Any]:
    return {"description": description, "schema": {"type": "string", **schema}}


COMPONENTS: dict[str, Any] = {
    "securitySchemes": {
        "bearer": {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "JWT",
            "description": "The `access` token of a login.",
        }
    },
    "headers": {
        "ETag": _header("Names this version of the answer; send it back in If-None-Match."),
        "Cache-Control": _header("How long the answer may be kept."),
        "Idempotency-Replayed": _header("There when this is the first answer again.", const="true"),
        "Link": _header('The pages around, ready to call: `<url>; rel="next"`, `<url>; rel="prev"`.'),
        "X-Total-Count": {
            "description": "How many rows the list has.",
            "schema": {"type": "integer", "minimum": 0},
        },
        "X-Total-Count-Capped": _header("There when a search stopped counting.", const="true"),
        "Content-Disposition": _header("The name of the file."),
        "WWW-Authenticate": _header("How to authenticate.", const="Bearer"),
        "Retry-After": {
            "description": "In how many seconds to ask again.",
            "schema": {"type": "integer", "minimum": 0},
        },
    },
    "schemas": {
        "Problem": {
            "type": "object",
            "description": "What went wrong (RFC 9457). `detail` is fit for a toast, `code` is stable.",
            "required": ["type", "title", "status", "detail", "code", "request_id"],
            "properties": {
                "type": {"type": "string"},
                "title": {"type": "string"},
                "status": {"type": "integer"},
                "detail": {"type": "string"},
                "code": {"type": "string"},
                "request_id": {"type": "string"},
                "errors": {"type": "array", "items": {"$ref": "#/components/schemas/FieldError"}},
            },
            # the wrong fields of a 400
            "additionalProperties": {"type": "string"},
        },
        "FieldError": {
            "type": "object",
            "description": "What is wrong with one field of a body, or one parameter.",
            "required": ["field", "message"],
            "properties": {"field": {"type": "string"}, "message": {"type": "string"}},
        },
    },
}


HEADERS_WITH = {
    "Idempotency-Key": ("Idempotency-Replayed",),
    "page_size": ("Link", "X-Total-Count", "X-Total-Count-Capped"),
}
"""The headers of an answer by the parameter of the request that brings them."""


def answers(
    schema: Mapping[str, Any], notes: OperationNotes, header_names: Iterable[str], row: type[BaseModel] | None
) -> dict[str, dict[str, Any]]:
    """Describe the responses of success, from the schema of what the route returns.

    A route that returns nothing answers 204. One that returns a body or nothing answers 304 for the latter. A list of
    rows is also a file. Of other texts, those beside a list are for accountants, those beside a body are pages.
    """
    if schema.get("type") == "null":
        return {"204": {"description": "Done."}}
    kinds = schema.get("anyOf", [schema])
    answer: dict[str, Any] = {
        "description": HTTPStatus(notes.status).phrase,
        "content": {"application/json": {"schema": next(kind for kind in kinds if kind not in (_NULL, _TEXT))}},
    }
    found = {str(notes.status): answer}
    headers = _headers(*header_names)
    if row is not None:
        headers |= _headers("Content-Disposition")
        answer["content"]["text/csv"] = {"schema": _TEXT, "example": csv_text(row, [])}
    if _TEXT in kinds:
        kind, example = (
            ("text/html", "<!doctype html>") if row is None else ("text/plain", "1970-01-01 open Assets:Cash")
        )
        answer["content"][kind] = {"schema": _TEXT, "example": example}
    if _NULL in kinds:
        headers |= _headers("ETag", "Cache-Control")
        found["304"] = {"description": "It is what If-None-Match names.", "headers": headers}
    if headers:
        answer["headers"] = headers
    if notes.links:
        answer["links"] = {target: _link(target, parts) for target, parts in notes.links.items()}
    return found


def problems(codes: Iterable[str], own: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Describe the responses of failure: for each status its codes, with an example of each.

    `own` has the operation's own examples, of codes that have another text or field elsewhere.
    """
    by_status: dict[int, list[str]] = {}
    for code in sorted(set(codes), key=list(CODES).index):
        by_status.setdefault(CODES[code].status, []).append(code)
    return {str(status): _problem(status, found, own) for status, found in sorted(by_status.items())}


def _headers(*names: str) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _link(target: str, parts: Mapping[str, str]) -> dict[str, Any]:
    parameters = {name: f"$response.body#/{field}" for name, field in parts.items()}
    return {"operationId": target, "parameters": parameters}


def _problem(status: int, codes: list[str], own: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    narrowed = {"type": "object", "properties": {"status": {"const": status}, "code": {"enum": codes}}}
    response: dict[str, Any] = {
        "description": f"{HTTPStatus(status).phrase}: {', '.join(f'`{code}`' for code in codes)}.",
        "content": {
            "application/problem+json": {
                "schema": {"allOf": [{"$ref": "#/components/schemas/Problem"}, narrowed]},
                "examples": {
                    code: named(own[code]) if code in own else {"$ref": f"#/components/examples/{code}"}
                    for code in codes
                },
            }
        },
    }
    header = {401: "WWW-Authenticate", 429: "Retry-After", 503: "Retry-After"}.get(status)
    if header:
        response["headers"] = _headers(header)
    return response


def named(problem: Mapping[str, Any]) -> dict[str, Any]:
    """Return a problem as an example of the document."""
    return {"summary": problem["detail"], "value": problem}


def body_of(error: ShopError) -> dict[str, Any]:
    """Return the body that the shop answers an error with."""
    body: dict[str, Any] = json.loads(answer_to(error, REQUEST_ID).body or "")
    return body


COMPONENTS["examples"] = {code: named(body_of(error)) for code, error in CODES.items()}
