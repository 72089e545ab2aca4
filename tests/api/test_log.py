"""The log shows operators which caller or source tried what."""

import io
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from functions.audit import app as audit
from shop.bootstrap import Shop
from shop.dynamodb import keys
from shop.dynamodb.writes import Write
from shop.runtime.logging import logger
from tests.api.conftest import PASSWORD, Person
from tests.support.rest import Context, call

HOME, ELSEWHERE = "198.51.100.7", "203.0.113.9"
WRONG = "wrong password"


def log_in(email: str, password: str = WRONG) -> None:
    call("POST", "/accounts/login/", {"email": email, "password": password}, address=ELSEWHERE)


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """The log lines of the functions."""
    lines = io.StringIO()
    monkeypatch.setattr(logger.registered_handler, "stream", lines)
    before = logger.log_level
    logger.setLevel(logging.INFO)
    yield lambda: [json.loads(line) for line in lines.getvalue().splitlines()]
    logger.setLevel(before)


def test_the_log_tells_who_came_in_and_who_was_refused_and_why(
    customer: Person, log: Callable[[], list[dict[str, Any]]]
) -> None:
    log_in(customer.email, PASSWORD)
    log_in(customer.email)
    log_in("nobody@example.com")
    call("GET", "/accounts/profile/", token="nonsense", address=HOME)
    customer.call("GET", "/user-stats/")
    customer.call("GET", "/user/summary/")

    answered = [line for line in log() if line["message"] == "request answered"]
    assert [(line["status"], line.get("caller_id"), line.get("refused_with")) for line in answered] == [
        (200, customer.id, None),
        (401, None, "invalid_credentials"),
        (401, None, "invalid_credentials"),
        (401, None, "not_authenticated"),
        (403, customer.id, "forbidden"),
        (200, customer.id, None),
    ]
    sources = [line.get("source") for line in answered]
    assert sources[1] == sources[2] != sources[3]
    assert sources[0] is sources[4] is sources[5] is None
    assert ELSEWHERE not in str(answered)
    assert {"timestamp", "request_id", "method", "path"} <= set(answered[0])


def test_the_log_has_no_link_with_which_one_pays(
    shop: Shop, customer: Person, log: Callable[[], list[dict[str, Any]]]
) -> None:
    token = shop.pay_links.token(customer.id, shop.today, shop.clock())
    assert call("GET", f"/pay/{token}").status == 200

    (line,) = log()
    assert (line["path"], token in str(line)) == ("/pay/[redacted]", False)


def test_nobody_forges_a_line_of_the_log(log: Callable[[], list[dict[str, Any]]]) -> None:
    call('GET\n{"level": "INFO", "message": "request answered", "status": 200}', "/accounts/profile/")

    assert [line["status"] for line in log()] == [404]


def test_the_audits_lines_have_no_names_and_addresses(
    shop: Shop, customer: Person, log: Callable[[], list[dict[str, Any]]]
) -> None:
    damaged = [keys.credentials(customer.email), keys.username(customer.username)]
    damaged += [keys.word(keys.ACCOUNT_LISTING, customer.username, customer.id)]
    before = shop.table.get_all(damaged)
    for key in damaged:
        shop.table.write(Write.delete(key))
    answer = audit.handler({}, Context())
    for item in before:
        assert item is not None
        shop.table.write(Write.put(item))

    lines = [line["difference"]["item"] for line in log() if line["message"] == "audit difference"]
    assert sorted(lines) == ["EMAIL#… CREDENTIALS", "USERNAME#… CLAIM", f"WORD#… …#{customer.id}"]
    assert customer.username not in json.dumps([answer, log()])
