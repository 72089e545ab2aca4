"""The OpenAPI document of all functions, made from their routes, signatures and docstrings."""

import copy
import importlib
import inspect
import json
import os
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from aws_lambda_powertools.event_handler.api_gateway import APIGatewayRestResolver

from contract import examples
from contract.codes import example
from contract.operations import OPERATIONS, OperationNotes
from contract.refusals import refusal
from contract.responses import COMPONENTS, HEADERS_WITH, answers, body_of, problems
from shop.errors import Problem
from shop.http import auth
from shop.http.dispatch import Endpoint
from shop.problems import INSTALLMENT_NOT_FOUND, PRODUCT_NOT_FOUND, PURCHASE_NOT_FOUND, USER_NOT_FOUND

ROOT = Path(__file__).parents[1]

# The groups with routes, in the order of the document.
TAGS = {
    "auth": ("Auth", "Registration, sessions, passwords and accounts."),
    "products": ("Products", "The catalogue, public to read."),
    "purchases": ("Purchases", "Buying on a plan."),
    "installments": ("Installments", "What falls due, and paying it."),
    "dashboard": ("Dashboard", "Figures for visitors, customers and admins."),
    "reports": ("Reports", "The admins' chart and summaries."),
}

_DESCRIPTION = """\
Customers register with an e-mail address and a mailed code, buy on a plan and pay it off;
admins keep the catalogue and see who has paid and who owes.

Every path works with and without its trailing slash. Amounts are JSON numbers of at most two decimals;
requests may send them as strings as well. A sum of many purchases above 9999999999999.99 is a string with two
decimals, since a client that reads numbers as doubles would lose its cents.
Ids are opaque. Timestamps are in UTC; due dates are days in the shop's time zone.
A body is JSON of at most 64 KiB; unknown fields and query parameters are refused by name.
Errors are problem details (RFC 9457) with a stable `code`; a 400 also has each wrong field as a member of its own.
Lists are arrays: `X-Total-Count` tells how many rows there are, and `Link` (RFC 8288) leads to the pages around.
Without `page_size` a list has up to 1,000 rows, or about 4 MB. With `format=csv` it is a file.
"""

# The environment that importing a function needs; importing makes no call.
_ENVIRONMENT = {"AWS_DEFAULT_REGION": "local", "SHOP_TABLE_NAME": "none", "SHOP_ALLOWED_ORIGINS": "*"}
_PYTHONIC = ("HTTPValidationError", "ResponseValidationError", "ValidationError")


# The problem of an id in a path that leads to nothing.
_NOT_FOUND: Mapping[str, Problem] = {
    "user_id": USER_NOT_FOUND,
    "customer_id": USER_NOT_FOUND,
    "product_id": PRODUCT_NOT_FOUND,
    "purchase_id": PURCHASE_NOT_FOUND,
    "installment_id": INSTALLMENT_NOT_FOUND,
}


_FORMAT: Mapping[str, Any] = {
    "name": "format",
    "in": "query",
    "required": False,
    "schema": {"type": "string", "enum": ["json", "csv"], "default": "json"},
    "description": "A list as JSON, or as a file.",
}
"""The parameter of every list, which routes need not have in their signatures (`shop.http.dispatch`)."""


class Undescribed(Exception):
    """A route is missing in `contract.operations`, or an operation there has no route."""


def document() -> dict[str, Any]:
    """Make the document. Raises Undescribed when `contract.operations` and the routes differ."""
    paths: dict[str, dict[str, Any]] = {}
    schemas: dict[str, Any] = {}
    for group in TAGS:
        found, used = _of_group(group)
        schemas |= used
        for path, operations in found.items():
            paths.setdefault(path, {}).update(operations)
    there = {operation["operationId"] for operations in paths.values() for operation in operations.values()}
    if set(OPERATIONS) - there:
        raise Undescribed(f"No function has {', '.join(sorted(set(OPERATIONS) - there))}.")
    for name in _PYTHONIC:
        schemas.pop(name, None)
    _show_change(schemas["ProductChange"])
    _add_examples(paths, schemas)
    return _tidy(_assembled(paths, schemas))


def _of_group(group: str) -> tuple[Mapping[str, Mapping[str, Any]], Mapping[str, Any]]:
    """Return the operations of a function by path and method, and the schemas that they use."""
    api = _api(group)
    resolver = APIGatewayRestResolver()
    for endpoint in api.endpoints:
        resolver.route(endpoint.path, endpoint.method, include_in_schema=not endpoint.is_page)(endpoint.function)
    made = json.loads(resolver.get_openapi_json_schema(title="", version=""))
    paths: dict[str, dict[str, Any]] = {}
    for endpoint in api.endpoints:
        if endpoint.is_page:
            continue
        name = endpoint.function.__name__
        if name not in OPERATIONS:
            raise Undescribed(f"{name} (functions/{group}/app.py) is missing in contract/operations.py.")
        method, path = endpoint.method.lower(), endpoint.path.replace("<", "{").replace(">", "}")
        operation = made["paths"][path][method] | {"operationId": name, "tags": [TAGS[group][0]]}
        paths.setdefault(f"{path}/", {})[method] = _described(operation, endpoint, OPERATIONS[name])
    return paths, made["components"]["schemas"]


def _described(operation: dict[str, Any], endpoint: Endpoint, notes: OperationNotes) -> dict[str, Any]:
    """Complete an operation that was made from a signature: who may call it, its answers and its problems."""
    for_admins = endpoint.check in (auth.admin, auth.owner)
    operation |= _summary(endpoint.function)
    if endpoint.check is auth.owner:
        operation["description"] += " For owners (`is_superuser`) only."
    operation["security"] = [{"bearer": []}] if endpoint.check else []
    parameters = operation.get("parameters", [])
    if endpoint.takes_format:
        parameters.append(copy.deepcopy(_FORMAT))
    for parameter in parameters:
        _plain_parameter(parameter)
    schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
    codes = [*notes.codes, *_codes_of(operation, for_admins)]
    names = {parameter["name"] for parameter in parameters}
    header_names = [header for parameter, headers in HEADERS_WITH.items() if parameter in names for header in headers]
    own = _own_examples(operation, endpoint, notes)
    operation["responses"] = answers(schema, notes, header_names, endpoint.row) | problems(codes, own)
    return operation


def _own_examples(operation: Mapping[str, Any], endpoint: Endpoint, notes: OperationNotes) -> dict[str, Any]:
    """Return the problems whose text or field at this operation differs from that at others, by code."""
    in_path = [parameter["name"] for parameter in operation.get("parameters", []) if parameter["in"] == "path"]
    errors = [*(example(_NOT_FOUND[name]) for name in in_path[:1]), *notes.texts]
    return {"invalid_input": refusal(endpoint), **{error.code: body_of(error) for error in errors}}


def _assembled(paths: Mapping[str, Any], schemas: Mapping[str, Any]) -> dict[str, Any]:
    shared = set(re.findall(r"#/components/examples/(\w+)", json.dumps(paths)))
    examples_of_codes = {code: one for code, one in COMPONENTS["examples"].items() if code in shared}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Installment Shop", "version": _version(), "description": _DESCRIPTION},
        "servers": [{"url": ".", "description": "The deployment that serves this document."}],
        "tags": [{"name": name, "description": text} for name, text in TAGS.values()],
        "paths": {path: paths[path] for path in sorted(paths)},
        "components": {
            **COMPONENTS,
            "examples": examples_of_codes,
            "schemas": {**COMPONENTS["schemas"], **dict(sorted(schemas.items()))},
        },
    }


def _api(group: str) -> Any:  # noqa: ANN401 - modules of functions are found by name
    for name, value in _ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    return importlib.import_module(f"functions.{group}.app").api


def _version() -> str:
    project: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return str(project["version"])


def _summary(function: Callable[..., Any]) -> dict[str, str]:
    """Split a docstring into the summary, its first line, and the description."""
    summary, _, more = (inspect.getdoc(function) or "").partition("\n")
    return {"summary": summary.rstrip("."), "description": more.strip() or summary}


def _codes_of(operation: Mapping[str, Any], for_admins: bool) -> Iterator[str]:  # noqa: FBT001 - a fact, not an option
    """Yield the codes that follow from the parameters, body and security of an operation."""
    # every operation refuses unknown parameters
    yield from ("throttled", "try_again", "invalid_input")
    parameters = operation.get("parameters", [])
    if "requestBody" in operation:
        yield from ("invalid_json", "body_too_large", "outcome_unknown")
    names = {parameter["name"] for parameter in parameters}
    if "cursor" in names:
        yield "invalid_cursor"
    if "Idempotency-Key" in names:
        yield "idempotency_key_reused"
    if any(parameter["in"] == "path" for parameter in parameters):
        yield "not_found"
    if operation["security"]:
        yield from ("not_authenticated", "token_expired")
    if for_admins:
        yield "forbidden"


def _plain_parameter(parameter: dict[str, Any]) -> None:
    """Describe a parameter as clients send it: never null, and headers in their usual spelling."""
    schema = parameter["schema"]
    schema.pop("title", None)
    schema.pop("description", None)
    if "anyOf" in schema:
        (kind,) = (one for one in schema.pop("anyOf") if one != {"type": "null"})
        parameter["schema"] = kind | schema
    if parameter["in"] == "header":
        parameter["name"] = parameter["name"].title()
    if parameter["in"] == "path":
        is_number = parameter["name"] == "product_id"
        parameter["schema"] = {"type": "integer", "minimum": 1} if is_number else {"type": "string", "minLength": 1}
        parameter["description"] = "An id that another answer gave."
    parameter.setdefault("description", parameter["name"].replace("_", " ").capitalize() + ".")


def _show_change(schema: dict[str, Any]) -> None:
    """Require one field at least, and no null. The model's validators check this, but its schema does not say it."""
    schema["minProperties"] = 1
    schema["properties"] = {name: field["anyOf"][0] for name, field in schema["properties"].items()}


def _add_examples(paths: Mapping[str, Any], schemas: Mapping[str, Any]) -> None:
    for operations in paths.values():
        for operation in operations.values():
            bodies = [operation["requestBody"]] if "requestBody" in operation else []
            for body in [*bodies, *operation["responses"].values()]:
                content = body.get("content", {}).get("application/json")
                if content:
                    content["example"] = examples.of(content["schema"], schemas)


def _tidy(made: dict[str, Any]) -> dict[str, Any]:
    """Drop titles that only repeat a name; generated clients would make names of them."""
    tidied: dict[str, Any] = json.loads(json.dumps(made))
    for schema in tidied["components"]["schemas"].values():
        schema.pop("title", None)
        for field in schema.get("properties", {}).values():
            if isinstance(field.get("title"), str):
                del field["title"]
    return tidied
