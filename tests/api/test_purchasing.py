"""Buying, paying, and the figures that follow."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from tests.api.conftest import Person
from tests.support.clock import Clock
from tests.support.rest import call


def buy(person: Person, product: int, **changes: Any) -> Any:
    body = {"product": product, "first_installment_amount": 300, "installment_count": 3, **changes}
    answer = person.call("POST", "/purchases/create/", body)
    assert answer.status == 201, answer.text
    return answer.json


def test_a_purchase_answers_its_whole_plan(customer: Person, product: int) -> None:
    purchase = buy(customer, product, quantity=1, first_installment_amount="333.33")

    assert {name: value for name, value in purchase.items() if name not in {"id", "installments", "purchase_date"}} == {
        "product": product,
        "product_name": "Rice Cooker",
        "unit_price": 1000,
        "plan_markup": 0,
        "total_price": 1000,
        "quantity": 1,
        "first_installment_amount": Decimal("333.33"),
        "installment_count": 3,
        "interval": "30d",
        "late_fee_rate": Decimal("0.1"),
        "status": "due",
        "refundable_amount": 0,
        "waiting_amount": 0,
        "attempt": None,
        "returned_quantity": 0,
        "cancelled_at": None,
        "cancellation_reason": None,
    }
    assert purchase["purchase_date"] == "2026-11-23T06:00:00Z"
    first, second, third = purchase["installments"]
    assert first["status"] == "paid"
    assert first["paid_amount"] == Decimal("333.33")
    assert first["due_amount"] == 0
    assert first["payment_date"] == "2026-11-23T06:00:00Z"
    assert [part["due_amount"] for part in (second, third)] == [Decimal("333.34"), Decimal("333.33")]
    assert [part["due_date"] for part in (first, second, third)] == ["2026-11-23", "2026-12-23", "2027-01-22"]
    assert second["payment_date"] is None


def test_one_installment_is_a_paid_purchase(customer: Person, product: int) -> None:
    assert buy(customer, product, first_installment_amount=1000, installment_count=1)["status"] == "paid"


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"first_installment_amount": "299.99"}, "first_installment_amount", "first_installment_too_small"),
        ({"first_installment_amount": 1000}, "first_installment_amount", "first_installment_too_large"),
        ({"first_installment_amount": 999, "installment_count": 1}, "first_installment_amount", None),
        ({"first_installment_amount": "999.99"}, "installment_count", "installments_too_small"),
        ({"first_installment_amount": "300.001"}, "first_installment_amount", "invalid_input"),
        ({"first_installment_amount": "NaN"}, "first_installment_amount", "invalid_input"),
        ({"first_installment_amount": True}, "first_installment_amount", "invalid_input"),
        ({"installment_count": 61}, "installment_count", None),
        ({"installment_count": 0}, "installment_count", None),
        ({"quantity": 0}, "quantity", None),
        ({"quantity": 10_001}, "quantity", None),
        ({"quantity": True}, "quantity", None),
        ({"quantity": 1.5}, "quantity", None),
        ({"interval": "yearly"}, "interval", None),
        ({"product": 99}, "product", "unknown_product"),
        ({"product": "99"}, "product", "unknown_product"),
        ({"product": 0}, "product", None),
        ({"product": "x"}, "product", None),
        ({"product": ""}, "product", None),
        ({"product": 10_000_000}, "product", None),
        ({"total_price": 1}, "total_price", None),
    ],
)
def test_an_order_that_breaks_a_rule_is_refused_by_the_name_of_the_field(
    customer: Person, product: int, changes: dict[str, Any], field: str, code: str | None
) -> None:
    body = {"product": product, "first_installment_amount": 300, "installment_count": 3, **changes}

    answer = customer.call("POST", "/purchases/create/", body)

    assert answer.status == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert [error["field"] for error in answer.json["errors"]] == [field]
    assert code is None or answer.json["code"] == code
    assert customer.call("GET", "/purchases/my/").count == 0


def test_paying_on_time_takes_parts_and_closes_the_purchase_with_the_last(customer: Person, product: int) -> None:
    purchase = buy(customer, product)
    second, third = (part["id"] for part in purchase["installments"][1:])

    part = customer.call("POST", f"/installments/pay/{second}/", {"amount": 100})
    assert part.status == 200
    assert part.json["message"] == "Payment successful."
    assert part.json["installment"]["due_amount"] == 250
    assert part.json["installment"]["status"] == "due"
    assert part.json["payment"]["amount"] == 100
    assert part.json["payment"]["late_fee"] == 0

    too_much = customer.call("POST", f"/installments/pay/{second}/", {"amount": "250.01"})
    assert too_much.status == 400
    assert too_much.json["code"] == "overpayment"
    assert "৳250.00" in too_much.json["detail"]

    rest = customer.call("POST", f"/installments/pay/{second}/", {"amount": "250.00"})
    assert rest.json["installment"]["status"] == "paid"
    assert rest.json["purchase_status"] == "due"

    again = customer.call("POST", f"/installments/pay/{second}/", {"amount": 1})
    assert again.status == 409
    assert again.json["code"] == "installment_already_paid"

    last = customer.call("POST", f"/installments/pay/{third}/", {"amount": 350})
    assert last.json["purchase_status"] == "paid"
    assert customer.call("GET", "/purchases/my/?status=paid").count == 1


def test_late_means_the_rest_and_its_penalty_exactly(customer: Person, product: int, clock: Clock) -> None:
    purchase = buy(customer, product)
    second = purchase["installments"][1]["id"]
    clock.move(days=31)

    listed = customer.call("GET", "/installments/?status=overdue").json
    assert [(one["id"], one["is_overdue"], one["late_fee"], one["amount_to_pay"]) for one in listed] == [
        (second, True, 35, 385)
    ]

    too_little = customer.call("POST", f"/installments/pay/{second}/", {"amount": 350})
    assert (too_little.status, too_little.json["code"]) == (400, "late_payment_too_small")
    assert "৳385.00" in too_little.json["detail"]
    too_much = customer.call("POST", f"/installments/pay/{second}/", {"amount": "385.01"})
    assert (too_much.status, too_much.json["code"]) == (400, "overpayment")

    paid = customer.call("POST", f"/installments/pay/{second}/", {"amount": 385})
    assert paid.status == 200
    assert paid.json["payment"]["late_fee"] == 35
    assert paid.json["installment"]["paid_amount"] == 385
    assert paid.json["installment"]["late_fee"] == 35
    assert paid.json["installment"]["amount_to_pay"] == 0


@pytest.mark.parametrize(
    ("path", "body"),
    [("/purchases/create/", {"first_installment_amount": 300, "installment_count": 3}), ("/installments/pay/", None)],
)
def test_a_key_has_one_effect_and_replays_its_first_answer(
    customer: Person, product: int, path: str, body: dict[str, Any] | None
) -> None:
    if body is None:
        path += buy(customer, product)["installments"][1]["id"] + "/"
        body = {"amount": 100}
        other: dict[str, Any] = {"amount": 101}
    else:
        body = {**body, "product": product}
        other = {**body, "quantity": 2, "first_installment_amount": 700}
    key = {"Idempotency-Key": "a key of the client's"}

    first = customer.call("POST", path, body, headers=key)
    again = customer.call("POST", path, body, headers=key)
    conflict = customer.call("POST", path, other, headers=key)

    assert first.status in (200, 201)
    assert "Idempotency-Replayed" not in first.headers
    assert again.status == first.status
    assert again.json == first.json
    assert again.headers["Idempotency-Replayed"] == "true"
    assert (conflict.status, conflict.json["code"]) == (409, "idempotency_key_reused")
    summary = customer.call("GET", "/user/summary/").json
    assert summary["total_purchase"] == 1
    assert summary["total_paid"] in (300, 400)


def test_a_price_change_leaves_old_purchases_as_they_were(customer: Person, admin: Person, product: int) -> None:
    buy(customer, product)
    admin.call("PATCH", f"/products/{product}/", {"price": 2000, "name": "Rice Cooker II"})
    refused = customer.call(
        "POST", "/purchases/create/", {"product": product, "first_installment_amount": 300, "installment_count": 3}
    )
    admin.call("DELETE", f"/products/{product}/")

    assert refused.json["code"] == "first_installment_too_small"
    assert [(one["product_name"], one["total_price"]) for one in customer.call("GET", "/purchases/my/").json] == [
        ("Rice Cooker", 1000)
    ]


def test_lists_and_figures_follow_the_ledger(
    customer: Person, admin: Person, registered: Callable[..., Person], product: int, clock: Clock
) -> None:
    other = registered()
    assert customer.call("GET", "/installments/next-due/").json["detail"] == "No due installments found."
    purchase = buy(customer, product)
    clock.move(minutes=1)
    buy(other, product, first_installment_amount=1000, installment_count=1)
    clock.move(minutes=1)
    buy(customer, product, quantity=2, first_installment_amount=600, installment_count=2, interval="weekly")

    assert customer.call("GET", "/user/summary/").json == {
        "total_due": 2100,
        "total_paid": 900,
        "total_purchase": 2,
        "installment_left": 3,
        "installment_paid": 2,
        "overdue_count": 0,
        "next_due": "2026-11-30",
        "total_refundable": 0,
        "orders_pending": 0,
        "total_waiting": 0,
    }
    assert customer.call("GET", "/installments/next-due/").json["due_date"] == "2026-11-30"
    assert customer.call("GET", "/installments/").count == 5
    due_dates = [one["due_date"] for one in customer.call("GET", "/installments/?status=due").json]
    assert due_dates == ["2026-11-30", "2026-12-23", "2027-01-22"]
    assert customer.call("GET", f"/installments/?purchase={purchase['id']}").count == 3
    assert customer.call("GET", "/installments/?search=cook").count == 5
    assert customer.call("GET", "/installments/?search=ooker").count == 0

    mine = customer.call("GET", "/purchases/my/").json
    assert [one["total_price"] for one in mine] == [2000, 1000]
    everybody = admin.call("GET", "/purchases/")
    assert everybody.count == 3
    assert [one["customer"]["username"] for one in everybody.json] == [
        customer.username,
        other.username,
        customer.username,
    ]
    assert admin.call("GET", "/purchases/?status=paid").count == 1
    assert admin.call("GET", f"/purchases/?customer={customer.id}").count == 2
    assert admin.call("GET", f"/purchases/?search={other.username}").count == 1

    rows = {row["username"]: row for row in admin.call("GET", "/reports/payment-summary/weekly/").json}
    assert rows[customer.username] == {
        "id": customer.id,
        "username": customer.username,
        "email": customer.email,
        "total_paid_amount": 900,
        "total_due_amount": 2100,
        "overdue_amount": 0,
        "total_purchase_count": 2,
        "total_product_quantity": 3,
        "total_installment_count": 2,
        "fully_paid_purchases": 0,
        "due_purchases": 2,
        "overall_status": "due",
    }
    assert rows[other.username]["overall_status"] == "paid"
    assert rows["admin"]["overall_status"] == "n/a"

    clock.move(days=8)
    rows = {row["username"]: row for row in admin.call("GET", "/reports/payment-summary/weekly/").json}
    row = rows[customer.username]
    assert (row["total_paid_amount"], row["total_due_amount"], row["total_installment_count"]) == (0, 2100, 1)
    rows = {row["username"]: row for row in admin.call("GET", "/reports/payment-summary/monthly/").json}
    row = rows[customer.username]
    assert (row["total_paid_amount"], row["total_due_amount"], row["total_installment_count"]) == (900, 2100, 3)

    chart = admin.call("GET", "/reports/chart/summary/").json
    assert chart["months"] == ["2026-07", "2026-08", "2026-09", "2026-10", "2026-11", "2026-12"]
    assert chart["labels"] == ["July", "August", "September", "October", "November", "December"]
    assert chart["datasets"] == {
        "total_purchases": [0, 0, 0, 0, 4000, 0],
        "total_paid": [0, 0, 0, 0, 1900, 0],
        "total_due": [0, 0, 0, 0, 1400, 350],
    }
    assert admin.call("GET", "/user-stats/").json == {
        "total_users": 3,
        "verified_users": 3,
        "not_verified_users": 0,
    }
    file = admin.call("GET", "/reports/payment-summary/weekly/?format=csv")
    assert file.headers["Content-Type"].startswith("text/csv")
    assert len(file.text.splitlines()) == 4


def test_what_is_somebody_elses_looks_like_nothing(
    customer: Person, registered: Callable[..., Person], product: int
) -> None:
    installment = buy(registered(), product)["installments"][1]["id"]

    theirs = customer.call("POST", f"/installments/pay/{installment}/", {"amount": 1})
    nobodys = customer.call("POST", "/installments/pay/01ARZ3NDEKTSV4RRFFQ69G5FAV/", {"amount": 1})
    nonsense = customer.call("POST", "/installments/pay/nonsense/", {"amount": 1})

    assert (theirs.status, theirs.json) == (404, nobodys.json)
    assert nonsense.json == nobodys.json


@pytest.mark.parametrize(
    "path",
    [
        "/purchases/",
        "/user-stats/",
        "/reports/chart/summary/",
        "/reports/payment-summary/weekly/",
        "/reports/payment-summary/monthly/",
    ],
)
def test_admins_pages_are_closed_to_customers_and_strangers(customer: Person, path: str) -> None:
    assert customer.call("GET", path).status == 403
    stranger = call("GET", path)
    assert stranger.status == 401
    assert stranger.headers["WWW-Authenticate"] == "Bearer"


def test_a_long_report_comes_in_several_files_that_make_one(
    admin: Person, registered: Callable[..., Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(4):
        registered()
    url = "/reports/payment-summary/monthly/?format=csv"
    whole = admin.call("GET", url)
    assert "Link" not in whole.headers
    monkeypatch.setattr("functions.reports.app.FILE_ROWS", 2)

    parts: list[str] = []
    while url:
        part = admin.call("GET", url)
        parts.append(part.text)
        url = part.headers.get("Link", "").partition(">")[0].split("/dev")[-1]

    assert len(parts) == 3
    assert "".join(parts) == whole.text


def test_a_plan_picker_knows_its_bounds_and_gets_several_plans_at_once(product: int) -> None:
    terms = call("GET", "/public/terms/").json
    assert terms == {
        "currency": "BDT",
        "time_zone": "Asia/Dhaka",
        "payment_mode": "recorded",
        "confirmation_days": 7,
        "least_first_share": Decimal("0.3"),
        "least_payment_share": Decimal("0.01"),
        "late_fee_rate": Decimal("0.1"),
        "most_installments": 60,
        "intervals": ["30d", "monthly", "biweekly", "weekly"],
        "credit_limit": None,
    }
    order = {"product": product, "first_installment_amount": 400, "installment_count": 3, "interval": "weekly"}
    quoted = call("POST", "/purchases/quote/", {**order, "installment_counts": [2, 4, 60]}).json
    for plan in quoted["plans"]:
        alone = call("POST", "/purchases/quote/", {**order, "installment_count": plan["installment_count"]}).json
        assert plan["installments"] == alone["installments"]
    assert [plan["installment_count"] for plan in quoted["plans"]] == [2, 4, 60]
    assert [one["due_amount"] for one in quoted["installments"]] == [400, 300, 300]
    some = call("POST", "/purchases/quote/", {**order, "installment_counts": [1, 2]}).json["plans"]
    assert [plan["installment_count"] for plan in some] == [1, 2]
    assert [one["due_amount"] for one in some[0]["installments"]] == [1000], "at once, it is paid in full"
    assert call("POST", "/purchases/quote/", {**order, "installment_counts": [2] * 13}).status == 400
    assert call("POST", "/purchases/quote/", {**order, "installment_counts": [61]}).json["plans"] == []
