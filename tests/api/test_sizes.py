"""Answers stay below the 6 MB that Lambda takes: pages and files end by their bytes as well."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from shop import ids
from shop.bootstrap import Shop
from shop.calendar import Interval, local_day
from shop.dynamodb.paging import Page, page_within
from shop.ledger.purchases import Change, Customer, Order, Purchase
from shop.ledger.rules import pay
from tests.api.conftest import Person
from tests.support.acts import act, buy, declared
from tests.support.clock import Clock
from tests.support.rest import Answer, call

LAMBDA = 6 * 1024 * 1024
LONG = "🍚" * 255

Get = Callable[[str], Answer]


def sent(answer: Answer) -> int:
    """The bytes of an answer however Lambda writes it: its body is a string in JSON."""
    return len(json.dumps({"body": answer.text, "headers": dict(answer.headers)}))


def pages(get: Get, url: str | None, way: str = "next") -> Iterator[Answer]:
    """A page of a list and all that follow it one way."""
    while url:
        answer = get(url)
        assert answer.status == 200
        assert sent(answer) < LAMBDA
        yield answer
        url = answer.link(way)


def rows_of(page: Answer) -> list[Any]:
    """The rows of a list, or of the list in an export."""
    return list(page.json if isinstance(page.json, list) else page.json["purchases"])


def ids_of(page: Answer) -> list[Any]:
    return [one["id"] for one in rows_of(page)]


@pytest.fixture
def bought(shop: Shop, customer: Person) -> Callable[..., Purchase]:
    """Commits a purchase of the customer's of sixty installments, its second one paid in so many parts."""

    def make(*, parts: int = 0, name: str = LONG) -> Purchase:
        now = shop.clock()
        today = local_day(now, shop.settings.zone)
        change = buy(
            Order(1, 10_000, Decimal("500000000000.00"), 60, Interval.WEEKLY),
            purchase_id=ids.new_parent_id(now),
            customer=Customer(customer.id, customer.username, customer.email),
            product_name=name,
            unit_price=Decimal("99999999.99"),
            act=act(now, today),
            tender=declared(today),
            terms=shop.settings.terms,
        )
        commit(change)
        for _ in range(parts):
            now += timedelta(milliseconds=1)
            least = change.after.installment(2).principal / 50
            change = pay(change.after, 2, least.quantize(least), act(now, today), declared(today), shop.settings.terms)
            commit(change)
        return change.after

    def commit(change: Change) -> None:
        totals = shop.totals.of_customers([customer.id])[0]
        shop.purchases.commit(change, totals, caller_id=customer.id)

    return make


def test_a_page_that_would_be_too_large_ends_earlier_and_goes_on_both_ways(
    customer: Person, bought: Callable[..., Purchase], monkeypatch: pytest.MonkeyPatch
) -> None:
    one = bought()
    many = [replace(one, id=f"{number:03}{one.id[3:]}") for number in range(100)]

    def page(_: object, *given: Any) -> Page[Purchase]:
        return page_within(many, lambda found: found.id, given[3])

    monkeypatch.setattr("shop.ledger.purchasing.Purchasing.page_of_customer", page)
    forth = list(pages(lambda url: customer.call("GET", url), "/purchases/my/?page_size=100"))
    back = list(pages(lambda url: customer.call("GET", url), forth[-1].link("prev"), "prev"))

    assert len(forth) > 1
    assert [one for page in forth for one in ids_of(page)] == [one.id for one in many]
    assert [one for page in reversed(back) for one in ids_of(page)] + ids_of(forth[-1]) == [one.id for one in many]
    assert {page.count for page in forth} == {100}
    assert forth[0].link("prev") is None


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer has room for few results."""
    monkeypatch.setattr("shop.http.pagination.MOST_BYTES", 3000)


@pytest.mark.usefixtures("narrow")
def test_every_list_ends_by_bytes(
    customer: Person, admin: Person, registered: Callable[..., Person], clock: Clock
) -> None:
    for number in range(12):
        registered()
        body = {"name": f"Rice Cooker {number}", "price": 1000, "description": "x" * 700}
        product = admin.call("POST", "/products/", body).json["id"]
        order = {"product": product, "first_installment_amount": 400, "installment_count": 3}
        assert customer.call("POST", "/purchases/create/", order).status == 201
        clock.move(seconds=1)

    for get, path in (
        (lambda url: call("GET", url), "/products/?ordering=price&"),
        (lambda url: call("GET", url), "/products/?search=rice&"),
        (lambda url: customer.call("GET", url), "/purchases/my/?"),
        (lambda url: customer.call("GET", url), "/purchases/my/?search=rice&"),
        (lambda url: customer.call("GET", url), "/installments/?"),
        (lambda url: customer.call("GET", url), "/accounts/export/?"),
        (lambda url: admin.call("GET", url), "/purchases/?"),
        (lambda url: admin.call("GET", url), "/purchases/?search=rice&"),
        (lambda url: admin.call("GET", url), "/accounts/users/?"),
        (lambda url: admin.call("GET", url), "/accounts/users/?search=person&"),
        (lambda url: admin.call("GET", url), "/accounts/actions/?"),
        (lambda url: admin.call("GET", url), "/reports/payment-summary/weekly/?"),
    ):
        forth = list(pages(get, path.rstrip("?&")))
        found = [one for page in forth for one in ids_of(page)]
        assert len(found) == len(set(found)) == forth[0].count
        assert len(forth) > 1, path
        back = list(pages(get, forth[-1].link("prev"), "prev"))
        assert [one for page in reversed(back) for one in ids_of(page)] + ids_of(forth[-1]) == found


@pytest.mark.usefixtures("narrow")
def test_a_result_larger_than_a_page_is_a_page_of_its_own(customer: Person, bought: Callable[..., Purchase]) -> None:
    made = sorted((bought().id for _ in range(2)), reverse=True)

    found = [ids_of(page) for page in pages(lambda url: customer.call("GET", url), "/purchases/my/")]

    assert found == [[one] for one in made]


def test_a_file_ends_by_bytes_and_goes_on_under_its_link(
    admin: Person, registered: Callable[..., Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(9):
        registered()
    url = "/reports/payment-summary/monthly/?format=csv"
    whole = admin.call("GET", url)
    monkeypatch.setattr("shop.http.pagination.MOST_BYTES", 300)

    parts: list[str] = []
    while url:
        part = admin.call("GET", url)
        parts.append(part.text)
        url = part.headers.get("Link", "").partition(">")[0].split("/dev")[-1]

    assert max(map(len, parts)) < 500
    assert "".join(parts) == whole.text


def test_an_export_reads_no_more_payments_than_a_page_has_room_for(
    customer: Person, bought: Callable[..., Purchase], clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = {}
    for parts in (3, 0, 7, 1):
        made[bought(parts=parts, name="Rice Cooker").id] = parts + 1
        clock.move(seconds=1)
    monkeypatch.setattr("shop.accounts.privacy._MOST_LINES", 5)

    forth = list(pages(lambda url: customer.call("GET", url), "/accounts/export/"))
    back = list(pages(lambda url: customer.call("GET", url), forth[-1].link("prev"), "prev"))

    for some in (forth, [*reversed(back), forth[-1]]):
        found = [one for page in some for one in rows_of(page)]
        assert [(one["id"], len(one["payments"])) for one in found] == sorted(made.items(), reverse=True)
        for one in found:
            paid = [payment["id"] for payment in one["payments"]]
            assert paid == sorted(paid)
    assert [len(rows_of(page)) for page in forth] == [2, 2]
