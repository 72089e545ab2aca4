"""The pages of accounts: signing up and in, passwords, the profile, and privacy, as people use them."""

import json
from collections.abc import Callable, Iterable
from dataclasses import replace

import pytest

from shop.bootstrap import Shop
from shop.money import Language
from tests.api.conftest import PASSWORD, Person, signed_in
from tests.support.clock import Clock
from tests.support.mailbox import Mailbox
from tests.support.rest import call
from tests.support.visitor import Page, Visitor

ACCOUNT = "/shop/account"
SIGN_IN, SIGN_UP, VERIFY = f"{ACCOUNT}/sign-in", f"{ACCOUNT}/sign-up", f"{ACCOUNT}/verify"
FORGOTTEN, RESET, CHANGE = f"{ACCOUNT}/password", f"{ACCOUNT}/password/reset", f"{ACCOUNT}/password/change"
PROFILE, DELETE, DATA = f"{ACCOUNT}/profile", f"{ACCOUNT}/delete", f"{ACCOUNT}/data"
OTHER_PASSWORD = "another horse battery"
EMAIL = "rahim@example.com"


def signed_up(visitor: Visitor, page: str = SIGN_UP, **more: str) -> Page:
    values = {"username": "rahim", "email": EMAIL, "password": PASSWORD, **more}
    return visitor.send(visitor.open(page), SIGN_UP, **values)


def test_a_visitor_signs_up_verifies_the_address_and_signs_in(visitor: Visitor, mailbox: Mailbox, shop: Shop) -> None:
    page = signed_up(visitor, first_name="Rahim", last_name="Uddin")

    assert page.path == f"{VERIFY}?email=rahim%40example.com"
    assert "We sent a code of six digits to rahim@example.com." in page.text
    page = visitor.send(page, VERIFY, otp_code=mailbox.code(EMAIL))
    assert (page.path, "Your e-mail address is verified. Sign in now." in page.text) == (SIGN_IN, True)
    page = visitor.send(page, SIGN_IN, email=EMAIL, password=PASSWORD)
    assert "Sign out" in page.text
    account = shop.accounts.by_email(EMAIL)
    assert account is not None
    assert (account.name, account.language) == ("Rahim Uddin", None)


def test_whoever_signs_up_on_the_way_to_a_page_gets_there(visitor: Visitor, mailbox: Mailbox) -> None:
    page = visitor.open(PROFILE)
    page = signed_up(visitor, page.link("I am new here"))
    page = visitor.send(page, VERIFY, otp_code=mailbox.code(EMAIL))

    assert page.path == f"{SIGN_IN}?next=%2Fshop%2Faccount%2Fprofile"
    page = visitor.send(page, SIGN_IN, email=EMAIL, password="not the password")
    page = visitor.send(page, SIGN_IN, email=EMAIL, password=PASSWORD)
    assert (page.status, page.path) == (200, PROFILE)


def test_what_is_wrong_with_a_new_account_is_said_beside_the_field(visitor: Visitor, customer: Person) -> None:
    page = signed_up(visitor, password="password1", first_name="<script>alert(1)</script>")

    assert (page.status, "This password is too common." in page.text) == (400, True)
    assert ('id="field-password-hint" class="error"' in page.html, "password1" in page.html) == (True, False)
    assert ("<script>alert" in page.html, "&lt;script&gt;alert" in page.html) == (False, True)
    page = signed_up(visitor, email=customer.email)
    assert (page.status, "An account with this e-mail address exists already." in page.text) == (409, True)


def test_a_code_is_sent_again_and_a_wrong_one_is_refused(visitor: Visitor, mailbox: Mailbox, clock: Clock) -> None:
    page = visitor.send(signed_up(visitor), VERIFY, otp_code="abc")
    assert (page.status, "The code is not in the right form." in page.text) == (400, True)
    assert ("email", EMAIL) in page.form(VERIFY).fields

    clock.move(minutes=2)
    page = visitor.send(page, f"{VERIFY}/again")

    assert "If this address waits for verification, a new code is on its way." in page.text
    assert len(mailbox.to(EMAIL)) == 2
    assert "verified" in visitor.send(page, VERIFY, otp_code=mailbox.code(EMAIL)).text


def test_signing_in_before_the_address_is_verified_leads_to_the_code(visitor: Visitor, mailbox: Mailbox) -> None:
    signed_up(visitor)

    page = visitor.sign_in(EMAIL, PASSWORD)

    assert page.path == f"{VERIFY}?email=rahim%40example.com"
    assert ("Verify your e-mail address first." in page.text, "__Host-access" in visitor.cookies) == (True, False)
    assert "verified" in visitor.send(page, VERIFY, otp_code=mailbox.code(EMAIL)).text
    assert visitor.sign_in(EMAIL, "not the password").status == 401


def test_a_forgotten_password_is_set_anew_and_ends_all_sessions(
    visitor: Visitor, customer: Person, mailbox: Mailbox, clock: Clock
) -> None:
    elsewhere = signed_in(customer)
    clock.move(minutes=2)
    page = visitor.send(visitor.open(FORGOTTEN), FORGOTTEN, email=customer.email)
    code = mailbox.code(customer.email)
    wrong = "000000" if code != "000000" else "000001"

    page = visitor.send(page, RESET, otp_code=wrong, new_password=OTHER_PASSWORD)
    assert (page.status, "The code is wrong or has expired." in page.text) == (400, True)
    assert ("email", customer.email) in page.form(RESET).fields
    page = visitor.send(page, RESET, otp_code=code, new_password=OTHER_PASSWORD)

    assert (page.path, "Sign in with the new one." in page.text) == (SIGN_IN, True)
    assert visitor.sign_in(customer.email, PASSWORD).status == 401
    assert "Sign out" in visitor.sign_in(customer.email, OTHER_PASSWORD).text
    del elsewhere.cookies["__Host-access"]
    assert "Sign in" in elsewhere.open("/").text


def test_nobody_learns_who_has_an_account(visitor: Visitor, customer: Person, mailbox: Mailbox) -> None:
    sent = len(mailbox.sent)
    for path, start in ((FORGOTTEN, FORGOTTEN), (f"{VERIFY}/again", VERIFY)):
        known, unknown = (
            visitor.send(visitor.open(start), path, email=email) for email in (customer.email, "nobody@example.com")
        )
        assert known.status == unknown.status == 200
        assert known.html.replace("person1%40", "nobody%40").replace("person1@", "nobody@") == unknown.html
    mailbox.broken = True
    assert visitor.send(visitor.open(FORGOTTEN), FORGOTTEN, email=customer.email).status == 200
    assert len(mailbox.sent) == sent + 1


def test_requests_that_send_mails_are_throttled_by_their_source(
    visitor: Visitor, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[str] = []
    monkeypatch.setattr(type(shop.throttle), "count_request", lambda _, address: counted.append(address))

    visitor.send(visitor.open(FORGOTTEN), FORGOTTEN, email=EMAIL)
    visitor.send(signed_up(visitor), f"{VERIFY}/again")

    assert counted == [visitor.address] * 3


def test_too_many_wrong_codes_are_held_up(visitor: Visitor) -> None:
    page = visitor.open(f"{VERIFY}?email={EMAIL}")
    statuses = [visitor.send(page, VERIFY, otp_code="123456").status for _ in range(102)]

    assert (statuses[0], statuses[-1]) == (400, 429)


def test_the_profile_is_shown_and_changed(member: Visitor, customer: Person) -> None:
    page = member.send(
        member.open(PROFILE),
        PROFILE,
        first_name="Rahim",
        last_name='<b>"Uddin"</b>',
        phone="01711-123456",
        address="12 Lake Road",
        language="bn",
    )

    account = customer.account_now()
    assert "Your profile is saved." in page.text
    assert (account.name, account.phone, account.address) == ('Rahim <b>"Uddin"</b>', "+8801711123456", "12 Lake Road")
    assert (account.language, account.reminders) == (Language.BENGALI, True)
    assert "<b>" not in page.html
    member.send(page, PROFILE, phone="", address="", **{"reminders!": ""})
    account = customer.account_now()
    assert (account.phone, account.address, account.reminders) == ("", "", False)
    page = member.send(member.open(PROFILE), PROFILE, phone="12")
    assert (page.status, "This is not a telephone number." in page.text) == (400, True)
    assert ("phone", "12") in page.form(PROFILE).fields
    assert "reminders!" not in dict(page.form(PROFILE).fields)


def test_signing_in_shows_pages_in_the_accounts_language_unless_another_was_chosen(
    visitor: Visitor, customer: Person
) -> None:
    customer.call("PATCH", "/accounts/profile/", {"language": "bn"})

    assert '<html lang="bn">' in visitor.sign_in(customer.email, PASSWORD).html
    other = Visitor()
    other.send(other.open("/"), f"{ACCOUNT}/language", language="en")
    assert '<html lang="en">' in other.sign_in(customer.email, PASSWORD).html


def test_the_password_is_changed_and_this_session_goes_on(member: Visitor, customer: Person) -> None:
    page = member.send(member.open(CHANGE), CHANGE, old_password="wrong", new_password=OTHER_PASSWORD)
    assert (page.status, "The old password is wrong." in page.text) == (400, True)

    page = member.send(page, CHANGE, old_password=PASSWORD, new_password=OTHER_PASSWORD)

    assert (page.path, "Your password is changed." in page.text) == (PROFILE, True)
    del member.cookies["__Host-access"]
    assert "Sign out" in member.open("/").text
    assert Visitor().sign_in(customer.email, PASSWORD).status == 401


def test_the_data_is_one_file(member: Visitor, customer: Person, product: int, monkeypatch: pytest.MonkeyPatch) -> None:
    from functions.members import app

    monkeypatch.setattr(app, "AT_ONCE", 2)
    order = {"product": product, "first_installment_amount": 300, "installment_count": 3}
    for _ in range(5):
        customer.call("POST", "/purchases/create/", order)

    page = member.open(DATA)

    assert page.headers["Content-Disposition"] == ['attachment; filename="my-data.json"']
    data = json.loads(page.html)
    assert (data["account"]["email"], len({one["id"] for one in data["purchases"]})) == (customer.email, 5)
    assert "continues_at" not in data
    whole = customer.call("GET", "/accounts/export/").json
    assert [one["id"] for one in data["purchases"]] == [one["id"] for one in whole["purchases"]]


def test_more_data_than_fits_into_a_file_goes_on_in_another(
    member: Visitor, customer: Person, product: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    from functions.members import app

    def two(texts: Iterable[str]) -> int:
        return min(2, len(list(texts)))

    monkeypatch.setattr(app, "fitting", two)
    order = {"product": product, "first_installment_amount": 300, "installment_count": 3}
    bought = [customer.call("POST", "/purchases/create/", order).json["id"] for _ in range(5)]
    for size in (1, 2, 3, 100):
        monkeypatch.setattr(app, "AT_ONCE", size)
        found, path = [], DATA
        while path:
            data = json.loads(member.open(path).html)
            found += [one["id"] for one in data["purchases"]]
            path = data.get("continues_at", "").removeprefix("/dev")
        assert found == sorted(bought, reverse=True), size


def test_an_account_is_deleted_once_nothing_is_owed(member: Visitor, customer: Person, product: int) -> None:
    order = {"product": product, "first_installment_amount": 300, "installment_count": 2}
    bought = customer.call("POST", "/purchases/create/", order).json["id"]
    page = member.open(DELETE)
    assert "Your purchases and payments stay in our books" in page.text
    page = member.send(page, DELETE, password="wrong")
    assert (page.status, "The password is wrong." in page.text) == (400, True)
    page = member.send(page, DELETE, password=PASSWORD)
    assert (page.status, "Pay your open installments first." in page.text) == (409, True)
    customer.call("POST", f"/purchases/{bought}/payoff/", {})

    page = member.send(page, DELETE, password=PASSWORD)

    assert (page.path, "Your account is deleted." in page.text) == ("/", True)
    assert (set(member.cookies), customer.account_now().is_erased) == (set(), True)
    assert Visitor().sign_in(customer.email, PASSWORD).status == 401


@pytest.mark.parametrize("path", [PROFILE, CHANGE, DATA, DELETE])
def test_what_is_the_customers_own_needs_a_session(path: str, visitor: Visitor) -> None:
    assert visitor.open(path).path.startswith(SIGN_IN)


def test_a_deactivated_account_does_not_sign_in(
    visitor: Visitor, registered: Callable[..., Person], shop: Shop
) -> None:
    person = registered()
    before = shop.accounts.by_email(person.email)
    assert before is not None
    assert shop.accounts.replace(before, replace(before, is_active=False, version=before.version + 1))

    page = visitor.sign_in(person.email, PASSWORD)

    assert (page.status, "This account is deactivated." in page.text) == (403, True)
    assert call("POST", "/accounts/login/", {"email": person.email, "password": PASSWORD}).status == 403
