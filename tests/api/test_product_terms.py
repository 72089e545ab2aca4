"""Terms of a product: stricter than the shop's, shown, quoted, enforced; and the mark-up of a price on a plan."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from shop.bootstrap import Shop
from tests.api.conftest import Person, Serve
from tests.support.clock import Clock
from tests.support.rest import Answer, call

TERMS = {"least_first_share": 0.5, "most_installments": 6, "intervals": ["weekly", "monthly"], "plan_markup": 0.1}


PRICES = ("unit_price", "plan_markup", "total_price")


def numbers(row: dict[str, Any], *names: str) -> list[float]:
    """Some numbers of an answer."""
    return [float(row[name]) for name in names]


@pytest.fixture
def sofa(admin: Person) -> int:
    """Costs 333.33 at once and 366.66 on a plan: half first, in up to 6 monthly or weekly installments."""
    return int(admin.call("POST", "/products/", {"name": "Sofa", "price": 333.33, "terms": TERMS}).json["id"])


@pytest.fixture
def order(sofa: int) -> dict[str, Any]:
    """Two sofas, in three installments."""
    return {
        "product": sofa,
        "quantity": 2,
        "first_installment_amount": 400,
        "installment_count": 3,
        "interval": "monthly",
    }


def test_terms_are_shown_with_the_price_on_a_plan(sofa: int) -> None:
    shown = call("GET", f"/products/{sofa}/").json

    assert numbers(shown, "price", "price_on_plan") == [333.33, 366.66]
    assert numbers(shown["terms"], "least_first_share", "most_installments", "plan_markup") == [0.5, 6, 0.1]
    assert shown["terms"]["intervals"] == ["monthly", "weekly"]
    assert call("GET", "/products/").json == [shown]


def test_terms_are_changed_as_a_whole_and_taken_away(admin: Person, sofa: int, clock: Clock) -> None:
    clock.move(seconds=1)
    path, whole = f"/products/{sofa}/", {"name": "Sofa", "price": 333.33}
    assert admin.call("PUT", path, whole).json["terms"]["most_installments"] == 6
    changed = admin.call("PATCH", path, {"terms": {"plan_markup": "0.005"}}).json
    assert numbers(changed["terms"], "plan_markup") == [0.005]
    assert [changed["terms"][name] for name in ("least_first_share", "most_installments", "intervals")] == [None] * 3
    assert numbers(changed, "price_on_plan") == [335]
    log = admin.call("GET", "/accounts/actions/?page_size=1").json[0]
    assert log["details"] == {"terms": "plan_markup 0.005"}
    assert admin.call("PATCH", path, {"terms": None}).json["terms"] is None
    assert admin.call("PUT", path, {**whole, "terms": TERMS}).json["terms"]["most_installments"] == 6
    none = admin.call("PUT", path, {**whole, "terms": None, "price_on_plan": 366.66, "stock": None}).json
    assert (none["terms"], numbers(none, "price_on_plan")) == (None, [333.33])


@pytest.mark.parametrize(
    ("terms", "field", "says"),
    [
        ({"least_first_share": 0.29}, "terms.least_first_share", "at least the shop's: 0.3"),
        ({"least_first_share": 1.01}, "terms.least_first_share", "at most 1"),
        ({"most_installments": 61}, "terms.most_installments", "at most the shop's: 60"),
        ({"most_installments": 0}, "terms.most_installments", "at least 1"),
        ({"intervals": []}, "terms.intervals", "must name one at least"),
        ({"intervals": ["daily"]}, "terms.intervals.0", "monthly"),
        ({"plan_markup": 1.5}, "terms.plan_markup", "at most 1"),
        ({"plan_markup": -0.1}, "terms.plan_markup", "at least 0"),
        ({"plan_markup": 0.00001}, "terms.plan_markup", "4 decimal"),
        ({"colour": 1}, "terms.colour", "no"),
        (7, "terms", ""),
    ],
)
def test_terms_that_are_wrong_or_looser_than_the_shops_are_refused(
    admin: Person, sofa: int, terms: object, field: str, says: str
) -> None:
    body = {"name": "Sofa", "price": 1, "terms": terms}
    for method, path in (("POST", "/products/"), ("PUT", f"/products/{sofa}/"), ("PATCH", f"/products/{sofa}/")):
        answer = admin.call(method, path, body)

        assert answer.status == 400
        (error,) = answer.json["errors"]
        assert error["field"] == field
        assert says in error["message"]


def test_a_quote_has_the_price_on_a_plan_and_that_at_once(order: dict[str, Any]) -> None:
    quote = call("POST", "/purchases/quote/", {**order, "installment_counts": [1, 2, 6, 7]}).json
    at_once = {**order, "installment_count": 1, "first_installment_amount": 666.66, "interval": "30d"}

    assert numbers(quote, *PRICES) == [366.66, 0.1, 733.32]
    assert [one["installment_count"] for one in quote["plans"]] == [1, 2, 6]
    assert numbers(quote["plans"][0], *PRICES) == [333.33, 0, 666.66]
    for one in quote["plans"][1:]:
        assert numbers(one, *PRICES) == [366.66, 0.1, 733.32]
        assert sum(part["due_amount"] for part in one["installments"]) == Decimal("733.32")
    plain = call("POST", "/purchases/quote/", {**at_once, "interval": order["interval"], "installment_counts": [1, 2]})
    assert numbers(plain.json, *PRICES) == numbers(plain.json["plans"][0], *PRICES) == [333.33, 0, 666.66]
    first, second = (part["due_amount"] for part in plain.json["plans"][1]["installments"])
    assert (first + second, first) == (Decimal("733.32"), Decimal("366.66")), "half of it is the least"


@pytest.mark.parametrize(
    ("change", "field", "says"),
    [
        ({"first_installment_amount": 366.65}, "first_installment_amount", "at least ৳366.66."),
        ({"installment_count": 7}, "installment_count", "At most 6 installments"),
        ({"interval": "30d"}, "interval", "Here the interval must be monthly or weekly."),
        ({"first_installment_amount": 733.32}, "first_installment_amount", "less than the total of ৳733.32"),
        ({"installment_count": 1}, "first_installment_amount", "the total of ৳666.66"),
    ],
)
def test_an_order_beyond_a_products_own_bounds_is_refused_everywhere(
    admin: Person, customer: Person, order: dict[str, Any], change: dict[str, Any], field: str, says: str
) -> None:
    wrong = {**order, **change}
    answers: list[Answer] = [
        call("POST", "/purchases/quote/", wrong),
        customer.call("POST", "/purchases/create/", wrong),
        admin.call("POST", f"/purchases/customers/{customer.id}/purchases/", {**wrong, "method": "cash"}),
    ]
    for answer in answers:
        assert (answer.status, answer.json["errors"][0]["field"]) == (400, field)
        assert says in answer.json["detail"]


def test_what_is_sold_at_once_only_says_so(admin: Person, order: dict[str, Any]) -> None:
    admin.call("PATCH", f"/products/{order['product']}/", {"terms": {"most_installments": 1}})

    answer = call("POST", "/purchases/quote/", order)

    assert answer.json["detail"] == "This must be paid at once, with one installment."


def test_a_purchase_keeps_the_mark_up_that_it_was_sold_with(
    admin: Person, customer: Person, order: dict[str, Any]
) -> None:
    on_plan = customer.call("POST", "/purchases/create/", order).json
    at_once = customer.call(
        "POST", "/purchases/create/", {**order, "installment_count": 1, "first_installment_amount": 666.66}
    ).json
    admin.call("PATCH", f"/products/{order['product']}/", {"terms": None, "price": 1})

    read = customer.call("GET", f"/purchases/{on_plan['id']}/").json
    assert numbers(read, *PRICES) == [366.66, 0.1, 733.32]
    assert numbers(at_once, *PRICES) == [333.33, 0, 666.66]
    (sale,) = admin.call("GET", f"/purchases/{on_plan['id']}/journal/").json
    assert {name: float(of) for name, of in sale["postings"].items()} == {
        "self_declared": 400,
        "receivable": 333.32,
        "sales": -733.32,
    }
    back = admin.call("POST", f"/purchases/{on_plan['id']}/returns/", {"quantity": 1, "reason": "broken"}).json
    assert {name: float(of) for name, of in back["entry"]["postings"].items()} == {
        "sales": 366.66,
        "receivable": -333.32,
        "refunds_payable": -33.34,
    }
    assert customer.call("GET", "/user/summary/").json["total_due"] == 0


@pytest.mark.usefixtures("confirming")
def test_an_order_that_waits_keeps_its_price_too(admin: Person, customer: Person, order: dict[str, Any]) -> None:
    made = customer.call("POST", "/purchases/create/", order).json
    admin.call("PATCH", f"/products/{order['product']}/", {"terms": None})
    path = f"/purchases/{made['id']}/attempts/{made['attempt']['id']}/confirm/"

    sold = admin.call("POST", path, {"method": "cash"}).json["purchase"]

    assert numbers(sold, *PRICES) == [366.66, 0.1, 733.32]


def test_terms_stay_stricter_when_the_shop_becomes_stricter_itself(
    admin: Person, order: dict[str, Any], serve: Serve, shop: Shop
) -> None:
    stricter = shop.settings.model_copy(update={"most_installments": 2})
    serve(replace(shop, settings=stricter))

    assert "At most 2" in call("POST", "/purchases/quote/", order).json["detail"]
    assert admin.call("PATCH", f"/products/{order['product']}/", {"name": "Couch"}).status == 200
