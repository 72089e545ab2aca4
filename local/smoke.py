"""See that a deployed shop answers: `python -m local.smoke --url …`. Changes nothing.

With SMOKE_EMAIL and SMOKE_PASSWORD, a customer kept for it logs in as well. Exits with 1 where something is not right.
"""

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import httpx

_ORIGIN = "https://smoke.example.com"

Check = Callable[[httpx.Client], None]


def _expect(answer: httpx.Response, status: int, *fields: str) -> Any:  # noqa: ANN401 - JSON
    """The body of an answer that has a status and fields. Raises AssertionError."""
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
    """Everybody may see how many products there are."""
    _expect(client.get("/public/global-summary/"), 200, "total_products")


def document(client: httpx.Client) -> None:
    """The API describes itself."""
    _expect(client.get("/openapi.json"), 200, "openapi", "paths")


def page(client: httpx.Client) -> None:
    """There is a page to try it."""
    answer = client.get("/docs/")
    assert answer.status_code == 200, answer.status_code
    assert "text/html" in answer.headers["content-type"]


def strangers(client: httpx.Client) -> None:
    """Who has not logged in is turned away, in the form of every refusal."""
    refused = _expect(client.get("/accounts/profile/"), 401, "code", "detail", "request_id")
    assert refused["code"] == "not_authenticated", refused["code"]


def quote(client: httpx.Client) -> None:
    """A plan that is not allowed is refused by the rules of the money."""
    body = {"product": "nothing", "first_installment_amount": -1, "installment_count": 0}
    _expect(client.post("/purchases/quote/", json=body), 400, "errors")


def preflight(client: httpx.Client) -> None:
    """Browsers may ask whether they may."""
    asked = {"Origin": _ORIGIN, "Access-Control-Request-Method": "POST"}
    answer = client.request("OPTIONS", "/accounts/login/", headers=asked)
    assert answer.status_code in (200, 204), answer.status_code


def login(client: httpx.Client) -> None:
    """A customer logs in, sees their figures, and logs out."""
    given = {"email": os.environ["SMOKE_EMAIL"], "password": os.environ["SMOKE_PASSWORD"]}
    pair = _expect(client.post("/accounts/login/", json=given), 200, "access", "refresh")
    own = {"Authorization": f"Bearer {pair['access']}"}
    _expect(client.get("/user/summary/", headers=own), 200)
    answer = client.post("/accounts/logout/", json={"refresh": pair["refresh"]}, headers=own)
    assert answer.status_code == 204, answer.status_code


def checks() -> Iterator[Check]:
    """What is checked, given what is known."""
    yield from (catalogue, figures, document, page, strangers, quote, preflight)
    if os.environ.get("SMOKE_EMAIL"):
        yield login
    else:
        print("skip  login: SMOKE_EMAIL and SMOKE_PASSWORD are not set")


def run(url: str) -> int:
    """How many checks fail."""
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


def url_of(stack: str) -> str:
    """The address of a stack's API."""
    (found,) = boto3.client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
    return str(next(output["OutputValue"] for output in found["Outputs"] if output["OutputKey"] == "ApiUrl"))


def main() -> int:
    """Check, and tell."""
    parser = argparse.ArgumentParser(description=__doc__)
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--url", help="the base URL of the API")
    where.add_argument("--stack", help="the stack on AWS whose API it is")
    given = parser.parse_args()
    return 1 if run(given.url or url_of(given.stack)) else 0


if __name__ == "__main__":
    sys.exit(main())
