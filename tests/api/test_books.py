"""Lists of money for staff: payments of a day, the till, the journal as files."""

import csv
import io
from typing import Any

import pytest

from tests.api.conftest import Person
from tests.support.clock import Clock


@pytest.fixture
def purchase(admin: Person, customer: Person, product: int, clock: Clock) -> Any:
    """A purchase with money of three kinds on 23 November, and one payment on the day after."""
    order = {"product": product, "quantity": 2, "first_installment_amount": 600, "installment_count": 3}
    bought = customer.call("POST", "/purchases/create/", order).json
    for method, amount in (("cash", 100), ("bank_transfer", 50), ("cash", 25)):
        clock.move(minutes=1)
        _act(admin, bought, "payments", {"method": method, "amount": amount})
    clock.move(minutes=1)
    _act(admin, bought, "goodwill", {"installment": bought["installments"][1]["id"], "amount": 5, "reason": "r"})
    clock.move(days=1)
    _act(admin, bought, "payments", {"method": "cash", "amount": 10, "received_on": "2026-11-23"})
    return bought


def _act(admin: Person, purchase: Any, path: str, body: dict[str, object]) -> None:
    answer = admin.call("POST", f"/purchases/{purchase['id']}/{path}/", body)
    assert answer.status in (200, 201), answer.text


def amounts(rows: Any) -> list[int]:
    return [one["amount"] for one in rows]


@pytest.mark.usefixtures("purchase")
def test_the_money_of_a_day_is_listed_newest_first(admin: Person, customer: Person) -> None:
    def listed(query: str) -> list[int]:
        return amounts(admin.call("GET", f"/reports/payments/{query}").json)

    assert listed("?day=2026-11-23") == [25, 50, 100, 600]
    assert listed("") == [10], "recorded today, for yesterday"
    assert listed("?day=2026-11-23&method=cash") == [25, 100]
    assert listed(f"?day=2026-11-23&staff={admin.id}") == [25, 50, 100]
    assert listed(f"?day=2026-11-23&customer={customer.id}&method=self_declared") == [600]
    assert listed("?day=2026-11-23&customer=nobody") == []
    assert listed("?day=2026-11-23&method=bank_transfer&page_size=1") == [50]
    assert listed("?day=2026-11-22") == []


@pytest.mark.usefixtures("purchase")
def test_a_list_of_entries_pages_both_ways(admin: Person, customer: Person) -> None:
    for url, whole in (
        ("/reports/payments/?day=2026-11-23&page_size=2", [25, 50, 100, 600]),
        ("/reports/journal/?from=2026-11-22&to=2026-11-24&page_size=2", [600, 100, 50, 25, 0, 10]),
        (f"/purchases/journal/?customer={customer.id}&page_size=2", [10, 0, 25, 50, 100, 600]),
    ):
        pages, link = [], url
        while link:
            answer = admin.call("GET", link)
            pages.append(amounts(answer.json))
            link, last = answer.link("next") or "", answer
        assert [one for page in pages for one in page] == whole, url
        back = admin.call("GET", last.link("prev") or "")
        assert amounts(back.json) == pages[-2]
        assert amounts(admin.call("GET", back.link("next") or "").json) == pages[-1]


def test_the_till_adds_up_by_method_and_person(admin: Person, customer: Person, purchase: Any) -> None:
    _act(admin, purchase, "cancel", {"reason": "broken"})
    _act(admin, purchase, "refunds", {"method": "cash", "amount": 200, "reason": "broken"})

    yesterday = admin.call("GET", "/reports/till/?day=2026-11-23").json
    today = admin.call("GET", "/reports/till/").json

    def row(method: str, person: Person, role: str, entries: int, received: int, handed_out: int) -> dict[str, object]:
        who = {"method": method, "actor": person.id, "role": role, "entries": entries}
        return {**who, "received": received, "handed_out": handed_out}

    assert yesterday["rows"] == [
        row("bank_transfer", admin, "staff", 1, 50, 0),
        row("cash", admin, "staff", 2, 125, 0),
        row("self_declared", customer, "customer", 1, 600, 0),
    ]
    assert today == {"day": "2026-11-24", "rows": [row("cash", admin, "staff", 2, 10, 200)]}


@pytest.mark.usefixtures("purchase")
def test_the_journal_is_a_file_for_spreadsheets_and_for_accountants(admin: Person) -> None:
    url, rows = "/reports/journal/?from=2026-11-01&to=2026-11-30&page_size=4&format=csv", ""
    while url:
        answer = admin.call("GET", url)
        assert answer.headers["Content-Disposition"] == 'attachment; filename="journal.csv"'
        rows, url = rows + answer.text, answer.link("next") or ""

    found = list(csv.DictReader(io.StringIO(rows)))
    assert [one["kind"] for one in found] == ["purchase", "payment", "payment", "payment", "goodwill", "payment"]
    assert sum(float(one["receivable"]) for one in found) == 1210
    assert found[-1]["value_date"] == "2026-11-23"
    beancount = admin.call("GET", "/reports/journal/?from=2026-11-23&to=2026-11-23&format=beancount")
    assert beancount.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert beancount.text.startswith('option "operating_currency" "BDT"\n1970-01-01 open ')
    assert "  Assets:Cash  100.00 BDT\n  Assets:Receivable  -100.00 BDT\n" in beancount.text
    payments = admin.call("GET", "/reports/payments/?day=2026-11-23&format=csv").text
    assert len(payments.splitlines()) == 5


def test_only_staff_see_the_books(customer: Person) -> None:
    for url in ("/reports/payments/", "/reports/till/", "/reports/journal/", "/purchases/journal/"):
        assert customer.call("GET", url).status == 403
