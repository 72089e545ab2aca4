"""The list of what is owed back to customers."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.api.conftest import Person
from tests.support.clock import Clock


@pytest.fixture
def purchases(registered: Callable[..., Person], product: int, clock: Clock) -> list[Any]:
    """Purchases of two customers, of which 600 each were paid."""
    first, second = registered(), registered()
    first.call("PATCH", "/accounts/profile/", {"first_name": "Selima", "phone": "01711123456"})
    made = []
    for customer in (first, second, first):
        order = {"product": product, "quantity": 2, "first_installment_amount": 600, "installment_count": 3}
        made.append(customer.call("POST", "/purchases/create/", order).json)
        clock.move(seconds=1)
    return made


def owed(admin: Person, query: str = "") -> list[tuple[str, object]]:
    rows = admin.call("GET", f"/reports/refunds/{query}").json
    return [(one["purchase"], one["refundable_amount"]) for one in rows]


def test_what_is_owed_back_is_listed_until_it_is_handed_out(admin: Person, purchases: list[Any]) -> None:
    first, second, third = (one["id"] for one in purchases)
    assert owed(admin) == []
    for purchase in (third, first):
        assert admin.call("POST", f"/purchases/{purchase}/cancel/", {"reason": "broken"}).status == 200
    assert owed(admin) == [(first, 600), (third, 600)]

    part = {"amount": 500, "method": "cash", "reason": "half"}
    assert admin.call("POST", f"/purchases/{first}/refunds/", part).status == 201
    assert owed(admin) == [(first, 100), (third, 600)]
    rest = admin.call("POST", f"/purchases/{first}/refunds/", {**part, "amount": 100})
    assert owed(admin) == [(third, 600)]

    reversed_ = {"entry": rest.json["entry"]["id"], "reason": "not handed out"}
    assert admin.call("POST", f"/purchases/{first}/reversals/", reversed_).status == 200
    assert owed(admin) == [(first, 100), (third, 600)]
    paid = {"amount": 1400, "method": "cash"}
    assert admin.call("POST", f"/purchases/{second}/payments/", paid).status == 201
    assert admin.call("POST", f"/purchases/{second}/returns/", {"quantity": 1, "reason": "r"}).status == 200
    assert owed(admin) == [(first, 100), (second, 1000), (third, 600)]


def test_a_row_says_for_what_and_how_to_reach_the_customer(admin: Person, purchases: list[Any]) -> None:
    purchase = purchases[0]
    admin.call("POST", f"/purchases/{purchase['id']}/cancel/", {"reason": "broken"})

    (row,) = admin.call("GET", "/reports/refunds/").json

    customer = row.pop("customer")
    assert row == {
        "purchase": purchase["id"],
        "product_name": "Rice Cooker",
        "status": "cancelled",
        "purchase_date": purchase["purchase_date"],
        "refundable_amount": 600,
    }
    assert (customer["first_name"], customer["phone"]) == ("Selima", "+8801711123456")
    assert customer["email"].startswith("person")


def test_it_has_pages_and_is_for_staff(admin: Person, customer: Person, purchases: list[Any]) -> None:
    for purchase in purchases:
        admin.call("POST", f"/purchases/{purchase['id']}/cancel/", {"reason": "broken"})
    page = admin.call("GET", "/reports/refunds/?page_size=2")
    rest = admin.call("GET", page.link("next") or "")

    assert [one["purchase"] for one in page.json + rest.json] == [one["id"] for one in purchases]
    assert "X-Total-Count" not in page.headers
    assert admin.call("GET", rest.link("prev") or "").json == page.json
    assert customer.call("GET", "/reports/refunds/").status == 403
