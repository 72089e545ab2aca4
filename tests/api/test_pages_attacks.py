"""Attacks on the pages of every function. Pages and forms are read from the routes, so none is forgotten."""

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

import pytest

from shop.bootstrap import Shop
from tests.api.conftest import Person, Serve, signed_in
from tests.support.attacked import OF_CUSTOMERS, OF_STAFF, Attacked
from tests.support.clock import Clock
from tests.support.hostile import MARK, Read, formulas, hostile, short
from tests.support.mailbox import Mailbox
from tests.support.mails import Machinery
from tests.support.queues import Queues
from tests.support.rest import Answer, call
from tests.support.routes import Route, routes
from tests.support.visitor import Page, Visitor

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

PAGES, ACTS = routes("GET"), routes("POST")
ASKED = {"search": MARK, "from": "2026-11-01", "to": "2026-11-30", "day": "2026-11-23"}
"""What is asked for where a page has such a parameter, so that it shows what there is."""
PLAN = "quantity=1&installment_count=3&first_installment_amount=400&interval=weekly"
ORDER = {"first_installment_amount": 400, "installment_count": 3}
PICKED = ("quantity", "installment_count", "interval", "first_installment_amount", "suggested")
MAILED = r"https://api\.example\.com/dev/"
"""The addresses that mails lead to."""
DATA = "/shop/account/data"
OWN_FORM = {"Sec-Fetch-Site": "same-origin"}
BELONGING = {"customer_id", "purchase_id", "installment_id", "entry_id", "attempt_id"}
"""The parameters of paths that say whose a page is."""
FOREIGN_FORMS = [
    *({"Sec-Fetch-Site": site} for site in ("cross-site", "same-site", "none", "")),
    *({"Origin": origin} for origin in ("https://evil.example", "null", "https://api.example.com.evil.example")),
    {"Sec-Fetch-Site": "cross-site", "Origin": "https://api.example.com"},
    {"Referer": "https://api.example.com/dev/"},
    {},
]


@pytest.fixture
def attacked(
    shop: Shop, serve: Serve, clock: Clock, queues: Queues, admin: Person, registered: Callable[..., Person]
) -> Attacked:
    return Attacked(shop, serve, clock, Machinery(queues), admin, registered(username="-1+evil"))


@pytest.fixture
def staff(attacked: Attacked) -> Visitor:
    return signed_in(attacked.admin)


@pytest.fixture
def member(attacked: Attacked) -> Visitor:
    return signed_in(attacked.customer)


def is_of_staff(route: Route) -> bool:
    return route.endpoint.path.startswith("/admin")


def asked(route: Route, attacked: Attacked) -> Iterator[str]:
    """The addresses of a page with every example, and the first with each value of each of its choices."""
    known = {name: ASKED[name] for name in route.queries if name in ASKED}
    query = PLAN if route.endpoint.path.endswith("/checkout") else urlencode(known)
    first, *others = route.addresses(attacked.examples)
    yield from (first, f"{first}?{query}", *others)
    yield from (
        f"{first}?{urlencode({**known, name: one})}" for name, values in route.queries.items() for one in values
    )


def is_html(page: Page) -> bool:
    return page.headers["Content-Type"][0].startswith("text/html")


def injected(pages: Iterable[Page]) -> dict[str, list[str]]:
    """What in pages is not their own, or would be blocked by their policy."""
    found = {page.path: read.injected + read.inline for page in pages if is_html(page) and (read := Read(page.html))}
    return {path: wrong for path, wrong in found.items() if wrong}


def marks(pages: Iterable[Page]) -> set[str]:
    """The fields whose hostile texts pages show."""
    return {mark for page in pages if is_html(page) for mark in Read(page.html).marks}


def unguarded(status: int, path: str, sent: Mapping[str, list[str]]) -> list[str]:
    """What a browser is not told that it has to be."""
    headers = {name.lower(): ", ".join(values) for name, values in sent.items()}
    policy = dict((f"{part} ").split(" ", 1) for part in headers["content-security-policy"].split("; "))
    kept = "public, max-age=31536000, immutable" if path.startswith("/static/") and status == 200 else "no-store"
    faults = {
        "default": policy["default-src"] != "'none' ",
        "scripts": policy.get("script-src", "'self' ") != "'self' ",
        "styles": policy.get("style-src", "'self' ") != "'self' ",
        "framing": policy["frame-ancestors"] != "'none' ",
        "base": policy["base-uri"] != "'none' ",
        "forms": policy["form-action"] not in {"'self' ", "'none' "},
        "type": headers["x-content-type-options"] != "nosniff",
        "referrer": headers["referrer-policy"] not in {"same-origin", "no-referrer"},
        "transport": headers["strict-transport-security"] != "max-age=63072000; includeSubDomains",
        "cache": headers["cache-control"] != kept,
        "origins": "access-control-allow-origin" in headers,
        "cookies": not all(
            re.fullmatch(r"__Host-\w+=[^;]*; Path=/; Max-Age=\d+; Secure; HttpOnly; SameSite=Lax", one)
            for one in sent.get("Set-Cookie", ())
        ),
    }
    return [name for name, is_wrong in faults.items() if is_wrong]


def test_every_page_shows_texts_as_texts_and_is_guarded(
    attacked: Attacked, staff: Visitor, member: Visitor, mailbox: Mailbox
) -> None:
    pages = [(staff if is_of_staff(route) else member).open(path) for route in PAGES for path in asked(route, attacked)]

    assert injected(pages) == {}
    assert marks(pages) == OF_CUSTOMERS | OF_STAFF
    assert {one.path: found for one in pages if (found := unguarded(one.status, one.path, one.headers))} == {}
    files = [page for page in pages if page.headers["Content-Type"][0].startswith("text/csv")]
    assert {page.path: cells for page in files if (cells := formulas(page.html))} == {}
    starts = {cell.split(" ")[0] for page in files for row in csv.reader(io.StringIO(page.html)) for cell in row}
    assert {"'-1+evil", "'=1+1", "'+1", "'-1"} <= starts
    assert [Read(mail.html, own=MAILED).injected for mail in mailbox.sent] == [[]] * len(mailbox.sent)
    assert {"name", "first_name"} <= {mark for mail in mailbox.sent for mark in Read(mail.html).marks}


# Texts that come with the request


def reflected(route: Route, attacked: Attacked) -> Iterator[str]:
    """The first address of a page with a hostile text in each place in turn."""
    first, *_ = route.addresses(attacked.examples)
    yield from (f"{first}?{urlencode({name: short(name)})}" for name in (*route.queries, *PICKED, "next", MARK))
    values = {name: attacked.examples.get(name, ["notes"])[0] for name in route.path_parameters}
    yield from (route.with_values({**values, name: short(name)}) for name in values)


def test_nothing_that_a_request_contains_becomes_a_part_of_the_answer(
    attacked: Attacked, staff: Visitor, member: Visitor
) -> None:
    def visitor(route: Route) -> Visitor:
        return Visitor(dict((staff if is_of_staff(route) else member).cookies))

    pages = [visitor(route).open(path) for route in PAGES for path in reflected(route, attacked)]
    pages += [
        member.open(path) for path in (f"/{short('path')}", f"/shop/{short('path')}/a", f"/admin/{short('path')}")
    ]
    for name in ("toast", "language", "access"):
        pages.append(Visitor({f"__Host-{name}": quote(hostile(name))}).open("/"))
    for route in ACTS:
        first, *_ = route.addresses(attacked.examples)
        browser = visitor(route)
        browser.cookies["__Host-language"] = "bn"  # where errors are put together from texts and values
        texts = {name: hostile(name.replace(".", "_")) for name in (*route.fields, "next")}
        pages.append(browser.post(f"{first}?key={quote(short('key'))}", **texts))
        pages.append(browser.post(first, **{hostile("field"): "1"}))

    assert injected(pages) == {}
    assert marks(pages) >= {"search", "next", "email", "username", "reason", "reference", "note", "amount", "toast"}
    assert {page.path: found for page in pages if (found := unguarded(page.status, page.path, page.headers))} == {}


# Forms of other sites


def contents(engine: "DynamoDBClient", shop: Shop) -> list[str]:
    """All that is stored."""
    pages = engine.get_paginator("scan").paginate(TableName=shop.table.name)
    return sorted(json.dumps(item, sort_keys=True) for page in pages for item in page["Items"])


def sent(visitor: Visitor, path: str, headers: Mapping[str, str], **fields: str) -> Answer:
    cookie = "; ".join(f"{name}={value}" for name, value in visitor.cookies.items())
    form = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded", "Accept": "text/html", **headers}
    return call("POST", path, raw=urlencode(fields), headers=form)


def test_no_act_takes_a_form_of_another_site(
    admin: Person, customer: Person, product: int, shop: Shop, engine: "DynamoDBClient"
) -> None:
    bought = customer.call("POST", "/purchases/create/", {"product": product, **ORDER}).json
    examples = {"customer_id": [customer.id], "product_id": [f"{product}"], "purchase_id": [bought["id"]]}
    examples |= {name: ["x"] for name in ("user_id", "installment_id", "entry_id", "attempt_id", "token")}
    examples |= {name: ["x"] for name in ("payment", "mandate")}
    addresses = [address for route in ACTS for address in route.addresses(examples)]
    browsers = [signed_in(admin), signed_in(customer), Visitor()]
    before = contents(engine, shop)

    taken = [
        (address, headers)
        for address in addresses
        for browser in browsers
        for headers in FOREIGN_FORMS
        for answer in [sent(browser, address, headers)]
        if (answer.status, answer.headers["Set-Cookie"]) != (403, "")
        or "This form came from another site." not in answer.text
        or unguarded(403, address, {name: [value] for name, value in answer.headers.items() if value})
    ]

    assert taken == []
    assert contents(engine, shop) == before
    own = [sent(Visitor(), address, OWN_FORM) for address in addresses]
    assert not [answer.text for answer in own if "This form came from another site." in answer.text]


# What is another customer's


def test_what_is_a_customers_is_nobody_elses(
    attacked: Attacked, registered: Callable[..., Person], shop: Shop, engine: "DynamoDBClient"
) -> None:
    other, stranger = signed_in(registered()), Visitor()
    before = contents(engine, shop)
    form = {"amount": "10", "reason": "Mine now", "method": "cash", "text": "x", "quantity": "1"}

    guarded = [route for route in PAGES + ACTS if route.endpoint.check and BELONGING & {*route.path_parameters}]
    for route in guarded:
        for path in route.addresses(attacked.examples):
            given = {name: text for name, text in form.items() if name in route.fields}
            for visitor, allowed in ((other, {403, 404}), (stranger, {200})):
                is_act = route.endpoint.method == "POST"
                page = visitor.post(path, **given) if is_act else visitor.open(path)
                assert page.status in allowed, path
                assert visitor is other or page.path.startswith("/shop/account/sign-in?next="), path
                assert not Read(page.html).marks & {*OF_CUSTOMERS, *OF_STAFF}, path
                assert attacked.customer.email not in page.html, path
    own = [other.open(path) for path in ("/shop/purchases", "/shop/installments", "/shop/account/profile", DATA)]
    assert not [page.path for page in own if MARK in page.html]
    assert len(guarded) > 30
    assert contents(engine, shop) == before
