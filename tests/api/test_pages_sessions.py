"""Attacks on sessions of pages, on where pages lead, and on the links with which one pays without a session."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from urllib.parse import quote, urlencode, urljoin, urlsplit

import pytest

from shop.bootstrap import Shop
from tests.api.conftest import PASSWORD, Person, Serve, signed_in
from tests.support.mailbox import Mailbox
from tests.support.rest import Context, call, event, group_of
from tests.support.routes import routes
from tests.support.visitor import Visitor

ACCOUNT = "/shop/account"
SIGN_IN, SIGN_OUT, PROFILE = f"{ACCOUNT}/sign-in", f"{ACCOUNT}/sign-out", f"{ACCOUNT}/profile"
ACCESS, REFRESH = "__Host-access", "__Host-refresh"
SITE = "https://shop.example.com"
ELSEWHERE = [
    *("//evil.example", "///evil.example", "https://evil.example", "https:evil.example", "/\\evil.example"),
    *("\\\\evil.example", "%2F%2Fevil.example", "/%09/evil.example\t", "\t//evil.example", "/\t/evil.example"),
    *("/\n/evil.example", " //evil.example", "javascript:evil()", "/\r\nSet-Cookie: evil=1", "evil.example", "@evil"),
    *("//evil.example/%2e%2e", "//shop.example.com@evil.example", "/\u2028/evil.example", "/\u00a0evil", "/é"),
]
"""Places to go on with that are not of this site, or could not be in a header."""


# Sessions that another one began


def test_cookies_that_were_planted_are_not_the_session_afterwards(
    customer: Person, registered: Callable[..., Person]
) -> None:
    attacker = signed_in(registered())
    victim = Visitor(dict(attacker.cookies))

    assert (
        customer.email in victim.sign_in(customer.email, PASSWORD).html or customer.email in victim.open(PROFILE).html
    )

    assert not {attacker.cookies[name] for name in (ACCESS, REFRESH)} & {*victim.cookies.values()}
    assert customer.email not in attacker.open(PROFILE).html
    assert "Sign out" not in Visitor({REFRESH: attacker.cookies[REFRESH]}).open("/").text


@pytest.mark.parametrize("planted", ["nonsense", "a.b.c", "%00", '"', "eyJhbGciOiJub25lIn0.e30.", "x" * 3000])
def test_tokens_that_are_none_are_nobodys_and_do_not_hinder_signing_in(planted: str, customer: Person) -> None:
    visitor = Visitor({ACCESS: planted, REFRESH: planted})
    assert "Sign out" not in visitor.open("/").text

    visitor.sign_in(customer.email, PASSWORD)

    assert customer.email in visitor.open(PROFILE).html


@pytest.mark.parametrize(
    "smuggled",
    [
        *("access={}", "Host-access={}", "__Secure-access={}", "__host-access={}", "\u2000__Host-access={}"),
        *("x=1 __Host-access={}", "x=1, __Host-access={}", "x=1,__Host-access={}", "$Version=1 __Host-access={}"),
        *('x=" __Host-access={}', "x[__Host-access={}", "=__Host-access={}", "x=__Host-access={}", "__Host-access"),
    ],
)
def test_a_cookie_that_another_host_can_set_is_no_session(smuggled: str, customer: Person) -> None:
    token = signed_in(customer).cookies[ACCESS]
    assert "Sign out" in call("GET", "/", headers={"Cookie": f"x=1; {ACCESS}={token}; y=["}).text

    page = call("GET", "/", headers={"Cookie": smuggled.format(token)})

    assert (page.status, "Sign out" in page.text) == (200, False)


def test_a_token_of_the_wrong_kind_is_no_session(customer: Person) -> None:
    mine = signed_in(customer).cookies

    for cookies in ({ACCESS: mine[REFRESH]}, {REFRESH: mine[ACCESS]}):
        assert "Sign out" not in Visitor(cookies).open("/").text


def test_signing_out_ends_the_session_on_the_server(visitor: Visitor, customer: Person) -> None:
    page = visitor.sign_in(customer.email, PASSWORD)
    stolen = visitor.cookies[REFRESH]
    visitor.send(page, SIGN_OUT)

    assert "Sign out" not in Visitor({REFRESH: stolen}).open("/").text
    assert call("POST", "/accounts/token/refresh/", {"refresh": stolen}).status == 401


def test_signing_in_again_ends_the_session_before(visitor: Visitor, customer: Person) -> None:
    visitor.sign_in(customer.email, PASSWORD)
    before = visitor.cookies[REFRESH]

    visitor.sign_in(customer.email, PASSWORD)

    assert "Sign out" not in Visitor({REFRESH: before}).open("/").text
    assert "Sign out" in Visitor({REFRESH: visitor.cookies[REFRESH]}).open("/").text


def test_signing_out_works_with_the_cookies_of_two_sessions(
    customer: Person, registered: Callable[..., Person]
) -> None:
    visitor = signed_in(customer)
    visitor.cookies[REFRESH] = signed_in(registered()).cookies[REFRESH]

    page = visitor.send(visitor.open("/"), SIGN_OUT)

    assert ("You are signed out." in page.text, visitor.cookies) == (True, {})


# Leading elsewhere


def led_to(location: str) -> str:
    """The host that a browser goes to: it drops tabs and ends of lines, and reads a backslash as a slash."""
    assert location.isascii()
    seen = "".join(char for char in location.strip() if char not in "\t\r\n").replace("\\", "/")
    return urlsplit(urljoin(f"{SITE}{SIGN_IN}", seen)).netloc


@pytest.mark.parametrize("there", ELSEWHERE)
def test_nothing_leads_to_another_site(
    there: str, visitor: Visitor, customer: Person, shop: Shop, serve: Serve, mailbox: Mailbox
) -> None:
    serve(replace(shop, settings=shop.settings.model_copy(update={"public_url": SITE})))  # where paths begin with /
    new = {"username": "rahim", "email": "rahim@example.com", "password": PASSWORD}

    def location(path: str, **fields: str) -> str:
        headers = {"Sec-Fetch-Site": "same-origin", "Accept": "text/html"}
        return call("POST", path, raw=urlencode(fields), headers=headers).headers["Location"]

    assert led_to(location(SIGN_IN, email=customer.email, password=PASSWORD, next=there)) == "shop.example.com"
    chain = [location(f"{ACCOUNT}/sign-up", **new, next=there)]
    chain.append(location(f"{ACCOUNT}/verify", email=new["email"], otp_code=mailbox.code(new["email"]), next=there))
    chain.append(location(f"{ACCOUNT}/verify/again", email=new["email"], next=there))
    chain.append(location(f"{ACCOUNT}/language?{urlencode({'next': there})}", language="bn"))
    assert {led_to(one) for one in chain} == {"shop.example.com"}
    page = visitor.open(f"{SIGN_IN}?{urlencode({'next': there})}")
    assert dict(page.form(SIGN_IN).fields)["next"] == there
    assert all(led_to(form.action) == "shop.example.com" for form in page.forms)


@pytest.mark.parametrize(
    "path",
    [
        *("//evil.example", "///evil.example/", "//\\evil.example", "//evil.example/admin", "//evil.example//"),
        *("//%5cevil.example", "//\t/evil.example", "//@evil.example", "//.evil.example/..//", "/////evil.example"),
    ],
)
def test_two_slashes_lead_to_a_page_of_this_site(path: str, shop: Shop, serve: Serve) -> None:
    serve(replace(shop, settings=shop.settings.model_copy(update={"public_url": SITE})))
    request = {**event("GET", "/"), "path": path}

    answer = group_of("/").handler(request, Context())

    assert (answer["statusCode"], led_to(answer["multiValueHeaders"]["Location"][0])) == (303, "shop.example.com")


def test_whatever_needs_a_session_leads_to_the_form_to_sign_in_of_this_site(shop: Shop, serve: Serve) -> None:
    serve(replace(shop, settings=shop.settings.model_copy(update={"public_url": SITE})))
    guarded = [one for one in (*routes("GET"), *routes("POST")) if one.endpoint.check]

    for route in guarded:
        path = route.with_values(dict.fromkeys(route.path_parameters, quote("\\evil.example")))
        headers = {"Sec-Fetch-Site": "same-origin", "Accept": "text/html"}
        answer = call(route.endpoint.method, path, headers=headers, raw="")
        assert (answer.status, led_to(answer.headers["Location"])) == (303, "shop.example.com"), path
        assert answer.headers["Location"].startswith(f"{SIGN_IN}?next=%2F"), path
    assert guarded


# Links with which one pays


def token(shop: Shop, person: Person, through: str = "2026-12-31") -> str:
    return shop.pay_links.token(person.id, date.fromisoformat(through), shop.clock())


def bought(person: Person, product: int, reference: str) -> str:
    order = {"product": product, "first_installment_amount": 400, "installment_count": 2, "interval": "weekly"}
    said = {"method": "cash", "reference": reference, "note": "A private note"}
    return str(person.call("POST", "/purchases/create/", {**order, **said}).json["installments"][1]["id"])


def test_parts_of_two_links_are_no_link(
    visitor: Visitor, customer: Person, registered: Callable[..., Person], product: int, shop: Shop
) -> None:
    mine, other = token(shop, customer), token(shop, registered(), "2027-12-31")
    bought(customer, product, "R-1")
    assert "Rice Cooker" in visitor.open(f"/pay/{mine}").text

    for position in range(4):
        parts = mine.split("-")
        parts[position] = other.split("-")[position]
        swapped = "-".join(parts)
        page = visitor.open(f"/pay/{swapped}")
        assert (swapped == mine, page.status == 404, "Rice Cooker" in page.html) in {
            (False, True, False),
            (True, False, True),  # the end of both is the same
        }


def test_a_link_shows_nothing_else_of_the_customer(
    visitor: Visitor, customer: Person, registered: Callable[..., Person], admin: Person, product: int, shop: Shop
) -> None:
    contact = {"first_name": "Mina", "last_name": "Akter", "phone": "+8801712345678", "address": "12 Lake Road"}
    customer.call("PATCH", "/accounts/profile/", contact)
    later = admin.call("POST", "/products/", {"name": "Sewing Machine", "price": 1000}).json["id"]
    bought(customer, product, "TRX-1")
    order = {"product": later, "first_installment_amount": 400, "installment_count": 2, "interval": "monthly"}
    customer.call("POST", "/purchases/create/", order)
    admin.call("POST", f"/purchases/customers/{customer.id}/notes/", {"text": "Pays late"})
    link = f"/pay/{token(shop, customer, '2026-12-01')}"

    page = visitor.open(link)
    refused = visitor.post(f"{link}/{bought(registered(), product, 'TRX-2')}", amount="600")

    assert ("Rice Cooker" in page.text, "৳600.00" in page.text, refused.status) == (True, True, 404)
    hidden = (*contact.values(), customer.username, customer.email, "Sewing Machine", "TRX-", "private", "Pays late")
    for one in (page, refused):
        assert [text for text in hidden if text in one.html] == []
    assert not {ACCESS, REFRESH} & {*visitor.cookies}
    assert visitor.open("/shop/purchases").path.startswith(SIGN_IN)
