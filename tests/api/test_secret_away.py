"""Secrets Manager fails: what needs no secret succeeds, one in memory serves for hours, the rest gets 503."""

import io
import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from shop.accounts.unsubscribe import Unsubscribing
from shop.bootstrap import Shop
from shop.runtime.logging import logger
from shop.security.keyring import Keyring
from shop.security.secret import StoredSecret
from tests.api.conftest import PASSWORD, Person, Serve
from tests.conftest import KnownSecret
from tests.support.clock import Clock
from tests.support.mailbox import Mailbox
from tests.support.mails import Machinery
from tests.support.queues import Queues
from tests.support.rest import Answer, call
from tests.support.secretsmanager import FAILURES, SecretsManager

PLAN = {"first_installment_amount": 400, "installment_count": 3, "interval": "weekly"}
PRIVATE = [
    ("GET", "/accounts/profile/"),
    ("GET", "/accounts/users/"),
    ("POST", "/accounts/logout/"),
    ("POST", "/products/"),
    ("GET", "/purchases/my/"),
    ("POST", "/purchases/create/"),
    ("GET", "/installments/"),
    ("POST", "/installments/pay/one/"),
    ("GET", "/user/summary/"),
    ("GET", "/user-stats/"),
    ("GET", "/reports/chart/summary/"),
    ("GET", "/reports/payment-summary/weekly/?format=csv"),
]
"""Requests of each group that need a login."""
EMAIL = "rahim@example.com"
TOKEN = "eyJhbGciOiJIUzI1NiIsImtpZCI6IjEiLCJ0eXAiOiJKV1QifQ.e30.c2lnbmF0dXJl"
"""A token in the form of the shop's, with a wrong signature."""
PROVING = [
    ("/accounts/register/", {"username": "rahim", "email": EMAIL, "password": PASSWORD}),
    ("/accounts/verify-otp/", {"email": EMAIL, "otp_code": "123456"}),
    ("/accounts/resend-otp/", {"email": EMAIL}),
    ("/accounts/login/", {"email": EMAIL, "password": PASSWORD}),
    ("/accounts/token/refresh/", {"refresh": TOKEN}),
    ("/accounts/password/reset/", {"email": EMAIL}),
    ("/accounts/password/reset/confirm/", {"email": EMAIL, "otp_code": "123456", "new_password": PASSWORD}),
    ("/accounts/unsubscribe/?token=01ARZ3NDEKTSV4RRFFQ69G5FAV-mac", None),
]
"""Public requests that need the secret: for codes, passwords, tokens and links."""

any_failure = pytest.mark.parametrize("failure", FAILURES.values(), ids=FAILURES)


@pytest.fixture
def secretsmanager(shop: Shop, customer: Person, product: int, serve: Serve, clock: Clock) -> SecretsManager:  # noqa: ARG001
    """The Secrets Manager of functions that have just started, in a shop with a customer and a product."""
    stored = SecretsManager(KnownSecret().get())
    secret = StoredSecret("name", stored, lambda: clock().timestamp())  # type: ignore[arg-type]
    serve(replace(shop, keyring=Keyring(secret)))
    return stored


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], str]]:
    """The log of the functions."""
    lines = io.StringIO()
    monkeypatch.setattr(logger.registered_handler, "stream", lines)
    before = logger.log_level
    logger.setLevel(logging.INFO)
    yield lines.getvalue
    logger.setLevel(before)


def assert_away(answer: Answer) -> None:
    assert (answer.status, answer.headers["Content-Type"]) == (503, "application/problem+json")
    assert (answer.json["code"], answer.headers["Retry-After"]) == ("try_again", "30")


@any_failure
def test_what_everybody_may_read_is_read_without_the_secret(
    secretsmanager: SecretsManager, product: int, failure: Exception
) -> None:
    secretsmanager.failure = failure
    for path in (
        "/products/",
        "/products/?search=rice&ordering=price",
        f"/products/{product}/",
        "/public/global-summary/",
        "/openapi.json",
        "/docs/",
    ):
        assert call("GET", path).status == 200, path
    assert call("POST", "/purchases/quote/", {"product": product, **PLAN}).status == 200
    assert secretsmanager.asked == 0


@any_failure
@pytest.mark.parametrize("authorization", [None, "Basic dXNlcjpwYXNz", "Bearer", "nonsense"])
def test_who_brings_no_token_is_told_to_log_in_whether_or_not_the_secret_can_be_read(
    secretsmanager: SecretsManager, failure: Exception, authorization: str | None
) -> None:
    secretsmanager.failure = failure
    headers = {"Authorization": authorization} if authorization else {}
    for method, path in PRIVATE:
        answer = call(method, path, headers=headers)
        assert (answer.status, answer.json["code"]) == (401, "not_authenticated"), path
        assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert secretsmanager.asked <= 1


@any_failure
def test_what_needs_a_secret_that_was_never_read_may_be_tried_again(
    secretsmanager: SecretsManager, admin: Person, failure: Exception
) -> None:
    secretsmanager.failure = failure
    for method, path in PRIVATE:
        assert_away(admin.call(method, path))
    for path, body in PROVING:
        assert_away(call("POST", path, body))
    assert secretsmanager.asked == 1, "each request would wait for the time-outs"


def test_nothing_is_half_done_without_the_secret(
    secretsmanager: SecretsManager, customer: Person, mailbox: Mailbox, clock: Clock
) -> None:
    secretsmanager.failure = FAILURES["unreachable"]
    for path, body in PROVING:
        call("POST", path, body)
    assert not mailbox.to(EMAIL)

    secretsmanager.failure = None
    clock.move(seconds=30)
    assert call("POST", "/accounts/register/", PROVING[0][1]).status == 201
    assert call("POST", "/accounts/login/", {"email": customer.email, "password": PASSWORD}).status == 200


def test_a_list_needs_the_secret_only_for_another_page(
    secretsmanager: SecretsManager, admin: Person, clock: Clock
) -> None:
    assert admin.call("POST", "/products/", {"name": "Kettle", "price": 500}).status == 201
    following = call("GET", "/products/?page_size=1").link("next") or ""
    secretsmanager.failure = FAILURES["throttled"]
    clock.move(hours=7)

    assert call("GET", "/products/").status == 200
    assert call("GET", "/products/?page_size=1").status == 503
    assert call("GET", following).status == 503


@any_failure
def test_who_is_logged_in_goes_on_for_six_hours_while_the_secret_cannot_be_read(
    secretsmanager: SecretsManager, customer: Person, clock: Clock, failure: Exception
) -> None:
    assert customer.call("GET", "/accounts/profile/").status == 200
    secretsmanager.failure = failure
    for _ in range(11):
        clock.move(minutes=32)
        assert customer.call("GET", "/accounts/profile/").status == 200
        assert call("POST", "/accounts/login/", {"email": customer.email, "password": PASSWORD}).status == 200
    assert secretsmanager.asked == 12

    clock.move(minutes=8)
    assert_away(customer.call("GET", "/accounts/profile/"))
    secretsmanager.failure = None
    clock.move(seconds=30)
    assert customer.call("GET", "/accounts/profile/").status == 200


@pytest.mark.parametrize("text", ["the key is hidden", '{"key": 5, "other": "hidden"}', '{"keys": "hidden"}', None])
def test_a_malformed_secret_is_a_503_and_is_not_logged(
    secretsmanager: SecretsManager, customer: Person, log: Callable[[], str], text: str | None
) -> None:
    secretsmanager.text = text

    assert_away(customer.call("GET", "/accounts/profile/"))
    assert call("GET", "/accounts/profile/").status == 401

    (failed,) = (line for line in map(json.loads, log().splitlines()) if line["level"] == "ERROR")
    assert failed["message"] == "secret not read"
    assert failed["reason"] == "The secret is not a JSON object with a key."
    assert "hidden" not in log()


def test_each_failure_to_read_the_secret_is_counted_and_logged_with_its_reason(
    secretsmanager: SecretsManager,
    customer: Person,
    clock: Clock,
    log: Callable[[], str],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("POWERTOOLS_METRICS_DISABLED")
    capsys.readouterr()
    secretsmanager.failure = FAILURES["access denied"]
    for _ in range(3):
        customer.call("GET", "/accounts/profile/")
    clock.move(seconds=30)
    customer.call("GET", "/accounts/profile/")

    counted = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["KeyringFailures"] for line in counted] == [[1], [1]]
    failed = [line for line in map(json.loads, log().splitlines()) if line["level"] == "ERROR"]
    assert [line["message"] for line in failed] == ["secret not read"] * 2
    assert "AccessDeniedException" in failed[0]["reason"]


def test_who_is_refused_leaves_a_source_in_the_log_while_the_secret_can_be_read(
    secretsmanager: SecretsManager, log: Callable[[], str], clock: Clock
) -> None:
    call("GET", "/accounts/profile/")
    secretsmanager.failure = FAILURES["broken"]
    clock.move(hours=7)
    call("GET", "/accounts/profile/")

    answered = [line for line in map(json.loads, log().splitlines()) if line["message"] == "request answered"]
    assert ["source" in line for line in answered] == [True, False]


@any_failure
def test_a_reminder_waits_for_the_secret_and_goes_out_once(
    secretsmanager: SecretsManager,
    customer: Person,
    product: int,
    mailbox: Mailbox,
    queues: Queues,
    clock: Clock,
    failure: Exception,
) -> None:
    assert customer.call("POST", "/purchases/create/", {"product": product, **PLAN}).status == 201
    machinery = Machinery(queues)
    assert machinery.send() == 0
    receipts = len(mailbox.to(customer.email))
    secretsmanager.failure = failure
    clock.move(days=4)

    machinery.plan("2026-11-27")
    assert machinery.send() == 1
    assert len(mailbox.to(customer.email)) == receipts
    secretsmanager.failure = None
    clock.move(seconds=30)
    assert machinery.send() == 0
    machinery.remind("2026-11-27")

    assert len(mailbox.to(customer.email)) == receipts + 1


def test_a_link_in_a_mail_leads_where_it_should_once_the_secret_can_be_read(
    secretsmanager: SecretsManager, shop: Shop, customer: Person, clock: Clock
) -> None:
    settings = shop.settings.model_copy(update={"public_url": ""})
    link = Unsubscribing(shop.profiles, shop.keyring, settings).link(customer.id)
    secretsmanager.failure = FAILURES["slow to answer"]
    assert_away(call("GET", link))

    secretsmanager.failure = None
    clock.move(seconds=30)
    assert call("POST", link).status == 200
