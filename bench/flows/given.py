"""What all peers share: the job, its requests, a stopwatch, and counters of calls, units and bytes."""

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from time import process_time, thread_time
from typing import Any

from bench.flows import FLOWS
from bench.meter import MeteredClient
from tests.support.rest import Context, event

BUY, PAY, LIST, CHART, WEEKLY, WHOLE = FLOWS
_PATHS = {
    LIST: "/purchases/my/?page_size=20",
    CHART: "/reports/chart/summary/",
    WEEKLY: "/reports/payment-summary/weekly/?page_size=20",
    WHOLE: "/reports/payment-summary/weekly/",
}
ISSUER, AUDIENCE = "installment-shop", "installment-shop-api"

Handler = Callable[[dict[str, Any], Any], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Job:
    """What a peer is given: its shop, the instant at which it is, and the callers."""

    now: str
    table: str
    file: str
    secret: str
    key: str
    token: str
    staff_token: str
    product: int


@dataclass(slots=True)
class Counts:
    """The cost of a request, without its time. Django's calls are SQL statements."""

    calls: int = 0
    read_units: float = 0
    write_units: float = 0
    sent: int = 0
    received: int = 0
    answered: int = 0


JOB = Job(**json.loads(sys.argv[1]))
_now = datetime.fromisoformat(JOB.now)


def clock() -> datetime:
    """Return the instant in the shop: a second later for each request."""
    return _now


def serve(handler: Handler, use: Callable[[Any], None] | None, client: Any) -> None:
    """Do what standard input asks for, a line for each job: a flow, how many requests, and `cpu`, `client` or `counts`.

    Answers, in a line, the CPU milliseconds of a request, the share of them in DynamoDB's client, or the counts of a
    request; and the body of the last answer. `use` has the peer use a client; without it, `client` is Django's
    connection.
    """
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # log lines
    for line in sys.stdin:
        asked = json.loads(line)
        flow, times, wanted = asked["flow"], asked["times"], asked["wanted"]
        if wanted == "counts":
            request, counts = _request(handler, flow), Counts()
            with _metered(counts, client, use) if use else _statements(counts, client):
                body = _good(request, handler(request, _CONTEXT))
            counts.answered = len(body.encode())
            found: Any = asdict(counts)
        else:
            watch = _Watch(client)
            if use and wanted == "client":
                use(watch)
            done = [_timed(handler, flow, watch) for _ in range(times)]
            if use and wanted == "client":
                use(client)
            body, seconds = done[-1][2], sum(spent for spent, _, _ in done)
            found = sum(watched for _, watched, _ in done) / seconds if wanted == "client" else seconds / times * 1000
        answers.write(json.dumps({"found": found, "body": body}) + "\n")
        answers.flush()


class _Watch:
    """A client whose calls are timed: the CPU seconds of the threads that make them."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self.seconds = 0.0

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._client, name)
        if not callable(call):
            return call

        def timed(**request: Any) -> Any:
            began = thread_time()
            try:
                return call(**request)
            finally:
                self.seconds += thread_time() - began

        return timed


def _timed(handler: Handler, flow: str, watch: _Watch) -> tuple[float, float, str]:
    """Return the CPU seconds of a request, those of them in a watched client, and the body of the answer."""
    request, watched = _request(handler, flow), watch.seconds
    began = process_time()
    answer = handler(request, _CONTEXT)
    spent = process_time() - began
    return spent, watch.seconds - watched, _good(request, answer)


def _request(handler: Handler, flow: str) -> dict[str, Any]:
    """Make the event of a flow. To pay, it first buys."""
    global _now
    _now += timedelta(seconds=1)
    mine, staff = (_headers(token) for token in (JOB.token, JOB.staff_token))
    if flow == BUY:
        order = {"product": JOB.product, "first_installment_amount": 400, "installment_count": 3}
        return event("POST", "/purchases/create/", body=order, headers=mine)
    if flow == PAY:
        order = _request(handler, BUY)
        bought = json.loads(_good(order, handler(order, _CONTEXT)))
        path = f"/installments/pay/{bought['installments'][1]['id']}/"
        return event("POST", path, body={"amount": 300}, headers=mine)
    return event("GET", _PATHS[flow], headers=mine if flow == LIST else staff)


def _headers(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}", "Accept": "application/json", "Content-Type": "application/json"}


def _good(request: Mapping[str, Any], answer: Mapping[str, Any]) -> str:
    if answer["statusCode"] >= 300:
        sys.exit(f"{request['path']} answered {answer['statusCode']}: {answer['body']}")
    return str(answer["body"])


_CONTEXT = Context()


@contextmanager
def _metered(counts: Counts, client: Any, use: Callable[[Any], None]) -> Iterator[None]:
    """Count the calls of a context, their units, and the bytes of bodies to and from DynamoDB."""
    meter = MeteredClient(client)

    def send(request: Any, **_: object) -> None:
        counts.sent += len(request.body) - len(_ASKED)

    def receive(http_response: Any, parsed: Mapping[str, Any], **_: object) -> None:
        told = json.dumps({"ConsumedCapacity": parsed["ConsumedCapacity"]}, separators=(",", ":"))
        counts.received += len(http_response.content) - len(told) + 1  # one of its braces is a comma

    client.meta.events.register("before-send.dynamodb", send)
    client.meta.events.register("after-call.dynamodb", receive)
    use(meter)
    try:
        yield
    finally:
        use(client)
        client.meta.events.unregister("before-send.dynamodb", send)
        client.meta.events.unregister("after-call.dynamodb", receive)
        cost = meter.cost
        counts.calls, counts.read_units, counts.write_units = cost.calls, cost.read_units, cost.write_units


_ASKED = ', "ReturnConsumedCapacity": "TOTAL"'
"""What asking for units adds to a request."""


@contextmanager
def _statements(counts: Counts, connection: Any) -> Iterator[None]:
    """Count the statements of a context."""

    def count(execute: Any, *arguments: Any) -> Any:
        counts.calls += 1
        return execute(*arguments)

    with connection.execute_wrapper(count):
        yield
