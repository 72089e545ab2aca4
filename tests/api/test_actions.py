"""The audit log keeps what admins did, when, and in which request."""

from collections.abc import Callable

from shop.bootstrap import Shop
from shop.dynamodb.paging import PageRequest
from tests.api.conftest import PASSWORD, Person
from tests.support.clock import Clock
from tests.support.rest import call

REQUEST = "11111111-1111-1111-1111-111111111111"


def test_every_action_of_an_admin_is_listed_newest_first(
    shop: Shop, admin: Person, customer: Person, clock: Clock
) -> None:
    product = admin.call("POST", "/products/", {"name": "Kettle", "price": 1000}).json["id"]
    order = {"product": product, "first_installment_amount": 1000, "installment_count": 1}
    purchase = customer.call("POST", "/purchases/create/", order).json["id"]
    for method, url, body in (
        ("PATCH", f"/products/{product}/", {"price": "1200.00"}),
        ("PUT", f"/products/{product}/", {"name": "Kettle", "price": 1300}),
        ("POST", f"/purchases/{purchase}/cancel/", {"reason": "broken"}),
        ("DELETE", f"/products/{product}/", None),
        ("PATCH", f"/accounts/users/{customer.id}/", {"is_staff": True, "is_active": True}),
    ):
        clock.move(seconds=1)
        assert admin.call(method, url, body).status < 300, url

    listed = admin.call("GET", "/accounts/actions/?page_size=4")
    rest = call("GET", listed.link("next") or "", token=shop.issuer.issue(admin.account, clock()).access).json

    assert listed.count == 6
    rows = listed.json + rest
    cancelled = rows[2]["details"].pop("entry")
    journal = admin.call("GET", f"/purchases/{purchase}/journal/").json
    assert [one["id"] for one in journal if one["kind"] == "cancellation"] == [cancelled]
    assert [(one["action"], one["target"], one["details"]) for one in rows] == [
        ("user.changed", customer.id, {"is_staff": "True"}),
        ("product.archived", str(product), {}),
        ("purchase.cancelled", purchase, {"reason": "broken"}),
        ("product.changed", str(product), {"name": "Kettle", "price": "1300.00"}),
        ("product.changed", str(product), {"price": "1200.00"}),
        ("product.added", str(product), {"name": "Kettle", "price": "1000.00"}),
    ]
    assert {(one["admin"], one["request_id"]) for one in listed.json} == {(admin.id, REQUEST)}
    assert listed.json[0]["at"] == "2026-11-23T06:00:05Z"
    assert customer.call("GET", "/accounts/actions/").status == 403


def test_what_was_refused_is_no_action(admin: Person, customer: Person) -> None:
    assert admin.call("PATCH", f"/accounts/users/{admin.id}/", {"is_staff": False}).status == 409
    assert admin.call("PATCH", "/products/01ARZ3NDEKTSV4RRFFQ69G5FAV/", {"price": 1}).status == 404
    assert customer.call("POST", "/products/", {"name": "A", "price": 1}).status == 403

    assert admin.call("GET", "/accounts/actions/").count == 0


def test_a_change_that_changes_nothing_is_no_action(admin: Person, customer: Person, product: int) -> None:
    for method, url, body in (
        ("PATCH", f"/products/{product}/", {"price": "1000.00"}),
        ("PUT", f"/products/{product}/", {"name": "Rice Cooker", "price": 1000, "description": "1.8 litres"}),
        ("PATCH", f"/accounts/users/{customer.id}/", {"is_staff": False}),
        ("PATCH", f"/accounts/users/{customer.id}/", {}),
    ):
        assert admin.call(method, url, body).status == 200, url

    assert [one["action"] for one in admin.call("GET", "/accounts/actions/").json] == ["product.added"]


def test_an_admin_whose_rights_were_taken_may_change_nothing_at_once(
    shop: Shop, registered: Callable[..., Person], admin: Person, customer: Person, product: int
) -> None:
    other = registered(staff=True, username="other")
    order = {"product": product, "first_installment_amount": 1000, "installment_count": 1}
    purchase = customer.call("POST", "/purchases/create/", order).json["id"]
    token = other.token
    assert admin.call("PATCH", f"/accounts/users/{other.id}/", {"is_staff": False}).status == 200
    before = shop.user_administration.page_of_audit_log(PageRequest(None, 100)).count

    for method, url, body in (
        ("POST", "/products/", {"name": "Kettle", "price": 1}),
        ("PATCH", f"/products/{product}/", {"price": 1}),
        ("DELETE", f"/products/{product}/", None),
        ("POST", f"/purchases/{purchase}/cancel/", {"reason": "revenge"}),
        ("PATCH", f"/accounts/users/{customer.id}/", {"is_active": False}),
    ):
        answer = call(method, url, body, token=token)
        assert (answer.status, answer.json["code"]) == (403, "forbidden"), url

    assert shop.user_administration.page_of_audit_log(PageRequest(None, 100)).count == before
    assert shop.catalogue.read(product).price == 1000


def test_an_admin_made_by_hand_is_listed_too(shop: Shop, admin: Person) -> None:
    made = shop.admin_bootstrap.make_admin("boss@example.com", PASSWORD)

    (action,) = admin.call("GET", "/accounts/actions/").json
    assert (action["admin"], action["action"], action["target"]) == ("operator", "admin.made", made.id)
