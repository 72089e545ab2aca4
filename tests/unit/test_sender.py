"""Requests to SES and the meaning of its answers; the format of amounts and dates."""

from datetime import date
from decimal import Decimal

import boto3
import pytest
from botocore.exceptions import ConnectTimeoutError, ReadTimeoutError
from botocore.stub import Stubber

from shop.mail.messages import Message
from shop.mail.ses import MailDoubtful, MailNotSent, MailRefused, SesMailer
from shop.money import Formats, Language, Locale

MAIL = Message("a@example.com", "Subject", "text", "<p>html</p>", {"List-Unsubscribe": "<https://x>"}, {"mail": "name"})


def test_ses_is_given_headers_tags_and_the_configuration_set() -> None:
    client = boto3.client("sesv2")
    content = {
        "Subject": {"Data": "Subject", "Charset": "UTF-8"},
        "Body": {"Text": {"Data": "text", "Charset": "UTF-8"}, "Html": {"Data": "<p>html</p>", "Charset": "UTF-8"}},
        "Headers": [{"Name": "List-Unsubscribe", "Value": "<https://x>"}],
    }
    expected = {
        "FromEmailAddress": "shop@example.com",
        "Destination": {"ToAddresses": ["a@example.com"]},
        "Content": {"Simple": content},
        "EmailTags": [{"Name": "mail", "Value": "name"}],
        "ConfigurationSetName": "mails",
    }
    with Stubber(client) as stubber:
        stubber.add_response("send_email", {"MessageId": "1"}, expected)
        SesMailer("shop@example.com", "mails", client).send(MAIL)
        stubber.assert_no_pending_responses()


@pytest.mark.parametrize(
    ("code", "status", "meaning"),
    [
        ("TooManyRequestsException", 429, MailRefused),
        ("MessageRejected", 400, MailRefused),
        ("InternalFailure", 500, MailDoubtful),
    ],
)
def test_what_ses_answers_tells_whether_it_took_the_mail(code: str, status: int, meaning: type[MailNotSent]) -> None:
    client = boto3.client("sesv2")
    with Stubber(client) as stubber:
        stubber.add_client_error("send_email", code, http_status_code=status)
        with pytest.raises(meaning):
            SesMailer("shop@example.com", "", client).send(MAIL)


@pytest.mark.parametrize(
    ("error", "meaning"),
    [(ConnectTimeoutError, MailRefused), (ReadTimeoutError, MailDoubtful)],
    ids=["before", "after"],
)
def test_a_lost_connection_is_told_apart_from_none(
    error: type[ConnectTimeoutError | ReadTimeoutError], meaning: type[MailNotSent], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = boto3.client("sesv2")

    def fail(**_: object) -> None:
        raise error(endpoint_url="https://ses")

    monkeypatch.setattr(client, "send_email", fail)
    with pytest.raises(meaning):
        SesMailer("shop@example.com", "", client).send(MAIL)


@pytest.mark.parametrize(
    ("locale", "currency", "amount", "written"),
    [
        (Locale.BANGLADESH, "BDT", "0.05", "৳0.05"),
        (Locale.BANGLADESH, "BDT", "999.9", "৳999.90"),
        (Locale.BANGLADESH, "BDT", "1000", "৳1,000.00"),
        (Locale.BANGLADESH, "BDT", "123456.5", "৳1,23,456.50"),
        (Locale.INDIA, "INR", "99999999.99", "₹9,99,99,999.99"),
        (Locale.AMERICA, "USD", "1234567", "$1,234,567.00"),
        (Locale.BRITAIN, "NPR", "-1200", "-NPR\N{NO-BREAK SPACE}1,200.00"),
    ],
)
def test_amounts_are_written_as_in_the_shops_country(locale: Locale, currency: str, amount: str, written: str) -> None:
    assert Formats(locale, currency).amount(Decimal(amount)) == written


def test_dates_are_written_as_in_the_shops_country() -> None:
    assert Formats(Locale.BANGLADESH, "BDT").date(date(2026, 12, 3)) == "3 December 2026"
    assert Formats(Locale.AMERICA, "USD").date(date(2026, 12, 3)) == "December 3, 2026"


@pytest.mark.parametrize(
    ("currency", "amount", "written"),
    [
        ("BDT", "123456.5", "৳১,২৩,৪৫৬.৫০"),
        ("BDT", "-0.05", "-৳০.০৫"),
        ("NPR", "10000000", "NPR\N{NO-BREAK SPACE}১,০০,০০,০০০.০০"),
    ],
)
@pytest.mark.parametrize("locale", list(Locale))
def test_in_bengali_numbers_have_its_digits_and_lakhs(locale: Locale, currency: str, amount: str, written: str) -> None:
    formats = Formats(locale, currency, Language.BENGALI)

    assert formats.amount(Decimal(amount)) == written
    assert formats.date(date(2026, 12, 3)) == "৩ ডিসেম্বর ২০২৬"
    assert formats.percent(Decimal("0.125")) == "১২.৫%"


def test_ses_is_given_a_bengali_subject_as_it_is_and_told_its_encoding() -> None:
    client = boto3.client("sesv2")
    subject = "আজ ২টি কিস্তি পরিশোধের শেষ দিন"
    with Stubber(client) as stubber:
        stubber.add_response(
            "send_email",
            {"MessageId": "1"},
            {
                "FromEmailAddress": "shop@example.com",
                "Destination": {"ToAddresses": ["a@example.com"]},
                "Content": {
                    "Simple": {
                        "Subject": {"Data": subject, "Charset": "UTF-8"},
                        "Body": {
                            "Text": {"Data": "text", "Charset": "UTF-8"},
                            "Html": {"Data": "html", "Charset": "UTF-8"},
                        },
                        "Headers": [],
                    }
                },
                "EmailTags": [],
            },
        )
        assert SesMailer("shop@example.com", "", client).send(Message("a@example.com", subject, "text", "html"))
