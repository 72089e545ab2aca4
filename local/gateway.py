"""The sandbox gateway: a payment provider to try the shop with, on loopback. `shop/payments/sandbox.py` is its client.

    .venv/bin/python -m local.gateway PORT --key KEY --signing-key KEY [--state FILE] [--still-at TIME]

The keys may also stand in the environment (`local/sandbox.py`). With the key, a shop makes payments, charges saved
cards, gives back. `/pay/…` is the page for people; what they choose there becomes of the payment, and of its
notifications. Under `/control/` a test makes trouble and moves the time.
"""

import argparse
import hmac
import json
import os
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

from jinja2 import Environment, FileSystemLoader
from pydantic import BaseModel, TypeAdapter, ValidationError
from urllib3 import PoolManager, Timeout
from urllib3.exceptions import HTTPError

from local import sandbox
from local.gateway_book import (
    CARDS,
    Asked,
    Begin,
    Book,
    Charge,
    Choice,
    GiveBack,
    Notification,
    Notify,
    NotPossible,
    State,
    Trouble,
    What,
)
from shop.payments.provider import DisputeStanding
from shop.payments.signatures import signature

_LARGEST = 64 * 1024
_STATUSES = {"not_found": 404, "not_authenticated": 401, "broken": 503}
_EVERY_SECONDS = 0.2
_PAGES = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True)


class Hour(BaseModel):
    """How far to move the time."""

    seconds: float


class Complaint(BaseModel):
    """What becomes of a dispute."""

    payment: str
    standing: DisputeStanding


class Habit(BaseModel):
    """How to tell of charges."""

    notify: Notify


class Gateway:
    """The gateway: its books, and the thread that sends notifications."""

    def __init__(self, key: str, signing_key: str, clock: Callable[[], datetime], file: Path | None = None) -> None:
        self.key = key
        self._signing_key = signing_key
        self._file = file
        known = file.read_bytes() if file and file.exists() else b"{}"
        self.book = Book(State.model_validate_json(known), clock)
        self.lock = Lock()
        self._sending = Lock()
        self._http = PoolManager(timeout=Timeout(total=10), retries=False)
        self.stopped = Event()

    def save(self) -> None:
        """Write the books to the file, if there is one. The caller holds the lock."""
        if self._file:
            new = self._file.with_suffix(".new")
            new.write_text(self.book.state.model_dump_json(), encoding="utf-8")
            new.replace(self._file)

    def deliver(self) -> None:
        """Send the notifications that are due, one after the other."""
        with self._sending:
            with self.lock:
                due = list(self.book.due())
            for one in due:
                if not self._taken(one):
                    with self.lock:
                        self.book.not_taken(one)
            if due:
                with self.lock:
                    self.save()

    def deliver_forever(self) -> None:
        """Send what is due until the gateway is stopped."""
        while not self.stopped.wait(_EVERY_SECONDS):
            self.deliver()

    def _taken(self, one: Notification) -> bool:
        body = json.dumps({"id": one.id, "kind": one.kind, "payment": one.reference}).encode()
        with self.lock:
            signed = signature(body, self._signing_key, self.book.now)
        headers = {"Content-Type": "application/json", "Gateway-Signature": signed}
        try:
            return self._http.request("POST", one.url, body=body, headers=headers).status < 300
        except HTTPError:
            return False


class Handler(BaseHTTPRequestHandler):
    """The gateway's routes."""

    protocol_version = "HTTP/1.1"
    gateway: Gateway

    def do_GET(self) -> None:
        """Answer a request."""
        self._answer_one()

    def do_POST(self) -> None:
        """Answer a request."""
        self._answer_one()

    def do_DELETE(self) -> None:
        """Answer a request."""
        self._answer_one()

    def log_message(self, *_: object) -> None:
        """Log nothing: addresses of pages are secrets of their customers."""

    def _answer_one(self) -> None:
        body = self.rfile.read(min(int(self.headers.get("Content-Length", 0)), _LARGEST))
        address = urlsplit(self.path)
        self._query = {name: values[0] for name, values in parse_qs(address.query).items()}
        for method, pattern, route in _ROUTES:
            found = re.fullmatch(pattern, address.path)
            if found and method == self.command:
                self._route(route, found.groupdict(), body)
                return
        self._json(404, {"code": "not_found"})

    def _route(self, route: "Route", values: Mapping[str, str], body: bytes) -> None:
        try:
            if route not in _FOR_PEOPLE:
                self._check_key()
            route(self, body=body, **values)
        except NotPossible as error:
            self._json(_STATUSES.get(str(error), 402), {"code": str(error)})
        except ValidationError as error:
            self._json(400, {"code": "malformed", "fields": [".".join(map(str, one["loc"])) for one in error.errors()]})

    def _check_key(self) -> None:
        given = self.headers.get("Authorization", "").removeprefix("Bearer ")
        if not hmac.compare_digest(given.encode(), self.gateway.key.encode()):
            raise NotPossible("not_authenticated")

    def _call(self, name: str, asked: Asked | None, do: Callable[[Book], dict[str, Any]]) -> None:
        """Answer a call of the API, unless a test wants trouble."""
        with self.gateway.lock:
            book = self.gateway.book
            trouble = book.trouble(name, asked.amount if asked else None, {What.BROKEN, What.REFUSED, What.LOST})
            if trouble in (What.BROKEN, What.REFUSED):
                raise NotPossible(trouble.value)
            answer = book.once(name, asked, lambda: do(book)) if asked else do(book)
            self.gateway.save()
        if trouble is What.LOST:
            self.close_connection = True
        else:
            self._json(200, answer)

    def begin(self, body: bytes) -> None:
        """Make a page."""
        asked = Begin.model_validate_json(body)
        here = f"http://{self.headers['Host']}"

        def made(book: Book) -> dict[str, Any]:
            reference = book.begin(asked).reference
            return {"reference": reference, "url": f"{here}/pay/{reference}"}

        self._call("begin", asked, made)

    def look_up(self, body: bytes, reference: str) -> None:  # noqa: ARG002
        """Say what became of a payment."""
        self._call("look_up", None, lambda book: book.payment(reference).shown())

    def charge(self, body: bytes) -> None:
        """Charge a saved card."""
        asked = Charge.model_validate_json(body)
        self._call("charge", asked, lambda book: book.charge(asked).shown())

    def refund(self, body: bytes) -> None:
        """Give money back."""
        asked = GiveBack.model_validate_json(body)
        self._call("refund", asked, lambda book: book.refund(asked).shown())

    def look_up_refund(self, body: bytes, reference: str) -> None:  # noqa: ARG002
        """Say what became of a refund."""
        self._call("look_up_refund", None, lambda book: book.found_refund(reference).shown())

    def forget(self, body: bytes, reference: str) -> None:  # noqa: ARG002
        """Delete a saved card."""
        self._call("forget", None, lambda book: {"was_there": book.state.cards.pop(reference, None) is not None})

    def movements(self, body: bytes) -> None:  # noqa: ARG002
        """List what moved on a day, in UTC."""
        day = TypeAdapter(date).validate_python(self._query.get("day"))
        self._call(
            "movements",
            None,
            lambda book: {
                "movements": [one.model_dump(mode="json") for one in book.state.moved if one.at.date() == day]
            },
        )

    def control(self, body: bytes, what: str) -> None:
        """Do what a test wants."""
        models: Mapping[str, type[BaseModel]] = {
            "troubles": Trouble,
            "disputes": Complaint,
            "move": Hour,
            "notify": Habit,
        }
        if what not in models:
            raise NotPossible("not_found")
        asked = models[what].model_validate_json(body)
        with self.gateway.lock:
            answer = _controlled(self.gateway.book, asked)
            self.gateway.save()
        self.gateway.deliver()
        self._json(200, answer)

    def home(self, body: bytes) -> None:  # noqa: ARG002
        """Say what this is, to whoever opens the address that `make up` prints."""
        html = _PAGES.get_template("gateway_page.html").render(payment=None)
        self._send(200, "text/html; charset=utf-8", html.encode())

    def page(self, body: bytes, reference: str) -> None:  # noqa: ARG002
        """Show the page on which one pays."""
        with self.gateway.lock:
            payment = self.gateway.book.payment(reference).model_copy()
        html = _PAGES.get_template("gateway_page.html").render(payment=payment, cards=CARDS)
        self._send(200, "text/html; charset=utf-8", html.encode())

    def choose(self, body: bytes, reference: str) -> None:
        """Do what somebody chose, and send them back to the shop."""
        form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        try:
            choice, notify = Choice(form.get("choice", "")), Notify(form.get("notify", Notify.ONCE))
        except ValueError:
            raise NotPossible("malformed") from None
        digits = form.get("card", "")
        with self.gateway.lock:
            payment = self.gateway.book.choose(
                reference, choice, notify, digits if digits in CARDS else next(iter(CARDS))
            )
            self.gateway.save()
        back = self.path if choice is Choice.ASK else payment.return_url
        self._send(303, "text/plain", b"", {"Location": back})

    def _json(self, status: int, body: Mapping[str, Any]) -> None:
        self._send(status, "application/json", json.dumps(body).encode())

    def _send(self, status: int, kind: str, body: bytes, headers: Mapping[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


Route = Callable[..., None]
_REFERENCE = r"(?P<reference>[\w-]+)"
_ROUTES: tuple[tuple[str, str, Route], ...] = (
    ("POST", "/payments", Handler.begin),
    ("GET", f"/payments/{_REFERENCE}", Handler.look_up),
    ("POST", "/charges", Handler.charge),
    ("POST", "/refunds", Handler.refund),
    ("GET", f"/refunds/{_REFERENCE}", Handler.look_up_refund),
    ("DELETE", f"/cards/{_REFERENCE}", Handler.forget),
    ("GET", "/movements", Handler.movements),
    ("POST", r"/control/(?P<what>\w+)", Handler.control),
    ("GET", f"/pay/{_REFERENCE}", Handler.page),
    ("POST", f"/pay/{_REFERENCE}", Handler.choose),
    ("GET", "/", Handler.home),
)
_FOR_PEOPLE = {Handler.page, Handler.choose, Handler.home}


def _controlled(book: Book, asked: BaseModel) -> dict[str, Any]:
    if isinstance(asked, Trouble):
        book.state.troubles.append(asked)
    elif isinstance(asked, Complaint):
        book.dispute(asked.payment, asked.standing)
    elif isinstance(asked, Habit):
        book.state.notify = asked.notify
    elif isinstance(asked, Hour):
        book.state.ahead += timedelta(seconds=asked.seconds)
    return {"now": book.now.isoformat()}


def main() -> None:
    """Serve on a loopback port until stopped."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("port", type=int)
    for option, variable in (("--key", sandbox.KEY), ("--signing-key", sandbox.SIGNING_KEY)):
        known = os.environ.get(variable)
        parser.add_argument(option, default=known, required=known is None, help=f"default: of the variable {variable}")
    parser.add_argument("--state", type=Path, help="a file that keeps the books")
    parser.add_argument("--still-at", type=datetime.fromisoformat, help="a time that only /control/move moves")
    options = parser.parse_args()
    gateway = Gateway(options.key, options.signing_key, lambda: options.still_at or datetime.now(UTC), options.state)
    Handler.gateway = gateway
    Thread(target=gateway.deliver_forever, daemon=True).start()
    ThreadingHTTPServer(("127.0.0.1", options.port), Handler).serve_forever()


if __name__ == "__main__":
    main()
