"""The pages of staff that look at the shop."""

from typing import Any

import pytest

from shop.reports.aging import Bucket
from tests.api.conftest import PASSWORD, Person
from tests.support.clock import Clock
from tests.support.mails import Machinery
from tests.support.queues import Queues
from tests.support.visitor import Visitor

ORDER = {"first_installment_amount": 400, "installment_count": 3, "interval": "weekly"}


@pytest.fixture
def late(admin: Person, customer: Person, product: int, clock: Clock, queues: Queues) -> Visitor:
    """A member of staff, forty days after a customer bought and paid no more; the night has been."""
    customer.call("POST", "/purchases/create/", {"product": product, **ORDER})
    admin.call(
        "POST",
        f"/purchases/customers/{customer.id}/notes/",
        {"text": "Called twice", "promise": {"date": "2026-12-01", "amount": 50}},
    )
    clock.move(days=40)
    Machinery(queues).plan("2027-01-02", "nightly")
    visitor = Visitor()
    visitor.sign_in(admin.email, PASSWORD)
    return visitor


def test_the_first_page_says_what_matters_today(late: Visitor, customer: Person) -> None:
    page = late.open("/admin/")

    for said in ("Today, 2 January 2027", "Overdue last night ৳600.00", "Payments waiting 0", "The last six months"):
        assert said in page.text
    assert page.link(customer.username) == f"/admin/customers/{customer.id}"


def test_the_call_list_has_what_one_needs_to_call(late: Visitor, customer: Person) -> None:
    page = late.open("/admin/overdue")

    for said in (customer.username, "৳660.00", "33", "Called twice", "৳50.00", "Broken"):
        assert said in page.text
    assert customer.username in late.open("/admin/overdue?age=31-90&ordering=-amount").text
    assert "Nobody is late." in late.open("/admin/overdue?age=1-7").text
    assert customer.username in late.open(f"/admin/overdue?search={customer.username}").text


def test_the_call_list_is_a_file(late: Visitor, customer: Person) -> None:
    page = late.open("/admin/overdue?format=csv")

    assert page.headers["Content-Type"] == ["text/csv; charset=utf-8"]
    header, row = page.html.strip().splitlines()
    assert header.startswith("id,username,email")
    assert row.startswith(f"{customer.id},{customer.username}")


@pytest.mark.parametrize("days", [7, 30])
def test_summaries_are_pages_and_files(days: int, late: Visitor, customer: Person) -> None:
    assert customer.username in late.open(f"/admin/reports/summary?days={days}").text
    assert customer.username in late.open(f"/admin/reports/summary?days={days}&format=csv").html


def test_sales_are_shown_beside_the_year_before(late: Visitor) -> None:
    page = late.open("/admin/reports/sales")

    assert ("৳1,000.00" in page.text, "A year before" in page.text) == (True, True)
    for by in ("day", "week"):
        assert late.open(f"/admin/reports/sales?from=2026-11-20&to=2026-12-10&by={by}").status == 200


def test_a_range_that_is_none_is_said_above_the_dates(late: Visitor) -> None:
    page = late.open("/admin/reports/sales?from=2026-12-10&to=2026-11-20")

    assert (page.status, "The range must have 1 to 731 days." in page.text) == (200, True)


def test_debts_are_shown_by_age(late: Visitor) -> None:
    page = late.open("/admin/reports/aging")

    assert all(str(amount) in page.text for amount in ("৳300.00", "৳600.00") if amount in page.text)
    assert page.text.count("31 to 60") == 1
    assert len(Bucket) == page.html.count('<tr><th scope="row">') // 2


def test_the_index_leads_to_each_report(late: Visitor) -> None:
    page = late.open("/admin/reports")

    for title in ("Sales", "Debts by age", "The last 7 days", "The last 30 days"):
        assert late.open(page.link(title)).status == 200


def test_an_empty_shop_says_so(admin: Person) -> None:
    visitor = Visitor()
    visitor.sign_in(admin.email, PASSWORD)

    assert "Nobody is late." in visitor.open("/admin/").text
    assert "The first figures come in the night." in visitor.open("/admin/reports/aging").text


def test_names_are_text(late: Visitor, customer: Person, admin: Person) -> None:
    name: dict[str, Any] = {"first_name": "<script>alert(1)</script>"}
    assert admin.call("PATCH", f"/accounts/users/{customer.id}/", name).status == 200

    page = late.open("/admin/overdue")

    assert ("<script>alert" not in page.html, "&lt;script&gt;alert(1)" in page.html) == (True, True)
