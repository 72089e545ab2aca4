"""The pages of staff that look at the shop."""

from collections.abc import Callable
from typing import Any

import pytest

from shop.reports.aging import Bucket
from tests.api.conftest import PASSWORD, Person, signed_in
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
    return signed_in(admin)


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
    assert "Nobody is late with these filters." in late.open("/admin/overdue?age=1-7").text
    assert customer.username in late.open(f"/admin/overdue?search={customer.username}").text


def test_the_call_list_is_a_file(late: Visitor, customer: Person) -> None:
    page = late.open("/admin/overdue?format=csv")

    assert page.headers["Content-Type"] == ["text/csv; charset=utf-8"]
    header, row = page.html.strip().splitlines()
    assert header.startswith("\N{BYTE ORDER MARK}id,username,email")
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

    assert (page.status, "The range must have 1 to 731 days." in page.text) == (400, True)
    assert ("from", "2026-12-10") in page.form("/admin/reports/sales").fields
    assert ("To The range must have" in page.text, "Together" in page.text) == (True, False)


@pytest.mark.parametrize(
    ("report", "said"),
    [
        ("sales/products", "The range must have 1 to 731 days."),
        ("sales/categories", "The range must have 1 to 731 days."),
        ("debts", "The range must have 1 to 62 points."),
        ("journal", "The range must have 1 to 31 days."),
        ("due", "The range must have 1 to 31 days."),
    ],
)
def test_every_report_says_what_is_wrong_with_its_days(report: str, said: str, late: Visitor) -> None:
    page = late.open(f"/admin/reports/{report}?from=2026-12-10&to=2026-11-20")
    assert (page.status, said in page.text) == (400, True)

    page = late.open(f"/admin/reports/{report}?from=yesterday")
    assert (page.status, "The first day must be a date, like 2026-11-25." in page.text) == (400, True)
    assert ("from", "yesterday") in page.form(f"/admin/reports/{report}").fields


def test_a_parameter_given_twice_is_said(late: Visitor) -> None:
    page = late.open("/admin/overdue?age=1-7&age=8-30")

    assert (page.status, "Must be given once." in page.text) == (400, True)


def test_debts_are_shown_by_age(late: Visitor) -> None:
    page = late.open("/admin/reports/aging")

    assert "8 to 30 0 1 ৳300.00 31 to 60 1 1 ৳300.00" in page.text
    assert len(Bucket) == page.html.count('<tr><th scope="row">') // 2


def test_the_index_leads_to_each_report(late: Visitor) -> None:
    page = late.open("/admin/reports")

    for title in (
        *("Sales over time", "Sales by product", "Sales by category", "The last 7 days", "The last 30 days"),
        *("What should come in", "Overdue", "Debts by age", "Debts over time", "Owed back to customers"),
        *("Till", "Payments of a day", "Journal for accountants"),
    ):
        report = late.open(page.link(title))
        assert (report.status, title in report.text) == (200, True)


def test_customers_see_no_report(customer: Person) -> None:
    visitor = signed_in(customer)

    for path in ("overdue", "reports", *(f"reports/{one}" for one in ("due", "till", "payments", "journal"))):
        assert visitor.open(f"/admin/{path}?format=csv").status == 403


def test_what_falls_due_is_shown_with_what_came_of_it(
    admin: Person, customer: Person, product: int, clock: Clock, queues: Queues
) -> None:
    customer.call("POST", "/purchases/create/", {"product": product, **ORDER})
    Machinery(queues).plan("2026-11-23", "nightly")
    clock.move(days=7)
    part = customer.call("GET", "/installments/next-due/").json
    assert customer.call("POST", f"/installments/pay/{part['id']}/", {"amount": 100}).status == 200
    visitor = signed_in(admin)

    page = visitor.open("/admin/")
    assert "Due today ৳300.00 Already paid of that ৳100.00 Received today ৳100.00" in page.text
    page = visitor.open(page.link("৳300.00"))
    assert f"{customer.username} 30 November 2026 {customer.email} ৳300.00 ৳100.00 ৳200.00" in page.text
    file = visitor.open(f"{page.path}{page.link('spreadsheet')}")
    assert file.html.splitlines()[1].startswith(f"2026-11-30,{customer.id}")
    later = visitor.open("/admin/reports/due?from=2027-11-30&to=2027-11-30")
    assert (later.status, "What is due is known until" in later.text) == (400, True)


def test_sales_are_shown_by_product_and_by_category(late: Visitor) -> None:
    days = "from=2026-11-01&to=2026-11-30"

    page = late.open(f"/admin/reports/sales/products?{days}")
    assert ("Rice Cooker" in page.text, "৳1,000.00 ৳400.00" in page.text) == (True, True)
    assert page.link("Rice Cooker") == "/admin/products/1"
    page = late.open(f"/admin/reports/sales/categories?{days}")
    assert "Without a category 1 ৳1,000.00" in page.text
    assert "Nothing was sold on these days" in late.open("/admin/reports/sales/products").text
    for report in ("sales", "sales/products", "sales/categories"):
        row = late.open(f"/admin/reports/{report}?{days}&format=csv").html.splitlines()[1].split(",")
        assert ("1000" in row, "400" in row) == (True, True)


def test_debts_are_shown_over_time(late: Visitor) -> None:
    page = late.open("/admin/reports/debts")

    assert "2 January 2027 1 ৳600.00" in page.text
    assert late.open("/admin/reports/debts?format=csv").html.splitlines()[1].startswith("2027-01-02,1,2,600")


def test_what_is_owed_back_leads_to_the_purchase(late: Visitor, admin: Person, customer: Person) -> None:
    assert "Nothing is owed back" in late.open("/admin/reports/refunds").text
    purchase = customer.call("GET", "/purchases/my/").json[0]["id"]
    assert admin.call("POST", f"/purchases/{purchase}/cancel/", {"reason": "Came back"}).status == 200

    page = late.open("/admin/reports/refunds")

    assert (page.link("Rice Cooker"), "৳400.00" in page.text) == (f"/admin/purchases/{purchase}", True)
    assert purchase in late.open("/admin/reports/refunds?format=csv").html


def test_the_money_of_a_day_is_shown_by_person_and_by_payment(late: Visitor, admin: Person, customer: Person) -> None:
    purchase = customer.call("GET", "/purchases/my/").json[0]["id"]
    taken = {"amount": 330, "method": "cash", "reference": "<b>slip</b>"}
    assert admin.call("POST", f"/purchases/{purchase}/payments/", taken).status == 201

    till = late.open("/admin/reports/till")
    assert "admin Cash 1 ৳330.00 ৳0.00" in till.text
    page = late.open(till.link("admin"))
    assert f"{customer.username} Payment ৳330.00 Cash <b>slip</b> admin" in page.text
    assert "<b>slip" not in page.html
    assert purchase in late.open(f"{page.path}&format=csv").html
    assert "No such payment" in late.open("/admin/reports/payments?method=card").text
    assert "Said by the customer" in late.open("/admin/reports/payments?day=2026-11-23").text
    assert "No money moved" in late.open("/admin/reports/till?day=2026-12-24").text


def test_the_journal_comes_as_files_part_by_part(
    late: Visitor, admin: Person, customer: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("functions.desk.app.PART_ENTRIES", 1)
    purchase = customer.call("GET", "/purchases/my/").json[0]["id"]
    for amount in (330, 330):
        assert (
            admin.call("POST", f"/purchases/{purchase}/payments/", {"amount": amount, "method": "cash"}).status == 201
        )

    first = late.open("/admin/reports/journal?from=2027-01-01&to=2027-01-31")
    second = late.open("/admin/reports/journal" + first.link("Next"))

    assert all("One of several files" in page.text for page in (first, second))
    files = [
        [late.open("/admin/reports/journal" + page.link(f"Download {kind}")) for page in (first, second)]
        for kind in ("CSV", "Beancount")
    ]
    assert [file.status for kind in files for file in kind] == [200] * 4
    assert [file.html.startswith("\N{BYTE ORDER MARK}id,kind") for file in files[0]] == [True, False]
    assert [file.html.startswith("option") for file in files[1]] == [True, False]
    assert files[1][1].headers["Content-Disposition"] == [
        'attachment; filename="journal-2027-01-01-2027-01-31.beancount"'
    ]


def test_the_call_list_goes_on_as_a_file_from_the_page_that_is_shown(
    late: Visitor, registered: Callable[..., Person], product: int, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = registered()
    other.call("POST", "/purchases/create/", {"product": product, **ORDER})
    clock.move(days=20)
    monkeypatch.setattr("functions.desk.app.ROWS", 1)
    late.sign_in("admin@example.com", PASSWORD)

    page = late.open("/admin/overdue" + late.open("/admin/overdue").link("Next"))

    assert other.username in page.text
    assert late.open("/admin/overdue" + page.link("spreadsheet")).html.startswith(f"{other.id},")


def test_figures_and_months_are_in_the_visitors_language(late: Visitor) -> None:
    page = late.send(late.open("/admin/"), "/shop/account/language", language="bn")

    assert "জানুয়ারি ২০২৭" in late.open("/admin/").text
    assert page.status == 200


def test_an_empty_shop_says_so(admin: Person) -> None:
    visitor = signed_in(admin)

    assert "Nobody is late." in visitor.open("/admin/").text
    assert "The first figures come in the night." in visitor.open("/admin/reports/aging").text


def test_names_are_text(late: Visitor, customer: Person, admin: Person) -> None:
    name: dict[str, Any] = {"first_name": "<script>alert(1)</script>"}
    assert admin.call("PATCH", f"/accounts/users/{customer.id}/", name).status == 200

    page = late.open("/admin/overdue")

    assert ("<script>alert" not in page.html, "&lt;script&gt;alert(1)" in page.html) == (True, True)
