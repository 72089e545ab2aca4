"""The file of a customer: what staff know of one."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.api.conftest import PASSWORD, Person
from tests.support.clock import Clock

ORDER = {"quantity": 2, "first_installment_amount": 600, "installment_count": 3}


@pytest.fixture
def read(admin: Person, customer: Person) -> Callable[[], Any]:
    """Read the customer's file."""

    def ask() -> Any:
        answer = admin.call("GET", f"/purchases/customers/{customer.id}/")
        assert answer.status == 200, answer.text
        return answer.json

    return ask


def test_the_file_of_who_never_bought_is_empty(customer: Person, read: Callable[[], Any]) -> None:
    assert read() == {
        "account": {
            "id": customer.id,
            "username": customer.username,
            "email": customer.email,
            "first_name": "",
            "last_name": "",
            "phone": "",
            "address": "",
            "date_joined": "2026-11-23T06:00:00Z",
            "is_verified": True,
            "is_active": True,
            "mail_status": "ok",
            "reminders": True,
        },
        "total_due": 0,
        "overdue_amount": 0,
        "overdue_count": 0,
        "late_fees": 0,
        "next_due": None,
        "total_paid": 0,
        "total_refundable": 0,
        "total_waiting": 0,
        "purchases": {"pending": 0, "due": 0, "paid": 0, "written_off": 0, "cancelled": 0},
        "credit": {
            "customer": customer.id,
            "is_blocked": False,
            "owed": 0,
            "pending": 0,
            "credit_limit": None,
            "is_default_limit": True,
        },
        "last_note": None,
        "last_promise": None,
    }


def test_the_file_says_what_is_owed_paid_and_owed_back(
    admin: Person, customer: Person, read: Callable[[], Any], product: int, clock: Clock
) -> None:
    order = {"product": product, **ORDER}
    late, cancelled, paid = (customer.call("POST", "/purchases/create/", order).json["id"] for _ in range(3))
    admin.call("POST", f"/purchases/{cancelled}/cancel/", {"reason": "broken"})
    customer.call("POST", f"/purchases/{paid}/payoff/", {})
    clock.move(days=31)

    found = read()

    assert (found["total_due"], found["total_paid"], found["total_refundable"]) == (1400, 3200, 600)
    assert (found["overdue_amount"], found["overdue_count"], found["late_fees"]) == (700, 1, 70)
    assert found["next_due"] == "2026-12-23"
    assert found["purchases"] == {"pending": 0, "due": 1, "paid": 1, "written_off": 0, "cancelled": 1}
    settled = customer.call("GET", "/installments/next-due/").json["due_amount"]
    assert settled == found["overdue_amount"] + found["late_fees"]
    waived = {"installment": customer.call("GET", "/installments/next-due/").json["id"], "reason": "ill"}
    assert admin.call("POST", f"/purchases/{late}/fee-waivers/", waived).status == 200
    assert read()["late_fees"] == 0


def test_the_file_has_the_account_the_credit_and_the_newest_note_and_promise(
    admin: Person, customer: Person, read: Callable[[], Any], clock: Clock
) -> None:
    known = {"first_name": "Selima", "phone": "+8801711123456", "address": "Sylhet", "reminders": False}
    url = f"/purchases/customers/{customer.id}"
    assert admin.call("PATCH", f"/accounts/users/{customer.id}/", known).status == 200
    admin.call("POST", f"{url}/notes/", {"text": "Will pay", "promise": {"date": "2026-12-05", "amount": 700}})
    clock.move(seconds=1)
    admin.call("POST", f"{url}/notes/", {"text": "Ill"})
    admin.call("POST", f"{url}/block/", {"is_blocked": True, "reason": "late"})
    admin.call("POST", f"{url}/credit-limit/", {"credit_limit": 5000, "reason": "new"})

    found = read()

    assert {name: found["account"][name] for name in known} == known
    assert (found["last_note"]["text"], found["last_note"]["promise"]) == ("Ill", None)
    assert found["last_promise"] == {"date": "2026-12-05", "amount": 700, "status": "open"}
    assert found["credit"] == admin.call("GET", f"{url}/credit/").json
    assert (found["credit"]["is_blocked"], found["credit"]["credit_limit"]) == (True, 5000)


@pytest.mark.usefixtures("confirming")
def test_the_file_has_the_money_that_waits(customer: Person, read: Callable[[], Any], product: int) -> None:
    customer.call("POST", "/purchases/create/", {"product": product, **ORDER})

    assert (read()["total_waiting"], read()["credit"]["pending"], read()["purchases"]["pending"]) == (600, 1400, 1)


def test_the_file_is_for_staff_and_of_those_who_are_there(
    admin: Person, customer: Person, registered: Callable[..., Person]
) -> None:
    gone = registered()
    assert gone.call("POST", "/accounts/delete/", {"password": PASSWORD}).status == 200
    for nobody in (gone.id, "01ARZ3NDEKTSV4RRFFQ69G5FAV", "nonsense"):
        answer = admin.call("GET", f"/purchases/customers/{nobody}/")
        assert (answer.status, answer.json["code"]) == (404, "not_found")
    assert customer.call("GET", f"/purchases/customers/{customer.id}/").status == 403
