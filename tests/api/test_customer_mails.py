"""Mails to a customer as staff see them, and reminders that they send by hand."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from functions.feedback import app as feedback
from shop.accounts.audit_log import OPERATOR
from shop.bootstrap import Shop
from shop.dynamodb import retry
from shop.dynamodb import table as engine
from tests.api.conftest import PASSWORD, Person
from tests.support.clock import Clock
from tests.support.faults import DISTINCT, Fault, failing
from tests.support.mailbox import Mailbox
from tests.support.mails import Machinery
from tests.support.queues import Queues
from tests.support.rest import Answer, Context

PLAN = {"first_installment_amount": 400, "installment_count": 3, "interval": "weekly"}
ON_ITS_WAY = "The reminder is on its way."
ALREADY = "This customer was already reminded by hand today."


@pytest.fixture
def machinery(queues: Queues) -> Machinery:
    return Machinery(queues)


@pytest.fixture
def bought(customer: Person, product: int, machinery: Machinery) -> Any:
    """400 at once, then 300 on 30 November and on 7 December; the receipt is sent."""
    purchase = customer.call("POST", "/purchases/create/", {"product": product, **PLAN}).json
    assert machinery.send() == 0
    return purchase


def remind(admin: Person, customer: Person) -> Answer:
    return admin.call("POST", f"/purchases/customers/{customer.id}/reminders/")


def listed(admin: Person, customer: Person, query: str = "") -> Any:
    return admin.call("GET", f"/purchases/customers/{customer.id}/mails/{query}").json


def subjects(mailbox: Mailbox, customer: Person) -> list[str]:
    """Those of all mails but the code and the receipt."""
    return [mail.subject for mail in mailbox.to(customer.email)[2:]]


def bounce(address: str) -> None:
    bounced = {"bounceType": "Permanent", "bouncedRecipients": [{"emailAddress": address}]}
    event = {"eventType": "Bounce", "mail": {"tags": {}}, "bounce": bounced}
    feedback.handler({"Records": [{"Sns": {"Message": json.dumps(event)}}]}, Context())


def test_mails_are_listed_newest_first_with_what_they_were_about(
    admin: Person, customer: Person, bought: Any, machinery: Machinery, clock: Clock
) -> None:
    clock.move(days=4)
    machinery.remind("2026-11-27")
    clock.move(hours=1)
    assert remind(admin, customer).json == {"message": ON_ITS_WAY}
    machinery.send()

    [entry] = admin.call("GET", f"/purchases/{bought['id']}/journal/").json
    nothing = {"purchase": None, "entry": None, "attempt": None}
    reminder = {**nothing, "kind": "reminder", "due_dates": ["2026-11-30"]}
    assert listed(admin, customer) == [
        {**reminder, "id": "reminder-2026-11-27-by-hand", "sent_at": "2026-11-27T07:00:00Z", "is_by_hand": True},
        {**reminder, "id": "reminder-2026-11-27", "sent_at": "2026-11-27T06:00:00Z", "is_by_hand": False},
        {
            **nothing,
            "id": f"receipt-{entry['id']}",
            "kind": "receipt",
            "sent_at": "2026-11-23T06:00:00Z",
            "purchase": bought["id"],
            "entry": entry["id"],
            "due_dates": [],
            "is_by_hand": False,
        },
    ]


def test_mails_about_attempts_are_listed_and_pages_follow_each_other(
    confirming: Shop, admin: Person, customer: Person, product: int, machinery: Machinery, clock: Clock
) -> None:
    order = customer.call("POST", "/purchases/create/", {"product": product, **PLAN}).json
    machinery.send()
    clock.move(hours=1)
    attempt = order["attempt"]["id"]
    path = f"/purchases/{order['id']}/attempts/{attempt}/reject/"
    assert admin.call("POST", path, {"reason": "no money"}).status == 200
    machinery.send()

    first = admin.call("GET", f"/purchases/customers/{customer.id}/mails/?page_size=1")
    rest = admin.call("GET", first.link("next") or "")
    assert first.count == 2
    assert [(one["kind"], one["purchase"], one["attempt"], one["id"].rpartition("-")[2]) for one in first.json] == [
        ("attempt", order["id"], attempt, "failed")
    ]
    assert [(one["attempt"], one["id"].rpartition("-")[2]) for one in rest.json] == [(attempt, "processing")]
    assert confirming


def test_a_mail_that_was_not_sent_is_not_listed(
    admin: Person, customer: Person, product: int, machinery: Machinery, mailbox: Mailbox
) -> None:
    customer.call("POST", "/purchases/create/", {"product": product, **PLAN})
    mailbox.broken = True
    assert machinery.send() == 1
    assert listed(admin, customer) == [], "it will be sent again"
    mailbox.broken = False
    bounce(customer.email)
    assert machinery.send() == 0

    assert listed(admin, customer) == [], "the address takes none"


def test_a_reminder_by_hand_is_of_all_that_is_due_or_else_of_what_is_due_next(
    admin: Person, customer: Person, bought: Any, mailbox: Mailbox, machinery: Machinery, clock: Clock
) -> None:
    assert remind(admin, customer).status == 200
    machinery.send()
    clock.move(days=14)  # 7 December: one is late, one is due
    assert remind(admin, customer).status == 200
    machinery.send()

    assert subjects(mailbox, customer) == ["An installment is due soon", "An installment is overdue"]
    soon, late = (mail.text for mail in mailbox.to(customer.email)[2:])
    assert "To pay: ৳300.00" in soon
    assert "To pay: ৳630.00" in late
    assert len(bought["installments"]) == 3


def test_one_reminder_by_hand_a_day_is_sent_and_logged(
    admin: Person, customer: Person, bought: Any, mailbox: Mailbox, machinery: Machinery, clock: Clock
) -> None:
    assert [remind(admin, customer).json["message"] for _ in range(2)] == [ON_ITS_WAY, ON_ITS_WAY]
    machinery.send()
    clock.move(hours=1)
    again = remind(admin, customer)
    assert (again.status, again.json) == (200, {"message": ALREADY})
    machinery.send()
    assert len(subjects(mailbox, customer)) == 1
    clock.move(days=1)
    assert remind(admin, customer).json == {"message": ON_ITS_WAY}
    machinery.send()

    assert len(subjects(mailbox, customer)) == 2
    acts = [one for one in admin.call("GET", "/accounts/actions/").json if one["action"] == "reminder.sent"]
    assert [(one["admin"], one["target"], one["details"]) for one in acts] == [
        (admin.id, customer.id, {"day": "2026-11-24"}),
        (admin.id, customer.id, {"day": "2026-11-23"}),
    ]
    assert bought


def test_the_schedule_sends_no_second_reminder_on_the_day_of_one_by_hand(
    admin: Person, customer: Person, bought: Any, mailbox: Mailbox, machinery: Machinery, clock: Clock
) -> None:
    clock.move(days=4)
    remind(admin, customer)
    machinery.send()
    machinery.remind("2026-11-27")
    assert len(subjects(mailbox, customer)) == 1
    clock.move(days=3)
    machinery.remind("2026-11-30")

    assert subjects(mailbox, customer) == ["An installment is due soon", "An installment is due today"]
    assert bought


def test_a_reminder_that_was_not_queued_is_asked_for_again(
    admin: Person, customer: Person, bought: Any, mailbox: Mailbox, machinery: Machinery, queues: Queues
) -> None:
    queues.mail.broken = True
    refused = remind(admin, customer)
    assert (refused.status, refused.json["code"]) == (503, "try_again")
    queues.mail.broken = False
    assert remind(admin, customer).status == 200
    machinery.send()

    assert len(subjects(mailbox, customer)) == 1
    assert [one["action"] for one in admin.call("GET", "/accounts/actions/").json].count("reminder.sent") == 1
    assert bought


def test_who_owes_nothing_or_wants_or_gets_no_reminders_is_not_reminded(
    admin: Person,
    customer: Person,
    bought: Any,
    registered: Callable[..., Person],
    product: int,
    shop: Shop,
    queues: Queues,
) -> None:
    def refusal(person: Person) -> tuple[int, str]:
        answer = remind(admin, person)
        return answer.status, answer.json["code"]

    assert refusal(registered()) == (409, "nothing_owed")
    unsubscribed, bounced, inactive = registered(), registered(), registered()
    for person in (unsubscribed, bounced, inactive):
        assert person.call("POST", "/purchases/create/", {"product": product, **PLAN}).status == 201
    shop.unsubscribing.unsubscribe(shop.unsubscribing.token(unsubscribed.id))
    bounce(bounced.email)
    assert admin.call("PATCH", f"/accounts/users/{inactive.id}/", {"is_active": False}).status == 200
    queues.mail.messages.clear()

    assert refusal(unsubscribed) == (409, "reminders_off")
    assert refusal(inactive) == (409, "reminders_off")
    assert refusal(bounced) == (409, "mail_undeliverable")
    assert not queues.mail.messages
    assert customer.call("POST", f"/purchases/{bought['id']}/payoff/", {}).status == 200
    assert refusal(customer) == (409, "nothing_owed")


def test_nothing_is_sent_to_who_paid_or_unsubscribed_before_it_could_be(
    admin: Person, customer: Person, bought: Any, mailbox: Mailbox, machinery: Machinery, clock: Clock
) -> None:
    remind(admin, customer)
    assert customer.call("PATCH", "/accounts/profile/", {"reminders": False}).status == 200
    machinery.send()
    assert remind(admin, customer).json["code"] == "reminders_off"
    assert customer.call("PATCH", "/accounts/profile/", {"reminders": True}).status == 200
    clock.move(minutes=1)
    assert remind(admin, customer).json == {"message": ON_ITS_WAY}, "nothing was sent today"
    assert customer.call("POST", f"/purchases/{bought['id']}/payoff/", {}).status == 200
    machinery.send()

    assert subjects(mailbox, customer) == ["Payment received: ৳600.00"]
    assert [one["kind"] for one in listed(admin, customer)] == ["receipt", "receipt"]


def test_only_staff_see_mails_and_remind_customers_that_are_there(
    admin: Person, customer: Person, bought: Any, registered: Callable[..., Person]
) -> None:
    assert remind(customer, customer).status == 403
    assert registered().call("GET", f"/purchases/customers/{customer.id}/mails/").status == 403
    for path in ("nobody", "01ARZ3NDEKTSV4RRFFQ69G5FAV"):
        assert admin.call("POST", f"/purchases/customers/{path}/reminders/").status == 404
        assert admin.call("GET", f"/purchases/customers/{path}/mails/").status == 404
    assert remind(admin, admin).json["code"] == "nothing_owed"
    assert customer.call("POST", f"/purchases/{bought['id']}/payoff/", {}).status == 200
    assert customer.call("POST", "/accounts/delete/", {"password": PASSWORD}).status == 200
    assert admin.call("GET", f"/purchases/customers/{customer.id}/mails/").status == 404
    assert remind(admin, customer).status == 404


def test_an_admin_who_lost_the_right_meanwhile_reminds_nobody(
    admin: Person, customer: Person, bought: Any, shop: Shop, queues: Queues
) -> None:
    account = shop.accounts.by_email(admin.email)
    assert account is not None
    assert shop.accounts.replace(account, replace(account, is_staff=False, version=account.version + 1))

    assert remind(admin, customer).status == 403
    assert not queues.mail.messages
    assert bought


@pytest.mark.parametrize("fault", DISTINCT)
@pytest.mark.parametrize("at", range(4))
def test_a_fault_of_the_table_leaves_one_reminder(
    shop: Shop,
    customer: Person,
    bought: Any,
    machinery: Machinery,
    mailbox: Mailbox,
    admin: Person,
    fault: Fault,
    at: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(retry, "pause", lambda _: None)
    monkeypatch.setattr(engine, "pause", lambda _: None)
    broken, _ = failing(shop, fault, lambda number: number == at)

    broken.customer_mails.remind(OPERATOR, customer.id)
    machinery.send()

    assert len(subjects(mailbox, customer)) == 1
    assert [one["action"] for one in admin.call("GET", "/accounts/actions/").json].count("reminder.sent") == 1
    assert bought
