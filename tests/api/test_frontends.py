"""The requests and answers of the old backend's frontends, point by point."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from itertools import count
from typing import Any

import pytest

from shop.accounts.audit_log import OPERATOR
from shop.bootstrap import Shop
from shop.catalogue.model import LARGEST_NUMBER
from shop.dynamodb import retry
from tests.api.conftest import Person
from tests.support.clock import Clock
from tests.support.faults import Fault, failing
from tests.support.rest import call

PLAN = {"first_installment_amount": 400, "installment_count": 3, "interval": "weekly"}


def buy(person: Person, product: int, **changes: Any) -> Any:
    answer = person.call("POST", "/purchases/create/", {"product": product, **PLAN, **changes})
    assert answer.status == 201, answer.text
    return answer.json


def test_the_example_of_the_old_readme_is_answered_to_the_letter(admin: Person, customer: Person) -> None:
    assert admin.call("POST", "/products/", {"name": "Laptop", "price": 10000}).json["id"] == 1
    body = {"product": 1, "quantity": 2, "first_installment_amount": 6000, "installment_count": 3}

    answer = customer.call("POST", "/purchases/create/", body)

    expected = {
        "product_name": "Laptop",
        "total_price": 20000,
        "quantity": 2,
        "first_installment_amount": 6000,
        "installment_count": 3,
        "status": "due",
    }
    assert answer.status == 201
    assert '"total_price":20000,' in answer.text, "a whole amount is written as one"
    assert {name: answer.json[name] for name in expected} == expected


def test_every_list_is_an_array_with_its_count_and_links_in_headers(
    admin: Person, customer: Person, product: int
) -> None:
    for _ in range(3):
        buy(customer, product)
    for person, path, rows in (
        (customer, "/products/", 1),
        (customer, "/purchases/my/", 3),
        (customer, "/installments/", 9),
        (admin, "/purchases/", 3),
        (admin, "/reports/payment-summary/weekly/", 2),
        (admin, "/reports/payment-summary/monthly/", 2),
        (admin, "/accounts/users/", 2),
        (admin, "/accounts/actions/", 1),
    ):
        whole = person.call("GET", path)
        assert (len(whole.json), whole.count, whole.links) == (rows, rows, {}), path
        first = person.call("GET", f"{path}?page_size=1")
        assert (first.json, first.count) == (whole.json[:1], rows), path
        assert set(first.links) == ({"next"} if rows > 1 else set()), path
        if rows > 1:
            second = person.call("GET", first.link("next") or "")
            assert second.json == whole.json[1:2], path
            assert person.call("GET", second.link("prev") or "").json == whole.json[:1], path


def test_an_empty_list_is_an_empty_array(customer: Person) -> None:
    for path in ("/products/", "/purchases/my/", "/installments/"):
        answer = customer.call("GET", path)
        assert (answer.text, answer.count) == ("[]", 0)


def test_a_list_without_a_page_size_ends_after_a_thousand_rows(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shop.http.pagination.MOST_ROWS", 4)
    for number in range(6):
        shop.catalogue.add(OPERATOR, f"Kettle {number}", "", Decimal(10))

    first = call("GET", "/products/")
    rest = call("GET", first.link("next") or "")

    assert [one["id"] for one in first.json + rest.json] == [6, 5, 4, 3, 2, 1]
    assert (len(first.json), first.count, set(rest.links)) == (4, 6, {"prev"})


def test_a_search_that_stops_counting_says_so_in_a_header(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shop.dynamodb.search.MOST_COUNTED", 2)
    for number in range(3):
        shop.catalogue.add(OPERATOR, f"Kettle {number}", "", Decimal(10))

    assert call("GET", "/products/?search=ket").headers["X-Total-Count-Capped"] == "true"
    assert "X-Total-Count-Capped" not in call("GET", "/products/").headers


def test_browsers_of_other_origins_may_read_the_headers_and_send_theirs() -> None:
    answer = call("OPTIONS", "/products/", headers={"Origin": "https://shop.example.com"})
    exposed = answer.headers["Access-Control-Expose-Headers"].split(",")
    allowed = answer.headers["Access-Control-Allow-Headers"].split(",")

    assert {"Link", "X-Total-Count", "X-Total-Count-Capped", "Content-Disposition", "ETag"} <= set(exposed)
    assert {"Authorization", "Content-Type", "Accept", "X-Requested-With", "Idempotency-Key"} <= set(allowed)


@pytest.mark.parametrize(
    "dated",
    [
        {"purchase_date": "2026-11-22"},
        {"purchase_date": "2026-11-23"},
        {"purchase_date": "2026-11-24", "purchase_time": "23:59:59"},
        {"purchase_date": "2026-11-23T05:59:00.000Z", "purchase_time": "now"},
        {"purchase_date": "2026-11-23T12:00:00"},
        {"purchase_date": "2026-11-24T05:00:00+06:00"},
        {"purchase_date": None, "purchase_time": None},
    ],
)
def test_the_browsers_date_and_time_are_taken_and_not_kept(
    customer: Person, product: int, dated: dict[str, Any]
) -> None:
    bought = buy(customer, product, **dated)

    assert bought["purchase_date"] == "2026-11-23T06:00:00Z"
    quoted = call("POST", "/purchases/quote/", {"product": product, **PLAN, **dated})
    assert quoted.status == 200


@pytest.mark.parametrize(
    "date", ["2026-11-21", "2026-11-25", "2027-11-23", "2026-11-24T06:00:01Z", "23/11/2026", "", 1795413600, True, "x"]
)
def test_another_date_is_refused_by_name(customer: Person, product: int, date: object) -> None:
    for path in ("/purchases/create/", "/purchases/quote/"):
        answer = customer.call("POST", path, {"product": product, **PLAN, "purchase_date": date})

        assert (answer.status, [one["field"] for one in answer.json["errors"]]) == (400, ["purchase_date"])


def test_a_repetition_with_another_date_is_the_same_request(customer: Person, product: int) -> None:
    body, key = {"product": product, **PLAN}, {"Idempotency-Key": "once"}
    first = customer.call("POST", "/purchases/create/", {**body, "purchase_date": "2026-11-23T05:00:00Z"}, headers=key)

    again = customer.call("POST", "/purchases/create/", {**body, "purchase_date": "2026-11-23T05:01:00Z"}, headers=key)

    assert (again.json, again.headers["Idempotency-Replayed"]) == (first.json, "true")


def test_counts_amounts_and_products_may_be_text(customer: Person, product: int) -> None:
    body = {"product": str(product), "quantity": "2", "first_installment_amount": "600.00", "installment_count": "3"}

    answer = customer.call("POST", "/purchases/create/", body)

    assert (answer.status, answer.json["product"], answer.json["total_price"]) == (201, product, 2000)


def test_a_400_has_each_field_as_a_member_fit_for_a_toast(customer: Person, product: int) -> None:
    refused = customer.call("POST", "/purchases/create/", {"product": product, **PLAN, "first_installment_amount": 1})
    several = customer.call("POST", "/purchases/create/", {"quantity": 0})
    own = customer.call("GET", "/purchases/my/?status=late")

    assert refused.json["first_installment_amount"] == "The first installment must be at least ৳300.00."
    assert several.json["first_installment_amount"] == "The first installment amount is missing."
    assert several.json["quantity"] == "The quantity must be at least 1."
    assert own.json["status"] == 400, "a name that the problem itself uses is left alone"


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("quantity", "two", "The quantity must be a whole number."),
        ("quantity", 1.5, "The quantity must be a whole number."),
        ("quantity", 10_001, "The quantity must be at most 10,000."),
        ("first_installment_amount", "4.005", "The first installment amount must have at most 2 decimals."),
        ("first_installment_amount", "much", "The first installment amount must be a number, like 1234.50."),
        ("first_installment_amount", 0, "The first installment amount must be more than 0."),
        ("first_installment_amount", 10**14, "The first installment amount must be at most 9,999,999,999,999.99."),
        ("interval", "yearly", "The interval must be one of '30d', 'monthly', 'biweekly' or 'weekly'."),
        ("note", ["x"], "The note must be text."),
        ("colour", "red", "There is no field colour."),
    ],
)
def test_what_is_wrong_is_told_in_words_that_a_customer_understands(
    customer: Person, product: int, field: str, value: object, sentence: str
) -> None:
    refused = customer.call("POST", "/purchases/create/", {"product": product, **PLAN, field: value})

    assert (refused.status, refused.json[field]) == (400, sentence)


def test_the_sentences_about_texts_and_switches(customer: Person) -> None:
    new = {"username": 5, "email": "nobody", "password": "short"}
    profile = {"first_name": "x" * 256, "reminders": "yes"}

    told = call("POST", "/accounts/register/", new).json, customer.call("PATCH", "/accounts/profile/", profile).json

    assert [told[0][field] for field in new] == [
        "The username must be text.",
        "The e-mail address must be valid, like rahim@example.com.",
        "The password must have 8 or more characters.",
    ]
    assert [told[1][field] for field in profile] == [
        "The first name must have at most 255 characters.",
        "The reminders must be true or false.",
    ]


def test_the_next_due_tells_what_is_to_be_paid_today(customer: Person, product: int, clock: Clock) -> None:
    buy(customer, product)
    on_time = customer.call("GET", "/installments/next-due/").json
    clock.move(days=8)
    late = customer.call("GET", "/installments/next-due/").json

    assert (on_time["due_amount"], on_time["principal_due"], on_time["late_fee"]) == (300, 300, 0)
    assert (late["due_amount"], late["principal_due"], late["late_fee"]) == (330, 300, 30)
    (listed,) = customer.call("GET", "/installments/?status=overdue").json
    assert (listed["due_amount"], listed["amount_to_pay"]) == (300, 330)
    paid = customer.call("POST", f"/installments/pay/{late['id']}/", {"amount": str(late["due_amount"])})
    assert (paid.status, paid.json["detail"]) == (200, paid.json["message"])


def test_admins_are_made_and_unmade_superusers(admin: Person, customer: Person, shop: Shop) -> None:
    url = f"/accounts/users/{customer.id}/"
    assert admin.call("PATCH", url, {"is_superuser": True, "is_staff": True}).json["is_superuser"] is True
    assert customer.call("GET", "/accounts/profile/").json["is_superuser"] is True
    assert admin.call("PATCH", url, {"is_superuser": False}).json["is_superuser"] is False
    boss = shop.admin_bootstrap.make_admin("boss@example.com", "correct horse battery")
    assert (boss.is_staff, boss.is_superuser) == (True, True)


def test_a_summary_counts_what_is_still_to_come_and_never_tells_a_debtor_as_paid(
    admin: Person, customer: Person, product: int, clock: Clock
) -> None:
    def row(days: str) -> tuple[object, ...]:
        rows = admin.call("GET", f"/reports/payment-summary/{days}/").json
        (own,) = (one for one in rows if one["id"] == customer.id)
        names = ("total_due_amount", "due_purchases", "overdue_amount", "overall_status")
        return tuple(own[name] for name in names)

    buy(customer, product)  # 300 due on 30 November and 7 December
    buy(customer, product, first_installment_amount=1000, installment_count=1)
    assert row("weekly") == (600, 1, 0, "due")
    clock.move(days=8)
    assert row("weekly") == (600, 1, 300, "due")
    clock.move(days=8)  # 9 December: the first fell due before the week
    assert row("weekly") == (300, 1, 600, "due")
    assert row("monthly") == (600, 1, 600, "due")
    clock.move(days=20)
    assert row("weekly") == (0, 0, 600, "due")
    for due in customer.call("GET", "/installments/?status=overdue").json:
        amount = {"amount": str(due["amount_to_pay"])}
        assert customer.call("POST", f"/installments/pay/{due['id']}/", amount).status == 200
    assert row("monthly") == (0, 0, 0, "n/a")


def test_products_that_are_added_at_once_get_numbers_of_their_own(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retry, "TRIES", 100)
    with ThreadPoolExecutor(8) as threads:
        made = list(threads.map(lambda n: shop.catalogue.add(OPERATOR, f"Pot {n}", "", Decimal(10)).id, range(24)))

    assert sorted(made) == list(range(1, 25))
    assert shop.catalogue.total() == 24


@pytest.mark.parametrize("fault", list(Fault))
def test_a_fault_while_a_product_is_added_loses_and_repeats_no_number(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, fault: Fault
) -> None:
    monkeypatch.setattr(retry, "pause", lambda _: None)
    monkeypatch.setattr("shop.dynamodb.table.pause", lambda _: None)
    for at in count():
        broken, client = failing(shop, fault, lambda number, at=at: number == at)  # type: ignore[misc]
        assert broken.catalogue.add(OPERATOR, "Kettle", "", Decimal(10)).id == at + 1
        if client.calls <= at:
            break
    assert shop.catalogue.total() == at + 1


def test_a_number_is_not_given_again_when_its_product_is_gone(admin: Person, shop: Shop) -> None:
    first, second = (shop.catalogue.add(OPERATOR, name, "", Decimal(10)).id for name in ("Pot", "Pan"))
    shop.catalogue.archive(OPERATOR, second)

    assert admin.call("POST", "/products/", {"name": "Lid", "price": 5}).json["id"] == 3
    assert [one["id"] for one in call("GET", "/products/?ordering=created").json] == [first, 3]


@pytest.mark.parametrize("number", ["0", "01", "1.0", "x", "-1", str(LARGEST_NUMBER + 1), "٣", "1e3"])
def test_what_is_no_number_of_a_product_is_not_found(product: int, number: str) -> None:
    assert call("GET", f"/products/{product}/").status == 200
    assert call("GET", f"/products/{number}/").status == 404


def test_an_expired_token_is_refused_and_nothing_else(customer: Person, clock: Clock) -> None:
    token = customer.token
    clock.move(minutes=16)

    answers: list[Callable[[], Any]] = [
        lambda: call("GET", "/purchases/my/", token=token),
        lambda: call("PATCH", "/accounts/profile/", {"first_name": ""}, token=token),
    ]
    for answer in answers:
        assert (answer().status, answer().json["code"]) == (401, "token_expired")


@pytest.mark.parametrize(("price", "bound"), [(0, "at least 0.01"), (10**9, "at most 99,999,999.99")])
def test_a_price_out_of_bounds_is_told_with_the_bound(admin: Person, price: object, bound: str) -> None:
    refused = admin.call("POST", "/products/", {"name": "Kettle", "price": price})

    assert refused.json["detail"] == refused.json["price"] == f"The price must be {bound}."
