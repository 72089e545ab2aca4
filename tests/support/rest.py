"""Requests to the functions as API Gateway's REST proxy integration makes them."""

import importlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from aws_lambda_powertools.utilities.typing import LambdaContext

GROUPS = {
    "accounts": "auth",
    "products": "products",
    "purchases": "purchases",
    "installments": "installments",
    "public": "dashboard",
    "user": "dashboard",
    "user-stats": "dashboard",
    "reports": "reports",
    "docs": "docs",
    "openapi.json": "docs",
    "": "storefront",
    "shop": "storefront",
    "pay": "storefront",
    "payments": "storefront",
    "webhooks": "webhooks",
    "static": "storefront",
    "shop/account": "members",
    "admin": "desk",
    "admin/counter": "counter",
    "admin/customers": "counter",
    "admin/purchases": "counter",
    "admin/waiting": "counter",
    "admin/products": "office",
    "admin/users": "office",
    "admin/audit": "office",
    "admin/settings": "office",
}
"""The functions by the first or the first two parts of their paths."""
PAGES = ("storefront", "members", "desk", "counter", "office")
"""The functions that make pages."""


class Context(LambdaContext):
    """Lambda's context, as far as the functions use it."""

    _function_name = "function"
    _memory_limit_in_mb = 512
    _invoked_function_arn = "arn:aws:lambda:ap-southeast-1:000000000000:function:function"
    _aws_request_id = "00000000-0000-0000-0000-000000000000"


@dataclass(frozen=True)
class Answer:
    """An answer, as a client gets it."""

    status: int
    headers: Mapping[str, str]
    text: str

    def __post_init__(self) -> None:
        assert isinstance(self.text, str), "the body of a proxy answer is text"

    @property
    def json(self) -> Any:
        """The body, with decimals instead of floats so that amounts compare exactly."""
        return json.loads(self.text, parse_float=Decimal)

    @property
    def count(self) -> int:
        """How many rows the list has of which this is a page."""
        return int(self.headers["X-Total-Count"])

    @property
    def links(self) -> dict[str, str]:
        """The URLs of the pages around, by their relation."""
        found = re.findall(r'<([^>]*)>; rel="(\w+)"', self.headers.get("Link", ""))
        return {relation: url for url, relation in found}

    def link(self, relation: str) -> str | None:
        """The URL of a page around as `call` takes it."""
        return self.links[relation].partition("/dev")[2] if relation in self.links else None


def event(
    method: str,
    url: str,
    *,
    body: object = None,
    headers: Mapping[str, str] | None = None,
    raw: str | None = None,
    address: str = "192.0.2.1",
) -> dict[str, Any]:
    """The event of a request; `url` is a path with an optional query."""
    parts = urlsplit(url if not url.startswith("//") else f"//host{url}")  # a path, not a host
    query = parse_qsl(parts.query, keep_blank_values=True)
    sent = {"Host": "api.example.com", **(headers or {})}
    text = raw if raw is not None else None if body is None else json.dumps(body)
    return {
        "resource": "/{proxy+}",
        "path": parts.path,
        "httpMethod": method,
        "headers": sent,
        "multiValueHeaders": {name: [value] for name, value in sent.items()},
        "queryStringParameters": dict(query) or None,
        "multiValueQueryStringParameters": {name: [v for n, v in query if n == name] for name, _ in query} or None,
        "pathParameters": None,
        "stageVariables": None,
        "requestContext": {
            "accountId": "000000000000",
            "apiId": "api",
            "domainName": "api.example.com",
            "httpMethod": method,
            "identity": {"sourceIp": address, "userAgent": "tests"},
            "path": f"/dev{parts.path}",
            "protocol": "HTTP/1.1",
            "requestId": "11111111-1111-1111-1111-111111111111",
            "requestTime": "23/Nov/2026:06:00:00 +0000",
            "requestTimeEpoch": 1795413600000,
            "resourceId": "abc",
            "resourcePath": "/{proxy+}",
            "stage": "dev",
        },
        "body": text,
        "isBase64Encoded": False,
    }


def group_of(path: str) -> Any:
    """The module of the function that owns a path."""
    first, _, rest = path.strip("/").partition("/")
    group = GROUPS.get(f"{first}/{rest.partition('/')[0]}") or GROUPS.get(first, "storefront")
    return importlib.import_module(f"functions.{group}.app")


def call(
    method: str,
    url: str,
    body: object = None,
    *,
    token: str | None = None,
    headers: Mapping[str, str] | None = None,
    raw: str | None = None,
    address: str = "192.0.2.1",
) -> Answer:
    """The answer of the function that owns a path."""
    authorization = {"Authorization": f"Bearer {token}"} if token else {}
    request = event(method, url, body=body, headers={**authorization, **(headers or {})}, raw=raw, address=address)
    answer = group_of(url.split("?")[0]).handler(request, Context())
    sent = {name: ", ".join(values) for name, values in answer.get("multiValueHeaders", {}).items()}
    return Answer(answer["statusCode"], sent, answer["body"])
