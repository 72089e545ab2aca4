"""Registration, verification, login and profiles."""

from collections.abc import Callable
from typing import Any

import pytest

from shop.bootstrap import Shop
from tests.api.conftest import PASSWORD, Person
from tests.support.clock import Clock
from tests.support.mailbox import Mailbox
from tests.support.rest import call

NEW = {"username": "rahim", "email": "rahim@example.com", "password": PASSWORD}


def test_a_customer_registers_verifies_and_logs_in(mailbox: Mailbox) -> None:
    registered = call("POST", "/accounts/register/", {**NEW, "first_name": " Rahim ", "last_name": "Uddin"})
    assert registered.status == 201
    assert registered.json == {"message": "User registered. Check your email for OTP."}

    unverified = call("POST", "/accounts/login/", {"email": NEW["email"], "password": PASSWORD})
    assert (unverified.status, unverified.json["code"]) == (403, "account_not_verified")

    code = mailbox.code("rahim@example.com")
    verified = call("POST", "/accounts/verify-otp/", {"email": "Rahim@Example.com", "otp_code": code})
    assert (verified.status, verified.json) == (200, {"message": "Account verified successfully."})
    again = call("POST", "/accounts/verify-otp/", {"email": NEW["email"], "otp_code": code})
    assert (again.status, again.json["code"]) == (400, "invalid_otp")

    login = call("POST", "/accounts/login", {"email": "RAHIM@example.com", "password": PASSWORD})
    assert login.status == 200
    assert set(login.json) == {"access", "refresh", "expires_in"}
    assert login.json["expires_in"] == 900

    profile = call("GET", "/accounts/profile/", token=login.json["access"])
    assert profile.status == 200
    assert {name: value for name, value in profile.json.items() if name != "id"} == {
        "username": "rahim",
        "email": "rahim@example.com",
        "first_name": "Rahim",
        "last_name": "Uddin",
        "date_joined": "2026-11-23T06:00:00Z",
        "is_verified": True,
        "is_staff": False,
        "is_superuser": False,
        "reminders": True,
        "phone": "",
        "address": "",
        "language": None,
    }


@pytest.mark.parametrize(
    "taken", [{"email": "RAHIM@EXAMPLE.COM"}, {"username": "Rahim"}, {}], ids=["address", "username", "both"]
)
def test_names_are_taken_whatever_their_case(taken: dict[str, str]) -> None:
    call("POST", "/accounts/register/", NEW)

    again = call("POST", "/accounts/register/", {**NEW, "username": "other", "email": "other@example.com", **taken})

    if taken:
        assert (again.status, again.json["status"]) == (409, 409)
    else:
        assert again.status == 201


def test_names_never_verified_are_free_again_once_the_code_has_run_out(
    mailbox: Mailbox, clock: Clock, shop: Shop
) -> None:
    call("POST", "/accounts/register/", NEW)
    call("POST", "/accounts/register/", {**NEW, "username": "karim", "email": "karim@example.com"})
    both = {**NEW, "username": "karim"}
    assert call("POST", "/accounts/register/", both).status == 409
    clock.move(minutes=10)

    assert call("POST", "/accounts/register/", both).status == 201
    assert shop.totals.counts()["accounts"] == 1
    body = {"email": NEW["email"], "otp_code": mailbox.code("rahim@example.com")}
    assert call("POST", "/accounts/verify-otp/", body).status == 200
    assert call("POST", "/accounts/register/", {**NEW, "email": "new@example.com"}).status == 201


def test_a_code_is_good_for_ten_minutes(mailbox: Mailbox, clock: Clock) -> None:
    call("POST", "/accounts/register/", NEW)
    clock.move(minutes=10)

    late = call("POST", "/accounts/verify-otp/", {"email": NEW["email"], "otp_code": mailbox.code(NEW["email"])})

    assert (late.status, late.json["errors"][0]["field"]) == (400, "otp_code")


def test_five_wrong_codes_use_up_the_right_one(mailbox: Mailbox) -> None:
    call("POST", "/accounts/register/", NEW)
    right = mailbox.code(NEW["email"])
    wrong = f"{(int(right) + 1) % 1_000_000:06}"
    for _ in range(5):
        assert call("POST", "/accounts/verify-otp/", {"email": NEW["email"], "otp_code": wrong}).status == 400

    assert call("POST", "/accounts/verify-otp/", {"email": NEW["email"], "otp_code": right}).status == 400


def test_a_mail_that_is_not_sent_leaves_an_account_and_says_so(mailbox: Mailbox) -> None:
    mailbox.broken = True

    answer = call("POST", "/accounts/register/", NEW)

    assert answer.status == 503
    assert answer.headers["Retry-After"] == "1"
    assert call("POST", "/accounts/register/", NEW).status == 409


def test_wrong_credentials_get_one_answer(customer: Person) -> None:
    wrong = call("POST", "/accounts/login/", {"email": customer.email, "password": "wrong password"})
    unknown = call("POST", "/accounts/login/", {"email": "nobody@example.com", "password": "wrong password"})

    assert (wrong.status, wrong.json["code"]) == (401, "invalid_credentials")
    assert unknown.json == wrong.json


def test_a_password_may_be_long_and_in_any_script(mailbox: Mailbox) -> None:
    password = "পাসওয়ার্ড" * 12 + "!"
    call("POST", "/accounts/register/", {**NEW, "password": password})
    body = {"email": NEW["email"], "otp_code": mailbox.code("rahim@example.com")}
    call("POST", "/accounts/verify-otp/", body)

    assert call("POST", "/accounts/login/", {"email": NEW["email"], "password": password}).status == 200
    assert call("POST", "/accounts/login/", {"email": NEW["email"], "password": password[:-1]}).status == 401


def test_a_profile_takes_the_two_names_and_answers_itself(customer: Person) -> None:
    changed = customer.call("PATCH", "/accounts/profile/", {"first_name": "Ayesha"}).json

    profile = customer.call("GET", "/accounts/profile/").json
    told = {"message": "Profile updated successfully.", "updated_fields": {"first_name": "Ayesha"}}
    assert profile["first_name"] == "Ayesha"
    assert changed == {**profile, **told}


def test_a_profile_may_be_sent_back_whole_and_what_is_not_ones_own_to_change_is_ignored(customer: Person) -> None:
    before = customer.call("GET", "/accounts/profile/").json
    mischief = {"id": "x", "username": "boss", "email": "boss@example.com", "is_staff": True, "is_superuser": True}

    first = customer.call("PATCH", "/accounts/profile/", {**before, **mischief, "last_name": "Begum"})
    second = customer.call("PATCH", "/accounts/profile/", {**first.json, "first_name": "", "last_name": ""})

    assert (first.status, second.status) == (200, 200)
    assert customer.call("GET", "/accounts/profile/").json == {**before, "first_name": "", "last_name": ""}
    unknown = customer.call("PATCH", "/accounts/profile/", {"colour": "red"})
    assert unknown.status == 400
    assert unknown.json["errors"] == [{"field": "colour", "message": "There is no field colour."}]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"username": ""}, "username"),
        ({"username": "a b"}, "username"),
        ({"username": "x" * 151}, "username"),
        ({"username": 5}, "username"),
        ({"email": "nobody"}, "email"),
        ({"email": "a@b"}, "email"),
        ({"email": "a@example.com\nBcc: b@example.com"}, "email"),
        ({"email": "ä@example.com"}, "email"),
        ({"password": "short"}, "password"),
        ({"password": "x" * 129}, "password"),
        ({"first_name": "a\x00b"}, "first_name"),
        ({"last_name": "x" * 256}, "last_name"),
        ({"is_staff": True}, "is_staff"),
        ({"username": None}, "username"),
    ],
)
def test_a_wrong_field_of_a_registration_is_named(change: dict[str, Any], field: str, mailbox: Mailbox) -> None:
    answer = call("POST", "/accounts/register/", {**NEW, **change})

    assert answer.status == 400
    assert [error["field"] for error in answer.json["errors"]] == [field]
    assert not mailbox.sent


@pytest.mark.parametrize(
    ("missing", "words"), [("username", "username"), ("email", "e-mail address"), ("password", "password")]
)
def test_a_missing_field_is_named(missing: str, words: str) -> None:
    answer = call("POST", "/accounts/register/", {name: value for name, value in NEW.items() if name != missing})

    assert answer.json["errors"] == [{"field": missing, "message": f"The {words} is missing."}]


@pytest.mark.parametrize("token", ["", "nonsense", "a.b.c", "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0."])
def test_a_token_that_is_none_is_refused(token: str) -> None:
    answer = call("GET", "/accounts/profile/", headers={"Authorization": f"Bearer {token}"})

    assert answer.status == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_an_access_token_ends_after_fifteen_minutes_and_a_refresh_token_is_none(customer: Person, clock: Clock) -> None:
    pair = call("POST", "/accounts/login/", {"email": customer.email, "password": PASSWORD}).json
    assert call("GET", "/accounts/profile/", token=pair["refresh"]).status == 401
    clock.move(minutes=15)

    assert call("GET", "/accounts/profile/", token=pair["access"]).json["code"] == "token_expired"


def test_a_telephone_number_is_checked_and_kept_in_one_form(customer: Person, admin: Person) -> None:
    def said(phone: str) -> Any:
        return customer.call("PATCH", "/accounts/profile/", {"phone": phone, "address": "12 Lake Road"})

    for text in ("01711-123456", "+880 1711 123456", "০১৭১১১২৩৪৫৬"):
        assert said(text).json["updated_fields"] == {"phone": "+8801711123456", "address": "12 Lake Road"}
    assert said("+1 415 555 2671").json["phone"] == "+14155552671"
    for wrong in ("017", "call me", "+999 1711 123456", "1" * 255):
        assert said(wrong).json["phone"] == "This is not a telephone number."
    assert customer.call("GET", "/accounts/profile/").json["phone"] == "+14155552671"
    assert [one["id"] for one in admin.call("GET", "/accounts/users/?search=1415555").json] == [customer.id]
    assert said("").json["phone"] == ""
    assert admin.call("GET", "/accounts/users/?search=1415555").json == []


def test_staff_note_a_telephone_number_at_the_counter(admin: Person) -> None:
    new = {"username": "salma", "email": "salma@example.com", "phone": "01811 123456", "address": "Sylhet"}
    made = admin.call("POST", "/accounts/users/", new).json

    assert (made["phone"], made["address"]) == ("+8801811123456", "Sylhet")
    refused = admin.call(
        "POST", "/accounts/users/", {**new, "username": "salma2", "email": "s@example.com", "phone": "0"}
    )
    assert (refused.status, refused.json["code"]) == (400, "phone_not_valid")


CHANGES = {"first_name": "Salma", "last_name": "খাতুন", "phone": "01811 123456", "address": "Sylhet"}


def test_staff_change_what_is_known_of_a_customer(admin: Person, customer: Person, shop: Shop) -> None:
    url = f"/accounts/users/{customer.id}/"
    changed = admin.call("PATCH", url, {**CHANGES, "reminders": False, "is_active": True})

    expected = {**CHANGES, "phone": "+8801811123456", "reminders": False}
    assert {name: changed.json[name] for name in expected} == expected
    profile = customer.call("GET", "/accounts/profile/").json
    assert {name: profile[name] for name in expected} == expected
    for search in ("salma", "খাতুন", "8801811"):
        assert [one["id"] for one in admin.call("GET", f"/accounts/users/?search={search}").json] == [customer.id]
    stored = shop.accounts.by_email(customer.email)
    assert stored is not None
    assert (stored.phone, stored.address, stored.reminders) == ("+8801811123456", "Sylhet", False)
    assert admin.call("PATCH", url, {**CHANGES, "reminders": False}).status == 200
    (action,) = admin.call("GET", "/accounts/actions/").json
    fields = "first_name, last_name, reminders, phone, address"
    assert (action["action"], action["target"], action["details"]) == ("user.changed", customer.id, {"fields": fields})


def test_a_change_of_a_customer_that_is_wrong_is_named(admin: Person, customer: Person) -> None:
    for field, value in (
        ("phone", "call me"),
        ("first_name", "\u202eevil"),
        ("reminders", "no"),
        ("reminders", True),
        ("email", "a@b.cd"),
    ):
        refused = admin.call("PATCH", f"/accounts/users/{customer.id}/", {field: value})
        assert (refused.status, refused.json["errors"][0]["field"]) == (400, field)
    assert admin.call("PATCH", "/accounts/users/01ARZ3NDEKTSV4RRFFQ69G5FAV/", CHANGES).status == 404
    assert admin.call("PATCH", f"/accounts/users/{admin.id}/", CHANGES).json["code"] == "own_account"
    assert customer.call("PATCH", f"/accounts/users/{admin.id}/", CHANGES).status == 403


def test_owners_alone_change_what_is_known_of_other_staff(registered: Callable[..., Person], admin: Person) -> None:
    staff, other = (registered(staff=True, owner=False) for _ in range(2))

    for whom in (other, admin):
        assert staff.call("PATCH", f"/accounts/users/{whom.id}/", {"phone": "01811123456"}).status == 403
    for change in ({"is_staff": False}, {"is_active": False}, {"address": "x"}):
        assert staff.call("PATCH", f"/accounts/users/{other.id}/", change).status == 403
    assert admin.call("PATCH", f"/accounts/users/{other.id}/", {"phone": "01811123456"}).status == 200
    (action,) = admin.call("GET", "/accounts/actions/").json
    assert (action["action"], action["details"]) == ("staff.changed", {"fields": "phone"})
