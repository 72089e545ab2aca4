"""Sessions, passwords, codes sent again, and the admins' list of users."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from typing import Any

import pytest

from shop.accounts.administration import Rights
from shop.accounts.model import Account
from shop.accounts.profile import ProfileChanges
from shop.accounts.sessions import Session, StoredSessions
from shop.bootstrap import Shop
from shop.dynamodb.table import Table
from shop.errors import Forbidden
from shop.security.tokens import Caller, TokenPair
from tests.api.conftest import PASSWORD, Person
from tests.support.clock import Clock
from tests.support.mailbox import Mailbox
from tests.support.rest import Answer, call

NEW_PASSWORD = "another long password"
EMAIL = "rahim@example.com"


def log_in(email: str, password: str = PASSWORD) -> Any:
    answer = call("POST", "/accounts/login/", {"email": email, "password": password})
    assert answer.status == 200, answer.text
    return answer.json


def refresh(token: str) -> Answer:
    return call("POST", "/accounts/token/refresh/", {"refresh": token})


class ReadTogether(StoredSessions):
    """Sessions of requests that all read before any of them writes."""

    def __init__(self, table: Table, requests: int) -> None:
        super().__init__(table)
        self._all_read = Barrier(requests, timeout=10)

    def with_account(self, user_id: str, family: str) -> tuple[Account | None, Session | None]:
        found = super().with_account(user_id, family)
        self._all_read.wait()
        return found


def refreshed_at_once(shop: Shop, token: str, requests: int) -> list[TokenPair]:
    """The answers to parallel requests with the same refresh token."""
    sessions = replace(shop.sessions, stored=ReadTogether(shop.table, requests))
    with ThreadPoolExecutor(requests) as threads:
        return list(threads.map(sessions.refresh, [token] * requests))


def test_a_refresh_gives_another_pair_and_the_token_before_is_dead_after_ten_seconds(
    customer: Person, clock: Clock
) -> None:
    first = log_in(customer.email)
    second = refresh(first["refresh"])
    assert second.status == 200
    assert set(second.json) == {"access", "refresh", "expires_in"}
    assert second.json["refresh"] != first["refresh"]
    assert call("GET", "/accounts/profile/", token=second.json["access"]).status == 200
    other = log_in(customer.email)

    clock.move(seconds=10)
    assert refresh(first["refresh"]).json["code"] == "session_over"
    assert refresh(second.json["refresh"]).json["code"] == "session_over", "two have the session's tokens"
    assert refresh(other["refresh"]).status == 200


def test_a_refresh_whose_answer_was_lost_may_be_repeated_for_ten_seconds(customer: Person, clock: Clock) -> None:
    token = log_in(customer.email)["refresh"]
    lost = refresh(token).json
    answers = []
    for _ in range(3):
        clock.move(seconds=3.3)
        answers.append(refresh(token).json)

    assert {answer["refresh"] for answer in answers} == {lost["refresh"]}
    assert [answer["expires_in"] for answer in (lost, *answers)] == [900, 897, 894, 891]
    clock.move(seconds=890)
    assert all(call("GET", "/accounts/profile/", token=answer["access"]).status == 200 for answer in answers)
    clock.move(seconds=1)
    assert refresh(answers[-1]["refresh"]).status == 200


def test_repeating_a_refresh_does_not_prolong_the_time_for_it(customer: Person, clock: Clock) -> None:
    token = log_in(customer.email)["refresh"]
    assert refresh(token).status == 200
    clock.move(seconds=9)
    assert refresh(token).status == 200
    clock.move(seconds=1)

    assert refresh(token).status == 401


def test_a_refresh_token_older_than_the_one_before_ends_the_session_at_once(customer: Person) -> None:
    first = log_in(customer.email)["refresh"]
    second = refresh(first).json["refresh"]
    third = refresh(second).json["refresh"]
    assert refresh(second).json["refresh"] == third

    assert refresh(first).json["code"] == "session_over"
    assert refresh(second).status == refresh(third).status == 401


def test_two_tabs_that_refresh_at_once_both_stay_logged_in(customer: Person, shop: Shop, clock: Clock) -> None:
    token = log_in(customer.email)["refresh"]
    for _ in range(3):
        one, other = refreshed_at_once(shop, token, 2)
        assert one.refresh == other.refresh
        for pair in (one, other):
            assert call("GET", "/accounts/profile/", token=pair.access).status == 200
        clock.move(minutes=15)
        token = one.refresh

    first = refresh(token)
    clock.move(seconds=5)
    assert refresh(token).json["refresh"] == first.json["refresh"]


def test_of_twenty_parallel_refreshes_all_are_answered_and_one_rotates(customer: Person, shop: Shop) -> None:
    pairs = refreshed_at_once(shop, log_in(customer.email)["refresh"], 20)

    assert len({pair.refresh for pair in pairs}) == 1
    assert refresh(pairs[0].refresh).status == 200


def test_a_refresh_is_not_repeated_for_who_was_logged_out_meanwhile(customer: Person, clock: Clock) -> None:
    body = {"old_password": PASSWORD, "new_password": NEW_PASSWORD}
    left, changed, own = (log_in(customer.email) for _ in range(3))
    pair = refresh(left["refresh"]).json
    assert refresh(changed["refresh"]).status == 200
    assert call("POST", "/accounts/logout/", {"refresh": left["refresh"]}, token=pair["access"]).status == 204
    clock.move(seconds=1)
    assert call("POST", "/accounts/password/change/", body, token=own["access"]).status == 200

    assert refresh(left["refresh"]).json["code"] == "session_over"
    assert refresh(changed["refresh"]).json["code"] == "session_over"


def test_a_refresh_token_ends_after_seven_days(customer: Person, clock: Clock) -> None:
    token = log_in(customer.email)["refresh"]
    clock.move(days=7)

    assert refresh(token).json["code"] == "token_expired"


def test_a_session_ends_after_thirty_days_however_often_it_is_refreshed(customer: Person, clock: Clock) -> None:
    answer = refresh(log_in(customer.email)["refresh"])
    for _ in range(5):
        clock.move(days=5)
        answer = refresh(answer.json["refresh"])
        assert answer.status == 200
    clock.move(days=5)

    assert refresh(answer.json["refresh"]).json["code"] == "session_over"


@pytest.mark.parametrize("token", ["nonsense", "a.b.c"])
def test_what_is_no_refresh_token_is_refused(customer: Person, token: str) -> None:
    assert refresh(token).status == 401
    assert refresh(log_in(customer.email)["access"]).status == 401


def test_logging_out_ends_the_session(customer: Person, registered: Callable[..., Person]) -> None:
    pair, other = log_in(customer.email), registered()
    assert other.call("POST", "/accounts/logout/", {"refresh": pair["refresh"]}).status == 401

    gone = call("POST", "/accounts/logout/", {"refresh": pair["refresh"]}, token=pair["access"])

    assert (gone.status, gone.text) == (204, "")
    assert refresh(pair["refresh"]).status == 401


def test_a_changed_password_ends_every_other_session(customer: Person, clock: Clock) -> None:
    other, own = log_in(customer.email), log_in(customer.email)
    clock.move(seconds=1)
    body = {"old_password": PASSWORD, "new_password": NEW_PASSWORD}
    wrong = call("POST", "/accounts/password/change/", {**body, "old_password": "wrong"}, token=own["access"])
    assert (wrong.status, wrong.json["errors"][0]["field"]) == (400, "old_password")

    changed = call("POST", "/accounts/password/change/", body, token=own["access"])

    assert (changed.status, changed.json) == (200, {"message": "Password changed successfully."})
    assert refresh(other["refresh"]).status == 401
    assert refresh(own["refresh"]).status == 200
    assert call("POST", "/accounts/login/", {"email": customer.email, "password": PASSWORD}).status == 401
    log_in(customer.email, NEW_PASSWORD)


def test_a_forgotten_password_is_reset_by_a_mailed_code(customer: Person, mailbox: Mailbox, clock: Clock) -> None:
    session = log_in(customer.email)
    clock.move(seconds=1)
    asked = call("POST", "/accounts/password/reset/", {"email": customer.email})
    nobody = call("POST", "/accounts/password/reset/", {"email": "nobody@example.com"})
    assert (asked.status, asked.json) == (nobody.status, nobody.json)
    assert asked.status == 202
    assert not mailbox.to("nobody@example.com")
    body = {"email": customer.email, "otp_code": mailbox.code(customer.email), "new_password": NEW_PASSWORD}
    assert call("POST", "/accounts/verify-otp/", {"email": customer.email, "otp_code": body["otp_code"]}).status == 400

    assert call("POST", "/accounts/password/reset/confirm/", body).status == 200
    assert call("POST", "/accounts/password/reset/confirm/", body).status == 400
    assert refresh(session["refresh"]).status == 401
    log_in(customer.email, NEW_PASSWORD)


def test_a_code_is_sent_again_after_a_pause_and_ten_times_a_day(mailbox: Mailbox, clock: Clock) -> None:
    call("POST", "/accounts/register/", {"username": "rahim", "email": EMAIL, "password": PASSWORD})
    first = mailbox.code(EMAIL)
    again = call("POST", "/accounts/resend-otp/", {"email": EMAIL})
    assert again.status == 202
    assert call("POST", "/accounts/resend-otp/", {"email": "nobody@example.com"}).json == again.json
    assert len(mailbox.to(EMAIL)) == 1
    for _ in range(15):
        clock.move(minutes=1)
        call("POST", "/accounts/resend-otp/", {"email": EMAIL})

    assert len(mailbox.to(EMAIL)) == 10
    if mailbox.code(EMAIL) != first:
        assert call("POST", "/accounts/verify-otp/", {"email": EMAIL, "otp_code": first}).status == 400
    clock.move(minutes=3)
    body = {"email": EMAIL, "otp_code": mailbox.code(EMAIL)}
    assert call("POST", "/accounts/verify-otp/", body).status == 200
    clock.move(days=1)
    call("POST", "/accounts/resend-otp/", {"email": EMAIL})
    assert len(mailbox.to(EMAIL)) == 10


def test_a_mail_that_is_not_sent_is_not_told(mailbox: Mailbox, customer: Person) -> None:
    mailbox.broken = True

    assert call("POST", "/accounts/password/reset/", {"email": customer.email}).status == 202


def test_admins_list_and_moderate_users(admin: Person, customer: Person, clock: Clock) -> None:
    session = log_in(customer.email)
    clock.move(seconds=1)
    assert customer.call("GET", "/accounts/users/").status == 403
    listed = admin.call("GET", f"/accounts/users/?search={customer.username}").json
    assert [(one["id"], one["is_staff"], one["is_active"]) for one in listed] == [(customer.id, False, True)]
    path = f"/accounts/users/{customer.id}/"
    assert admin.call("GET", path).json == listed[0]
    assert admin.call("GET", "/accounts/users/nobody/").status == 404

    promoted = admin.call("PATCH", path, {"is_staff": True})
    assert (promoted.status, promoted.json["is_staff"]) == (200, True)
    assert refresh(session["refresh"]).status == 200
    deactivated = admin.call("PATCH", path, {"is_active": False, "is_staff": False})
    assert (deactivated.json["is_active"], deactivated.json["is_staff"]) == (False, False)
    login = call("POST", "/accounts/login/", {"email": customer.email, "password": PASSWORD})
    assert (login.status, login.json["code"]) == (403, "account_inactive")
    assert customer.call("GET", "/accounts/profile/").status == 401

    own = admin.call("PATCH", f"/accounts/users/{admin.id}/", {"is_staff": False})
    assert (own.status, own.json["code"]) == (409, "own_account")


def test_of_two_admins_who_take_each_others_rights_at_once_one_keeps_them(
    shop: Shop, registered: Callable[..., Person]
) -> None:
    one, other = registered(staff=True), registered(staff=True)

    def demote(pair: tuple[Person, Person]) -> bool:
        by, whom = pair
        try:
            return not shop.user_administration.change(
                Caller(by.id, is_staff=True), whom.id, Rights(is_staff=False), ProfileChanges()
            ).is_staff
        except Forbidden:
            return False

    with ThreadPoolExecutor(2) as threads:
        done = list(threads.map(demote, [(one, other), (other, one)]))

    staff = [account.is_staff for person in (one, other) if (account := shop.accounts.get(person.id))]
    assert sorted(done) == sorted(staff) == [False, True]
