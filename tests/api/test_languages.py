"""Mails in the language of each person, with the name as it was written and the shop as it is called."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from shop.bootstrap import Shop
from shop.money import Language
from tests.api.conftest import PASSWORD, Person, Serve
from tests.support.clock import Clock
from tests.support.mailbox import Mailbox
from tests.support.mails import Machinery
from tests.support.queues import Queues
from tests.support.rest import call

NEW = {"username": "rahim", "email": "rahim@example.com", "password": PASSWORD}
PLAN = {"first_installment_amount": 400, "installment_count": 3, "interval": "weekly"}


@pytest.fixture
def machinery(queues: Queues) -> Machinery:
    return Machinery(queues)


@pytest.fixture
def speaking(customer: Person) -> Person:
    """A customer who has chosen Bengali."""
    names = {"first_name": "রহিম", "last_name": "উদ্দিন"}
    changed = customer.call("PATCH", "/accounts/profile/", {**names, "language": "bn"})
    assert changed.json["updated_fields"] == {**names, "language": "bn"}
    return customer


def configured(shop: Shop, serve: Serve, **settings: object) -> Shop:
    changed = replace(shop, settings=shop.settings.model_copy(update=settings))
    serve(changed)
    return changed


def buy(person: Person, product: int) -> Any:
    answer = person.call("POST", "/purchases/create/", {"product": product, **PLAN})
    assert answer.status == 201
    return answer.json


def test_all_mails_to_a_customer_are_in_the_chosen_language(
    speaking: Person, admin: Person, product: int, mailbox: Mailbox, machinery: Machinery, clock: Clock
) -> None:
    purchase = buy(speaking, product)
    machinery.remind("2026-11-27")
    clock.move(days=10)
    second = {"installment": purchase["installments"][1]["id"], "reason": "flood"}
    assert admin.call("POST", f"/purchases/{purchase['id']}/fee-waivers/", second).status == 200
    pay = f"/installments/pay/{purchase['installments'][1]['id']}/"
    assert speaking.call("POST", pay, {"amount": 300}).status == 200
    machinery.send()
    assert call("POST", "/accounts/password/reset/", {"email": speaking.email}).status == 202

    sent = mailbox.to(speaking.email)[1:]
    assert [mail.subject for mail in sent] == [
        "আপনার কেনাকাটা: Rice Cooker",
        "একটি কিস্তি পরিশোধের সময় হয়ে এসেছে",
        "বিলম্ব ফি মওকুফ করা হয়েছে: Rice Cooker",
        "পেমেন্ট পাওয়া গেছে: ৳৩০০.০০",
        "আপনার নতুন পাসওয়ার্ড",
    ]
    assert all("প্রিয় রহিম উদ্দিন," in part for mail in sent for part in (mail.text, mail.html))
    assert "- কিস্তি নং ২: ৳৩০০.০০, শেষ তারিখ ৩০ নভেম্বর ২০২৬" in sent[0].text
    assert "২ নম্বর কিস্তিতে এখন আর কোনো বিলম্ব ফি নেই।" in sent[2].text
    assert mailbox.code(speaking.email).isascii(), "a code is typed as it is mailed"


def test_who_registers_chooses_the_language_of_the_first_mail(mailbox: Mailbox) -> None:
    assert call("POST", "/accounts/register/", {**NEW, "language": "bn"}).status == 201

    assert [mail.subject for mail in mailbox.to(NEW["email"])] == ["Installment Shop: আপনার যাচাইকরণ কোড"]
    refused = call("POST", "/accounts/register/", {**NEW, "username": "x", "email": "x@example.com", "language": "fr"})
    assert refused.status == 400
    assert [error["field"] for error in refused.json["errors"]] == ["language"]


def test_the_language_of_the_shop_is_that_of_who_has_chosen_none(
    shop: Shop, customer: Person, product: int, mailbox: Mailbox, machinery: Machinery, serve: Serve
) -> None:
    configured(shop, serve, language=Language.BENGALI)
    assert customer.call("GET", "/accounts/profile/").json["language"] is None
    buy(customer, product)
    machinery.send()
    assert customer.call("PATCH", "/accounts/profile/", {"language": "en"}).json["language"] == "en"
    buy(customer, product)
    machinery.send()

    subjects = [mail.subject for mail in mailbox.to(customer.email)][1:]
    assert subjects == ["আপনার কেনাকাটা: Rice Cooker", "Your purchase: Rice Cooker"]
    assert customer.call("PATCH", "/accounts/profile/", {"language": None}).json["language"] == "en"


def test_staff_see_and_set_the_language_at_the_counter_and_the_export_has_it(admin: Person, speaking: Person) -> None:
    new = {"username": "salma", "email": "salma@example.com", "is_verified": True, "language": "bn"}
    made = admin.call("POST", "/accounts/users/", new).json

    assert admin.call("GET", f"/accounts/users/{made['id']}/").json["language"] == made["language"] == "bn"
    assert admin.call("GET", f"/accounts/users/{speaking.id}/").json["language"] == "bn"
    assert speaking.call("GET", "/accounts/export/").json["account"]["language"] == "bn"
    assert speaking.call("POST", "/accounts/delete/", {"password": PASSWORD}).status == 200
    assert admin.call("GET", f"/accounts/users/{speaking.id}/").json["language"] is None


def test_a_login_keeps_the_language_through_a_new_password(speaking: Person, mailbox: Mailbox) -> None:
    call("POST", "/accounts/password/reset/", {"email": speaking.email})
    code = {"email": speaking.email, "otp_code": mailbox.code(speaking.email)}
    other = {"new_password": "another long password"}
    assert call("POST", "/accounts/password/reset/confirm/", {**code, **other}).status == 200

    assert speaking.account_now().language is Language.BENGALI


def test_admins_read_the_summary_in_their_language(
    admin: Person, customer: Person, product: int, mailbox: Mailbox, machinery: Machinery, clock: Clock
) -> None:
    assert admin.call("PATCH", "/accounts/profile/", {"language": "bn"}).status == 200
    buy(customer, product)
    clock.move(days=1)
    machinery.plan("2026-11-24", "weekly")
    machinery.send()

    mail = mailbox.to(admin.email)[-1]
    assert mail.subject == "দোকানের সাপ্তাহিক হিসাব, ২৩ নভেম্বর ২০২৬ পর্যন্ত"
    assert "ক্রেতারা যা দিয়েছেন, বিলম্ব ফি সহ: ৳৪০০.০০" in mail.text


def test_a_name_is_greeted_as_it_was_written_and_escaped(
    customer: Person, product: int, mailbox: Mailbox, machinery: Machinery
) -> None:
    buy(customer, product)
    machinery.send()
    customer.call("PATCH", "/accounts/profile/", {"first_name": "Md. <b>Rahim</b>", "last_name": "O'Hara & Co"})
    buy(customer, product)
    machinery.send()
    customer.call("PATCH", "/accounts/profile/", {"first_name": ""})
    buy(customer, product)
    machinery.send()

    unnamed, named, half = mailbox.to(customer.email)[1:]
    assert "Hello person1," in unnamed.text
    assert "Hello Md. <b>Rahim</b> O'Hara & Co," in named.text
    assert "Hello Md. &lt;b&gt;Rahim&lt;/b&gt; O&#39;Hara &amp; Co," in named.html
    assert "Hello O'Hara & Co," in half.text


def test_every_mail_shows_the_shop_and_reminders_lead_to_where_one_pays(
    shop: Shop, customer: Person, product: int, mailbox: Mailbox, machinery: Machinery, serve: Serve
) -> None:
    configured(
        shop,
        serve,
        shop_name="Rahman & Sons",
        shop_logo="https://example.com/logo.png?a=1&b=2",
        shop_address="12 Lake Road, Dhaka",
        shop_phone="+880 1711-123456",
        pay_url="https://pay.example.com/?shop=1&by=mail",
    )
    assert call("POST", "/accounts/register/", NEW).status == 201
    buy(customer, product)
    machinery.remind("2026-11-27")

    code, receipt, reminder = mailbox.to(NEW["email"])[0], *mailbox.to(customer.email)[1:]
    assert code.subject == "Your Rahman & Sons verification code"
    for mail in (code, receipt, reminder):
        assert mail.text.endswith("--\nRahman & Sons\n12 Lake Road, Dhaka\n+880 1711-123456")
        assert 'src="https://example.com/logo.png?a=1&amp;b=2" alt="Rahman &amp; Sons"' in mail.html
        assert "Rahman &amp; Sons<br>12 Lake Road, Dhaka<br>+880 1711-123456" in mail.html
        assert "Installment Shop" not in mail.text + mail.html
    assert "Pay now: https://pay.example.com/?shop=1&by=mail" in reminder.text
    assert '<a href="https://pay.example.com/?shop=1&amp;by=mail"' in reminder.html
    assert "pay.example.com" not in receipt.text + receipt.html


def test_without_an_address_to_pay_at_reminders_lead_to_the_shops_own_page(
    shop: Shop, customer: Person, product: int, mailbox: Mailbox, machinery: Machinery
) -> None:
    buy(customer, product)
    machinery.remind("2026-11-27")

    mail = mailbox.to(customer.email)[-1]
    link = f"{shop.settings.public_url}/pay/{customer.id}-20261130-"
    assert (f"Pay now: {link}" in mail.text, f'<a href="{link}' in mail.html) == (True, True)


def test_pages_of_links_and_receipts_are_in_the_customers_language(
    shop: Shop, speaking: Person, admin: Person, product: int, registered: Callable[..., Person]
) -> None:
    path = f"/accounts/unsubscribe/?token={shop.unsubscribing.token(speaking.id)}"
    purchase = buy(speaking, product)
    [entry] = admin.call("GET", f"/purchases/{purchase['id']}/journal/").json

    assert "আর রিমাইন্ডার চাই না" in call("GET", path).text
    assert "আপনি আর রিমাইন্ডার পাবেন না।" in call("POST", path).text
    other = call("GET", f"/accounts/unsubscribe/?token={shop.unsubscribing.token(registered().id)}")
    assert '<html lang="en">' in other.text
    page = admin.call("GET", f"/purchases/{purchase['id']}/receipts/{entry['id']}/?format=html")
    assert "প্রিয় রহিম উদ্দিন," in page.text
