"""Endpoints: routes whose signatures are read once, which makes requests fast (decision 0014).

A route may have only these parameters:
- one annotated with `Depends`: the caller;
- one for each `<name>` in its path;
- any annotated with Powertools' `Query` or `Header`;
- one of a pydantic model: the body.

A route whose answer is a list also takes `format=csv`, without a parameter for it: the same rows as a file.
"""

import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

from aws_lambda_powertools.event_handler.api_gateway import Response
from aws_lambda_powertools.event_handler.depends import Depends
from aws_lambda_powertools.event_handler.openapi.params import Header, Query
from aws_lambda_powertools.event_handler.request import Request
from aws_lambda_powertools.utilities.data_classes.api_gateway_proxy_event import APIGatewayProxyEvent
from pydantic import BaseModel, TypeAdapter, ValidationError

from shop import problems
from shop.http import body
from shop.http.auth import Check
from shop.http.problems import invalid_input

JSON = "application/json"
_PATH_PARAMETER = re.compile(r"<(\w+)>")


class Event(APIGatewayProxyEvent):
    """A request of API Gateway; its headers and query are parsed once."""

    @cached_property
    def headers(self) -> dict[str, str]:
        """Return the headers by lower-case name; several lines of one name become one value (RFC 9110, 5.3)."""
        return {name.lower(): ", ".join(values) for name, values in (self["multiValueHeaders"] or {}).items()}

    @cached_property
    def query(self) -> dict[str, str]:
        """Return the query parameters. Raises InvalidInput for a repeated one."""
        sent: Mapping[str, list[str]] = self["multiValueQueryStringParameters"] or {}
        for name, values in sent.items():
            if len(values) > 1:
                raise problems.PARAMETER_REPEATED.error(field=name)
        return {name: values[0] for name, values in sent.items()}


ReadBody = Callable[[Event, int], Mapping[str, object]]
"""A function that reads the object in a body of at most so many bytes. Raises InvalidInput."""


@dataclass(frozen=True)
class Parameter:
    """A parameter of a route: its name in the function, its name and place in the request, its type and default."""

    name: str
    alias: str
    place: str
    type: Any
    default: Any

    @cached_property
    def _adapter(self) -> TypeAdapter[Any]:
        return TypeAdapter(self.type)

    def read(self, sent: Mapping[str, str], errors: list[Any]) -> Any:  # noqa: ANN401 - a value of any type
        """Return the value of the parameter. Adds its errors to `errors`."""
        if self.alias not in sent:
            if self.default is inspect.Parameter.empty:
                errors.append({"type": "missing", "loc": (self.place, self.alias)})
            return self.default
        return _validated(self._adapter, sent[self.alias], (self.place, self.alias), errors)


FormatQuery = Annotated[Literal["json", "csv"], Query(alias="format", description="A list as JSON, or as a file.")]
_FORMAT = Parameter("file_format", "format", "query", FormatQuery, "json")


class Endpoint:
    """A route: its method and path, the kind of caller, its parameters, its body, and its answer.

    `row` is the model of the rows when the answer is a list, else None. Raises TypeError for an unsupported signature.
    """

    def __init__(
        self, method: str, path: str, function: Callable[..., Any], *, is_page: bool, read_body: ReadBody = body.read
    ) -> None:
        self.method, self.path, self.function = method, path, function
        self._read_body = read_body
        self.check: Check | None = None
        self.parameters: list[Parameter] = []
        self.is_page = is_page
        self._parts = path.split("/")
        self._caller = self._body = ""
        hints = get_type_hints(function, include_extras=True)
        self._body_type: Any = None
        self._answer_type = hints.pop("return", None)
        self.row = _row_of(self._answer_type)
        for name, parameter in inspect.signature(function).parameters.items():
            self._add(name, hints.get(name), parameter.default)
        if missing := {*_PATH_PARAMETER.findall(path)} - {one.name for one in self.parameters}:
            raise TypeError(f"{function.__name__} does not take {', '.join(sorted(missing))} of {path}.")

    def _add(self, name: str, hint: Any, default: Any) -> None:  # noqa: ANN401 - any annotation
        for extra in get_args(hint)[1:]:
            if isinstance(extra, Depends) and self.check is None:
                self._caller, self.check = name, extra.dependency
                return
            if isinstance(extra, Query):
                self.parameters.append(Parameter(name, extra.alias or name, "query", hint, default))
                return
            if isinstance(extra, Header):
                self.parameters.append(Parameter(name, (extra.alias or name).lower(), "header", hint, default))
                return
        if name in _PATH_PARAMETER.findall(self.path):
            self.parameters.append(Parameter(name, name, "path", hint, default))
        elif isinstance(hint, type) and issubclass(hint, BaseModel) and not self._body:
            self._body, self._body_type = name, hint
        else:
            raise TypeError(f"{self.function.__name__} has the parameter {name}, which no request can give.")

    def match(self, path: str) -> dict[str, str] | None:
        """Return the path parameters in a path, None for a path of another route."""
        parts = path.split("/")
        if len(parts) != len(self._parts):
            return None
        found: dict[str, str] = {}
        for own, sent in zip(self._parts, parts, strict=True):
            if own.startswith("<") and sent:
                found[own[1:-1]] = sent
            elif own != sent:
                return None
        return found

    def answer(self, event: Event, path: dict[str, str], context: dict[str, Any]) -> Response[str]:
        """Answer a request.

        Raises Unauthenticated or Forbidden for a wrong caller first, so that a caller without the right learns nothing
        about the values; then InvalidInput for wrong values; then the errors of the route.
        """
        values: dict[str, Any] = {}
        if self.check is not None:
            values[self._caller] = self.check(Request(self.path, path, event, context))
        errors: list[Any] = []
        sent = {"path": path, "query": event.query, "header": event.headers}
        for parameter in self.parameters:
            values[parameter.name] = parameter.read(sent[parameter.place], errors)
        if self.takes_format:
            _FORMAT.read(event.query, errors)
        if not self.is_page:  # mail programs and trackers add parameters to the links of pages
            errors += self._unknown(event.query)
        if self._body:
            values[self._body] = _validated(
                self._body_adapter, self._read_body(event, self._most_bytes), ("body",), errors
            )
        if errors:
            raise invalid_input(errors)
        return self._written(self.function(**values), event.query)

    @cached_property
    def takes_format(self) -> bool:
        """Return whether it takes `format` as every list does, without a parameter of its own."""
        return self.row is not None and all(one.alias != _FORMAT.alias for one in self.parameters)

    def _unknown(self, query: Mapping[str, str]) -> Iterator[dict[str, Any]]:
        known = {one.alias for one in self.parameters if one.place == "query"}
        if self.takes_format:
            known.add(_FORMAT.alias)
        return ({"type": "extra_forbidden", "loc": ("query", name)} for name in query if name not in known)

    @property
    def _most_bytes(self) -> int:
        return int(getattr(self._body_type, "MOST_BYTES", body.LARGEST))

    @cached_property
    def _body_adapter(self) -> TypeAdapter[Any]:
        return TypeAdapter(self._body_type)

    @cached_property
    def _answer_adapter(self) -> TypeAdapter[Any]:
        """Return the adapter of the body in `Response[body]`, `tuple[body, int]` or `body`."""
        declared = self._answer_type
        origin = getattr(declared, "__origin__", None)
        return TypeAdapter(get_args(declared)[0] if origin in (Response, tuple) else declared)

    def _written(self, returned: Any, query: Mapping[str, str]) -> Response[str]:  # noqa: ANN401 - any answer of a route
        if isinstance(returned, Response):
            answer = returned
        else:
            content, status = returned if isinstance(returned, tuple) else (returned, 200)
            answer = Response(status, JSON, content)
        if self.row is not None and isinstance(answer.body, list) and query.get(_FORMAT.alias) == "csv":
            from shop.http.csv import csv_text  # few requests ask for a file

            answer.body = csv_text(self.row, answer.body, header="cursor" not in query)  # it continues another file
            answer.headers["Content-Type"] = "text/csv; charset=utf-8"
            answer.headers["Content-Disposition"] = f'attachment; filename="{self._file_name}"'
        elif answer.body is not None and not isinstance(answer.body, str):
            adapter = self._answer_adapter
            answer.body = adapter.dump_json(adapter.validate_python(answer.body)).decode()
        return answer

    @property
    def _file_name(self) -> str:
        """Return the name of the file that the rows of a list make, from the fixed parts of its path."""
        parts = (part for part in self._parts if part and part != "reports" and not part.startswith("<"))
        return f"{'-'.join(parts)}.csv"


class Endpoints:
    """The endpoints of a function, found by method and path."""

    def __init__(self) -> None:
        self._fixed: dict[tuple[str, str], Endpoint] = {}
        self._patterns: list[Endpoint] = []

    def __iter__(self) -> Iterator[Endpoint]:
        return iter([*self._fixed.values(), *self._patterns])

    def add(self, endpoint: Endpoint) -> None:
        """Add an endpoint. Paths with parameters are tried in the order they were added."""
        if "<" in endpoint.path:
            self._patterns.append(endpoint)
        else:
            self._fixed[endpoint.method, endpoint.path] = endpoint

    def find(self, method: str, path: str) -> tuple[Endpoint, dict[str, str]] | None:
        """Find the endpoint of a path without its trailing slash, with its path parameters; None for unknown paths."""
        endpoint = self._fixed.get((method, path))
        if endpoint is not None:
            return endpoint, {}
        for endpoint in self._patterns:
            if endpoint.method == method and (values := endpoint.match(path)) is not None:
                return endpoint, values
        return None


def _row_of(answer: Any) -> type[BaseModel] | None:  # noqa: ANN401 - any annotation
    """Return the model of the rows in `Response[list[model]]`, where the list may be one of several kinds of body."""
    bodies = get_args(answer) if get_origin(answer) is Response else (answer,)
    kinds = (kind for body in bodies for kind in (body, *get_args(body)))
    return next((get_args(kind)[0] for kind in kinds if get_origin(kind) is list), None)


def _validated(adapter: TypeAdapter[Any], value: object, place: tuple[str, ...], errors: list[Any]) -> Any:  # noqa: ANN401 - a value of any type
    try:
        return adapter.validate_python(value)
    except ValidationError as error:
        errors += [{**one, "loc": (*place, *one["loc"])} for one in error.errors(include_url=False)]
        return None
