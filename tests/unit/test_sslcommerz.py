"""SSLCommerz' adapter against its documentation: https://developer.sslcommerz.com/doc/v4/.

The IPN is a recorded one, with the password of a public sandbox, from the README of SSLCommerz' own library
(https://pypi.org/project/sslcommerz-lib/). The other answers have the fields and values of the documentation's tables.
"""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import pytest

from shop.payments.provider import (
    Checkout,
    Decline,
    Forged,
    Hosted,
    Money,
    NoAnswer,
    Payer,
    RefundReport,
    RefundStanding,
    Refusal,
    Refused,
    Report,
    Standing,
)
from shop.payments.sslcommerz import SslCommerz
from tests.support.answers import Answers, answers
from tests.support.clock import Clock

IPN = {
    "tran_id": "5E121A0D01F92",
    "val_id": "200105225826116qFnATY9sHIwo",
    "amount": "10.00",
    "card_type": "VISA-Dutch Bangla",
    "store_amount": "9.75",
    "card_no": "418117XXXXXX6675",
    "bank_tran_id": "200105225825DBgSoRGLvczhFjj",
    "status": "VALID",
    "tran_date": "2020-01-05 22:58:21",
    "currency": "BDT",
    "card_issuer": "TRUST BANK, LTD.",
    "card_brand": "VISA",
    "card_issuer_country": "Bangladesh",
    "card_issuer_country_code": "BD",
    "store_id": "test_testemi",
    "verify_sign": "d42fab70ae0bcbda5280e7baffef60b0",
    "verify_key": "amount,bank_tran_id,base_fair,card_brand,card_issuer,card_issuer_country,card_issuer_country_code,"
    "card_no,card_type,currency,currency_amount,currency_rate,currency_type,risk_level,risk_title,status,store_amount,"
    "store_id,tran_date,tran_id,val_id,value_a,value_b,value_c,value_d",
    "verify_sign_sha2": "02c0417ff467c109006382d56eedccecd68382e47245266e7b47abbb3d43976e",
    "currency_type": "BDT",
    "currency_amount": "10.00",
    "currency_rate": "1.0000",
    "base_fair": "0.00",
    "value_a": "",
    "value_b": "",
    "value_c": "",
    "value_d": "",
    "risk_level": "0",
    "risk_title": "Safe",
}
KEY = "01KAR0XW00TESTTESTTESTTEST"
BANK_ID = "151114130739MqCBNx5"
NOW = Clock().now
CHECKOUT = Checkout(
    key=KEY,
    money=Money(Decimal("1150"), "BDT"),
    purpose="Rice Cooker, installment 2 of 6",
    payer=Payer("Karim Uddin", "karim@example.com"),
    return_url="https://shop.example.com/purchases",
    notice_url="https://shop.example.com/notices/sslcommerz",
    ends_at=NOW + timedelta(hours=1),
)


def store(send: Answers) -> SslCommerz:
    return SslCommerz("testbox", "qwerty", send=send)


def row(status: str = "VALID", **fields: Any) -> dict[str, Any]:
    """A try to pay, as the transaction query and the order validation show it."""
    return {
        "status": status,
        "tran_date": "2015-11-14 13:07:12",
        "tran_id": KEY,
        "val_id": "151114130742Bj94IBUk4uE5GRj",
        "amount": "1150.00",
        "store_amount": "1104.00",
        "bank_tran_id": BANK_ID,
        "currency": "BDT",
        "currency_type": "BDT",
        "currency_amount": "1150.00",
        "risk_level": "0",
        "risk_title": "Safe",
        **fields,
    }


def found(*rows: dict[str, Any]) -> dict[str, Any]:
    return {"APIConnect": "DONE", "no_of_trans_found": len(rows), "element": list(rows)}


def validated(**fields: Any) -> dict[str, Any]:
    return {**row("VALIDATED"), "APIConnect": "DONE", **fields}


def test_a_session_is_made_from_the_attempt() -> None:
    send = answers({"status": "SUCCESS", "sessionkey": "A8EF", "GatewayPageURL": "https://sandbox.sslcommerz.com/pay"})

    assert store(send).begin(CHECKOUT) == Hosted(KEY, "https://sandbox.sslcommerz.com/pay")

    (request,) = send.requests
    assert (request.method, request.path) == ("POST", "/gwprocess/v4/api.php")
    assert request.fields["tran_id"] == KEY
    assert (request.fields["total_amount"], request.fields["currency"]) == ("1150.00", "BDT")
    assert request.fields["ipn_url"] == CHECKOUT.notice_url
    mandatory = "product_name product_category product_profile success_url fail_url cancel_url cus_name cus_email"
    others = "cus_add1 cus_city cus_postcode cus_country cus_phone shipping_method num_of_item store_id store_passwd"
    assert all(request.fields[name] for name in f"{mandatory} {others}".split())


def test_a_session_that_is_refused_says_why() -> None:
    with pytest.raises(Refused, match="Store Credential Error"):
        store(answers({"status": "FAILED", "failedreason": "Store Credential Error"})).begin(CHECKOUT)


def test_a_payment_is_believed_when_the_order_is_validated() -> None:
    send = answers(found(row("FAILED", val_id=""), row()), validated())

    assert store(send).look_up(KEY) == Report(KEY, KEY, Standing.PAID, CHECKOUT.money, BANK_ID)

    query, validation = send.requests
    assert (query.path, query.fields["tran_id"]) == ("/validator/api/merchantTransIDvalidationAPI.php", KEY)
    assert validation.path == "/validator/api/validationserverAPI.php"
    assert validation.fields["val_id"] == "151114130742Bj94IBUk4uE5GRj"


def test_a_payment_in_another_currency_is_told_in_it() -> None:
    order = validated(currency_type="USD", currency_amount="10.50", amount="1281.00")

    assert store(answers(found(row()), order)).look_up(KEY).money == Money(Decimal("10.50"), "USD")


def test_a_payment_that_was_made_twice_is_told_in_full() -> None:
    later = {"tran_date": "2015-11-14 13:09:00", "bank_tran_id": "another", "val_id": "another"}
    send = answers(found(row(**later), row()), validated(**later), validated())

    report = store(send).look_up(KEY)

    assert (report.money, report.payment) == (Money(Decimal("2300.00"), "BDT"), "another")


def test_a_payment_at_risk_says_so() -> None:
    assert store(answers(found(row()), validated(risk_level="1"))).look_up(KEY).is_risky


@pytest.mark.parametrize(
    ("status", "standing"),
    [
        ("PENDING", Standing.PENDING),
        ("CANCELLED", Standing.CANCELLED),
        ("EXPIRED", Standing.EXPIRED),
        ("UNATTEMPTED", Standing.OPEN),
    ],
)
def test_an_unpaid_payment_stands_as_its_last_try(status: str, standing: Standing) -> None:
    earlier = row("FAILED", tran_date="2015-11-14 13:00:00")

    assert store(answers(found(earlier, row(status)))).look_up(KEY).standing is standing


def test_a_declined_payment_says_why() -> None:
    report = store(answers(found(row("FAILED", error="Insufficient funds")))).look_up(KEY)

    assert (report.standing, report.decline) == (Standing.FAILED, Decline(Refusal.SOFT, "Insufficient funds"))


def test_a_payment_that_nobody_tried_is_open() -> None:
    assert store(answers(found())).look_up(KEY).standing is Standing.OPEN


@pytest.mark.parametrize(
    "order", [validated(tran_id="another"), validated(status="INVALID_TRANSACTION"), validated(currency_amount="ten")]
)
def test_a_validation_that_contradicts_is_no_answer(order: dict[str, Any]) -> None:
    with pytest.raises(NoAnswer):
        store(answers(found(row()), order)).look_up(KEY)


def test_a_transaction_of_another_payment_is_not_this_one() -> None:
    assert store(answers(found(row(tran_id="another")))).look_up(KEY).standing is Standing.OPEN


@pytest.mark.parametrize("state", ["INVALID_REQUEST", "FAILED", "INACTIVE"])
def test_a_store_that_may_not_ask_is_refused(state: str) -> None:
    with pytest.raises(Refused, match=state):
        store(answers({"APIConnect": state})).look_up(KEY)


@pytest.mark.parametrize("status", ["success", "processing"])
def test_a_refund_is_begun_under_its_key(status: str) -> None:
    money = Money(Decimal("5.5"), "BDT")
    send = answers({"APIConnect": "DONE", "bank_tran_id": BANK_ID, "refund_ref_id": "59bd63fea5455", "status": status})

    assert store(send).refund(BANK_ID, money, KEY) == RefundReport("59bd63fea5455", RefundStanding.PENDING, money)

    fields = send.requests[0].fields
    assert (fields["bank_tran_id"], fields["refund_trans_id"], fields["refund_amount"]) == (BANK_ID, KEY, "5.50")


def test_dollars_are_not_given_back_as_taka() -> None:
    with pytest.raises(Refused, match="currency_not_refundable"):
        store(answers()).refund(BANK_ID, Money(Decimal("5.50"), "USD"), KEY)


def test_a_refund_that_is_refused_says_why() -> None:
    with pytest.raises(Refused, match="Refund amount exceeds"):
        store(answers({"APIConnect": "DONE", "status": "failed", "errorReason": "Refund amount exceeds"})).refund(
            BANK_ID, CHECKOUT.money, KEY
        )


@pytest.mark.parametrize(
    ("status", "standing"),
    [
        ("refunded", RefundStanding.DONE),
        ("processing", RefundStanding.PENDING),
        ("cancelled", RefundStanding.FAILED),
    ],
)
def test_a_refund_is_looked_up(status: str, standing: RefundStanding) -> None:
    send = answers({"APIConnect": "DONE", "refund_ref_id": "59bd63fea5455", "status": status})

    assert store(send).look_up_refund("59bd63fea5455") == RefundReport("59bd63fea5455", standing, None)


def notified(**changes: str) -> bytes:
    return urlencode({**IPN, **changes}).encode()


def test_a_recorded_ipn_is_authentic() -> None:
    adapter = SslCommerz("test_testemi", "test_testemi@ssl", send=answers())

    notice = adapter.notice({}, notified(), NOW)

    assert notice.reference == "5E121A0D01F92"
    assert notice == adapter.notice({}, notified(), NOW + timedelta(days=1))


@pytest.mark.parametrize(
    "body",
    [
        notified(amount="1000.00"),
        notified(tran_id="another"),
        notified(verify_sign_sha2=""),
        notified(verify_key="amount,val_id"),
        notified(verify_key=""),
        notified(verify_key=f"{IPN['verify_key']},another"),
        urlencode({name: value for name, value in IPN.items() if name != "amount"}).encode(),
        b"",
        b"\xff",
        b"a=1&" * 300,
    ],
)
def test_a_forged_ipn_is_refused(body: bytes) -> None:
    with pytest.raises(Forged):
        SslCommerz("test_testemi", "test_testemi@ssl", send=answers()).notice({}, body, NOW)


def test_an_ipn_of_another_store_is_refused() -> None:
    with pytest.raises(Forged):
        store(answers()).notice({}, notified(), NOW)
