"""Customers own their data: a copy of it, and its erasure."""

import itertools
import json
from collections.abc import Callable
from typing import Any

import pytest

from shop.bootstrap import Shop
from shop.dynamodb import keys
from tests.api.conftest import PASSWORD, Person
from tests.support.clock import Clock
from tests.support.faults import Fault, FaultyClient
from tests.support.rest import call


def buy(person: Person, product: int, first: int = 1000, count: int = 1) -> Any:
    body = {"product": product, "first_installment_amount": first, "installment_count": count}
    answer = person.call("POST", "/purchases/create/", body)
    assert answer.status == 201, answer.text
    return answer.json


def everything(shop: Shop) -> str:
    """All that the table holds, as text."""
    found = shop.table.client.scan(TableName=shop.table.name)
    assert "LastEvaluatedKey" not in found
    return json.dumps(found["Items"], default=str)


def test_a_customer_gets_a_copy_of_all_that_is_known_of_them(customer: Person, product: int, clock: Clock) -> None:
    bought = []
    for first, count in ((1000, 1), (400, 3), (1000, 1)):
        bought.append(buy(customer, product, first, count))
        clock.move(seconds=1)
    customer.call("POST", f"/installments/pay/{bought[1]['installments'][1]['id']}/", {"amount": 100})

    copy = customer.call("GET", "/accounts/export/").json

    assert copy["account"] == customer.call("GET", "/accounts/profile/").json
    assert [one["id"] for one in copy["purchases"]] == [one["id"] for one in reversed(bought)]
    assert [[paid["amount"] for paid in one["payments"]] for one in copy["purchases"]] == [[1000], [400, 100], [1000]]
    second = customer.call("GET", f"/purchases/{bought[1]['id']}/").json
    assert copy["purchases"][1] == {**second, "attempts": []}
    pages, url = [], "/accounts/export/?page_size=1"
    while url:
        page = customer.call("GET", url)
        pages += page.json["purchases"]
        url = page.link("next") or ""
    assert pages == copy["purchases"]
    assert page.count == 3


def test_who_is_forgotten_leaves_no_personal_data_and_the_books_as_they_were(
    shop: Shop, customer: Person, admin: Person, product: int
) -> None:
    customer.call("PATCH", "/accounts/profile/", {"first_name": "Rahima", "last_name": "Chowdhury"})
    purchase = buy(customer, product)
    call("POST", "/accounts/login/", {"email": customer.email, "password": PASSWORD}, address="198.51.100.7")
    call("POST", "/accounts/password/reset/", {"email": customer.email})
    report = "/reports/payment-summary/weekly/"
    before = {row["id"]: row for row in admin.call("GET", report).json}

    gone = customer.call("POST", "/accounts/delete/", {"password": PASSWORD})

    assert (gone.status, gone.json) == (200, {"message": "Your account is deleted."})
    kept = everything(shop)
    for personal in (customer.username, customer.email, "Rahima", "Chowdhury", "rahima", "198.51.100.7"):
        assert personal not in kept, personal
    after = {row["id"]: row for row in admin.call("GET", report).json}
    names = {"username", "email"}
    assert {name: after[customer.id][name] for name in after[customer.id] if name not in names} == {
        name: before[customer.id][name] for name in before[customer.id] if name not in names
    }
    shown = admin.call("GET", f"/purchases/{purchase['id']}/").json
    assert shown["customer"]["username"] == f"deleted-{customer.id.lower()}"
    assert shown["payments"]
    assert admin.call("GET", f"/purchases/?search={customer.username}").json == []


def test_who_is_forgotten_is_out_and_may_come_anew(customer: Person, admin: Person) -> None:
    pair = call("POST", "/accounts/login/", {"email": customer.email, "password": PASSWORD}).json

    assert customer.call("POST", "/accounts/delete/", {"password": PASSWORD}).status == 200

    assert customer.call("GET", "/accounts/profile/").status == 401
    assert customer.call("POST", "/accounts/delete/", {"password": PASSWORD}).status == 200  # it is done already
    assert call("POST", "/accounts/token/refresh/", {"refresh": pair["refresh"]}).status == 401
    assert call("POST", "/accounts/login/", {"email": customer.email, "password": PASSWORD}).status == 401
    revived = admin.call("PATCH", f"/accounts/users/{customer.id}/", {"is_active": True})
    assert (revived.status, revived.json["code"]) == (409, "account_deleted")
    new = {"username": customer.username, "email": customer.email, "password": PASSWORD}
    assert call("POST", "/accounts/register/", new).status == 201


def test_answers_kept_for_idempotency_keys_do_not_bring_an_erased_customer_back(
    shop: Shop, customer: Person, admin: Person, product: int
) -> None:
    purchase = buy(customer, product, 400, 2)
    body, headers = {"reason": "changed their mind"}, {"Idempotency-Key": "cancel"}
    url = f"/purchases/{purchase['id']}/cancel/"
    cancelled = admin.call("POST", url, body, headers=headers)
    assert cancelled.status == 200

    assert customer.call("POST", "/accounts/delete/", {"password": PASSWORD}).status == 200

    again = admin.call("POST", url, body, headers=headers)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.json == cancelled.json
    assert customer.username not in again.text
    assert customer.username not in everything(shop)


def test_nobody_is_forgotten_by_mistake(customer: Person, admin: Person, product: int) -> None:
    wrong = customer.call("POST", "/accounts/delete/", {"password": "wrong"})
    assert (wrong.status, wrong.json["errors"][0]["field"]) == (400, "password")
    own = admin.call("POST", "/accounts/delete/", {"password": PASSWORD})
    assert (own.status, own.json["code"]) == (409, "own_account")
    buy(customer, product, 400, 2)
    owing = customer.call("POST", "/accounts/delete/", {"password": PASSWORD})
    assert (owing.status, owing.json["code"]) == (409, "installments_open")

    assert customer.call("GET", "/accounts/profile/").json["email"] == customer.email


@pytest.mark.parametrize("fault", list(Fault))
def test_an_erasure_that_was_interrupted_is_finished_by_asking_again(
    shop: Shop, registered: Callable[..., Person], product: int, fault: Fault
) -> None:
    for begin in itertools.count():
        customer = registered()
        for _ in range(2):
            buy(customer, product)
        real = shop.table.client
        broken = FaultyClient(real, fault, lambda number, begin=begin: number >= begin)  # type: ignore[misc]
        shop.table.client = broken  # type: ignore[assignment]
        first = customer.call("POST", "/accounts/delete/", {"password": PASSWORD})
        shop.table.client = real

        again = customer.call("POST", "/accounts/delete/", {"password": PASSWORD})

        assert first.status in (200, 503)
        assert again.status == 200
        account = shop.accounts.get(customer.id)
        assert account is not None
        assert account.is_erased
        assert shop.table.get(keys.credentials(customer.email)) is None
        if broken.calls <= begin:  # it was interrupted at every call
            break
