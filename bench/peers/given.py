"""The common parts of all peers: the request, the token, the item, and a stopwatch."""

import base64
import hashlib
import hmac
import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from time import perf_counter
from typing import Any

KEY = hashlib.sha256(b"a key of the benchmark").digest()
USER_ID = "01HZZZZZZZZZZZZZZZZZZZZZZZ"
FIELDS = ("id", "username", "email", "first_name", "last_name", "date_joined")
FLAGS = ("is_verified", "is_staff", "is_superuser", "reminders")


def token(key: bytes, claims: dict[str, Any], header: dict[str, str]) -> str:
    """Make a signed token."""
    parts = [_encoded(json.dumps(part).encode()) for part in ({"alg": "HS256", "typ": "JWT", **header}, claims)]
    return ".".join([*parts, _encoded(hmac.new(key, ".".join(parts).encode(), "sha256").digest())])


def valid_token() -> str:
    """Make a token that is valid for an hour."""
    now = int(datetime.now(UTC).timestamp())
    return token(KEY, {"sub": USER_ID, "sid": "session", "iat": now, "exp": now + 3600}, {})


def item(now: datetime) -> dict[str, Any]:
    """Return the account in DynamoDB's form."""
    texts = {"id": USER_ID, "username": "somebody", "email": "somebody@example.com", "date_joined": now.isoformat()}
    texts |= {"first_name": "Some", "last_name": "Body"}
    return {name: {"S": text} for name, text in texts.items()} | {name: {"BOOL": True} for name in FLAGS}


def event(bearer: str) -> dict[str, Any]:
    """Return API Gateway's event of the request."""
    sent = {"Host": "api.example.com", "Authorization": f"Bearer {bearer}", "Accept": "application/json"}
    return {
        "resource": "/accounts/{proxy+}",
        "path": "/accounts/profile/",
        "httpMethod": "GET",
        "headers": sent,
        "multiValueHeaders": {name: [value] for name, value in sent.items()},
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "pathParameters": {"proxy": "profile"},
        "stageVariables": None,
        "requestContext": {
            "accountId": "000000000000",
            "apiId": "api",
            "domainName": "api.example.com",
            "httpMethod": "GET",
            "identity": {"sourceIp": "192.0.2.1", "userAgent": "bench"},
            "path": "/dev/accounts/profile/",
            "protocol": "HTTP/1.1",
            "requestId": "11111111-1111-1111-1111-111111111111",
            "requestTime": "23/Nov/2026:06:00:00 +0000",
            "requestTimeEpoch": 1795413600000,
            "resourcePath": "/accounts/{proxy+}",
            "stage": "dev",
        },
        "body": None,
        "isBase64Encoded": False,
    }


def instructions(work: Callable[[], object]) -> int:
    """Count the Python instructions of some work: the same on every machine, without the work of C code."""
    if sys.version_info < (3, 12):
        sys.exit("Python counts its instructions from 3.12 on.")
    counted = 0

    def count(*_: object) -> None:
        nonlocal counted
        counted += 1

    watching, event = sys.monitoring, sys.monitoring.events.INSTRUCTION
    watching.use_tool_id(watching.PROFILER_ID, "bench")
    watching.register_callback(watching.PROFILER_ID, event, count)
    watching.set_events(watching.PROFILER_ID, event)
    work()
    watching.set_events(watching.PROFILER_ID, 0)
    watching.free_tool_id(watching.PROFILER_ID)
    return counted


def clock(handler: Callable[[dict[str, Any], Any], Any], request: dict[str, Any], context: object) -> None:
    """Print the microseconds of a request, a line for each round; rounds and requests are the program's arguments.

    Without rounds it prints the instructions of one request.
    """
    rounds, requests = (int(argument) for argument in sys.argv[1:3])
    answer = handler(request, context)
    if answer["statusCode"] != 200 or json.loads(answer["body"])["username"] != "somebody":
        sys.exit(f"a wrong answer: {answer}")
    for _ in range(requests):
        handler(request, context)
    if not rounds:
        print(instructions(lambda: handler(request, context)), file=sys.stderr)
    for _ in range(rounds):
        began = perf_counter()
        for _ in range(requests):
            handler(request, context)
        print((perf_counter() - began) / requests * 1_000_000, file=sys.stderr)


def _encoded(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()
