"""What all pages have in common: sessions in cookies, forms of this site alone, languages, errors in words."""

import pytest

from shop.money import Language
from tests.api.conftest import PASSWORD, Person
from tests.support.clock import Clock
from tests.support.rest import call
from tests.support.visitor import Visitor

SIGN_IN = "/shop/account/sign-in"


def test_a_visitor_signs_in_and_out(visitor: Visitor, customer: Person) -> None:
    page = visitor.sign_in(customer.email, PASSWORD)

    assert "Sign out" in page.text
    page = visitor.send(page, "/shop/account/sign-out")
    assert ("You are signed out." in page.text, "Sign in" in page.text) == (True, True)
    assert set(visitor.cookies) == set()
    assert "You are signed out." not in visitor.open("/").text


def test_a_wrong_password_is_said_beside_the_form_and_the_address_stays(visitor: Visitor, customer: Person) -> None:
    page = visitor.sign_in(customer.email, "not the password")

    assert page.status == 401
    assert "The e-mail address or the password is wrong." in page.text
    assert ("email", customer.email) in page.form(SIGN_IN).fields
    assert "not the password" not in page.html


def test_whoever_is_not_signed_in_comes_back_to_the_page_after_it(visitor: Visitor, admin: Person) -> None:
    page = visitor.open("/admin/")

    assert page.path == f"{SIGN_IN}?next=%2Fadmin%2F"
    page = visitor.send(page, SIGN_IN, email=admin.email, password=PASSWORD)
    assert (page.path, page.status) == ("/admin/", 200)


def test_customers_do_not_get_to_the_desk(visitor: Visitor, customer: Person) -> None:
    visitor.sign_in(customer.email, PASSWORD)

    page = visitor.open("/admin/")

    assert (page.status, "Only admins may do this." in page.text) == (403, True)


def test_a_session_is_refreshed_unnoticed(visitor: Visitor, customer: Person, clock: Clock) -> None:
    visitor.sign_in(customer.email, PASSWORD)
    before = visitor.cookies["__Host-refresh"]
    clock.move(hours=1)

    assert "Sign out" in visitor.open("/").text
    assert visitor.cookies["__Host-refresh"] != before
    clock.move(days=8)
    assert "Sign in" in visitor.open("/").text
    assert set(visitor.cookies) == set()


def test_cookies_are_for_this_site_and_not_for_scripts(customer: Person) -> None:
    answer = call("POST", SIGN_IN, raw=f"email={customer.email}&password={PASSWORD}", headers=_OWN)

    cookies = answer.headers["Set-Cookie"].split(", ")
    assert [one.split("=")[0] for one in cookies] == ["__Host-access", "__Host-refresh"]
    assert all(one.endswith("; Secure; HttpOnly; SameSite=Lax") and "; Path=/;" in one for one in cookies)


_OWN = {"Sec-Fetch-Site": "same-origin"}


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "https://api.example.com"},
    ],
)
def test_a_form_of_another_site_is_refused(headers: dict[str, str], customer: Person) -> None:
    answer = call("POST", SIGN_IN, raw=f"email={customer.email}&password={PASSWORD}", headers=headers)

    assert (answer.status, answer.headers["Set-Cookie"]) == (403, "")


def test_browsers_without_fetch_metadata_send_the_origin(customer: Person) -> None:
    own = {"Origin": "https://api.example.com"}

    assert call("POST", SIGN_IN, raw=f"email={customer.email}&password={PASSWORD}", headers=own).status == 303


@pytest.mark.parametrize(
    "address", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/a b", "/\n/evil"]
)
def test_signing_in_leads_to_pages_of_this_site_only(address: str, visitor: Visitor, customer: Person) -> None:
    page = visitor.send(visitor.open(SIGN_IN), SIGN_IN, email=customer.email, password=PASSWORD, next=address)

    assert (page.path, page.status) == ("/", 200)


def test_pages_allow_nothing_but_their_own_files(visitor: Visitor) -> None:
    policy = visitor.open("/").headers["Content-Security-Policy"][0]

    assert "unsafe" not in policy
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert policy.endswith("form-action 'self'; base-uri 'none'; frame-ancestors 'none'")


def test_files_are_kept_for_a_year_and_only_there_by_their_names(visitor: Visitor) -> None:
    name = next(part for part in visitor.open("/").html.split('"') if part.endswith("pages.css"))

    answer = call("GET", name.removeprefix("/dev"))

    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/css; charset=utf-8")
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    for other in ("pages.css", "0000000000000000-pages.css", "0-..%2Fassets.py", "0-../assets.py"):
        assert visitor.open(f"/static/{other}").status == 404


def test_nothing_is_said_in_words(visitor: Visitor) -> None:
    page = visitor.open("/nothing/here")

    assert (page.status, "There is nothing at this address." in page.text) == (404, True)


def test_a_client_of_the_api_gets_a_problem_for_a_wrong_address() -> None:
    answer = call("GET", "/nothing/here", headers={"Origin": "https://shop.example.com"})

    assert (answer.status, answer.json["code"]) == (404, "not_found")
    assert answer.headers["Access-Control-Allow-Origin"] == "https://shop.example.com"


def test_what_was_blank_in_a_search_counts_as_not_sent(visitor: Visitor, product: int) -> None:
    page = visitor.open("/?search=&category=&ordering=")

    assert (page.status, "Rice Cooker" in page.text, product) == (200, True, 1)


def test_the_language_is_the_visitors_choice(visitor: Visitor, product: int) -> None:
    page = visitor.send(visitor.open("/"), "/shop/account/language", language=Language.BENGALI)

    assert ('<html lang="bn">' in page.html, "৳১,০০০.০০" in page.text, product) == (True, True, 1)
    assert '<html lang="en">' in visitor.send(page, "/shop/account/language", language="en").html


def test_an_old_frontends_link_with_two_slashes_leads_to_the_desk(visitor: Visitor, admin: Person) -> None:
    visitor.sign_in(admin.email, PASSWORD)

    assert visitor.open("//admin").path == "/admin"
