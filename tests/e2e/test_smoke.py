"""The smoke test says of the shop that it answers, and of anything else that it does not."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from local import smoke
from local.deployment import ADMIN_EMAIL, ADMIN_PASSWORD
from tests.e2e.conftest import Cloud


@pytest.fixture
def nothing() -> Iterator[str]:
    """A server that answers everything with 502."""

    class Broken(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(502)
            self.end_headers()

        do_POST = do_OPTIONS = do_GET  # noqa: N815 - as the class wants them named

    with ThreadingHTTPServer(("127.0.0.1", 0), Broken) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_a_shop_that_answers_passes_with_a_login(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMOKE_EMAIL", ADMIN_EMAIL)
    monkeypatch.setenv("SMOKE_PASSWORD", ADMIN_PASSWORD)

    assert smoke.run(cloud.places.api_url) == 0


def test_a_wrong_password_fails(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMOKE_EMAIL", ADMIN_EMAIL)
    monkeypatch.setenv("SMOKE_PASSWORD", "wrong password")

    assert smoke.run(cloud.places.api_url) == 1


def test_what_does_not_answer_fails_everywhere(nothing: str) -> None:
    assert smoke.run(nothing) == 7
