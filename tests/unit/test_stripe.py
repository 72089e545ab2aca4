"""Stripe's adapter against Stripe's own SDK, which sends the same requests, and against recorded objects of its API."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl

import pytest
import stripe as sdk

from shop.payments.provider import (
    Checkout,
    Decline,
    Dispute,
    DisputeStanding,
    Forged,
    Hosted,
    Money,
    Movement,
    MovementKind,
    NoAnswer,
    Notice,
    Payer,
    RefundReport,
    RefundStanding,
    Refusal,
    Refused,
    Report,
    SavedMethod,
    Standing,
)
from shop.payments.signatures import signature
from shop.payments.stripe import EVENTS, VERSION, Stripe
from tests.support.answers import Answers, answers
from tests.support.clock import Clock
from tests.support.stripe import KEY, charge, dispute, intent, listed, method, refund, session

NOW = Clock().now
TAKA = Money(Decimal("2200.50"), "BDT")
PART = Money(Decimal("1000.25"), "BDT")
VISA = SavedMethod("cus_1/pm_1", "Visa 4242", date(2032, 2, 29))
CHECKOUT = Checkout(
    key=KEY,
    money=TAKA,
    purpose="Rice Cooker & pan, installment 2 of 6",
    payer=Payer("Karim Uddin", "karim@example.com"),
    return_url="https://shop.example.com/purchases?from=stripe",
    notice_url="https://shop.example.com/notices/stripe",
    ends_at=NOW + timedelta(hours=1),
)
DECLINED = {"type": "card_error", "code": "card_declined", "decline_code": "insufficient_funds"}

FAILED = intent(status="requires_payment_method", last_payment_error=DECLINED)
UNKNOWN = {"error": {"type": "invalid_request_error"}}


def account(*waiting: Any) -> tuple[Stripe, Answers]:
    send = answers(*waiting)
    return Stripe("sk_test_1", "whsec_1", send=send), send


class Recorder(sdk.HTTPClient):
    """Keeps what the SDK would send."""

    name = "recorder"

    def request(  # type: ignore[override]
        self, method: str, url: str, headers: Mapping[str, str], post_data: str | None = None, **_: object
    ) -> tuple[bytes, int, dict[str, str]]:
        self.sent = (method, url, headers, post_data)
        return b"{}", 200, {}


def by_sdk(recorder: Recorder) -> sdk.StripeClient:
    return sdk.StripeClient("sk_test_1", http_client=recorder)


def test_a_page_is_asked_for_as_the_sdk_does() -> None:
    recorder = Recorder()
    by_sdk(recorder).v1.checkout.sessions.create(
        {
            "client_reference_id": KEY,
            "customer_email": "karim@example.com",
            "success_url": CHECKOUT.return_url,
            "cancel_url": CHECKOUT.return_url,
            "expires_at": int(CHECKOUT.ends_at.timestamp()),
            "mode": "payment",
            "adaptive_pricing": {"enabled": False},
            "line_items": [
                {
                    "price_data": {
                        "unit_amount": 220050,
                        "currency": "bdt",
                        "product_data": {"name": CHECKOUT.purpose},
                    },
                    "quantity": 1,
                }
            ],
            "payment_intent_data": {"metadata": {"shop_key": KEY}, "description": CHECKOUT.purpose},
        },
        {"idempotency_key": f"sessions-{KEY}"},
    )
    adapter, send = account(session(status="open"))

    assert adapter.begin(CHECKOUT) == Hosted("cs_1", "https://checkout.stripe.com/c/pay/cs_1")

    assert_same(recorder, send)


def test_a_saved_card_is_charged_as_the_sdk_does() -> None:
    recorder = Recorder()
    by_sdk(recorder).v1.payment_intents.create(
        {
            "amount": 220050,
            "currency": "bdt",
            "customer": "cus_1",
            "payment_method": "pm_1",
            "payment_method_types": ["card"],
            "confirm": True,
            "off_session": True,
            "metadata": {"shop_key": KEY},
            "expand": ["latest_charge", "payment_method"],
        },
        {"idempotency_key": f"payment_intents-{KEY}"},
    )
    adapter, send = account(listed(), intent())

    assert adapter.charge("cus_1/pm_1", TAKA, KEY) == Report(
        "pi_1", KEY, Standing.PAID, TAKA, "pi_1", refunded=Decimal(0)
    )

    assert_same(recorder, send)


def test_money_is_given_back_as_the_sdk_does() -> None:
    recorder = Recorder()
    by_sdk(recorder).v1.refunds.create(
        {"payment_intent": "pi_1", "amount": 100025, "metadata": {"shop_key": KEY}},
        {"idempotency_key": f"refunds-{KEY}"},
    )
    adapter, send = account(listed(refund(metadata={})), refund())

    assert adapter.refund("pi_1", PART, KEY) == RefundReport("re_1", RefundStanding.DONE, PART)

    assert_same(recorder, send)


def assert_same(recorder: Recorder, send: Answers) -> None:
    """The last request is the one that the SDK sends."""
    request = send.requests[-1]
    http, url, headers, body = recorder.sent
    assert (request.method.lower(), f"https://api.stripe.com{request.path}") == (http.lower(), url)
    assert request.fields == dict(parse_qsl(body or ""))
    for name in ("Authorization", "Stripe-Version", "Idempotency-Key", "Content-Type"):
        assert request.headers[name] == headers[name]


def test_the_version_of_the_api_is_that_of_the_sdk() -> None:
    assert sdk.api_version == VERSION


def test_a_page_that_only_saves_a_card_takes_no_money() -> None:
    checkout = Checkout(**{**_fields(CHECKOUT), "money": Money(Decimal(0), "BDT"), "saves": True})
    adapter, send = account(session())

    adapter.begin(checkout)

    fields = send.requests[0].fields
    assert (fields["mode"], fields["customer_creation"], fields["currency"]) == ("setup", "always", "bdt")
    assert "line_items[0][quantity]" not in fields


def test_a_page_that_saves_the_card_asks_for_later_charges() -> None:
    adapter, send = account(session())

    adapter.begin(Checkout(**{**_fields(CHECKOUT), "saves": True}))

    fields = send.requests[0].fields
    assert fields["payment_intent_data[setup_future_usage]"] == "off_session"
    assert fields["payment_method_types[0]"] == "card"


def _fields(checkout: Checkout) -> dict[str, Any]:
    return {name: getattr(checkout, name) for name in Checkout.__slots__}


@pytest.mark.parametrize(
    ("found", "standing"),
    [
        (session(), Standing.PAID),
        (session(status="open", payment_status="unpaid", payment_intent=None), Standing.OPEN),
        (session(status="open", payment_intent=intent(status="requires_payment_method")), Standing.OPEN),
        (session(status="expired", payment_intent=None), Standing.EXPIRED),
        (session(payment_status="unpaid", payment_intent=intent(status="processing")), Standing.PENDING),
        (
            session(payment_intent=intent(status="requires_payment_method", last_payment_error=DECLINED)),
            Standing.FAILED,
        ),
        (session(payment_intent=intent(status="canceled", latest_charge=None)), Standing.CANCELLED),
    ],
)
def test_a_page_stands_as_stripe_says(found: dict[str, Any], standing: Standing) -> None:
    adapter, send = account(found)

    report = adapter.look_up("cs_1")

    assert (report.reference, report.key, report.standing, report.money) == ("cs_1", KEY, standing, TAKA)
    assert send.requests[0].path == "/v1/checkout/sessions/cs_1"


def test_what_was_paid_is_what_was_charged() -> None:
    adapter, _ = account(intent(latest_charge=charge(amount=1, currency="usd")))

    assert adapter.look_up("pi_1").money == Money(Decimal("0.01"), "USD")


def test_a_card_that_was_saved_on_the_way_is_told() -> None:
    adapter, _ = account(session(payment_intent=intent(setup_future_usage="off_session")))

    assert adapter.look_up("cs_1").saved == VISA


def test_a_card_that_was_only_saved_is_told() -> None:
    saved = {"id": "seti_1", "status": "succeeded", "customer": "cus_1", "payment_method": method()}
    adapter, _ = account(session(mode="setup", amount_total=None, payment_intent=None, setup_intent=saved))

    report = adapter.look_up("cs_1")

    assert (report.standing, report.money, report.saved) == (Standing.PAID, Money(Decimal(0), "BDT"), VISA)


def test_a_risky_payment_says_so() -> None:
    adapter, _ = account(intent(latest_charge=charge(outcome={"risk_level": "elevated"})))

    assert adapter.look_up("pi_1").is_risky


@pytest.mark.parametrize(
    ("error", "decline"),
    [
        (DECLINED, Decline(Refusal.SOFT, "insufficient_funds")),
        ({**DECLINED, "decline_code": "do_not_honor"}, Decline(Refusal.SOFT, "do_not_honor")),
        ({**DECLINED, "decline_code": "stolen_card"}, Decline(Refusal.HARD, "stolen_card")),
        ({**DECLINED, "advice_code": "do_not_try_again"}, Decline(Refusal.HARD, "insufficient_funds")),
        ({**DECLINED, "advice_code": "try_again_later"}, Decline(Refusal.SOFT, "insufficient_funds")),
        ({"type": "card_error", "code": "expired_card"}, Decline(Refusal.HARD, "expired_card")),
        (
            {"type": "card_error", "code": "authentication_required", "decline_code": "authentication_required"},
            Decline(Refusal.NEEDS_ACTION, "authentication_required"),
        ),
    ],
)
def test_a_declined_charge_is_a_report_and_says_how(error: dict[str, Any], decline: Decline) -> None:
    adapter, _ = account(listed(), (402, {"error": {**error, "payment_intent": {"id": "pi_1"}}}))

    report = adapter.charge("cus_1/pm_1", TAKA, KEY)

    assert (report.reference, report.key, report.standing) == ("pi_1", KEY, Standing.FAILED)
    assert report.decline == decline


def test_a_charge_that_went_through_unheard_is_found_however_late() -> None:
    other = charge(payment_intent={"id": "pi_0", "metadata": {}})
    made = charge(payment_intent={"id": "pi_1", "metadata": {"shop_key": KEY}})
    adapter, send = account(listed(charge(payment_intent=None), other, has_more=True), listed(made), intent())

    assert adapter.charge("cus_1/pm_1", TAKA, KEY).standing is Standing.PAID

    assert [request.method for request in send.requests] == ["GET", "GET", "GET"]
    assert send.requests[1].fields["starting_after"] == "ch_1"


def test_a_refund_that_went_through_unheard_is_found_however_late() -> None:
    adapter, send = account(listed(refund()))

    assert adapter.refund("pi_1", PART, KEY) == RefundReport("re_1", RefundStanding.DONE, PART)
    assert [request.method for request in send.requests] == ["GET"]


def test_an_answer_that_was_lost_stays_unknown() -> None:
    adapter, _ = account(listed(), NoAnswer("ReadTimeoutError"))

    with pytest.raises(NoAnswer):
        adapter.charge("cus_1/pm_1", TAKA, KEY)


@pytest.mark.parametrize(
    ("status", "standing"),
    [
        ("pending", RefundStanding.PENDING),
        ("requires_action", RefundStanding.PENDING),
        ("failed", RefundStanding.FAILED),
        ("canceled", RefundStanding.FAILED),
    ],
)
def test_a_refund_stands_as_stripe_says(status: str, standing: RefundStanding) -> None:
    adapter, _ = account(refund(status=status, failure_reason="lost_or_stolen_card"))

    assert adapter.look_up_refund("re_1") == RefundReport("re_1", standing, PART, "lost_or_stolen_card")


def test_what_was_given_back_is_told() -> None:
    adapter, _ = account(intent(latest_charge=charge(amount_refunded=100025)))

    assert adapter.look_up("pi_1").refunded == PART.amount


@pytest.mark.parametrize(
    ("disputes", "standing"),
    [
        ([dispute()], DisputeStanding.OPEN),
        ([dispute(status="under_review")], DisputeStanding.OPEN),
        ([dispute(status="won")], DisputeStanding.WON),
        ([dispute(status="warning_closed"), dispute(status="lost")], DisputeStanding.LOST),
    ],
)
def test_a_dispute_is_told(disputes: list[dict[str, Any]], standing: DisputeStanding) -> None:
    adapter, send = account(intent(latest_charge=charge(disputed=True)), listed(*disputes))

    assert adapter.look_up("pi_1").dispute == Dispute(standing, TAKA)
    assert send.requests[1].fields["charge"] == "ch_1"


def test_an_inquiry_of_a_bank_is_no_dispute() -> None:
    adapter, _ = account(intent(latest_charge=charge(disputed=True)), listed(dispute(status="warning_needs_response")))

    assert adapter.look_up("pi_1").dispute is None


def test_what_is_refused_has_stripes_code() -> None:
    adapter, _ = account((400, {"error": {"type": "invalid_request_error", "code": "charge_already_refunded"}}))

    with pytest.raises(Refused, match="charge_already_refunded"):
        adapter.look_up_refund("re_1")


def test_a_refusal_without_an_error_is_no_answer() -> None:
    adapter, _ = account((403, {}))

    with pytest.raises(NoAnswer):
        adapter.look_up("pi_1")


@pytest.mark.parametrize("answer", [{"id": "cus_1", "deleted": True}, (404, UNKNOWN)])
def test_a_card_is_forgotten_with_its_customer(answer: Any) -> None:
    adapter, send = account(answer)

    adapter.forget("cus_1/pm_1")

    assert (send.requests[0].method, send.requests[0].path) == ("DELETE", "/v1/customers/cus_1")


def test_a_card_that_may_not_be_forgotten_says_so() -> None:
    adapter, _ = account((401, UNKNOWN))

    with pytest.raises(Refused):
        adapter.forget("cus_1/pm_1")


def told(kind: str, **found: Any) -> tuple[dict[str, str], bytes]:
    body = json.dumps({"id": "evt_1", "type": kind, "data": {"object": found}}).encode()
    return {"stripe-signature": signature(body, "whsec_1", NOW)}, body


@pytest.mark.parametrize(
    ("kind", "found", "reference"),
    [
        ("checkout.session.completed", session(payment_intent="pi_1"), "cs_1"),
        ("payment_intent.succeeded", intent(), "pi_1"),
        ("charge.refunded", charge(), "pi_1"),
        ("refund.failed", refund(), "pi_1"),
        ("charge.dispute.created", dispute(), "pi_1"),
        ("charge.refunded", charge(payment_intent=None), ""),
        ("payout.paid", {"id": "po_1"}, ""),
    ],
)
def test_an_event_leads_to_what_it_is_about(kind: str, found: dict[str, Any], reference: str) -> None:
    adapter, _ = account()

    assert adapter.notice(*told(kind, **found), NOW) == Notice("evt_1", reference)


def test_a_failed_try_on_a_page_leads_nowhere_since_the_page_is_still_open() -> None:
    assert "payment_intent.payment_failed" not in EVENTS


def test_an_event_that_is_old_or_unsigned_or_of_another_form_is_refused() -> None:
    adapter, _ = account()
    headers, body = told("payment_intent.succeeded", **intent())

    with pytest.raises(Forged):
        adapter.notice(headers, body, NOW + timedelta(minutes=6))
    with pytest.raises(Forged):
        adapter.notice({}, body, NOW)
    for odd in (b"[]", b"{", b'{"id": "evt_1", "type": "charge.refunded", "data": {"object": {}}}'):
        with pytest.raises(Forged):
            adapter.notice({"stripe-signature": signature(odd, "whsec_1", NOW)}, odd, NOW)


def test_what_moved_is_listed_in_the_currency_of_the_payments() -> None:
    created = int(NOW.timestamp())

    def moved(kind: str, amount: int, source: object) -> dict[str, Any]:
        return {"id": f"txn_{kind}", "type": kind, "amount": amount, "created": created, "source": source}

    adapter, send = account(
        listed(
            moved("charge", 1805, charge()),
            moved("refund", -820, refund()),
            moved("adjustment", -1805, dispute()),
            moved("refund_failure", 820, refund()),
            moved("payout", -5000, {"id": "po_1", "amount": 5000, "currency": "usd"}),
            moved("stripe_fee", -10, None),
        )
    )

    found = list(adapter.movements(NOW, NOW + timedelta(days=1)))

    at = datetime.fromtimestamp(created, UTC)
    assert found == [
        Movement(MovementKind.PAYMENT, "pi_1", TAKA, at),
        Movement(MovementKind.REFUND, "pi_1", Money(-PART.amount, "BDT"), at),
        Movement(MovementKind.DISPUTE, "pi_1", Money(-TAKA.amount, "BDT"), at),
        Movement(MovementKind.REFUND, "pi_1", PART, at),
    ]
    assert send.requests[0].fields["created[gte]"] == str(created)
    assert send.requests[0].fields["created[lt]"] == str(created + 86400)
