"""Paying a purchase off, cancelling one, and looking at one."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from shop.bootstrap import Shop
from tests.api.conftest import Person
from tests.support.clock import Clock
from tests.support.rest import call


@pytest.fixture
def purchase(customer: Person, product: int) -> Any:
    """Bought for 1,000.00 on five weekly installments: 300.00, then four of 175.00."""
    order = {"product": product, "first_installment_amount": 300, "installment_count": 5, "interval": "weekly"}
    return customer.call("POST", "/purchases/create/", order).json


def test_a_payoff_pays_all_that_is_left_late_ones_with_their_penalty(
    customer: Person, admin: Person, purchase: Any, clock: Clock
) -> None:
    clock.move(days=15)  # two are late
    path = f"/purchases/{purchase['id']}/payoff/"

    differs = customer.call("POST", path, {"amount": 700})
    assert (differs.status, differs.json["code"]) == (400, "payoff_amount_differs")
    assert "৳735.00" in differs.json["detail"]
    paid = customer.call("POST", path, {"amount": "735.00"}, headers={"Idempotency-Key": "payoff"})
    assert paid.status == 200
    assert (paid.json["message"], paid.json["amount"], paid.json["late_fee"]) == ("Purchase paid off.", 735, 35)
    assert paid.json["purchase"]["status"] == "paid"
    assert [one["amount"] for one in paid.json["payments"]] == [Decimal("192.5"), Decimal("192.5"), 175, 175]
    again = customer.call("POST", path, {"amount": 735}, headers={"Idempotency-Key": "payoff"})
    assert again.json == paid.json
    assert again.headers["Idempotency-Replayed"] == "true"

    closed = customer.call("POST", path, {})
    assert (closed.status, closed.json["code"]) == (409, "purchase_already_paid")
    summary = customer.call("GET", "/user/summary/").json
    assert (summary["total_paid"], summary["total_due"], summary["installment_paid"]) == (1035, 0, 5)
    assert admin.call("GET", "/purchases/?status=paid").count == 1
    detail = customer.call("GET", f"/purchases/{purchase['id']}/").json
    assert sum(one["amount"] for one in detail["payments"]) == 1035


def test_a_payoff_needs_no_amount(customer: Person, purchase: Any) -> None:
    assert customer.call("POST", f"/purchases/{purchase['id']}/payoff/", {}).json["amount"] == 700


def test_a_cancellation_voids_what_is_open_and_shows_what_is_refundable(
    customer: Person, admin: Person, purchase: Any, clock: Clock
) -> None:
    clock.move(minutes=1)
    second, third = (part["id"] for part in purchase["installments"][1:3])
    customer.call("POST", f"/installments/pay/{second}/", {"amount": 100})
    path = f"/purchases/{purchase['id']}/cancel/"

    assert customer.call("POST", path, {"reason": "changed my mind"}).status == 403
    nameless = admin.call("POST", path, {"reason": "  "})
    assert (nameless.status, nameless.json["errors"][0]["field"]) == (400, "reason")
    cancelled = admin.call("POST", path, {"reason": "Out of stock"}, headers={"Idempotency-Key": "cancel"})
    assert cancelled.status == 200
    shown = cancelled.json["purchase"]
    assert (shown["status"], shown["refundable_amount"], shown["cancellation_reason"]) == (
        "cancelled",
        400,
        "Out of stock",
    )
    assert shown["cancelled_at"] == "2026-11-23T06:01:00Z"
    assert [part["status"] for part in shown["installments"]] == ["paid", *["void"] * 4]
    assert [part["amount_to_pay"] for part in shown["installments"]] == [0] * 5
    again = admin.call("POST", path, {"reason": "Out of stock"}, headers={"Idempotency-Key": "cancel"})
    assert (again.json, again.headers["Idempotency-Replayed"]) == (cancelled.json, "true")

    for refused in (
        admin.call("POST", path, {"reason": "again"}),
        customer.call("POST", f"/installments/pay/{third}/", {"amount": 1}),
        customer.call("POST", f"/purchases/{purchase['id']}/payoff/", {}),
    ):
        assert (refused.status, refused.json["code"]) == (409, "purchase_cancelled")

    summary = customer.call("GET", "/user/summary/").json
    assert summary == {
        "total_due": 0,
        "total_paid": 400,
        "total_purchase": 0,
        "installment_left": 0,
        "installment_paid": 1,
        "overdue_count": 0,
        "next_due": None,
        "total_refundable": 400,
        "orders_pending": 0,
        "total_waiting": 0,
    }
    assert customer.call("GET", "/purchases/my/").count == 1
    assert customer.call("GET", "/installments/next-due/").status == 404
    assert customer.call("GET", "/installments/?status=due").count == 0
    assert admin.call("GET", "/purchases/?status=cancelled").count == 1
    assert admin.call("GET", "/purchases/").count == 1
    chart = admin.call("GET", "/reports/chart/summary/").json["datasets"]
    assert (chart["total_purchases"][-1], chart["total_paid"][-1], chart["total_due"][-1]) == (0, 400, 0)
    rows = admin.call("GET", "/reports/payment-summary/weekly/").json
    (row,) = [row for row in rows if row["id"] == customer.id]
    assert (row["total_purchase_count"], row["total_paid_amount"], row["overall_status"]) == (0, 400, "n/a")


def test_a_purchase_is_seen_by_its_owner_and_admins_alone(
    customer: Person, admin: Person, registered: Callable[..., Person], purchase: Any
) -> None:
    path, installment = f"/purchases/{purchase['id']}/", f"/installments/{purchase['installments'][0]['id']}/"

    own = customer.call("GET", path)
    assert own.status == 200
    assert [one["installment"] for one in own.json["payments"]] == [purchase["installments"][0]["id"]]
    assert own.json["customer"]["email"] == customer.email
    assert admin.call("GET", path).json == own.json
    assert customer.call("GET", installment).json["payments"] == own.json["payments"]
    assert admin.call("GET", installment).status == 200
    stranger = registered()
    for url in (path, installment, path + "payoff/"):
        method = "POST" if url.endswith("payoff/") else "GET"
        assert stranger.call(method, url, {}).status == 404
        assert call(method, url, {}).status == 401
    for nothing in ("/purchases/nothing/", "/installments/nothing/", "/purchases/01ARZ3NDEKTSV4RRFFQ69G5FAV/"):
        assert admin.call("GET", nothing).status == 404
    assert admin.call("POST", "/purchases/nothing/cancel/", {"reason": "x"}).status == 404


def test_a_quote_shows_the_plan_and_stores_nothing(product: int, shop: Shop) -> None:
    order = {"product": product, "first_installment_amount": 333, "installment_count": 3, "interval": "monthly"}

    quote = call("POST", "/purchases/quote/", order)

    assert quote.status == 200
    assert quote.json["total_price"] == 1000
    assert quote.json["installments"] == [
        {"installment_number": 1, "due_amount": 333, "due_date": "2026-11-23"},
        {"installment_number": 2, "due_amount": Decimal("333.5"), "due_date": "2026-12-23"},
        {"installment_number": 3, "due_amount": Decimal("333.5"), "due_date": "2027-01-23"},
    ]
    assert shop.totals.counts()["purchases_due"] == 0
    refused = call("POST", "/purchases/quote/", {**order, "first_installment_amount": 1})
    assert refused.json["code"] == "first_installment_too_small"


def test_a_key_is_free_again_after_a_day(customer: Person, purchase: Any, clock: Clock) -> None:
    path = f"/installments/pay/{purchase['installments'][1]['id']}/"
    key = {"Idempotency-Key": "daily"}
    customer.call("POST", path, {"amount": 10}, headers=key)
    clock.move(hours=23, minutes=59)
    assert "Idempotency-Replayed" in customer.call("POST", path, {"amount": 10}, headers=key).headers
    clock.move(minutes=1)

    assert "Idempotency-Replayed" not in customer.call("POST", path, {"amount": 20}, headers=key).headers
    assert customer.call("GET", "/user/summary/").json["total_paid"] == 330


@pytest.mark.parametrize("key", ["", "x" * 256, "ключ", "tab\tbed"])
def test_a_key_that_is_none_is_refused(customer: Person, purchase: Any, key: str) -> None:
    path = f"/installments/pay/{purchase['installments'][1]['id']}/"

    answer = customer.call("POST", path, {"amount": 10}, headers={"Idempotency-Key": key})

    assert answer.status == 400
    assert customer.call("GET", "/user/summary/").json["total_paid"] == 300


def test_a_refusal_does_not_use_up_a_key(customer: Person, purchase: Any) -> None:
    path = f"/installments/pay/{purchase['installments'][1]['id']}/"
    key = {"Idempotency-Key": "key"}
    assert customer.call("POST", path, {"amount": 1000}, headers=key).status == 400

    assert customer.call("POST", path, {"amount": 175}, headers=key).status == 200
