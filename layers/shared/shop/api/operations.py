"""Routes as requests reach them.

Powertools declares routes, reads their signatures and describes them in OpenAPI. Between a request and its route it
looks at all of that with each request; here it is looked at once (decision 0014).
"""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.event_handler.api_gateway import Response, Route
from aws_lambda_powertools.event_handler.request import Request
from aws_lambda_powertools.utilities.data_classes.api_gateway_proxy_event import APIGatewayProxyEvent
from pydantic import TypeAdapter

from shop.api import body, callers, problems
from shop.errors import InvalidInput

if TYPE_CHECKING:
    from aws_lambda_powertools.event_handler.openapi.compat import ModelField

JSON = "application/json"


class Event(APIGatewayProxyEvent):
    """A request whose headers and parameters are looked through once."""

    @cached_property
    def headers(self) -> dict[str, str]:
        """The headers by their names in lower case; lines of one name are one value (RFC 9110, 5.3)."""
        return {name.lower(): ", ".join(values) for name, values in (self["multiValueHeaders"] or {}).items()}

    @cached_property
    def query(self) -> dict[str, str]:
        """The parameters behind the path. Raises InvalidInput for one that is given twice."""
        given: Mapping[str, list[str]] = self["multiValueQueryStringParameters"] or {}
        for name, values in given.items():
            if len(values) > 1:
                raise InvalidInput.of(name, "Must be given once.")
        return {name: values[0] for name, values in given.items()}


class _Parameters:
    """The parameters of a route that come from one place: the path, the query or the headers."""

    def __init__(self, place: str, fields: Iterable["ModelField"]) -> None:
        self._place = place
        self._fields = [(field, field.alias.lower() if place == "header" else field.alias) for field in fields]

    def read(self, given: Mapping[str, str], values: dict[str, Any], errors: list[Any]) -> None:
        """Add what is given to the values, and what is wrong with it to the errors."""
        for field, name in self._fields:
            if name in given:
                values[field.name], wrong = field.validate(given[name], loc=(self._place, field.alias))
                errors += wrong or ()
            elif field.required:
                errors.append({"type": "missing", "loc": (self._place, field.alias)})
            else:
                values[field.name] = field.get_default()

    def unknown(self, given: Mapping[str, str]) -> list[dict[str, Any]]:
        """An error for each of those given that the route does not have."""
        names = {name for _, name in self._fields}
        return [{"type": "extra_forbidden", "loc": (self._place, name)} for name in given if name not in names]


class Operation:
    """A route with its signature read: who may call it, what it takes, how its answer is written."""

    def __init__(self, route: Route) -> None:
        declared = route.dependant
        self._route = route
        self._served_by = callers.served_by(route.func)
        self._is_page = not route.include_in_schema
        self._path = _Parameters("path", declared.path_params)
        self._query = _Parameters("query", declared.query_params)
        self._headers = _Parameters("header", declared.header_params)
        self._body = declared.body_params[0] if declared.body_params else None
        self._answers: TypeAdapter[Any] = TypeAdapter(declared.return_param.type_ if declared.return_param else None)

    def answer(self, event: Event, path: dict[str, str], context: dict[str, Any]) -> Response[str]:
        """What the route answers to a request, its body written.

        Raises Unauthenticated and Forbidden for a wrong caller, then InvalidInput for wrong values, so that one who may
        not call learns nothing of what a call looks like; and whatever the route raises.
        """
        values: dict[str, Any] = {}
        if self._served_by is not None:
            parameter, check = self._served_by
            values[parameter] = check(Request(self._route.openapi_path, path, event, context))
        errors: list[Any] = []
        self._path.read(path, values, errors)
        self._query.read(event.query, values, errors)
        if not self._is_page:  # links to pages for people come with what mail programs and trackers add to them
            errors += self._query.unknown(event.query)
        self._headers.read(event.headers, values, errors)
        if self._body is not None:
            values[self._body.name], wrong = self._body.validate(body.read(event), loc=("body",))
            errors += wrong or ()
        if errors:
            raise problems.invalid_input(errors)
        return self._written(self._route.func(**values))

    def _written(self, returned: Any) -> Response[str]:  # noqa: ANN401 - whatever a route returns
        if isinstance(returned, Response):
            answer = returned
        else:
            content, status = returned if isinstance(returned, tuple) else (returned, 200)
            answer = Response(status, JSON, content)
        if answer.body is not None and not isinstance(answer.body, str):
            answer.body = self._answers.dump_json(self._answers.validate_python(answer.body)).decode()
        return answer


class Operations:
    """The operations of some routes, each made when it is first asked for."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._fixed: dict[tuple[str, str], Route] = {}
        self._patterns: list[Route] = []
        self._made: dict[Route, Operation] = {}
        for route in routes:
            if "<" in route.path:
                self._patterns.append(route)
            else:
                self._fixed[route.method, route.path] = route

    def find(self, method: str, path: str) -> tuple[Operation, dict[str, str]] | None:
        """The operation of a path without its trailing slash, and what the path tells; None where there is none."""
        route = self._fixed.get((method, path))
        if route is not None:
            return self._of(route), {}
        for route in self._patterns:
            if route.method == method and (found := route.rule.match(path)):
                return self._of(route), found.groupdict()
        return None

    def _of(self, route: Route) -> Operation:
        known = self._made.get(route)
        if known is None:
            known = self._made[route] = Operation(route)
        return known
