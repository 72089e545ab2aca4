"""Attacks and their answers. `docs/asvs.csv` names the requirement that each test proves."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import bcrypt
import jwt
import pytest

from shop.accounts.model import OtpPurpose
from shop.bootstrap import Shop
from shop.dynamodb import keys
from shop.dynamodb.table import Contended
from shop.errors import ShopError, Unavailable
from shop.security import passwords
from shop.security.tokens import AUDIENCE, ISSUER
from tests.api.conftest import PASSWORD, Person, Serve
from tests.support.clock import Clock
from tests.support.mailbox import Mailbox
from tests.support.rest import Answer, call

NEW = {"username": "rahim", "email": "rahim@example.com", "password": PASSWORD}
NOBODY = "nobody@example.com"
WRONG = "wrong password"
HOME, ELSEWHERE, PROXY = "198.51.100.7", "203.0.113.9", "100.64.0.1"


def log_in(email: str, password: str = WRONG, address: str = ELSEWHERE) -> Answer:
    return call("POST", "/accounts/login/", {"email": email, "password": password}, address=address)


@pytest.mark.parametrize("known", [True, False], ids=["an account", "nobody's address"])
def test_who_guesses_waits_longer_and_longer_whether_or_not_there_is_an_account(
    customer: Person, clock: Clock, known: bool
) -> None:
    email, waits = customer.email if known else NOBODY, []
    for _ in range(5):
        assert log_in(email).json["code"] == "invalid_credentials"

    for _ in range(12):
        refused = log_in(email, PASSWORD)
        assert (refused.status, refused.json["code"]) == (429, "too_many_requests")
        waits.append(int(refused.headers["Retry-After"]))
        clock.move(seconds=waits[-1])
        assert log_in(email).status == 401

    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]


def test_a_stranger_cannot_lock_a_customer_out(customer: Person) -> None:
    assert log_in(customer.email, PASSWORD, HOME).status == 200
    for _ in range(20):
        log_in(customer.email)

    assert log_in(customer.email, PASSWORD, ELSEWHERE).status == 429
    assert log_in(customer.email, PASSWORD, HOME).status == 200


def outcome(act: Callable[[], object]) -> int:
    """The status that a use case ends with, called itself where it is many times at once: a function is not."""
    try:
        act()
    except ShopError as error:
        return error.status
    except Contended:
        return Unavailable.status
    return 200


def test_parallel_guesses_of_a_password_count_as_well(shop: Shop, customer: Person) -> None:
    def guess(_: int) -> int:
        return outcome(lambda: shop.sessions.log_in(customer.email, WRONG, ELSEWHERE))

    with ThreadPoolExecutor(16) as threads:
        statuses = Counter(threads.map(guess, range(200)))

    assert statuses[401] <= 5
    assert set(statuses) <= {401, 429, 503}
    assert log_in(customer.email, PASSWORD).status == 429


def test_one_source_cannot_try_address_after_address(customer: Person, clock: Clock) -> None:
    for number in range(100):
        assert log_in(f"somebody{number}@example.com").status == 401

    assert log_in(customer.email, PASSWORD, ELSEWHERE).status == 429
    assert log_in(customer.email, PASSWORD, HOME).status == 200
    clock.move(seconds=10)
    assert log_in("another@example.com").status == 401


@pytest.mark.parametrize("path", ["/accounts/resend-otp/", "/accounts/password/reset/"])
def test_one_source_cannot_have_mails_sent_without_end(path: str) -> None:
    answers = [call("POST", path, {"email": f"somebody{n}@example.com"}, address=ELSEWHERE) for n in range(301)]

    assert {answer.status for answer in answers[:300]} == {202}
    assert answers[300].status == 429
    assert call("POST", path, {"email": NOBODY}, address=HOME).status == 202


@pytest.mark.parametrize("path", ["/accounts/resend-otp/", "/accounts/password/reset/"])
def test_a_stranger_does_not_use_up_the_codes_of_an_address(
    customer: Person, mailbox: Mailbox, clock: Clock, path: str
) -> None:
    email = customer.email if "reset" in path else NEW["email"]
    if email == NEW["email"]:
        call("POST", "/accounts/register/", NEW, address=ELSEWHERE)
    before = len(mailbox.to(email))
    for _ in range(15):
        clock.move(minutes=1)
        asked = call("POST", path, {"email": email}, address=ELSEWHERE)
        assert (asked.status, asked.json) == (202, call("POST", path, {"email": NOBODY}, address=ELSEWHERE).json)
    assert len(mailbox.to(email)) - before == (10 if "reset" in path else 9)

    asked = call("POST", path, {"email": email}, address=HOME)

    assert (asked.status, asked.json) == (202, call("POST", path, {"email": NOBODY}, address=HOME).json)
    assert len(mailbox.to(email)) - before == (11 if "reset" in path else 10)
    assert call("POST", path, {"email": email}, address=ELSEWHERE).status == 202


def test_a_stranger_who_registers_an_address_again_and_again_leaves_it_to_its_owner(
    mailbox: Mailbox, clock: Clock
) -> None:
    for _ in range(10):
        assert call("POST", "/accounts/register/", NEW, address=ELSEWHERE).status == 201
        clock.move(minutes=10)
    refused = call("POST", "/accounts/register/", NEW, address=ELSEWHERE)
    assert (refused.status, int(refused.headers["Retry-After"])) == (429, (24 * 60 - 100) * 60)

    assert call("POST", "/accounts/register/", NEW, address=HOME).status == 201
    code = {"email": NEW["email"], "otp_code": mailbox.code(NEW["email"])}
    assert call("POST", "/accounts/verify-otp/", code, address=HOME).status == 200


def test_strangers_everywhere_have_thirty_codes_a_day_sent_and_the_owner_gets_more(
    shop: Shop, customer: Person, mailbox: Mailbox, clock: Clock
) -> None:
    assert log_in(customer.email, PASSWORD, HOME).status == 200
    before = len(mailbox.to(customer.email))

    def ask(source: int) -> int:
        return outcome(lambda: shop.credentials.ask_reset(customer.email, f"203.0.113.{source}"))

    with ThreadPoolExecutor(8) as threads:
        for _ in range(35):
            clock.move(minutes=1)
            assert set(threads.map(ask, range(8))) <= {200, 503}
    assert len(mailbox.to(customer.email)) - before == 30

    for mails in (31, 32):
        clock.move(minutes=1)
        call("POST", "/accounts/password/reset/", {"email": customer.email}, address=HOME)
        assert len(mailbox.to(customer.email)) - before == mails
    clock.move(days=1)
    call("POST", "/accounts/password/reset/", {"email": customer.email}, address=ELSEWHERE)
    assert len(mailbox.to(customer.email)) - before == 33


def test_a_client_of_ipv6_is_one_source_whatever_address_it_takes(customer: Person) -> None:
    for number in range(5):
        log_in(customer.email, address=f"2001:db8:1:2::{number:x}")

    assert log_in(customer.email, address="2001:db8:1:2:ffff::1").status == 429


def test_a_thousand_parallel_guesses_of_a_code_are_five(shop: Shop, mailbox: Mailbox) -> None:
    call("POST", "/accounts/register/", NEW)
    right = mailbox.code(NEW["email"])
    guesses = [f"{number:06}" for number in range(1001) if f"{number:06}" != right][:1000]

    def guess(code: str) -> int:
        return outcome(lambda: shop.registration.verify(NEW["email"], code))

    with ThreadPoolExecutor(32) as threads:
        statuses = Counter(threads.map(guess, guesses))

    assert set(statuses) <= {400, 503}
    item = shop.table.get(keys.otp(NEW["email"], OtpPurpose.VERIFY))
    assert item is not None
    assert item["tries"] == 5
    assert guess(right) == 400, "the code is dead"


@pytest.mark.parametrize("path", ["/accounts/verify-otp/", "/accounts/password/reset/confirm/"])
def test_one_source_cannot_try_codes_of_address_after_address(mailbox: Mailbox, path: str) -> None:
    new_password = {"new_password": "another long password"} if "reset" in path else {}
    for number in range(100):
        body = {"email": f"somebody{number}@example.com", "otp_code": "000000", **new_password}
        assert call("POST", path, body, address=ELSEWHERE).status == 400
    call("POST", "/accounts/register/", NEW)
    right = {"email": NEW["email"], "otp_code": mailbox.code(NEW["email"])}

    assert call("POST", path, body, address=ELSEWHERE).status == 429
    assert call("POST", "/accounts/verify-otp/", right, address=ELSEWHERE).status == 429
    assert call("POST", "/accounts/verify-otp/", right, address=HOME).status == 200


def forged(shop: Shop, person: Person, **changes: Any) -> str:
    """An access token signed by the shop's own key, but with other claims; None takes a claim away."""
    now = int(shop.clock().timestamp())
    claims = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": person.id,
        "typ": "access",
        "jti": "1",
        "sid": "1",
        "iat": now,
        "exp": now + 900,
        "staff": True,
        **changes,
    }
    key = shop.keyring.keys[0]
    kept = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode(kept, key.derive("tokens"), "HS256", {"kid": key.id})


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "another-shop"},
        {"aud": "another-api"},
        {"typ": "refresh"},
        {"typ": None},
        {"jti": None},
        {"sub": None},
        {"sid": None},
        {"exp": None},
        {"exp": 1},
        {"exp": "9999999999"},
    ],
    ids=str,
)
def test_a_token_with_a_wrong_claim_is_refused(shop: Shop, customer: Person, changes: dict[str, Any]) -> None:
    assert call("GET", "/user-stats/", token=forged(shop, customer)).status == 200, "the forgery itself is good"

    answer = call("GET", "/user-stats/", token=forged(shop, customer, **changes))

    assert answer.status == 401
    assert "Bearer" in answer.headers["WWW-Authenticate"]


def test_a_token_signed_by_nobody_or_by_another_is_refused(shop: Shop, customer: Person) -> None:
    good = forged(shop, customer)
    claims = jwt.decode(good, options={"verify_signature": False})
    key = shop.keyring.keys[0]
    head, body, signature = good.split(".")
    attacks = {
        "no algorithm": jwt.encode(claims, "", "none", {"kid": key.id}),
        "no signature": f"{head}.{body}.",
        "another key": jwt.encode(claims, b"0" * 32, "HS256", {"kid": key.id}),
        "another algorithm": jwt.encode(claims, key.derive("tokens") * 2, "HS512", {"kid": key.id}),
        "a key of another purpose": jwt.encode(claims, key.derive("cursors"), "HS256", {"kid": key.id}),
        "an unknown key": jwt.encode(claims, key.derive("tokens"), "HS256", {"kid": "../../dev/null"}),
        "no key's name": jwt.encode(claims, key.derive("tokens"), "HS256"),
        "another body": f"{head}.{body[:-4]}AAAA.{signature}",
    }

    assert {name: call("GET", "/user-stats/", token=token).status for name, token in attacks.items()} == dict.fromkeys(
        attacks, 401
    )


@pytest.mark.parametrize(
    "field", [{"email": "a@example.com\r\nBcc: b@example.com"}, {"username": "a\r\nb"}, {"first_name": "A\r\nBcc: b"}]
)
def test_nobody_writes_headers_of_mails(mailbox: Mailbox, field: dict[str, str]) -> None:
    answer = call("POST", "/accounts/register/", {**NEW, **field})

    assert (answer.status, [error["field"] for error in answer.json["errors"]]) == (400, list(field))
    assert not mailbox.sent


def test_a_mail_to_an_address_that_is_not_verified_holds_nothing_that_a_stranger_chose(
    mailbox: Mailbox, clock: Clock
) -> None:
    advert = "CHEAP-LOANS.example"
    call("POST", "/accounts/register/", {**NEW, "username": advert, "first_name": advert, "last_name": advert})
    clock.move(minutes=1)
    call("POST", "/accounts/resend-otp/", {"email": NEW["email"]})

    first, again = mailbox.to(NEW["email"])
    for mail in (first, again):
        assert "Hello,\n" in mail.text
        assert ">Hello,<" in mail.html
        assert advert.lower() not in f"{mail.subject}{mail.text}{mail.html}{mail.headers}".lower()


@pytest.mark.parametrize("field", ["is_staff", "is_superuser", "is_verified", "id", "date_joined", "password_hash"])
def test_nobody_sets_what_is_not_theirs_to_set(customer: Person, field: str) -> None:
    before = customer.account_now()

    registered = call("POST", "/accounts/register/", {**NEW, field: True})
    changed = customer.call("PATCH", "/accounts/profile/", {"first_name": "A", field: True})

    unknown = (400, [{"field": field, "message": f"There is no field {field}."}])
    assert (registered.status, registered.json["errors"]) == unknown
    if field == "password_hash":
        assert (changed.status, changed.json["errors"]) == unknown
    else:  # a profile may be sent back whole
        assert changed.status == 200
    assert replace(customer.account_now(), first_name="", version=before.version) == before


def test_names_that_look_alike_are_refused_or_the_same(mailbox: Mailbox) -> None:
    assert call("POST", "/accounts/register/", NEW).status == 201
    fullwidth = "".join(chr(ord(char) - ord("a") + 0xFF41) for char in "rahim")
    for name in (fullwidth, "RAHIM"):
        again = call("POST", "/accounts/register/", {**NEW, "email": "b@example.com", "username": name})
        assert again.json["code"] == "username_taken"

    for names in ({"username": "r\u0430him"}, {"email": "r\u0430him@example.com"}, {"email": "rahim@ex\u0430mple.com"}):
        refused = call("POST", "/accounts/register/", {**NEW, "username": "b", "email": "b@example.com", **names})
        assert (refused.status, refused.json["errors"][0]["field"]) == (400, next(iter(names)))
    for name in ("রহিম", "рахим", "ラヒム山"):
        body = {**NEW, "username": name, "email": f"{len(mailbox.sent)}@example.com"}
        assert call("POST", "/accounts/register/", body).status == 201


@pytest.mark.parametrize(
    "invisible", ["\u200c", "\u200d", "\u00ad", "\u034f", "\u115f", "\u3164", "\ufe0f", "\U000e0100"]
)
def test_a_username_has_no_character_that_nobody_sees(invisible: str) -> None:
    for name in (invisible, f"ra{invisible}him", f"rahim{invisible}"):
        refused = call("POST", "/accounts/register/", {**NEW, "username": name})
        assert (refused.status, [error["field"] for error in refused.json["errors"]]) == (400, ["username"]), name


@pytest.mark.parametrize("name", ["\u200b", "\u3164 \u200d", "\u202egnp.exe", "Rahim\u202e", "\u2067Rahim\u2069"])
def test_a_name_that_is_blank_or_turns_what_follows_around_is_refused(admin: Person, name: str) -> None:
    registered = call("POST", "/accounts/register/", {**NEW, "first_name": name})
    changed = admin.call("PATCH", "/accounts/profile/", {"last_name": name})
    added = admin.call("POST", "/products/", {"name": name, "price": 1})

    for answer, field in ((registered, "first_name"), (changed, "last_name"), (added, "name")):
        assert (answer.status, answer.json["errors"][0]["field"]) == (400, field)


@pytest.mark.parametrize("text", ["TRX\u202e1234", "\u2066R-1", "12 Lake Road\u202c"])
def test_a_reference_or_address_does_not_turn_what_stands_beside_it_around(
    customer: Person, product: int, text: str
) -> None:
    order = {"product": product, "first_installment_amount": 400, "installment_count": 3, "method": "cash"}
    refused = [
        *(customer.call("POST", "/purchases/create/", {**order, name: text}) for name in ("reference", "note")),
        customer.call("PATCH", "/accounts/profile/", {"address": text}),
    ]

    assert [answer.json["errors"][0]["field"] for answer in refused] == ["reference", "note", "address"]
    assert {answer.status for answer in refused} == {400}


def test_a_telephone_number_may_carry_what_it_was_copied_with(customer: Person) -> None:
    copied = "\u202a+880 1712-345678\u202c"

    assert customer.call("PATCH", "/accounts/profile/", {"phone": copied}).status == 200
    assert customer.call("GET", "/accounts/profile/").json["phone"] == "+8801712345678"


@pytest.mark.parametrize("name", ["শ্রীরা\u200dয়", "ক্\u200cষ", "ශ්\u200dරී", "❤\ufe0f Kettle"])
def test_names_of_people_and_products_keep_their_joiners(admin: Person, name: str) -> None:
    assert admin.call("PATCH", "/accounts/profile/", {"first_name": name}).status == 200
    assert admin.call("GET", "/accounts/profile/").json["first_name"] == name
    assert admin.call("POST", "/products/", {"name": name, "price": 1}).json["name"] == name


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("password123", "password_too_common"),
        ("Iloveyou2", "password_too_common"),
        ("InstallmentShop", "password_too_common"),
        ("Installments26!", "password_too_common"),
        ("rahim.uddin", "password_too_personal"),
        ("Rahim@Example.com", "password_too_personal"),
    ],
)
def test_a_password_that_is_easily_guessed_is_refused(customer: Person, password: str, code: str) -> None:
    new = {**NEW, "username": "rahim.uddin", "first_name": "Rahim", "last_name": "Uddin", "password": password}
    registered = call("POST", "/accounts/register/", new)
    body = {"old_password": PASSWORD, "new_password": customer.email if "personal" in code else password}
    changed = customer.call("POST", "/accounts/password/change/", body)

    assert (registered.status, registered.json["code"], registered.json["errors"][0]["field"]) == (
        400,
        code,
        "password",
    )
    assert (changed.status, changed.json["code"], changed.json["errors"][0]["field"]) == (400, code, "new_password")


@pytest.mark.parametrize("password", ["ā" * 128, "pass\0word" * 3, "🔑" * 100, "x" * 72 + "tail of it"])
def test_long_and_foreign_passwords_count_in_full(mailbox: Mailbox, password: str) -> None:
    assert call("POST", "/accounts/register/", {**NEW, "password": password}).status == 201
    call("POST", "/accounts/verify-otp/", {"email": NEW["email"], "otp_code": mailbox.code(NEW["email"])})

    assert log_in(NEW["email"], password[:-1]).status == 401
    assert log_in(NEW["email"], password).status == 200


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The rounds of bcrypt that were done, noted as they are."""
    done: list[int] = []
    check = bcrypt.checkpw

    def noted(password: bytes, kept: bytes) -> bool:
        done.append(2 ** int(kept[4:6]))
        return check(password, kept)

    monkeypatch.setattr(bcrypt, "checkpw", noted)
    return done


def test_a_hash_of_old_is_renewed_at_login_and_not_told_by_the_work(
    customer: Person, shop: Shop, work: list[int]
) -> None:
    dearer = replace(shop, settings=shop.settings.model_copy(update={"bcrypt_cost": 6}))
    dearer.sessions.log_in(customer.email, PASSWORD, HOME)
    work.clear()
    hashed = shop.accounts.by_email(customer.email)
    assert hashed is not None
    assert passwords.cost_of(hashed.password_hash) == 6

    dearest = replace(shop, settings=shop.settings.model_copy(update={"bcrypt_cost": 8}))
    rounds = []
    for email in (customer.email, NOBODY):
        with pytest.raises(Exception, match="wrong"):
            dearest.sessions.log_in(email, WRONG, HOME)
        rounds.append(sum(work))
        work.clear()

    assert rounds == [2**8, 2**8]
    assert dearest.sessions.log_in(customer.email, PASSWORD, HOME)


def test_nobodys_address_takes_as_long_as_a_wrong_password(
    customer: Person, shop: Shop, clock: Clock, work: list[int]
) -> None:
    slower = replace(shop, settings=shop.settings.model_copy(update={"bcrypt_cost": 8}))
    slower.sessions.log_in(customer.email, PASSWORD, HOME)
    calls: list[str] = []
    shop.table.client.meta.events.register("before-call.dynamodb", lambda model, **_: calls.append(model.name))
    taken = []
    for email in (customer.email, NOBODY):
        clock.move(hours=1)
        work.clear()
        calls.clear()
        with pytest.raises(Exception, match="wrong"):
            slower.sessions.log_in(email, WRONG, ELSEWHERE)
        taken.append((list(work), sorted(calls)))

    assert taken[0] == taken[1]
    assert taken[0][0] == [2**8]


def test_who_knows_a_code_of_one_purpose_has_none_of_the_other(mailbox: Mailbox, customer: Person) -> None:
    call("POST", "/accounts/password/reset/", {"email": customer.email})
    code = mailbox.code(customer.email)
    other = call("POST", "/accounts/verify-otp/", {"email": customer.email, "otp_code": code})

    assert other.json["code"] == "invalid_otp"


def test_a_new_session_does_not_outlive_a_password_that_changed_while_it_began(
    shop: Shop, customer: Person, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = shop.throttle.begin_login

    def slow(email: str, address: str) -> Any:
        door = real(email, address)
        clock.move(seconds=1)
        body = {"old_password": PASSWORD, "new_password": "another long password"}
        assert customer.call("POST", "/accounts/password/change/", body).status == 200
        return door

    monkeypatch.setattr(type(shop.throttle), "begin_login", lambda _self, email, address: slow(email, address))
    pair = log_in(customer.email, PASSWORD).json

    assert call("POST", "/accounts/token/refresh/", {"refresh": pair["refresh"]}).status == 401


def test_no_header_makes_another_source(customer: Person) -> None:
    headers = ("X-Forwarded-For", "X-Real-IP", "Forwarded", "True-Client-IP")
    for number in range(6):
        told = dict.fromkeys(headers, f"198.51.100.{number}")
        body = {"email": customer.email, "password": WRONG}
        answer = call("POST", "/accounts/login/", body, headers=told, address=ELSEWHERE)

    assert answer.status == 429


def test_behind_a_proxy_the_source_is_whom_the_proxy_saw_whatever_the_client_says(
    shop: Shop, serve: Serve, customer: Person
) -> None:
    serve(replace(shop, settings=shop.settings.model_copy(update={"proxies": 1})))

    def log_in_by_proxy(told: str, password: str) -> int:
        body, headers = {"email": customer.email, "password": password}, {"X-Forwarded-For": f"{told}, {PROXY}"}
        return call("POST", "/accounts/login/", body, headers=headers, address=PROXY).status

    assert log_in_by_proxy(HOME, PASSWORD) == 200
    for number in range(6):
        log_in_by_proxy(f"192.0.2.{number}, {ELSEWHERE}", WRONG)

    assert log_in_by_proxy(f"{HOME}, {ELSEWHERE}", PASSWORD) == 429
    assert log_in_by_proxy(HOME, PASSWORD) == 200
