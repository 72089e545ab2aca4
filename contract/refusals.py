"""Requests with a wrong value, and what the shop answers to them: the contract's examples of `invalid_input`.

The routes themselves are asked, so an example names a field or parameter of its operation in the words that are sent.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, get_type_hints

from contract.codes import REQUEST_ID
from shop.errors import InvalidInput
from shop.http.auth import TOKEN_READER
from shop.http.dispatch import Endpoint, Event
from shop.http.problems import problem
from shop.security.tokens import Caller


@dataclass(frozen=True)
class WrongRequest:
    """What is sent to an operation beyond its path: a parameter, or a body, that it refuses."""

    query: dict[str, str]
    body: dict[str, object] | None


def wrong_request(route: Callable[..., Any]) -> WrongRequest:
    """A request that a route refuses: nothing of what it requires, else a wrong value, else an unknown parameter."""
    hints = get_type_hints(route)
    if "body" in hints:
        fields = hints["body"].model_fields
        requires = any(field.is_required() for field in fields.values())
        return WrongRequest({}, {} if requires else {next(iter(fields)): {}})
    return WrongRequest({"page_size": "0"} if "page_size" in hints else {"page": "2"}, None)


def refusal(endpoint: Endpoint) -> dict[str, Any]:
    """The problem that answers the wrong request of an endpoint."""
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
        endpoint.answer(event, path, {TOKEN_READER: lambda _token: Caller("id", is_staff=True)})
    except InvalidInput as error:
        answer: dict[str, Any] = json.loads(problem(error, REQUEST_ID).body or "")
        return answer
    raise AssertionError(f"{endpoint.function.__name__} takes {wrong}.")
