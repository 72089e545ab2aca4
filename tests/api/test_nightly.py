"""The nightly run, and the lists and reports that admins read from what it stores."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from shop.bootstrap import Shop
from shop.dynamodb import keys
from shop.dynamodb.writes import Write
from shop.reports.sales import Period
from tests.api.conftest import Person
from tests.support.clock import Clock
from tests.support.mails import Machinery
from tests.support.queues import Queues
from tests.support.rest import Answer

PLAN = {"first_installment_amount": 400, "installment_count": 3, "interval": "weekly"}


@pytest.fixture
def machinery(queues: Queues) -> Machinery:
    return Machinery(queues)


@pytest.fixture
def buyers(registered: Callable[..., Person], product: int, clock: Clock) -> list[Person]:
    """Four customers who bought a day after each other from 23 November on, and owe twice 300 in weekly parts."""
    people = []
    for number in range(4):
        people.append(registered())
        order = {"product": product, "quantity": number + 1, **PLAN, "first_installment_amount": 400 * (number + 1)}
        assert people[-1].call("POST", "/purchases/create/", order).status == 201
        clock.move(days=1)
    return people


def read(admin: Person, path: str) -> Any:
    answer = admin.call("GET", f"/reports/{path}")
    assert answer.status == 200, answer.text
    return answer.json


def following(admin: Person, page: Answer) -> Answer:
    """The page after a page."""
    link = page.link("next")
    assert link
    return admin.call("GET", link)


def column(rows: Any, *names: str) -> list[Any]:
    return [tuple(row[name] for name in names) if len(names) > 1 else row[names[0]] for row in rows]


@pytest.mark.usefixtures("buyers")
def test_what_is_owed_is_sorted_by_age_every_night(admin: Person, clock: Clock, machinery: Machinery) -> None:
    assert read(admin, "aging/")["day"] is None
    clock.move(days=6)  # 3 December: the installments of 30 November, 1 and 2 December are late
    machinery.plan("2026-12-03", "nightly")

    aging = read(admin, "aging/")

    assert aging["day"] == "2026-12-03"
    assert column(aging["buckets"], "bucket", "customers", "installments", "amount") == [
        ("not_due", 1, 5, 4200),
        ("1-7", 3, 3, 1800),
        ("8-30", 0, 0, 0),
        ("31-60", 0, 0, 0),
        ("61-90", 0, 0, 0),
        ("over_90", 0, 0, 0),
    ]
    assert (aging["overdue_customers"], aging["overdue_amount"]) == (3, 1800)
    assert column(aging["coming"], "day", "amount") == [
        ("2026-12-03", 1200),
        ("2026-12-07", 300),
        ("2026-12-08", 600),
        ("2026-12-09", 900),
        ("2026-12-10", 1200),
    ]
    clock.move(days=1)
    assert read(admin, "aging/") == aging, "the last night's, while the next has not run"
    machinery.plan("2026-12-04", "nightly")
    clock.move(days=100)
    machinery.plan("2026-12-05", "nightly")  # too late to know what was owed then
    machinery.plan("2027-03-14", "nightly")
    assert column(read(admin, "aging/")["buckets"], "customers", "installments")[-2:] == [(0, 0), (4, 8)]
    clock.move(days=1)
    machinery.plan("2027-03-15", "nightly")
    months = read(admin, "overdue/series/?from=2026-12-01&to=2027-03-14&by=month")
    assert column(months, "day", "overdue_amount", "late_over_90") == [("2027-03-14", 6000, 6000)]
    days = read(admin, "overdue/series/?from=2026-12-01&to=2026-12-31")
    assert column(days, "day", "overdue_customers", "overdue_amount", "late_1_to_7", "not_due") == [
        ("2026-12-03", 3, 1800, 1800, 4200),
        ("2026-12-04", 4, 3000, 3000, 3000),
    ]


def test_those_who_owe_most_come_first(admin: Person, buyers: list[Person], clock: Clock, machinery: Machinery) -> None:
    clock.move(days=30)
    machinery.plan("2026-12-27", "nightly")

    rows = read(admin, "overdue/?ordering=-amount")

    assert column(rows, "id", "overdue_amount") == [
        (person.id, 600 * number) for number, person in reversed(list(enumerate(buyers, 1)))
    ]
    assert column(read(admin, "overdue/?ordering=-amount&max_days=25"), "id") == [buyers[3].id, buyers[2].id]
    richest = buyers[3].call("GET", "/purchases/my/").json[0]["id"]
    assert buyers[3].call("POST", f"/purchases/{richest}/payoff/", {}).status == 200
    assert column(read(admin, "overdue/?ordering=-amount"), "id") == [one.id for one in buyers[2::-1]]
    first = admin.call("GET", "/reports/overdue/?ordering=-amount&page_size=2")
    assert column(first.json, "id") == [buyers[2].id], "one of the two has paid since"
    assert column(following(admin, first).json, "id") == [buyers[1].id, buyers[0].id]


def test_the_due_list_has_what_should_come_and_what_came(
    admin: Person, buyers: list[Person], clock: Clock, machinery: Machinery
) -> None:
    machinery.plan("2026-11-27", "nightly")
    clock.move(days=4)  # 1 December

    rows = read(admin, "due/?from=2026-11-30&to=2026-12-07")
    assert column(rows, "day", "id", "expected_amount", "paid_amount", "amount_to_pay") == [
        ("2026-11-30", buyers[0].id, 300, 0, 330),
        ("2026-12-01", buyers[1].id, 600, 0, 600),
        ("2026-12-02", buyers[2].id, 900, 0, 900),
        ("2026-12-03", buyers[3].id, 1200, 0, 1200),
        ("2026-12-07", buyers[0].id, 300, 0, 300),
    ]
    assert column(read(admin, "due/"), "id") == [buyers[1].id], "today's by default"
    second = buyers[1].call("GET", "/installments/next-due/").json["id"]
    assert buyers[1].call("POST", f"/installments/pay/{second}/", {"amount": 200}).status == 200
    late = buyers[0].call("GET", "/installments/next-due/").json["id"]
    assert buyers[0].call("POST", f"/installments/pay/{late}/", {"amount": 330}).status == 200
    third = buyers[2].call("GET", "/installments/").json[1]
    moved = {"installment": third["id"], "due_date": "2026-12-05", "reason": "r"}
    assert admin.call("POST", f"/purchases/{third['purchase']}/due-dates/", moved).status == 200
    cancelled = buyers[3].call("GET", "/purchases/my/").json[0]["id"]
    assert admin.call("POST", f"/purchases/{cancelled}/cancel/", {"reason": "r"}).status == 200

    rows = read(admin, "due/?from=2026-11-30&to=2026-12-06")
    assert column(rows, "day", "expected_amount", "paid_amount", "amount_to_pay") == [
        ("2026-11-30", 300, 330, 0),
        ("2026-12-01", 600, 200, 400),
    ]
    machinery.plan("2026-12-02", "nightly")
    assert column(read(admin, "due/?from=2026-12-05&to=2026-12-05"), "day", "amount_to_pay") == [("2026-12-05", 900)]
    file = admin.call("GET", "/reports/due/?from=2026-11-30&to=2026-12-06&format=csv").text
    assert [row["paid_amount"] for row in csv.DictReader(io.StringIO(file.lstrip("\ufeff")))] == ["330", "200", "0"]


def test_days_that_are_not_noted_yet_are_refused(admin: Person) -> None:
    assert admin.call("GET", "/reports/due/?from=2026-12-23&to=2026-12-23").status == 200
    answer = admin.call("GET", "/reports/due/?from=2026-12-23&to=2026-12-24")
    assert (answer.status, answer.json["to"]) == (400, "What is due is known until 2026-12-23.")


def test_sales_equal_the_journal_whatever_the_range(
    admin: Person, buyers: list[Person], product: int, clock: Clock, machinery: Machinery
) -> None:
    kettle = admin.call("POST", "/products/", {"name": "Kettle", "price": 50, "category": "Kitchen"}).json["id"]
    paid = {"product": kettle, "quantity": 3, "first_installment_amount": 150, "installment_count": 1}
    assert buyers[0].call("POST", "/purchases/create/", paid).status == 201
    big = buyers[3].call("GET", "/purchases/my/").json[0]["id"]
    assert admin.call("POST", f"/purchases/{big}/returns/", {"quantity": 1, "reason": "r"}).status == 200
    clock.move(days=5)  # 2 December
    assert admin.call("POST", f"/purchases/{big}/payments/", {"amount": 100, "method": "cash"}).status == 201
    clock.move(days=1)
    machinery.plan("2026-12-02", "nightly", time="19:30:00")  # 3 December in Dhaka
    machinery.plan("2026-12-02", "nightly", time="19:45:00")  # again: nothing changes

    (total,) = read(admin, "sales/?from=2026-11-01&to=2026-12-31")

    assert total == {
        "first_day": "2026-11-01",
        "last_day": "2026-12-31",
        "closed_days": 10,
        "purchases": 5,
        "quantity": 13,
        "sales": 10_000 - 1000 + 150,
        "late_fees": 0,
        "discounts": 0,
        "write_offs": 0,
        "received": 4000 + 150 + 100,
        "handed_out": 0,
        "purchases_year_before": 0,
        "quantity_year_before": 0,
        "sales_year_before": 0,
        "received_year_before": 0,
    }
    months = read(admin, "sales/?from=2026-11-23&to=2026-12-31&by=month")
    assert column(months, "first_day", "last_day", "closed_days", "received") == [
        ("2026-11-23", "2026-11-30", 8, 4150),
        ("2026-12-01", "2026-12-31", 2, 100),
    ]
    weeks = read(admin, "sales/?from=2026-11-25&to=2026-12-02&by=week")
    assert column(weeks, "first_day", "last_day", "purchases") == [
        ("2026-11-25", "2026-11-29", 3),
        ("2026-11-30", "2026-12-02", 0),
    ]
    days = read(admin, "sales/?from=2026-11-23&to=2026-11-25&by=day")
    assert column(days, "first_day", "sales") == [("2026-11-23", 1000), ("2026-11-24", 2000), ("2026-11-25", 3000)]
    for span in ("2026-11-01&to=2026-12-31", "2026-11-23&to=2026-12-02", "2026-10-15&to=2026-12-02"):
        products = read(admin, f"sales/products/?from={span}")
        assert column(products, "product", "product_name", "quantity", "sales", "received") == [
            (product, "Rice Cooker", 10, 9000, 4100),
            (kettle, "Kettle", 3, 150, 150),
        ]
    categories = read(admin, "sales/categories/?from=2026-11-01&to=2026-12-02")
    assert column(categories, "category", "quantity", "sales") == [("", 10, 9000), ("Kitchen", 3, 150)]
    (now,) = read(admin, "sales/?from=2027-11-23&to=2027-11-24")
    assert (now["closed_days"], now["sales"], now["sales_year_before"]) == (0, 0, 3000)
    (row,) = read(admin, "sales/products/?from=2027-11-23&to=2027-11-24")
    assert (row["product"], row["purchases"], row["purchases_year_before"]) == (product, 0, 2)
    first = admin.call("GET", "/reports/sales/products/?from=2026-11-01&to=2026-12-31&page_size=1")
    assert column(following(admin, first).json, "product") == [kettle]


def test_a_lost_purchase_does_not_keep_a_day_open(shop: Shop, buyers: list[Person], machinery: Machinery) -> None:
    (purchase,) = shop.purchases.of_customer(buyers[1].id)
    item = shop.table.get(keys.purchase(buyers[1].id, purchase.id))
    assert item
    shop.table.write(Write.delete(keys.purchase(buyers[1].id, purchase.id)))

    machinery.plan("2026-11-27", "nightly")

    assert shop.nightly.first_open_day() == shop.today
    sold = shop.stored_sales.of_days(Period(shop.today - timedelta(days=4), shop.today))
    assert [one.received for one in sold.values()] == [400, 800, 1200, 1600]
    shop.table.write(Write.put(item))
    shop.stored_sales.close(purchase.purchased_on, {})  # what the test damaged
    shop.nightly.close(purchase.purchased_on)


def test_money_that_was_entered_by_mistake_is_not_received(
    admin: Person, buyers: list[Person], clock: Clock, machinery: Machinery
) -> None:
    purchase = buyers[0].call("GET", "/purchases/my/").json[0]["id"]
    taken = admin.call("POST", f"/purchases/{purchase}/payments/", {"amount": 300, "method": "cash"}).json["entry"]
    mistake = {"entry": taken["id"], "reason": "mistyped"}
    assert admin.call("POST", f"/purchases/{purchase}/reversals/", mistake).status == 200
    clock.move(days=1)
    machinery.plan("2026-11-28", "nightly")

    (day,) = read(admin, "sales/?from=2026-11-27&to=2026-11-27")
    assert (day["received"], day["handed_out"]) == (0, 0)


@pytest.mark.parametrize("days", ["from=9999-12-31&to=9999-12-31", "from=0001-01-01&to=0001-01-02"])
def test_the_ends_of_the_calendar_are_refused(admin: Person, days: str) -> None:
    for path in ("sales", "sales/products", "sales/categories", "overdue/series"):
        answer = admin.call("GET", f"/reports/{path}/?{days}")
        assert (answer.status, answer.json["code"]) == (400, "range_of_days"), path
    assert admin.call("GET", f"/reports/due/?{days}").status == (200 if "0001" in days else 400)


@pytest.mark.usefixtures("buyers")
def test_more_shards_lose_no_night_and_repeat_nobody(
    admin: Person, clock: Clock, machinery: Machinery, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.move(days=6)
    with monkeypatch.context() as few:
        few.setattr(keys, "SHARDS", 2)
        machinery.plan("2026-12-03", "nightly")
        aging = read(admin, "aging/")
    assert read(admin, "aging/") == aging
    clock.move(days=1)
    machinery.plan("2026-12-04", "nightly")
    assert column(read(admin, "overdue/?ordering=-amount"), "overdue_amount") == [1200, 900, 600, 300]


@pytest.mark.usefixtures("buyers")
def test_closed_days_are_not_read_again(shop: Shop, clock: Clock, machinery: Machinery) -> None:
    machinery.plan("2026-11-27", "nightly")
    assert shop.nightly.first_open_day() == shop.today
    clock.move(days=3)
    machinery.plan("2026-11-30", "nightly")
    assert shop.nightly.first_open_day() == shop.today


@pytest.mark.usefixtures("buyers")
def test_the_chart_has_the_months_asked_for(admin: Person, clock: Clock) -> None:
    chart = read(admin, "chart/summary/?from=2026-10&to=2026-12")
    assert chart["months"] == ["2026-10", "2026-11", "2026-12"]
    assert chart["datasets"]["total_paid"] == [0, 4000, 0]
    clock.move(days=60)
    assert read(admin, "chart/summary/?to=2026-11")["months"][-1] == "2026-11"
    assert len(read(admin, "chart/summary/?from=2026-11")["months"]) == 3
    assert admin.call("GET", "/reports/chart/summary/?from=2026-13").json["errors"][0]["field"] == "from"
    assert read(admin, "chart/summary/")["datasets"]["total_due"][3:] == [300, 5700, 0]


def test_an_installment_moved_to_the_day_of_the_purchase_is_due_on_it(
    admin: Person, customer: Person, product: int, shop: Shop, machinery: Machinery
) -> None:
    bought = customer.call("POST", "/purchases/create/", {"product": product, **PLAN}).json
    move = {"installment": bought["installments"][1]["id"], "due_date": f"{shop.today}", "reason": "Pays today"}
    assert admin.call("POST", f"/purchases/{bought['id']}/due-dates/", move).status == 200
    machinery.plan(f"{shop.today}", "nightly")

    (row,) = read(admin, f"due/?from={shop.today}&to={shop.today}")

    assert (row["id"], row["installments"], row["amount_to_pay"]) == (customer.account.id, 1, 300)
