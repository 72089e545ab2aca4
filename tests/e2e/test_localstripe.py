"""Stripe's adapter against localstripe, a stand-in for Stripe that runs as a process of its own.

`docs/providers.md` says what it cannot do.
"""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

import httpx
import pytest

from local.processes import is_open, wait_until
from shop import ids
from shop.payments.provider import Decline, Forged, Money, NoAnswer, RefundStanding, Refusal, Refused, Standing
from shop.payments.stripe import Stripe
from tests.support.ports import free_port
from tests.support.providers import BROWSER, TAKA, Inbox, inbox

_SERVER = """
import sys
from aiohttp import web
from localstripe.server import app
web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]))
"""
SECRET_KEY, SIGNING_SECRET = "sk_test_of_the_tests", "whsec_of_the_tests"
WORKS, DECLINED_LATER, ASKS = "4242424242424242", "4000000000000341", "4000002500003155"


@dataclass(frozen=True)
class LocalStripe:
    """The stand-in, and the adapter."""

    url: str
    stripe: Stripe

    def post(self, path: str, **fields: str) -> str:
        """Make or change something; returns its id."""
        answer = BROWSER.post(f"{self.url}{path}", data=fields, auth=httpx.BasicAuth(SECRET_KEY, ""))
        return str(answer.raise_for_status().json()["id"])

    def saved_card(self, number: str = WORKS) -> str:
        """A card that a customer saved; returns its reference."""
        customer = self.post("/v1/customers", email="karim@example.com")
        card = {"card[number]": number, "card[exp_month]": "12", "card[exp_year]": "2031", "card[cvc]": "123"}
        method = self.post("/v1/payment_methods", type="card", **card)
        self.post(f"/v1/payment_methods/{method}/attach", customer=customer)
        return f"{customer}/{method}"


@pytest.fixture(scope="module")
def local() -> Iterator[LocalStripe]:
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-c", _SERVER, str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        wait_until(lambda: is_open(port), "localstripe")
        url = f"http://127.0.0.1:{port}"
        yield LocalStripe(url, Stripe(SECRET_KEY, SIGNING_SECRET, url))
    finally:
        process.terminate()
        process.wait()


@pytest.fixture
def notices() -> Iterator[Inbox]:
    with inbox() as box:
        yield box


def key() -> str:
    return ids.new_id(datetime.now(UTC))


def test_a_saved_card_is_charged_and_the_payment_looked_up(local: LocalStripe) -> None:
    one = key()

    report = local.stripe.charge(local.saved_card(), TAKA, one)

    assert (report.standing, report.key, report.money, report.refunded) == (Standing.PAID, one, TAKA, Decimal(0))
    assert local.stripe.look_up(report.reference) == report


def test_a_key_charges_once_also_when_stripe_has_forgotten_it(local: LocalStripe) -> None:
    card, one = local.saved_card(), key()

    first, second = (local.stripe.charge(card, TAKA, one) for _ in range(2))

    assert first == second
    assert local.stripe.charge(card, TAKA, key()).reference != first.reference


def test_a_card_that_is_declined_stays_declined_under_the_same_key(local: LocalStripe) -> None:
    card, one = local.saved_card(DECLINED_LATER), key()

    first, second = (local.stripe.charge(card, TAKA, one) for _ in range(2))

    assert first.standing is second.standing is Standing.FAILED
    assert first.decline == second.decline == Decline(Refusal.SOFT, "card_declined")


def test_a_card_whose_owner_must_act_is_not_charged(local: LocalStripe) -> None:
    assert local.stripe.charge(local.saved_card(ASKS), TAKA, key()).standing is not Standing.PAID


def test_a_payment_is_given_back_in_parts_once_for_a_key(local: LocalStripe) -> None:
    payment, one = local.stripe.charge(local.saved_card(), TAKA, key()).payment, key()
    part = Money(Decimal("1000.25"), "BDT")

    first, second = (local.stripe.refund(payment, part, one) for _ in range(2))
    local.stripe.refund(payment, part, key())

    assert first == second == local.stripe.look_up_refund(first.reference)
    assert (first.standing, first.money) == (RefundStanding.DONE, part)
    assert local.stripe.look_up(payment).refunded == Decimal("2000.50")


def test_a_forgotten_card_cannot_be_charged(local: LocalStripe) -> None:
    card = local.saved_card()

    local.stripe.forget(card)
    local.stripe.forget(card)

    with pytest.raises(Refused, match="resource_missing"):
        local.stripe.charge(card, TAKA, key())


def test_what_is_not_there_or_not_allowed_is_refused(local: LocalStripe) -> None:
    with pytest.raises(Refused, match="resource_missing"):
        local.stripe.look_up("pi_unknown")
    with pytest.raises(Refused, match="invalid_request_error"):
        Stripe("another key", SIGNING_SECRET, local.url).look_up("pi_unknown")


def test_nobody_answers_at_an_address_without_a_server() -> None:
    with pytest.raises(NoAnswer):
        Stripe(SECRET_KEY, SIGNING_SECRET, f"http://127.0.0.1:{free_port()}").look_up("pi_1")


def test_an_event_leads_to_its_payment(local: LocalStripe, notices: Inbox) -> None:
    hook = {"url": notices.url, "secret": SIGNING_SECRET, "events[]": "payment_intent.succeeded"}
    BROWSER.post(f"{local.url}/_config/webhooks/shop", data=hook).raise_for_status()

    report = local.stripe.charge(local.saved_card(), TAKA, key())

    def is_told() -> bool:  # events of earlier tests may come first
        told = [local.stripe.notice(headers, body, datetime.now(UTC)) for headers, body in notices.received]
        return report.reference in {one.reference for one in told}

    wait_until(is_told, "The event")
    headers, body = notices.received[0]
    with pytest.raises(Forged):
        local.stripe.notice(headers, body + b" ", datetime.now(UTC))
