"""The sandbox gateway as a process, a person at its page, and an inbox for its notifications."""

import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import httpx

from local.processes import is_open, wait_until
from shop import ids
from shop.payments.provider import Checkout, Money, Payer
from shop.payments.sandbox import Sandbox
from tests.support.clock import Clock
from tests.support.ports import free_port

ROOT = Path(__file__).parents[2]
KEY, SIGNING_KEY = "key-of-the-sandbox", "signing-key-of-the-sandbox"
BROWSER = httpx.Client(trust_env=False)
TAKA = Money(Decimal("2200.50"), "BDT")


@dataclass
class Inbox:
    """Where notifications arrive: headers with names in lower case, and bodies."""

    url: str = ""
    status: int = 200
    received: list[tuple[Mapping[str, str], bytes]] = field(default_factory=list)

    def take(self) -> list[tuple[Mapping[str, str], bytes]]:
        """What arrived since the last time."""
        taken, self.received = self.received, []
        return taken


@contextmanager
def inbox() -> Iterator[Inbox]:
    """An inbox on a port of its own."""
    box = Inbox()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            box.received.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(box.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        Thread(target=server.serve_forever, args=[0.02], daemon=True).start()
        box.url = f"http://127.0.0.1:{server.server_port}/notices"
        yield box
        server.shutdown()


@dataclass(frozen=True)
class RunningGateway:
    """A gateway that runs, its client, and what a test can do to it."""

    url: str
    client: Sandbox
    inbox: Inbox

    def control(self, path: str, **values: object) -> datetime:
        """Make trouble, or move the time. What is due is delivered when this returns; returns the gateway's time."""
        headers = {"Authorization": f"Bearer {KEY}"}
        answer = BROWSER.post(f"{self.url}/control/{path}", json=values, headers=headers).raise_for_status()
        return datetime.fromisoformat(answer.json()["now"])

    def move(self, **by: float) -> datetime:
        """Move the gateway's time on by days, hours, minutes or seconds."""
        return self.control("move", seconds=timedelta(**by).total_seconds())

    def checkout(self, money: Money = TAKA, *, saves: bool = False) -> Checkout:
        """A payment of an attempt, on a page that ends in an hour."""
        now = self.move()
        return Checkout(
            key=ids.new_id(now),
            money=money,
            purpose="Rice Cooker, installment 2 of 6",
            payer=Payer("Karim Uddin", "karim@example.com"),
            return_url="https://shop.example.com/purchases",
            notice_url=self.inbox.url,
            ends_at=now + timedelta(hours=1),
            saves=saves,
        )

    def choose(self, url: str, choice: str, **fields: str) -> str:
        """Choose something on a page; returns the address where the browser goes."""
        return BROWSER.post(url, data={"choice": choice, **fields}).headers["location"]

    def paid(self, money: Money = TAKA, **fields: str) -> str:
        """A payment that was made; returns its reference. Its notifications are taken."""
        page = self.client.begin(self.checkout(money))
        self.choose(page.url, "approve", **fields)
        self.move()
        self.inbox.take()
        return page.reference

    def saved_card(self, digits: str = "4242") -> str:
        """A card that was saved; returns its reference."""
        page = self.client.begin(self.checkout(Money(Decimal(0), "BDT"), saves=True))
        self.choose(page.url, "approve", card=digits, notify="never")
        saved = self.client.look_up(page.reference).saved
        assert saved is not None
        return saved.reference


@contextmanager
def gateway(state: Path | None = None) -> Iterator[RunningGateway]:
    """The sandbox gateway, as a process of its own. Its time stands where that of the tests does, until it is moved."""
    port = free_port()
    command = [sys.executable, "-m", "local.gateway", str(port), "--key", KEY, "--signing-key", SIGNING_KEY]
    options = ["--still-at", Clock().now.isoformat(), *(["--state", str(state)] if state else [])]
    process = subprocess.Popen([*command, *options], cwd=ROOT)
    try:
        wait_until(lambda: is_open(port), "The gateway")
        url = f"http://127.0.0.1:{port}"
        with inbox() as box:
            yield RunningGateway(url, Sandbox(url, KEY, SIGNING_KEY), box)
    finally:
        process.terminate()
        process.wait()
