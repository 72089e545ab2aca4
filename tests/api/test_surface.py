"""Rules for all endpoints: problem details, bodies, CORS, lists."""

import re
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest

from contract.document import document
from shop.bootstrap import Shop
from shop.dynamodb.table import Contended, Table
from tests.api.conftest import Person, Serve
from tests.support.clock import Clock
from tests.support.rest import Context, call, event, group_of

ORIGIN = {"Origin": "https://admin.example.com"}
BODIES = [
    ("POST", "/accounts/register/"),
    ("POST", "/accounts/verify-otp/"),
    ("POST", "/accounts/login/"),
    ("PATCH", "/accounts/profile/"),
    ("POST", "/accounts/resend-otp/"),
    ("POST", "/accounts/token/refresh/"),
    ("POST", "/accounts/logout/"),
    ("POST", "/accounts/password/change/"),
    ("POST", "/accounts/password/reset/"),
    ("POST", "/accounts/password/reset/confirm/"),
    ("PATCH", "/accounts/users/01ARZ3NDEKTSV4RRFFQ69G5FAV/"),
    ("POST", "/products/"),
    ("PUT", "/products/01ARZ3NDEKTSV4RRFFQ69G5FAV/"),
    ("PATCH", "/products/01ARZ3NDEKTSV4RRFFQ69G5FAV/"),
    ("PUT", "/products/01ARZ3NDEKTSV4RRFFQ69G5FAV/picture/"),
    ("POST", "/purchases/create/"),
    ("POST", "/purchases/quote/"),
    ("POST", "/purchases/01ARZ3NDEKTSV4RRFFQ69G5FAV/payoff/"),
    ("POST", "/purchases/01ARZ3NDEKTSV4RRFFQ69G5FAV/cancel/"),
    *(
        ("POST", f"/purchases/01ARZ3NDEKTSV4RRFFQ69G5FAV/{act}/")
        for act in (
            *("payments", "fee-waivers", "goodwill", "due-dates", "plans", "returns", "refunds", "write-off"),
            "reversals",
        )
    ),
    ("POST", "/accounts/users/"),
    ("POST", "/purchases/customers/01ARZ3NDEKTSV4RRFFQ69G5FAV/purchases/"),
    ("POST", "/purchases/customers/01ARZ3NDEKTSV4RRFFQ69G5FAV/block/"),
    ("POST", "/purchases/customers/01ARZ3NDEKTSV4RRFFQ69G5FAV/credit-limit/"),
    ("POST", "/installments/pay/01ARZ3NDEKTSV4RRFFQ69G5FAV/"),
]
LISTS = [
    "/accounts/users/",
    "/products/",
    "/products/?category=x",
    "/products/categories/",
    "/purchases/",
    "/purchases/my/",
    "/installments/",
    "/reports/payment-summary/weekly/",
    "/reports/payment-summary/monthly/",
    "/reports/payments/",
    "/purchases/journal/?customer=x",
    "/reports/journal/?from=2026-11-01&to=2026-11-30",
]


@pytest.mark.parametrize(
    "raw",
    [
        None,
        "",
        "null",
        "[]",
        "7",
        '"text"',
        "{",
        '{"a": NaN}',
        '{"amount": 1e99999999999999999999}',
        '{"price": 1e400, "amount": 1e400, "first_installment_amount": 1e400}',
        '{"amount": ' + "9" * 5000 + "}",
        "[" * 60_000,
        '{"email": "\\ud800", "name": "\\ud800", "username": "\\ud800"}',
        '{"email": {}, "username": [], "password": 1, "name": false, "price": [], "product": {}, "amount": null}',
        '{"' + "x" * 70_000 + '": 1}',
        '{"email": "a@example.com", "email": "b@example.com"}',
    ],
    ids=lambda raw: "none" if raw is None else raw[:16],
)
def test_a_bad_body_is_a_400_that_says_why_wherever_it_is_sent(admin: Person, raw: str | None) -> None:
    for method, path in BODIES:
        answer = admin.call(method, path, raw=raw)

        assert answer.status == 400, (method, path, answer.text)
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.json["errors"], (method, path)
        assert answer.json["detail"], (method, path)
        assert answer.json["request_id"] == "11111111-1111-1111-1111-111111111111"


@pytest.mark.parametrize("media_type", ["application/json; charset=utf-8", "", "application/x-www-form-urlencoded"])
def test_a_body_is_read_as_json_whatever_it_is_said_to_be(media_type: str) -> None:
    credentials = {"email": "nobody@example.com", "password": "a long password"}

    answer = call("POST", "/accounts/login/", credentials, headers={"content-type": media_type})

    assert (answer.status, answer.json["code"]) == (401, "invalid_credentials")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("page_size=5&page_size=50", "page_size"),
        ("page_size=0", "page_size"),
        ("page_size=101", "page_size"),
        ("page_size=x", "page_size"),
        ("cursor=x", "cursor"),
        ("cursor=%00", "cursor"),
        ("cursor=" + "A" * 80, "cursor"),
        ("cursor=é", "cursor"),
    ],
)
def test_a_bad_parameter_is_named_by_every_list(admin: Person, query: str, field: str) -> None:
    for path in LISTS:
        answer = admin.call("GET", f"{path}{'&' if '?' in path else '?'}{query}")

        assert answer.status == 400, (path, answer.text)
        assert [error["field"] for error in answer.json["errors"]] == [field], path


@pytest.mark.parametrize(
    ("url", "field"),
    [
        ("/products/?ordering=nonsense", "ordering"),
        ("/products/?search=" + "x" * 101, "search"),
        ("/products/?category=", "category"),
        ("/products/?category=" + "x" * 61, "category"),
        ("/products/?min_price=cheap", "min_price"),
        ("/products/?max_price=-1", "max_price"),
        ("/products/?max_price=1e3", "max_price"),
        ("/products/?min_price=1.005", "min_price"),
        ("/products/?available=perhaps", "available"),
        ("/purchases/my/?status=late", "status"),
        ("/purchases/?status=late", "status"),
        ("/installments/?status=late", "status"),
        ("/reports/payment-summary/weekly/?format=xml", "format"),
        ("/reports/payments/?day=yesterday", "day"),
        ("/reports/payments/?method=gold", "method"),
        ("/reports/till/?day=2026-13-01", "day"),
        ("/reports/journal/?from=2026-11-01&to=2026-12-02", "to"),
        ("/reports/journal/?from=2026-11-02&to=2026-11-01", "to"),
        ("/reports/journal/?to=2026-11-01", "from"),
        ("/purchases/journal/", "customer"),
    ],
)
def test_a_filter_that_is_none_is_named(admin: Person, url: str, field: str) -> None:
    answer = admin.call("GET", url)

    assert (answer.status, answer.json["errors"][0]["field"]) == (400, field)


OPERATIONS = [(method.upper(), path) for path, operations in document()["paths"].items() for method in operations]


def test_a_parameter_that_an_endpoint_does_not_have_is_named(admin: Person) -> None:
    for method, path in OPERATIONS:
        url = re.sub(r"\{\w+\}", "01ARZ3NDEKTSV4RRFFQ69G5FAV", path)

        answer = admin.call(method, f"{url}?page=2&max_weight=1", {})

        assert (answer.status, answer.json["code"]) == (400, "invalid_input"), (method, path)
        for name in ("page", "max_weight"):
            assert {"field": name, "message": f"There is no parameter {name}."} in answer.json["errors"], (method, path)


@pytest.mark.parametrize("url", ["/openapi.json?v=2", "/docs/?utm_source=mail", "/docs/docs.css?v=2"])
def test_a_page_for_people_is_shown_whatever_is_added_to_its_link(url: str) -> None:
    assert call("GET", url).status == 200


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_parameter_that_is_missing_is_named(method: str) -> None:
    answer = call(method, "/accounts/unsubscribe/")

    assert (answer.status, answer.json["errors"]) == (
        400,
        [{"field": "token", "message": "The token is missing."}],
    )


def test_a_header_in_several_lines_is_one_value(customer: Person, product: int) -> None:
    order = {"product": product, "first_installment_amount": 400, "installment_count": 3}
    request = event("POST", "/purchases/create/", body=order, headers={"authorization": f"Bearer {customer.token}"})
    request["multiValueHeaders"]["Idempotency-Key"] = ["a", "b"]
    first, again = (group_of("/purchases").handler(request, Context()) for _ in range(2))
    request["multiValueHeaders"]["authorization"] *= 2

    assert (first["statusCode"], again["multiValueHeaders"]["Idempotency-Replayed"]) == (201, ["true"])
    assert group_of("/purchases").handler(request, Context())["statusCode"] == 401


@pytest.mark.parametrize(
    "url", ["/products/x", "/products/%F0%9F%8D%9A", "/products/' OR 1=1", "/purchases/?customer=x&search=%25"]
)
def test_nonsense_in_a_path_or_query_finds_nothing(admin: Person, url: str) -> None:
    answer = admin.call("GET", url)

    assert answer.status == 404 or answer.json == []


def test_an_unknown_path_is_a_404_problem() -> None:
    answer = call("GET", "/accounts/nothing/", headers=ORIGIN)

    assert (answer.status, answer.json["code"]) == (404, "not_found")
    assert answer.headers["Access-Control-Allow-Origin"] == "https://admin.example.com"


def test_preflights_and_errors_carry_cors_for_the_configured_origins_alone() -> None:
    preflight = call("OPTIONS", "/accounts/login/", headers=ORIGIN)
    assert preflight.status == 204
    assert preflight.headers["Access-Control-Allow-Origin"] == "https://admin.example.com"
    assert "POST" in preflight.headers["Access-Control-Allow-Methods"]
    assert {"Authorization", "Content-Type", "Idempotency-Key"} <= set(
        preflight.headers["Access-Control-Allow-Headers"].split(",")
    )
    refused = call("GET", "/accounts/profile/", headers=ORIGIN)
    assert (refused.status, refused.headers["Access-Control-Allow-Origin"]) == (401, "https://admin.example.com")
    foreign = call("GET", "/accounts/profile/", headers={"Origin": "https://evil.example.com"})
    assert "Access-Control-Allow-Origin" not in foreign.headers


def test_who_may_not_call_learns_nothing_of_what_a_call_looks_like(customer: Person) -> None:
    assert call("POST", "/products/", raw="{").status == 401
    assert customer.call("POST", "/products/", raw="{").status == 403


def test_a_busy_table_is_a_503_that_may_be_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*_: object, **__: object) -> None:
        raise Contended("busy")

    monkeypatch.setattr(Table, "get", busy)

    answer = call("GET", "/public/global-summary/")

    assert (answer.status, answer.json["code"], answer.headers["Retry-After"]) == (503, "try_again", "1")


def test_a_defect_is_a_500_problem_that_tells_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("internals")

    monkeypatch.setattr(Table, "get", broken)

    answer = call("GET", "/public/global-summary/", headers=ORIGIN)

    assert (answer.status, answer.json["code"]) == (500, "internal_error")
    assert "internals" not in answer.text
    assert answer.headers["Access-Control-Allow-Origin"] == "https://admin.example.com"


def _follow(person: Person, url: str | None) -> tuple[list[int], list[str | None]]:
    """The ids on every page from a URL on, and the URLs back from each."""
    found: list[int] = []
    back: list[str | None] = []
    while url:
        page = person.call("GET", url)
        found += [row["id"] for row in page.json]
        back.append(page.link("prev"))
        url = page.link("next")
    return found, back


@pytest.mark.parametrize("ordering", ["name", "-name", "price", "-price", "created", "-created"])
def test_the_catalogue_pages_both_ways_in_every_order(admin: Person, clock: Clock, ordering: str) -> None:
    names = ["Ébène", "banana", "Cherry", "apple", "Date"]
    ids = {}
    for price, name in enumerate(names, start=8):
        ids[name] = admin.call("POST", "/products/", {"name": name, "price": price}).json["id"]
        clock.move(seconds=1)
    by_name = ["apple", "banana", "Cherry", "Date", "Ébène"]
    expected = [ids[name] for name in (by_name if "name" in ordering else names)]
    if ordering.startswith("-"):
        expected.reverse()

    forward, back = _follow(admin, f"/products/?ordering={ordering}&page_size=2")

    assert forward == expected
    assert back[0] is None
    page = admin.call("GET", back[-1] or "")
    assert [one["id"] for one in page.json] == expected[2:4]
    assert page.links["next"].startswith(f"https://api.example.com/dev/products/?ordering={ordering}&page_size=2&")


@pytest.mark.parametrize(
    ("search", "names"),
    [
        ("creme", ["Crème Brûlée Set"]),
        ("BRU", ["Crème Brûlée Set"]),
        ("set cre", ["Crème Brûlée Set"]),
        ("rulee", []),
        ("ফ্যান", ["ওয়ালটন সিলিং ফ্যান"]),
        ("", ["Rice Cooker 1.8", "ওয়ালটন সিলিং ফ্যান", "Crème Brûlée Set"]),
    ],
)
def test_live_search_finds_the_beginning_of_any_word(
    admin: Person, clock: Clock, search: str, names: list[str]
) -> None:
    for name in ("Crème Brûlée Set", "ওয়ালটন সিলিং ফ্যান", "Rice Cooker 1.8"):
        admin.call("POST", "/products/", {"name": name, "price": 1})
        clock.move(seconds=1)

    page = call("GET", f"/products/?search={search}")

    assert [one["name"] for one in page.json] == names
    assert page.count == len(names)


@pytest.mark.parametrize("path", ["/products/", "/accounts/users/", "/purchases/", "/purchases/my/", "/installments/"])
def test_a_search_without_a_word_finds_nothing_and_a_blank_one_everything(
    admin: Person, product: int, path: str
) -> None:
    order = {"product": product, "first_installment_amount": 1000, "installment_count": 1}
    assert admin.call("POST", "/purchases/create/", order).status == 201

    found = {search: admin.call("GET", f"{path}?search={search}").count for search in ("", "%20%20", "...", "-")}
    both = admin.call("GET", f"{path}?search=...+rice")

    assert found == {"": 1, "%20%20": 1, "...": 0, "-": 0}
    assert both.count == (0 if "users" in path else 1)
    assert admin.call("GET", path).count == 1


def test_a_cursor_is_good_for_its_own_list_and_caller_alone(admin: Person, registered: Callable[..., Person]) -> None:
    other = registered(staff=True)
    for number in range(3):
        admin.call("POST", "/products/", {"name": f"Product {number}", "price": 1})
    cursor = parse_qs(urlsplit(call("GET", "/products/?page_size=1").links["next"]).query)["cursor"][0]

    assert call("GET", f"/products/?page_size=2&cursor={cursor}").status == 200
    assert call("GET", f"/products/?ordering=price&cursor={cursor}").status == 400
    assert admin.call("GET", f"/purchases/?cursor={cursor}").status == 400
    report = "/reports/payment-summary/weekly/?page_size=1"
    own = parse_qs(urlsplit(admin.call("GET", report).links["next"]).query)["cursor"][0]
    assert admin.call("GET", f"{report}&cursor={own}").status == 200
    assert other.call("GET", f"{report}&cursor={own}").status == 400


def test_products_are_kept_by_admins_and_read_by_everybody(admin: Person, customer: Person) -> None:
    created = admin.call("POST", "/products/", {"name": " Kettle ", "price": "1234.5", "description": "steel"})
    assert created.status == 201
    product = created.json["id"]
    assert call("GET", f"/products/{product}/").json == {
        "id": product,
        "name": "Kettle",
        "description": "steel",
        "price": 1234.5,
        "price_on_plan": 1234.5,
        "stock": None,
        "category": None,
        "sku": None,
        "terms": None,
        "picture": None,
    }
    assert customer.call("PATCH", f"/products/{product}/", {"price": 1}).status == 403
    assert call("DELETE", f"/products/{product}/").status == 401
    assert admin.call("PATCH", f"/products/{product}/", {"price": "0.001"}).status == 400
    assert admin.call("PATCH", f"/products/{product}/", {"name": None}).status == 400
    assert admin.call("PUT", f"/products/{product}/", {"name": "Pot", "price": 2}).json["description"] == ""
    assert call("GET", "/public/global-summary/").json == {"total_products": 1}

    gone = admin.call("DELETE", f"/products/{product}/")
    assert (gone.status, gone.text) == (204, "")
    assert call("GET", f"/products/{product}/").status == 404
    assert admin.call("DELETE", f"/products/{product}/").status == 404
    assert call("GET", "/products/").json == []
    assert call("GET", "/public/global-summary/").json == {"total_products": 0}


@pytest.mark.parametrize("list_or_item", ["list", "item"])
def test_public_reads_of_products_may_be_kept_until_they_change(admin: Person, product: int, list_or_item: str) -> None:
    url = "/products/?page_size=5" if list_or_item == "list" else f"/products/{product}/"
    first = call("GET", url)
    assert "public" in first.headers["Cache-Control"]

    for known in (first.headers["ETag"], f'"other", W/{first.headers["ETag"]}', "*"):
        kept = call("GET", url, headers={"If-None-Match": known})
        assert (kept.status, kept.text, kept.headers["ETag"]) == (304, "", first.headers["ETag"])

    admin.call("PATCH", f"/products/{product}/", {"price": 2})
    changed = call("GET", url, headers={"If-None-Match": first.headers["ETag"]})
    assert changed.status == 200
    assert changed.headers["ETag"] != first.headers["ETag"]


LIGATURE = "\ufdfa"  # one character that stands for eighteen


def test_a_text_that_grows_when_normalised_is_no_defect(admin: Person) -> None:
    login = call("POST", "/accounts/login/", {"email": LIGATURE * 254, "password": "a password"})
    new = {"username": LIGATURE * 150, "email": "long@example.com", "password": "a long password"}

    assert login.status == 401
    assert call("POST", "/accounts/register/", new).status == 400
    assert call("GET", f"/products/?search={LIGATURE * 100}").status == 200
    for name in (LIGATURE * 255, "\U00020000" * 255):
        assert admin.call("POST", "/products/", {"name": name, "price": 1}).status == 201
    assert call("GET", "/products/?ordering=name&page_size=1").links["next"]


@pytest.mark.parametrize("field", ["quantity", "installment_count"])
@pytest.mark.parametrize("number", ["1e28", "1e999999999"])
def test_a_count_nobody_can_mean_is_refused_at_once(field: str, number: str) -> None:
    other = {"quantity": "installment_count", "installment_count": "quantity"}[field]
    raw = f'{{"product": 1, "first_installment_amount": 1, "{other}": 1, "{field}": {number}}}'

    answer = call("POST", "/purchases/quote/", raw=raw)

    named = field if number == "1e28" else "body"
    assert (answer.status, answer.json["errors"][0]["field"]) == (400, named)


@pytest.mark.parametrize(
    ("method", "url"),
    [
        ("GET", "/public/global-summary/"),
        ("GET", "/accounts/profile/"),
        ("GET", "/products/nothing/"),
        ("GET", "/accounts/nothing/"),
        ("POST", "/accounts/login/"),
        ("OPTIONS", "/accounts/login/"),
        ("GET", "/reports/payment-summary/weekly/?format=csv"),
    ],
)
def test_no_answer_is_kept_framed_or_taken_for_what_it_is_not(admin: Person, method: str, url: str) -> None:
    headers = admin.call(method, url).headers

    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains"
    assert {"default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"} <= set(
        headers["Content-Security-Policy"].split("; ")
    )


def test_a_page_of_the_api_may_have_styles_and_forms_but_no_scripts(
    shop: Shop, admin: Person, customer: Person, product: int, serve: Serve
) -> None:
    logo = shop.settings.model_copy(update={"shop_logo": "https://cdn.example.com/logo.png"})
    serve(replace(shop, settings=logo))
    order = {"product": product, "first_installment_amount": 400, "installment_count": 3}
    bought = customer.call("POST", "/purchases/create/", order).json["id"]
    receipt = admin.call("GET", f"/purchases/{bought}/journal/").json[0]["id"]
    leave = f"/accounts/unsubscribe/?token={shop.unsubscribing.token(customer.id)}"

    for method, url in (
        ("GET", f"/purchases/{bought}/receipts/{receipt}/?format=html"),
        ("GET", leave),
        ("POST", leave),
    ):
        page = customer.call(method, url)
        assert ("style=" in page.text, "<script" in page.text) == (True, False)
        assert ("<form" in page.text) == ((method, url) == ("GET", leave))
        assert set(page.headers["Content-Security-Policy"].split("; ")) == {
            *("default-src 'none'", "style-src 'unsafe-inline'", "img-src https://cdn.example.com"),
            *("form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'"),
        }


@pytest.mark.parametrize("method", ["TRACE", "HEAD", "CONNECT", "PROPFIND", "DELETE"])
def test_a_method_that_a_path_does_not_have_is_a_404(method: str) -> None:
    assert call(method, "/accounts/login/").status == 404
