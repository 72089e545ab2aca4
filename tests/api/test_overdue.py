"""The list of who is late, for those who call customers."""

import csv
import io
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from tests.api.conftest import Person
from tests.support.clock import Clock


@pytest.fixture
def late(registered: Callable[..., Person], product: int, clock: Clock) -> list[Person]:
    """Five customers who bought a day after each other, and owe twice 300, a week and two weeks later."""
    people = []
    for _ in range(5):
        people.append(registered())
        order = {"product": product, "first_installment_amount": 400, "installment_count": 3, "interval": "weekly"}
        people[-1].call("POST", "/purchases/create/", order)
        clock.move(days=1)
    clock.move(days=6)  # the second installments of the first four are due on the last four days
    return people


def ids(answer: Any) -> list[str]:
    return [row["id"] for row in answer.json]


def test_who_is_late_longest_comes_first_with_what_settles_it_today(
    admin: Person, late: list[Person], clock: Clock
) -> None:
    answer = admin.call("GET", "/reports/overdue/")

    assert ids(answer) == [person.id for person in late[:4]]
    first = answer.json[0]
    assert first == {
        "id": late[0].id,
        "username": late[0].username,
        "email": late[0].email,
        "first_name": first["first_name"],
        "last_name": first["last_name"],
        "phone": "",
        "oldest_due_date": "2026-11-30",
        "days_late": 4,
        "open_installments": 1,
        "overdue_amount": 300,
        "late_fees": 30,
        "amount_to_pay": 330,
        "last_payment_at": "2026-11-23T06:00:00Z",
        "waiting_amount": 0,
        "last_note": "",
        "promised_on": None,
        "promised_amount": None,
        "promise_status": None,
    }
    clock.move(days=7)
    assert [row["amount_to_pay"] for row in admin.call("GET", "/reports/overdue/").json] == [660, 660, 660, 660, 330]


def test_who_pays_leaves_the_list(admin: Person, late: list[Person]) -> None:
    second = late[0].call("GET", "/installments/next-due/").json
    late[0].call("POST", f"/installments/pay/{second['id']}/", {"amount": second["due_amount"]})

    assert ids(admin.call("GET", "/reports/overdue/")) == [person.id for person in late[1:4]]


def test_it_is_read_in_pages_by_age_and_by_name(admin: Person, late: list[Person]) -> None:
    pages, url = [], "/reports/overdue/?page_size=1"
    while url:
        page = admin.call("GET", url)
        pages += ids(page)
        url = page.link("next") or ""
    assert pages == [person.id for person in late[:4]]
    assert ids(admin.call("GET", page.link("prev") or "")) == [late[2].id]

    between = admin.call("GET", "/reports/overdue/?min_days=2&max_days=3")
    assert ids(between) == [late[1].id, late[2].id]
    assert ids(admin.call("GET", f"/reports/overdue/?search={late[1].username}")) == [late[1].id]
    assert ids(admin.call("GET", f"/reports/overdue/?search={late[1].username}&min_days=4")) == []
    assert ids(admin.call("GET", f"/reports/overdue/?search={late[4].username}")) == []
    assert ids(admin.call("GET", "/reports/overdue/?search=%20")) == [person.id for person in late[:4]]
    assert admin.call("GET", "/reports/overdue/?min_days=0").status == 400


def test_a_range_of_days_that_is_empty_or_long_gone_finds_nobody(
    admin: Person, late: list[Person], clock: Clock
) -> None:
    for query in ("min_days=10&max_days=5", "min_days=30000", "min_days=100000&max_days=100000"):
        assert ids(admin.call("GET", f"/reports/overdue/?{query}")) == []
    first = admin.call("GET", "/reports/overdue/?max_days=4&page_size=1")
    second = admin.call("GET", first.link("next") or "")
    assert ids(second) == [late[1].id]
    clock.move(days=3)  # by then the range begins after this page
    assert ids(admin.call("GET", second.link("prev") or "")) == []
    assert ids(admin.call("GET", first.link("next") or "")) == [late[3].id]


def test_it_comes_as_csv(admin: Person, late: list[Person]) -> None:
    file = admin.call("GET", "/reports/overdue/?format=csv")

    rows = list(csv.DictReader(io.StringIO(file.text)))
    assert file.headers["Content-Disposition"] == 'attachment; filename="overdue.csv"'
    assert [row["username"] for row in rows] == [person.username for person in late[:4]]
    assert [Decimal(row["amount_to_pay"]) for row in rows] == [330] * 4


def test_it_is_empty_in_a_shop_where_nobody_is_late(admin: Person) -> None:
    assert admin.call("GET", "/reports/overdue/").json == []
    assert admin.call("GET", "/reports/overdue/?format=csv").status == 200
