"""Notes of staff on customers, and promises to pay that close by themselves."""

from collections.abc import Callable
from typing import Any

import pytest

from shop.accounts.audit_log import OPERATOR
from shop.accounts.store import Accounts
from shop.bootstrap import Shop
from shop.dynamodb import keys, retry
from shop.dynamodb import table as engine
from shop.dynamodb.paging import PageRequest
from shop.dynamodb.table import Range
from shop.errors import NotFound
from tests.api.conftest import PASSWORD, Person
from tests.support.clock import Clock
from tests.support.faults import Fault, failing


@pytest.fixture
def bought(customer: Person, product: int) -> Any:
    """400 at once, then twice 300, a week apart."""
    order = {"product": product, "first_installment_amount": 400, "installment_count": 3, "interval": "weekly"}
    return customer.call("POST", "/purchases/create/", order).json


def note(admin: Person, customer: Person, text: str, **promise: object) -> Any:
    body: dict[str, object] = {"text": text, **({"promise": promise} if promise else {})}
    return admin.call("POST", f"/purchases/customers/{customer.id}/notes/", body)


def statuses(admin: Person, customer: Person) -> list[str]:
    notes = admin.call("GET", f"/purchases/customers/{customer.id}/notes/").json
    return [one["promise"]["status"] for one in notes if one["promise"]]


def test_a_promise_is_kept_or_broken_by_itself_as_money_comes_in(
    admin: Person, customer: Person, bought: Any, clock: Clock
) -> None:
    made = note(admin, customer, "Called: pays on Friday", date="2026-11-27", amount=300)
    assert made.status == 201
    assert made.json["promise"] == {"date": "2026-11-27", "amount": 300, "status": "open"}
    clock.move(minutes=1)
    note(admin, customer, "And the rest in December", date="2026-12-04", amount=600)

    clock.move(days=4)  # the last day of the first promise
    assert statuses(admin, customer) == ["open", "open"]
    pay = f"/purchases/{bought['id']}/payments/"
    admin.call("POST", pay, {"amount": 200, "method": "cash"})
    assert statuses(admin, customer) == ["open", "open"]
    admin.call("POST", pay, {"amount": 100, "method": "cash"})
    assert statuses(admin, customer) == ["open", "kept"]
    clock.move(days=7)
    late = admin.call("POST", pay, {"amount": 300, "method": "cash", "received_on": "2026-12-04"}).json["entry"]
    assert statuses(admin, customer) == ["kept", "kept"]
    admin.call("POST", f"/purchases/{bought['id']}/reversals/", {"entry": late["id"], "reason": "a false note"})
    clock.move(days=1)
    assert statuses(admin, customer) == ["broken", "kept"]


def test_a_purchase_made_meanwhile_keeps_no_promise(
    admin: Person, customer: Person, bought: Any, product: int, clock: Clock
) -> None:
    note(admin, customer, "Pays on Friday", date="2026-11-27", amount=300)
    clock.move(minutes=1)
    customer.call(
        "POST", "/purchases/create/", {"product": product, "first_installment_amount": 1000, "installment_count": 1}
    )

    assert bought["status"] == "due"
    assert statuses(admin, customer) == ["open"]


def test_the_list_of_who_is_late_shows_the_last_note(
    admin: Person, customer: Person, bought: Any, clock: Clock
) -> None:
    clock.move(days=8)
    note(admin, customer, "Nobody answers")
    clock.move(minutes=1)
    note(admin, customer, "Pays tomorrow", date="2026-12-02", amount=330)
    clock.move(days=2)
    note(admin, customer, "Nobody answers again")

    [row] = admin.call("GET", "/reports/overdue/").json
    assert row["amount_to_pay"] == bought["installments"][1]["due_amount"] + 30
    assert (row["last_note"], row["promised_on"], row["promised_amount"], row["promise_status"]) == (
        "Nobody answers again",
        "2026-12-02",
        330,
        "broken",
    )


def test_notes_are_listed_newest_first_with_who_wrote_them(admin: Person, customer: Person, clock: Clock) -> None:
    for text in ("first", "second"):
        note(admin, customer, text)
        clock.move(seconds=1)

    notes = admin.call("GET", f"/purchases/customers/{customer.id}/notes/").json
    assert [(one["text"], one["by"], one["promise"]) for one in notes] == [
        ("second", admin.id, None),
        ("first", admin.id, None),
    ]


def test_only_staff_write_and_read_notes_of_customers_that_are_there(
    admin: Person, customer: Person, registered: Callable[..., Person]
) -> None:
    assert note(customer, customer, "I always pay").status == 403
    assert registered().call("GET", f"/purchases/customers/{customer.id}/notes/").status == 403
    assert admin.call("POST", "/purchases/customers/nobody/notes/", {"text": "x"}).status == 404
    assert note(admin, customer, " ").status == 400
    assert note(admin, customer, "x" * 1001).status == 400
    for control in ("\x07", "\x0b", "\x1c", "\x85", "\u2028"):
        assert note(admin, customer, f"a{control}b").status == 400
    assert note(admin, customer, "two\r\nlines").json["text"] == "two\nlines"
    assert note(admin, customer, "far", date="2028-01-01", amount=1).json["code"] == "promise_out_of_range"


def test_who_is_erased_leaves_no_notes(admin: Person, customer: Person) -> None:
    note(admin, customer, "Lives next to the mosque")
    assert customer.call("POST", "/accounts/delete/", {"password": PASSWORD}).status == 200

    assert admin.call("GET", f"/purchases/customers/{customer.id}/notes/").status == 404
    assert note(admin, customer, "again").status == 404


@pytest.mark.parametrize("fault", list(Fault))
def test_a_lost_answer_makes_one_note(
    shop: Shop, customer: Person, fault: Fault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retry, "pause", lambda _: None)
    monkeypatch.setattr(engine, "pause", lambda _: None)
    broken, _ = failing(shop, fault, lambda number: number == 0)

    broken.notes.add(OPERATOR, customer.id, "Called", None)

    assert len(shop.notes.page(customer.id, PageRequest(None, 10)).items) == 1


def test_a_note_that_comes_while_somebody_is_erased_does_not_stay(
    shop: Shop, customer: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    erase = Accounts.erase

    def erase_late(accounts: Accounts, *given: Any) -> bool:
        shop.notes.add(OPERATOR, customer.id, "Just called", None)
        return erase(accounts, *given)

    monkeypatch.setattr(Accounts, "erase", erase_late)
    assert customer.call("POST", "/accounts/delete/", {"password": PASSWORD}).status == 200

    partition = keys.customer_partition(customer.id)
    assert list(shop.table.query(Range(partition, keys.NOTES))) == []
    with pytest.raises(NotFound):
        shop.notes.add(OPERATOR, customer.id, "Again", None)
