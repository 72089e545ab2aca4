"""Every adapter at a provider that misbehaves: it raises, in time, and neither errors nor logs tell its keys."""

import logging
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from shop.payments.provider import Checkout, Money, NoAnswer, Payer, Provider, ProviderError, SavesMethods
from shop.payments.sandbox import Sandbox
from shop.payments.sslcommerz import SslCommerz
from shop.payments.stripe import Stripe
from tests.support.clock import Clock

SECRETS = ("sk_live_nobody_may_read", "whsec_nobody_may_read")
ADAPTERS: dict[str, Callable[[str], Provider]] = {
    "stripe": lambda url: Stripe(*SECRETS, url),
    "sslcommerz": lambda url: SslCommerz("store", SECRETS[0], url),
    "sandbox": lambda url: Sandbox(url, *SECRETS),
}
ODD = {
    "broken": (500, b'{"error": {"code": "api_error"}}'),
    "busy": (429, b'{"error": {"code": "rate_limit"}}'),
    "no JSON": (200, b"<html>"),
    "another form": (200, b"{}"),
    "refused in another form": (400, b"{}"),
    "elsewhere": (302, b""),
    "refused": (400, b'{"error": {"code": "wrong"}, "code": "wrong"}'),
    "silent": (0, b""),
}
KEY = "01KAR0XW00TESTTESTTESTTEST"
MONEY = Money(Decimal("100.00"), "BDT")
CHECKOUT = Checkout(
    key=KEY,
    money=MONEY,
    purpose="Rice Cooker",
    payer=Payer("Karim Uddin", "karim@example.com"),
    return_url="https://shop.example.com/",
    notice_url="https://shop.example.com/notices",
    ends_at=Clock().now + timedelta(hours=1),
)


@contextmanager
def server(status: int, body: bytes) -> Iterator[str]:
    """A provider that answers everything alike; with status 0 it hangs up."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if status:
                self.send_response(status)
                self.send_header("Location", "http://127.0.0.1:1/?store_passwd=elsewhere")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        def do_POST(self) -> None:
            self.do_GET()

        def do_DELETE(self) -> None:
            self.do_GET()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        running.daemon_threads = True
        Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()


def calls_of(provider: Provider) -> list[Callable[[], object]]:
    calls: list[Callable[[], object]] = [
        lambda: provider.begin(CHECKOUT),
        lambda: provider.look_up("pi_1"),
        lambda: provider.refund("pi_1", MONEY, KEY),
        lambda: provider.look_up_refund("re_1"),
    ]
    if isinstance(provider, SavesMethods):
        saving = provider
        calls.append(lambda: saving.charge("cus_1/pm_1", MONEY, KEY))
    return calls


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("name", ADAPTERS)
def test_an_odd_answer_raises_and_tells_no_secret(name: str, odd: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    told = []
    with server(*ODD[odd]) as url:
        for call in calls_of(ADAPTERS[name](url)):
            with pytest.raises(ProviderError) as raised:
                call()
            assert isinstance(raised.value, NoAnswer) or odd.startswith("refused")
            told.append("".join(traceback.format_exception(raised.value)))

    logged = "\n".join(caplog.messages)
    assert logged
    assert not [secret for secret in SECRETS if secret in logged or secret in "".join(told)]


@pytest.mark.parametrize("name", ADAPTERS)
def test_nobody_answers_where_no_server_is(name: str) -> None:
    for call in calls_of(ADAPTERS[name]("http://127.0.0.1:1")):
        with pytest.raises(NoAnswer):
            call()
