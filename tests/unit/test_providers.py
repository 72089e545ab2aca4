"""What all providers have in common: signatures, exact amounts, keys in one secret, answers that tell nothing."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as some
from stripe import SignatureVerificationError, WebhookSignature

from shop.ledger.journal import MONEY_ACCOUNTS, PROVIDERS, LedgerAccount
from shop.payments.calls import read
from shop.payments.provider import Forged, ListsMovements, Money, NoAnswer, Refused, SavesMethods
from shop.payments.providers import ADAPTERS, MalformedKeys, providers
from shop.payments.signatures import check, signature
from shop.payments.stripe_money import from_minor_units, minor_units
from shop.reports.books import ACCOUNT_NAMES
from shop.runtime.config import Settings
from tests.support.clock import Clock
from tests.support.roles import template

SECRET = "whsec_of_the_tests"
BODY = '{"id": "evt_1", "name": "কার্ড"}'
KEYS = {
    "stripe": {"secret_key": "sk_test_1", "signing_secret": SECRET},
    "sslcommerz": {"store_id": "testbox", "store_password": "qwerty"},
    "sandbox": {"url": "http://127.0.0.1:1", "key": "key_1", "signing_key": "key_2"},
}
AMOUNTS = some.decimals(0, 10**9, places=2)


def test_a_signature_of_stripes_sdk_is_right() -> None:
    now = datetime.now(UTC)

    check(WebhookSignature.generate_signature_header(BODY, SECRET), BODY.encode(), SECRET, now)


def test_stripes_sdk_accepts_our_signature() -> None:
    header = signature(BODY.encode(), SECRET, datetime.now(UTC))

    assert WebhookSignature.verify_header(BODY, header, SECRET, 300)


@pytest.mark.parametrize(
    "change",
    [
        lambda _: "",
        lambda header: header[:-1],
        lambda header: header.replace("v1=", "v0="),
        lambda header: header.replace("t=", "t=1"),
        lambda header: header.partition(",")[2],
        lambda header: header.partition(",")[0],
        lambda header: f"{header.partition(',')[0]},v1=é",
        lambda _: "t=,v1=",
        lambda _: WebhookSignature.generate_signature_header(BODY, "another secret"),
        lambda _: WebhookSignature.generate_signature_header(BODY[:-1], SECRET),
    ],
)
def test_a_forged_or_cut_signature_is_refused_as_by_stripes_sdk(change: Callable[[str], str]) -> None:
    header = change(WebhookSignature.generate_signature_header(BODY, SECRET))

    with pytest.raises(Forged):
        check(header, BODY.encode(), SECRET, datetime.now(UTC))
    with pytest.raises((SignatureVerificationError, TypeError)):
        WebhookSignature.verify_header(BODY, header, SECRET, 300)


def test_one_of_several_signatures_is_enough() -> None:
    now = Clock().now
    wrong, right = (signature(BODY.encode(), secret, now).partition(",")[2] for secret in ("old", SECRET))

    check(f"t={int(now.timestamp())},{wrong},{right}", BODY.encode(), SECRET, now)


@pytest.mark.parametrize("late", [timedelta(minutes=5, seconds=1), -timedelta(minutes=5, seconds=1)])
def test_a_signature_is_right_for_five_minutes(late: timedelta) -> None:
    now = Clock().now
    header = signature(BODY.encode(), SECRET, now)

    check(header, BODY.encode(), SECRET, now + timedelta(minutes=5))
    with pytest.raises(Forged, match="too old"):
        check(header, BODY.encode(), SECRET, now + late)


@given(AMOUNTS, some.sampled_from(["BDT", "USD", "KWD", "TND"]))
def test_an_amount_comes_back_from_minor_units_as_it_was(amount: Decimal, currency: str) -> None:
    money = Money(amount, currency)

    assert from_minor_units(minor_units(money), currency.lower()) == money


@pytest.mark.parametrize(
    ("amount", "currency", "units"),
    [
        ("1234.56", "BDT", 123456),
        ("0.29", "USD", 29),
        ("1234.00", "JPY", 1234),
        ("5.00", "UGX", 500),
        ("5.12", "KWD", 5120),
    ],
)
def test_minor_units_follow_the_currency(amount: str, currency: str, units: int) -> None:
    assert minor_units(Money(Decimal(amount), currency)) == units


@pytest.mark.parametrize(("amount", "currency"), [("0.50", "JPY"), ("0.50", "UGX"), ("0.001", "BDT"), ("0.001", "KWD")])
def test_an_amount_that_a_provider_cannot_take_exactly_is_refused(amount: str, currency: str) -> None:
    with pytest.raises(Refused, match="amount_not_exact"):
        minor_units(Money(Decimal(amount), currency))


@pytest.mark.parametrize(
    ("status", "body"),
    [(500, b"{}"), (503, b""), (429, b"{}"), (409, b"{}"), (200, b"<html>"), (200, b"[]"), (302, b""), (200, b"\xff")],
)
def test_an_answer_that_does_not_tell_what_was_done_is_none(status: int, body: bytes) -> None:
    with pytest.raises(NoAnswer):
        read(status, body)


def test_fractions_in_answers_are_exact() -> None:
    assert read(200, b'{"amount": 0.1}').body == {"amount": Decimal("0.1")}


def test_every_list_of_providers_has_the_same_names() -> None:
    names = set(ADAPTERS)

    assert {method.value for method in PROVIDERS} == names
    assert {MONEY_ACCOUNTS[method].value for method in PROVIDERS} == {f"provider:{name}" for name in names}
    assert set(template()["Parameters"]["PaymentProvider"]["AllowedValues"]) == names
    assert set(get_args(Settings.model_fields["payment_provider"].annotation)) == names
    assert set(LedgerAccount) == set(ACCOUNT_NAMES)


def test_a_secret_makes_the_providers_that_it_has_keys_for() -> None:
    found = providers(json.dumps(KEYS))

    assert list(found) == list(KEYS)
    assert [isinstance(one, SavesMethods) for one in found.values()] == [True, False, True]
    assert [isinstance(one, ListsMovements) for one in found.values()] == [True, False, True]


@pytest.mark.parametrize(
    "secret",
    [
        "",
        "[]",
        "{",
        '{"stripe": "sk_live_1"}',
        '{"stripe": {"secret_key": "sk_live_1"}}',
        '{"stripe": {"secret_key": "sk_live_1", "signing_secret": ""}}',
        '{"stripe": {"secret_key": "sk_live_1", "signing_secret": 5}}',
        '{"stripe": {"secret_key": "sk_live_1", "signing_secret": "a", "another": "b"}}',
        '{"bank": {"secret_key": "sk_live_1"}}',
    ],
)
def test_a_secret_without_all_keys_is_refused_and_not_quoted(secret: str) -> None:
    with pytest.raises(MalformedKeys) as error:
        providers(secret)

    assert "sk_live_1" not in str(error.value)
    assert error.value.__suppress_context__


def test_a_provider_does_not_show_its_keys() -> None:
    shown = repr(providers(json.dumps(KEYS)))

    secrets = {key for keys in KEYS.values() for name, key in keys.items() if name not in {"url", "store_id"}}
    assert not {key for key in secrets if key in shown}
