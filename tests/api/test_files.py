"""Every list as a file for spreadsheets: the rows of the JSON, page by page."""

import csv
import io
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from contract.document import document
from shop.bootstrap import Shop
from shop.ledger.journal import LedgerAccount
from tests.api.conftest import Person
from tests.support.clock import Clock
from tests.support.mails import Machinery
from tests.support.queues import Queues
from tests.support.rest import Answer, call

LISTS = {
    operation["operationId"]: path
    for path, operations in document()["paths"].items()
    for method, operation in operations.items()
    if method == "get" and operation["responses"]["200"]["content"]["application/json"]["schema"].get("type") == "array"
}
"""The paths of all lists of the contract, by operation."""
QUERIES = {
    "list_journal": "customer={customer_id}",
    "export_journal": "from=2026-11-01&to=2026-11-30",
    "list_payments": "day=2026-11-23",
    "read_overdue_series": "from=2026-12-24&to=2026-12-26",
    "list_due": "from=2026-12-23&to=2027-01-20",
    "read_sales": "from=2026-11-23&to=2026-11-25&by=day",
    "list_sales_by_product": "from=2026-11-01&to=2026-11-30",
    "list_sales_by_category": "from=2026-11-01&to=2026-11-30",
}
OF_THE_NIGHT = {"read_overdue_series", "list_due", "read_sales", "list_sales_by_product", "list_sales_by_category"}
FIGURES = {"read_overdue_series", "read_sales", "list_mails"}
"""Lists without texts."""
ACCOUNTS = [account.value for account in LedgerAccount]
FAN, NOTE = "=ওয়ালটন ফ্যান", "@রহিম"


def done(answer: Answer) -> Any:
    assert answer.status < 300, answer.text
    return answer.json


@pytest.fixture
def ids(confirming: Shop, admin: Person, clock: Clock) -> dict[str, str]:
    """A shop in which every list that the admin may read has three rows, with texts that are formulas and Bengali."""
    assert confirming
    customers, purchases = [], []
    for number in range(3):
        fan = {
            "name": FAN,
            "price": 1000,
            "description": "+1",
            "category": f"{FAN} {number}",
            "terms": {"plan_markup": 0},
        }
        stocked = done(admin.call("POST", "/products/", fan))
        gone = done(admin.call("POST", "/products/", {"name": FAN, "price": 1}))
        call("DELETE", f"/products/{gone['id']}/", token=admin.token)
        names = {"first_name": "=1+1", "last_name": "রহিম", "phone": "01711123456"}
        new = {"username": f"রহিম{number}", "email": f"rahim{number}@example.com", **names}
        customers.append(done(admin.call("POST", "/accounts/users/", new))["id"])
        for buyer in (customers[0], customers[number], customers[number]):
            order = {"product": stocked["id"], "installment_count": 3, "first_installment_amount": 400}
            sale = {**order, "method": "cash", "reference": FAN, "note": NOTE}
            path = f"/purchases/customers/{buyer}/purchases/"
            purchases.append(done(admin.call("POST", path, sale))["purchase"]["id"])
            clock.move(seconds=1)
        done(admin.call("POST", f"/purchases/customers/{customers[0]}/notes/", {"text": NOTE}))
        cash = {"amount": 300, "method": "cash", "note": NOTE}
        done(admin.call("POST", f"/purchases/{purchases[0]}/payments/", {**cash, "amount": 50}))
        declared = {"method": "bank_transfer", "reference": FAN, "note": NOTE}
        done(admin.call("POST", "/purchases/create/", {**order, **declared}))
        done(admin.call("POST", f"/purchases/{purchases[-1]}/cancel/", {"reason": NOTE}))
        clock.move(seconds=1)
    promise = {"text": NOTE, "promise": {"date": "2026-12-01", "amount": 300}}
    done(admin.call("POST", f"/purchases/customers/{customers[0]}/notes/", promise))
    clock.move(days=40)
    return {"customer_id": customers[0], "purchase_id": purchases[0]}


def url_of(operation: str, ids: dict[str, str], *queries: str) -> str:
    query = "&".join(filter(None, (QUERIES.get(operation, "").format(**ids), *queries)))
    return f"{LISTS[operation].format(**ids)}?{query}"


def files(admin: Person, url: str | None) -> Iterator[Answer]:
    """The file at a URL, and those that its `Link` leads to."""
    while url:
        answer = admin.call("GET", url)
        assert answer.status == 200, answer.text
        assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
        yield answer
        url = answer.link("next")


def flat(row: dict[str, Any]) -> dict[str, str]:
    """The cells of a row of JSON by column."""
    cells: dict[str, str] = {}
    for name, value in row.items():
        if name == "postings":
            cells |= {account: str(value.get(account, 0)) for account in ACCOUNTS}
        elif name == "details":
            cells[name] = "{" + ", ".join(f'"{key}": "{text}"' for key, text in value.items()) + "}"
        elif isinstance(value, dict):
            cells |= {f"{name}_{inner}": cell for inner, cell in flat(value).items()}
        elif isinstance(value, list):
            cells |= {name: " ".join(value)} if all(isinstance(one, str) for one in value) else {}
        elif isinstance(value, bool):
            cells[name] = "true" if value else "false"
        else:
            cells[name] = "" if value is None else str(value)
    return {name: f"'{cell}" if is_formula(cell) else cell for name, cell in cells.items()}


def is_formula(cell: str) -> bool:
    """Whether a spreadsheet would run a cell: a negative number is none."""
    return cell[:1] in "=+-@" and bool(cell) and not cell.removeprefix("-").replace(".", "").isdigit()


def test_every_list_is_a_file_with_the_rows_of_the_json(
    admin: Person, ids: dict[str, str], queues: Queues, clock: Clock, subtests: pytest.Subtests
) -> None:
    assert Machinery(queues).send() == 0
    for operation in LISTS.keys() - OF_THE_NIGHT:
        with subtests.test(operation):
            _compare_file_and_json(admin, ids, operation)
    clock.move(days=-9)  # to 24 December
    for day in range(24, 28):
        Machinery(queues).plan(f"2026-12-{day}", "nightly")
        clock.move(days=1)
    for operation in OF_THE_NIGHT:
        with subtests.test(operation):
            _compare_file_and_json(admin, ids, operation)


def _compare_file_and_json(admin: Person, ids: dict[str, str], operation: str) -> None:
    rows = done(admin.call("GET", url_of(operation, ids)))
    parts = list(files(admin, url_of(operation, ids, "page_size=2", "format=csv")))

    assert len(rows) >= 3
    assert len(parts) == -(-len(rows) // 2)
    text = "".join(part.text for part in parts)
    found = list(csv.DictReader(io.StringIO(text, newline="")))
    assert len(found) == len(rows)
    for cells, row in zip(found, rows, strict=True):
        expected = flat(row)
        assert {name: cells.get(name, "") for name in expected} == expected
        assert all(cells[name] == "" for name in cells.keys() - expected.keys())
    assert text == admin.call("GET", url_of(operation, ids, "format=csv")).text
    assert parts[0].headers["Content-Disposition"].startswith('attachment; filename="')
    assert operation in FIGURES or "রহিম" in text or "ওয়ালটন" in text


def test_the_columns_of_a_file_do_not_depend_on_its_rows(
    admin: Person, ids: dict[str, str], subtests: pytest.Subtests
) -> None:
    for operation, path in LISTS.items():
        with subtests.test(operation):
            header, *_ = admin.call("GET", url_of(operation, ids, "format=csv")).text.split("\r\n")
            content = document()["paths"][path]["get"]["responses"]["200"]["content"]
            assert content["text/csv"]["example"] == f"{header}\r\n"
            assert len(set(header.split(","))) == len(header.split(","))
            assert admin.call("GET", url_of(operation, ids, "format=xml")).json["errors"][0]["field"] == "format"


def test_an_empty_list_is_a_file_with_names_of_columns_alone(admin: Person) -> None:
    (header,) = admin.call("GET", "/products/?format=csv").text.splitlines()
    assert header.startswith("id,name,description,price,")


def test_a_file_is_for_those_who_may_read_the_list(customer: Person) -> None:
    for url in ("/purchases/?format=csv", "/accounts/users/?format=csv", "/reports/overdue/?format=csv"):
        assert call("GET", url).status == 401
        assert customer.call("GET", url).status == 403


def test_what_is_not_a_list_is_no_file(admin: Person, product: int) -> None:
    answer = admin.call("GET", f"/products/{product}/?format=csv")

    assert (answer.status, answer.json["errors"][0]["field"]) == (400, "format")


def test_a_public_file_may_be_kept_until_it_changes(admin: Person, registered: Callable[..., Person]) -> None:
    done(admin.call("POST", "/products/", {"name": FAN, "price": 1}))
    first = call("GET", "/products/?format=csv")

    kept = call("GET", "/products/?format=csv", headers={"If-None-Match": first.headers["ETag"]})

    assert "public" in first.headers["Cache-Control"]
    assert (kept.status, kept.text) == (304, "")
    assert registered().call("GET", "/products/").headers["Content-Type"] == "application/json"
