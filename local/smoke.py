"""The smoke test: checks that a deployed shop answers, without changing anything.

With SMOKE_EMAIL and SMOKE_PASSWORD in the environment, a customer who exists for this purpose logs in as well.
"""

import os
from collections.abc import Callable, Iterator
from typing import Any

import httpx

_ORIGIN = "https://smoke.example.com"

Check = Callable[[httpx.Client], None]


def _expect(answer: httpx.Response, status: int, *fields: str) -> Any:  # noqa: ANN401 - JSON
    """Return the body of an answer. Raises AssertionError when it has another status or lacks a field."""
    assert answer.status_code == status, f"{answer.status_code} instead of {status}: {answer.text[:200]}"
    body = answer.json()
    missing = [field for field in fields if field not in body]
    assert not missing, f"{', '.join(missing)} missing"
    return body


def catalogue(client: httpx.Client) -> None:
    """The catalogue is listed."""
    answer = client.get("/products/?page_size=1")
    assert isinstance(_expect(answer, 200), list), "no list"
    assert answer.headers["x-total-count"].isdigit(), "no count"


def figures(client: httpx.Client) -> None:
    """The public summary counts the products."""
    _expect(client.get("/public/global-summary/"), 200, "total_products")


def document(client: httpx.Client) -> None:
    """The OpenAPI document is served."""
    _expect(client.get("/openapi.json"), 200, "openapi", "paths")


def page(client: httpx.Client) -> None:
    """The docs page is served."""
    answer = client.get("/docs/")
    assert answer.status_code == 200, answer.status_code
    assert "text/html" in answer.headers["content-type"]


def strangers(client: httpx.Client) -> None:
    """A request without a login is refused as a problem."""
    refused = _expect(client.get("/accounts/profile/"), 401, "code", "detail", "request_id")
    assert refused["code"] == "not_authenticated", refused["code"]


def quote(client: httpx.Client) -> None:
    """A plan that breaks the rules is refused."""
    body = {"product": "nothing", "first_installment_amount": -1, "installment_count": 0}
    _expect(client.post("/purchases/quote/", json=body), 400, "errors")


def preflight(client: httpx.Client) -> None:
    """A browser's preflight request is answered."""
    asked = {"Origin": _ORIGIN, "Access-Control-Request-Method": "POST"}
    answer = client.request("OPTIONS", "/accounts/login/", headers=asked)
    assert answer.status_code in (200, 204), answer.status_code


def login(client: httpx.Client) -> None:
    """A customer logs in, reads a summary and logs out."""
    credentials = {"email": os.environ["SMOKE_EMAIL"], "password": os.environ["SMOKE_PASSWORD"]}
    pair = _expect(client.post("/accounts/login/", json=credentials), 200, "access", "refresh")
    own = {"Authorization": f"Bearer {pair['access']}"}
    _expect(client.get("/user/summary/", headers=own), 200)
    answer = client.post("/accounts/logout/", json={"refresh": pair["refresh"]}, headers=own)
    assert answer.status_code == 204, answer.status_code


def checks() -> Iterator[Check]:
    """Yield the checks; the login only when its credentials are known."""
    yield from (catalogue, figures, document, page, strangers, quote, preflight)
    if os.environ.get("SMOKE_EMAIL"):
        yield login
    else:
        print("skip  login: SMOKE_EMAIL and SMOKE_PASSWORD are not set")


def run(url: str) -> int:
    """Run the checks, print a line for each, and return how many failed."""
    failed = 0
    with httpx.Client(base_url=url, timeout=30) as client:
        for check in checks():
            try:
                check(client)
            except (AssertionError, httpx.HTTPError, KeyError, ValueError) as error:
                failed += 1
                print(f"FAIL  {check.__doc__}: {error}")
            else:
                print(f"ok    {check.__doc__}")
    return failed
