"""A shop that confirms payments: orders wait, staff confirm or reject what customers say, and time runs out."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from shop.attempts.store import attempt_write
from shop.bootstrap import Shop
from shop.dynamodb import keys
from shop.dynamodb.table import Range, Table
from shop.dynamodb.writes import Write
from shop.ledger.attempts import AttemptStatus
from tests.api.conftest import Person
from tests.support.clock import Clock
from tests.support.mailbox import Mailbox
from tests.support.mails import Machinery
from tests.support.queues import Queues

NOBODY = "01ARZ3NDEKTSV4RRFFQ69G5FAV"
BY_BANK = {"method": "bank_transfer", "reference": "TRX 4711", "note": "from my brother's account"}


@pytest.fixture(autouse=True)
def _confirming(confirming: Shop) -> None:
    """Every test here has such a shop."""


@pytest.fixture
def machinery(queues: Queues) -> Machinery:
    """The functions that send mails."""
    return Machinery(queues)


@pytest.fixture
def order(customer: Person, product: int) -> Any:
    """One piece at 1,000: 400 at once, then twice 300, a week apart."""
    body = {"product": product, "first_installment_amount": 400, "installment_count": 3, "interval": "weekly"}
    answer = customer.call("POST", "/purchases/create/", {**body, **BY_BANK})
    assert answer.status == 201, answer.text
    return answer.json


def waiting(admin: Person, status: str = "processing") -> Any:
    return admin.call("GET", f"/purchases/attempts/?status={status}").json


def decided(admin: Person, attempt: Any, how: str, body: dict[str, object]) -> Any:
    return admin.call("POST", f"/purchases/{attempt['purchase']}/attempts/{attempt['id']}/{how}/", body)


def confirmed(admin: Person, attempt: Any, **body: object) -> Any:
    answer = decided(admin, attempt, "confirm", body)
    assert answer.status == 201, answer.text
    return answer.json


@pytest.fixture
def bought(admin: Person, order: Any) -> Any:
    """The order, sold on the day it was made."""
    sold = confirmed(admin, waiting(admin)[0])["purchase"]
    assert sold["id"] == order["id"]
    return sold


def say(customer: Person, purchase: Any, number: int, amount: float, **more: object) -> Any:
    path = f"/installments/pay/{purchase['installments'][number - 1]['id']}/"
    answer = customer.call("POST", path, {"amount": amount, **BY_BANK, **more})
    assert answer.status == 200, answer.text
    return answer.json


def test_an_order_waits_everywhere_until_its_first_payment_is_confirmed(
    admin: Person, customer: Person, order: Any, machinery: Machinery, mailbox: Mailbox, clock: Clock
) -> None:
    assert (order["status"], order["waiting_amount"]) == ("pending", 400)
    assert [one["status"] for one in order["installments"]] == ["pending"] * 3
    assert [one["waiting_amount"] for one in order["installments"]] == [400, 0, 0]
    assert [one["status"] for one in customer.call("GET", "/purchases/my/?status=pending").json] == ["pending"]
    assert customer.call("GET", "/installments/?status=due").json == []
    assert customer.call("GET", "/installments/next-due/").status == 404
    summary = customer.call("GET", "/user/summary/").json
    assert (summary["orders_pending"], summary["total_purchase"], summary["total_due"]) == (1, 0, 0)
    assert summary["total_waiting"] == 400
    assert [one["amount_to_pay"] for one in order["installments"]] == [0, 0, 0]
    assert admin.call("GET", f"/purchases/?search={customer.username}").json[0]["status"] == "pending"
    [own] = customer.call("GET", "/purchases/attempts/my/").json
    assert waiting(admin) == admin.call("GET", f"/purchases/attempts/?customer={customer.id}").json == [own]
    assert order["attempt"] == own
    assert own == {
        "id": own["id"],
        "purchase": order["id"],
        "customer": customer.id,
        "installments": [order["installments"][0]["id"]],
        "amount": 400,
        **BY_BANK,
        "status": "processing",
        "made_at": "2026-11-23T06:00:00Z",
        "expires_on": "2026-11-30",
        "decided_at": None,
        "reason": "",
        "entry": None,
        "checkout_url": None,
    }

    clock.move(days=3)
    sold = confirmed(admin, own)

    assert sold["purchase"]["status"] == "due"
    assert [one["status"] for one in sold["purchase"]["installments"]] == ["paid", "due", "due"]
    assert sold["purchase"]["purchase_date"] == order["purchase_date"]
    assert [one["due_date"] for one in sold["purchase"]["installments"]] == ["2026-11-23", "2026-11-30", "2026-12-07"]
    entry = sold["entry"]
    assert (entry["kind"], entry["value_date"], entry["reference"]) == ("purchase", "2026-11-23", "TRX 4711")
    assert entry["postings"] == {"bank": 400, "receivable": 600, "sales": -1000}
    [own] = customer.call("GET", "/purchases/attempts/my/").json
    assert (own["status"], own["entry"]) == ("succeeded", entry["id"])
    assert waiting(admin) == []
    summary = customer.call("GET", "/user/summary/").json
    assert (summary["orders_pending"], summary["total_purchase"], summary["total_due"]) == (0, 1, 600)
    assert machinery.send() == 0
    assert [mail.subject for mail in mailbox.to(customer.email)[1:]] == ["Your purchase: Rice Cooker"]
    [act] = [one for one in admin.call("GET", "/accounts/actions/").json if one["action"] == "payment.confirmed"]
    assert act["details"] == {"attempt": own["id"], "entry": entry["id"], "amount": "400"}


def test_an_order_whose_payment_is_rejected_is_cancelled_and_owes_nothing(
    admin: Person, customer: Person, order: Any, machinery: Machinery, mailbox: Mailbox
) -> None:
    assert machinery.send() == 0
    answer = decided(admin, waiting(admin)[0], "reject", {"reason": "Nothing came from this account"})

    assert answer.json["purchase"]["status"] == "cancelled"
    assert [one["status"] for one in answer.json["purchase"]["installments"]] == ["void"] * 3
    assert answer.json["attempt"]["status"] == "failed"
    purchase = customer.call("GET", f"/purchases/{order['id']}/").json
    assert (purchase["status"], purchase["cancellation_reason"]) == ("cancelled", "Nothing came from this account")
    assert (purchase["waiting_amount"], purchase["refundable_amount"], purchase["payments"]) == (0, 0, [])
    assert admin.call("GET", f"/purchases/{order['id']}/journal/").json == []
    assert machinery.send() == 0
    made, rejected = mailbox.to(customer.email)[1:]
    assert (made.subject, rejected.subject) == (
        "We are checking your payment: Rice Cooker",
        "We did not find your payment: Rice Cooker",
    )
    assert "by the end of 30 November 2026" in made.text
    assert "TRX 4711" in made.text
    assert "Nothing came from this account" in rejected.text
    assert "Your order is cancelled" in rejected.text
    assert [one["status"] for one in waiting(admin, "failed")] == ["failed"]


def test_an_order_that_nobody_confirms_expires_and_money_that_comes_later_is_owed_back(
    admin: Person, customer: Person, order: Any, machinery: Machinery, mailbox: Mailbox, clock: Clock
) -> None:
    clock.move(days=7)
    machinery.plan("2026-11-30", "receipts")
    assert [one["status"] for one in waiting(admin)] == ["processing"]  # until the end of the last day
    clock.move(days=1)
    machinery.plan("2026-12-01", "receipts")

    [expired] = waiting(admin, "expired")
    assert expired["reason"] == "The payment was not confirmed in time."
    assert customer.call("GET", f"/purchases/{order['id']}/").json["status"] == "cancelled"
    assert machinery.send() == 0
    assert mailbox.to(customer.email)[-1].subject == "Your payment was not confirmed: Rice Cooker"

    late = confirmed(admin, expired)

    assert late["entry"]["postings"] == {"bank": 400, "refunds_payable": -400}
    assert (late["purchase"]["status"], late["purchase"]["refundable_amount"]) == ("cancelled", 400)
    assert machinery.send() == 0
    assert "We owe you ৳400.00 of it back" in mailbox.to(customer.email)[-1].text
    refund = {"amount": 400, "method": "cash", "reason": "came too late"}
    assert admin.call("POST", f"/purchases/{order['id']}/refunds/", refund).status == 201


def test_a_payment_counts_when_it_is_confirmed_for_the_day_it_was_said(
    admin: Person, customer: Person, bought: Any, clock: Clock, machinery: Machinery, mailbox: Mailbox
) -> None:
    clock.move(days=7)  # the last day of the second installment
    said = say(customer, bought, 2, 300)

    assert said["message"] == said["detail"] == "Thank you. We will check that the money has come, and write to you."
    assert (said["payment"], said["purchase_status"]) == (None, "due")
    assert (said["installment"]["status"], said["installment"]["waiting_amount"]) == ("due", 300)
    assert said["attempt"]["status"] == "processing"
    assert customer.call("GET", "/installments/next-due/").json["waiting_amount"] == 300
    assert customer.call("GET", "/user/summary/").json["total_paid"] == 400
    machinery.send()
    machinery.remind("2026-12-01")
    assert "we are checking your payment of ৳300.00" in mailbox.to(customer.email)[-1].text

    clock.move(days=2)  # it is late by now, but was paid in time
    paid = confirmed(admin, waiting(admin)[0], method="mobile_wallet", reference="bKash 9", note="seen on Monday")

    assert paid["entry"]["postings"] == {"wallet": 300, "receivable": -300}
    assert (paid["entry"]["value_date"], paid["entry"]["reference"]) == ("2026-11-30", "bKash 9")
    assert paid["purchase"]["installments"][1]["status"] == "paid"
    assert paid["purchase"]["installments"][1]["late_fee"] == 0
    assert customer.call("GET", "/user/summary/").json["total_paid"] == 700


def test_a_rejected_payment_leaves_the_installment_open_and_may_be_said_again(
    admin: Person, customer: Person, bought: Any
) -> None:
    say(customer, bought, 2, 300)
    rejected = decided(admin, waiting(admin)[0], "reject", {"reason": "Not on the statement"}).json

    assert (rejected["purchase"]["status"], rejected["purchase"]["waiting_amount"]) == ("due", 0)
    assert rejected["purchase"]["installments"][1]["status"] == "due"
    say(customer, bought, 2, 300)
    [second] = waiting(admin)
    found_after_all = waiting(admin, "failed")[0]
    assert confirmed(admin, found_after_all)["purchase"]["installments"][1]["status"] == "paid"
    assert confirmed(admin, second)["purchase"]["refundable_amount"] == 300  # paid twice: one of them is owed back


def test_a_payoff_waits_as_one_and_pays_what_is_still_open(
    admin: Person, customer: Person, bought: Any, clock: Clock
) -> None:
    clock.move(days=8)  # the second installment is late: 330
    said = customer.call("POST", f"/purchases/{bought['id']}/payoff/", {**BY_BANK, "amount": 630}).json
    assert (said["amount"], said["payments"], said["attempt"]["amount"]) == (630, [], 630)
    assert [one["waiting_amount"] for one in said["purchase"]["installments"]] == [0, 330, 300]

    at_the_counter = {"amount": 330, "method": "cash"}
    assert admin.call("POST", f"/purchases/{bought['id']}/payments/", at_the_counter).status == 201
    paid = confirmed(admin, waiting(admin)[0])

    assert paid["purchase"]["status"] == "paid"
    assert paid["purchase"]["refundable_amount"] == 330
    receipt = customer.call("GET", f"/purchases/{bought['id']}/receipts/{paid['entry']['id']}/").json
    assert (receipt["amount"], receipt["owed_back"]) == (630, 330)
    assert paid["entry"]["postings"] == {"bank": 630, "receivable": -300, "refunds_payable": -330}


def test_a_plan_stays_while_money_waits_for_it(admin: Person, customer: Person, bought: Any) -> None:
    url = f"/purchases/{bought['id']}"
    plan = {"installment_count": 4, "first_due_date": "2026-12-30", "reason": "salary"}
    planned = admin.call("POST", f"{url}/plans/", plan).json
    say(customer, planned["purchase"], 4, 150)

    refused = [
        admin.call("POST", f"{url}/plans/", plan),
        admin.call("POST", f"{url}/reversals/", {"entry": planned["entry"]["id"], "reason": "by mistake"}),
    ]

    assert [(one.status, one.json["code"]) for one in refused] == [(409, "payment_waiting")] * 2
    assert confirmed(admin, waiting(admin)[0])["purchase"]["refundable_amount"] == 0
    assert refused[1].json["detail"] == "A payment waits for confirmation. Decide on that first."


def test_the_same_key_makes_one_attempt_and_one_decision(admin: Person, customer: Person, bought: Any) -> None:
    path = f"/installments/pay/{bought['installments'][1]['id']}/"
    key = {"Idempotency-Key": "1"}
    first, again = (customer.call("POST", path, {"amount": 300, **BY_BANK}, headers=key) for _ in range(2))
    assert again.json == first.json
    assert again.headers["Idempotency-Replayed"] == "true"
    [attempt] = waiting(admin)

    url = f"/purchases/{bought['id']}/attempts/{attempt['id']}"
    first, again = (admin.call("POST", f"{url}/reject/", {"reason": "r"}, headers=key) for _ in range(2))
    assert (first.status, again.json) == (200, first.json)
    first, again = (admin.call("POST", f"{url}/confirm/", {}, headers={"Idempotency-Key": "2"}) for _ in range(2))
    assert (first.status, again.json) == (201, first.json)
    assert admin.call("POST", f"{url}/confirm/", {}, headers=key).json["code"] == "idempotency_key_reused"


@pytest.mark.usefixtures("order")
def test_orders_that_wait_count_for_the_credit_limit(admin: Person, customer: Person, product: int) -> None:
    limit = {"credit_limit": 1000, "reason": "new"}
    assert admin.call("POST", f"/purchases/customers/{customer.id}/credit-limit/", limit).json["pending"] == 600

    again = {"product": product, "first_installment_amount": 500, "installment_count": 2}
    assert customer.call("POST", "/purchases/create/", again).json["code"] == "credit_limit_exceeded"
    decided(admin, waiting(admin)[0], "reject", {"reason": "r"})
    assert customer.call("POST", "/purchases/create/", again).status == 201


def test_mails_claim_no_debt_that_is_not_there(
    admin: Person, customer: Person, bought: Any, machinery: Machinery, mailbox: Mailbox
) -> None:
    say(customer, bought, 2, 300)
    machinery.send()
    [twice] = waiting(admin)
    at_the_counter = {"amount": 300, "method": "cash"}
    admin.call("POST", f"/purchases/{bought['id']}/payments/", at_the_counter)
    decided(admin, twice, "reject", {"reason": "You paid at the counter"})
    machinery.send()
    assert "still to be paid" not in mailbox.to(customer.email)[-1].text

    say(customer, bought, 3, 300)
    [third] = waiting(admin)
    assert "still to be paid" in mailed(machinery, mailbox, customer, admin, third)
    admin.call("POST", f"/purchases/{bought['id']}/write-off/", {"reason": "moved away"})
    confirmed(admin, third)
    machinery.send()
    text = mailbox.to(customer.email)[-1].text
    assert "Nothing is left to pay" in text
    assert "paid in full" not in text


def mailed(machinery: Machinery, mailbox: Mailbox, customer: Person, admin: Person, attempt: Any) -> str:
    """The mail about a rejection."""
    decided(admin, attempt, "reject", {"reason": "Not on the statement"})
    machinery.send()
    return mailbox.to(customer.email)[-1].text


def test_a_purchase_that_was_lost_keeps_no_other_attempt_from_ending(
    admin: Person, customer: Person, order: Any, bought: Any, confirming: Shop, machinery: Machinery, clock: Clock
) -> None:
    say(customer, bought, 2, 300)
    clock.move(minutes=1)
    say(customer, bought, 3, 300)
    first = confirming.attempts.get(customer.id, bought["id"], waiting(admin)[0]["id"])
    assert first
    assert first.purchase_id == order["id"]
    lost = replace(first, purchase_id=NOBODY, version=1)
    confirming.table.write(attempt_write(lost))
    clock.move(days=8)

    machinery.plan("2026-12-01", "receipts")

    assert [one["purchase"] for one in waiting(admin)] == [NOBODY]
    assert len(waiting(admin, "expired")) == 2
    confirming.table.write(Write.delete(keys.attempt(customer.id, NOBODY, lost.id)))


def test_a_mail_that_is_refused_is_tried_for_a_day(
    order: Any, queues: Queues, machinery: Machinery, mailbox: Mailbox
) -> None:
    assert order["status"] == "pending"
    queues.mail.messages.clear()
    mailbox.broken = True
    machinery.plan("2026-11-23", "receipts", "23:00:00")
    assert machinery.send() == 1
    queues.mail.messages.clear()

    machinery.plan("2026-11-24", "receipts", "05:00:00")
    assert len(queues.mail.messages) == 1
    queues.mail.messages.clear()
    machinery.plan("2026-11-24", "receipts", "07:00:00")
    assert queues.mail.messages == []


def test_a_purchase_is_found_while_it_moves_between_lists(
    admin: Person, order: Any, confirming: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its list is read first, and it comes there only then."""
    read = Table.query
    seen: list[str] = []

    def query(table: Table, source: Range, **more: Any) -> Any:
        seen.append(source.partition)
        return (
            iter(())
            if source.partition == "PURCHASE#pending" and seen.count(source.partition) == 1
            else read(table, source, **more)
        )

    monkeypatch.setattr(Table, "query", query)

    assert admin.call("GET", f"/purchases/{order['id']}/").status == 200
    assert seen.count("PURCHASE#pending") == 2
    assert confirming.purchases.find(NOBODY) is None


@pytest.mark.usefixtures("order")
def test_who_waits_for_an_order_is_not_erased_and_what_they_said_is_exported(customer: Person) -> None:
    [purchase] = customer.call("GET", "/accounts/export/").json["purchases"]
    assert purchase["attempts"] == customer.call("GET", "/purchases/attempts/my/").json
    erasure = customer.call("POST", "/accounts/delete/", {"password": "correct horse battery"})

    assert (erasure.status, erasure.json["detail"]) == (409, "A payment waits for confirmation. Ask again after that.")


def test_attempts_are_of_their_customer_and_decided_by_staff(
    admin: Person, customer: Person, registered: Callable[..., Person], order: Any
) -> None:
    [attempt] = waiting(admin)
    stranger, url = registered(), f"/purchases/{order['id']}/attempts/{attempt['id']}"

    assert stranger.call("GET", "/purchases/attempts/my/").json == []
    assert customer.call("GET", "/purchases/attempts/").status == 403
    for person in (customer, stranger):
        assert person.call("POST", f"{url}/confirm/", {}).status == 403
        assert person.call("POST", f"{url}/reject/", {"reason": "r"}).status == 403
    for wrong in (f"/purchases/{order['id']}/attempts/{order['id']}", f"/purchases/x/attempts/{attempt['id']}"):
        assert admin.call("POST", f"{wrong}/confirm/", {}).status == 404


@pytest.mark.usefixtures("order")
def test_a_mail_that_was_lost_on_its_way_to_the_queue_is_found(
    customer: Person, queues: Queues, machinery: Machinery, mailbox: Mailbox, clock: Clock
) -> None:
    queues.mail.messages.clear()
    clock.move(minutes=6)
    machinery.plan("2026-11-23", "receipts", "06:06:00")
    assert machinery.send() == 0
    machinery.plan("2026-11-23", "receipts", "06:21:00")

    assert queues.mail.messages == []
    assert len(mailbox.to(customer.email)) == 2  # one of them is of the registration


def test_staff_still_take_money_at_the_counter(admin: Person, customer: Person, product: int, confirming: Shop) -> None:
    sale = {"product": product, "first_installment_amount": 500, "installment_count": 2, "method": "cash"}
    sold = admin.call("POST", f"/purchases/customers/{customer.id}/purchases/", sale).json["purchase"]
    taken = admin.call("POST", f"/purchases/{sold['id']}/payments/", {"amount": 500, "method": "card"})

    assert taken.json["purchase"]["status"] == "paid"
    assert next(confirming.attempts.oldest(AttemptStatus.PROCESSING, 1), None) is None
