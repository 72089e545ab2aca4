"""Requests with a wrong value, and the answers of the shop: the document's examples of `invalid_input`.

The routes themselves answer, so each example names a field or parameter of its operation, with the text that is sent.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, get_type_hints

from contract.responses import body_of
from shop.errors import InvalidInput
from shop.http.auth import TOKEN_READER
from shop.http.dispatch import Endpoint, Event
from shop.security.tokens import Caller


@dataclass(frozen=True)
class WrongRequest:
    """The query and body of a request that an operation refuses."""

    query: dict[str, str]
    body: dict[str, object] | None


def wrong_request(route: Callable[..., Any]) -> WrongRequest:
    """Return a request that a route refuses.

    It has an empty body where a field is required, else a wrong value, else an unknown parameter.
    """
    hints = get_type_hints(route)
    if "body" in hints:
        fields = hints["body"].model_fields
        requires = any(field.is_required() for field in fields.values())
        return WrongRequest({}, {} if requires else {next(iter(fields)): {}})
    return WrongRequest({"page_size": "0"} if "page_size" in hints else {"page": "2"}, None)


def refusal(endpoint: Endpoint) -> dict[str, Any]:
    """Return the problem that an endpoint answers its wrong request with."""
    wrong = wrong_request(endpoint.function)
    event = Event(
        {
            "multiValueHeaders": {"authorization": ["Bearer token"]},
            "multiValueQueryStringParameters": {name: [value] for name, value in wrong.query.items()},
            "body": json.dumps(wrong.body),
        }
    )
    path = {parameter.name: "id" for parameter in endpoint.parameters if parameter.place == "path"}
    try:
        endpoint.answer(event, path, {TOKEN_READER: lambda _token: Caller("id", is_staff=True, is_owner=True)})
    except InvalidInput as error:
        return body_of(error)
    raise AssertionError(f"{endpoint.function.__name__} accepts {wrong}.")
