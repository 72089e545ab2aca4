"""Stock and archive of products over HTTP."""

from typing import Any

from tests.api.conftest import Person
from tests.support.rest import call

PLAN = {"first_installment_amount": 400, "installment_count": 2}


def stock_of(number: int) -> Any:
    return call("GET", f"/products/{number}/").json["stock"]


def test_a_stock_is_counted_from_when_it_is_set_until_it_is_null(admin: Person, customer: Person, product: int) -> None:
    assert stock_of(product) is None
    assert admin.call("PATCH", f"/products/{product}/", {"stock": 1}).json["stock"] == 1
    assert customer.call("POST", "/purchases/create/", {"product": product, **PLAN}).status == 201
    assert stock_of(product) == 0
    refused = customer.call("POST", "/purchases/create/", {"product": product, **PLAN})
    assert (refused.status, refused.json["detail"]) == (409, "There are not enough of this product: 0 left.")

    admin.call("PATCH", f"/products/{product}/", {"stock": None})
    assert stock_of(product) is None
    assert customer.call("POST", "/purchases/create/", {"product": product, **PLAN}).status == 201
    for wrong in (-1, 1.5, "many", 1_000_001):
        assert admin.call("PATCH", f"/products/{product}/", {"stock": wrong}).status == 400


def test_a_frontend_that_knows_no_stock_leaves_it_as_it_is(admin: Person, product: int) -> None:
    admin.call("PATCH", f"/products/{product}/", {"stock": 5})
    whole = {"name": "Rice Cooker", "price": 1100, "description": "red"}

    assert admin.call("PUT", f"/products/{product}/", whole).json["stock"] == 5
    assert admin.call("PUT", f"/products/{product}/", {**whole, "stock": 9}).json["stock"] == 5  # as it was read
    assert admin.call("PATCH", f"/products/{product}/", {"price": 1200}).json["stock"] == 5
    assert admin.call("POST", "/products/", {**whole, "stock": 3}).json["stock"] == 3


def test_an_archived_product_can_come_back(admin: Person, customer: Person, product: int) -> None:
    assert admin.call("POST", f"/products/{product}/restore/").status == 404
    admin.call("DELETE", f"/products/{product}/")
    assert call("GET", "/public/global-summary/").json == {"total_products": 0}
    assert [one["id"] for one in admin.call("GET", "/products/archived/").json] == [product]
    assert customer.call("GET", "/products/archived/").status == 403
    assert customer.call("POST", f"/products/{product}/restore/").status == 403

    restored = admin.call("POST", f"/products/{product}/restore/")

    assert (restored.status, restored.json["id"]) == (200, product)
    assert admin.call("GET", "/products/archived/").json == []
    assert [one["id"] for one in call("GET", "/products/?search=rice").json] == [product]
    assert call("GET", "/public/global-summary/").json == {"total_products": 1}
    assert "product.restored" in [one["action"] for one in admin.call("GET", "/accounts/actions/").json]
