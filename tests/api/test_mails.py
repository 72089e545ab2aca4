"""Mails about purchases and payments, preferences, bounces, summaries: each is sent once."""

import json
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from itertools import count
from typing import Any

import pytest

from functions.feedback import app as feedback
from functions.planner import app as planner
from functions.sender import app as sender
from shop.bootstrap import Shop
from shop.dynamodb import retry
from shop.dynamodb.table import Table
from shop.mail.messages import Message
from shop.mail.planner import Planner
from shop.mail.store import LEASE, Mails
from tests.api.conftest import Person
from tests.support.clock import Clock
from tests.support.faults import DISTINCT, Fault, FaultyClient
from tests.support.mailbox import Mailbox
from tests.support.mails import Machinery
from tests.support.queues import Queues
from tests.support.rest import Context, call


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retry, "pause", lambda _: None)


@pytest.fixture
def machinery(queues: Queues) -> Machinery:
    return Machinery(queues)


def buy(person: Person, product: int) -> Any:
    order = {"product": product, "first_installment_amount": 400, "installment_count": 3, "interval": "weekly"}
    answer = person.call("POST", "/purchases/create/", order)
    assert answer.status == 201
    return answer.json


def pay(person: Person, purchase: Any, number: int, amount: float) -> None:
    path = f"/installments/pay/{purchase['installments'][number - 1]['id']}/"
    assert person.call("POST", path, {"amount": amount}).status == 200


def mails(mailbox: Mailbox, person: Person) -> list[Message]:
    """All but the code of the registration."""
    return mailbox.to(person.email)[1:]


def subjects(mailbox: Mailbox, person: Person) -> list[str]:
    return [message.subject for message in mails(mailbox, person)]


def test_a_purchase_is_confirmed_with_its_schedule_and_each_payment_once(
    customer: Person, product: int, mailbox: Mailbox, machinery: Machinery, clock: Clock, queues: Queues
) -> None:
    purchase = buy(customer, product)
    clock.move(days=10)
    pay(customer, purchase, 2, 330)
    queues.mail.messages *= 2
    assert machinery.send() == 0

    assert subjects(mailbox, customer) == ["Your purchase: Rice Cooker", "Payment received: ৳330.00"]
    confirmation, receipt = (message.text for message in mails(mailbox, customer))
    assert "- Installment 2: ৳300.00, due 30 November 2026" in confirmation
    assert "- Installment 2 of 3: ৳330.00, with ৳30.00 late fee" in receipt
    assert "৳300.00 are left to pay of this purchase, the next by 7 December 2026." in receipt


def test_a_payoff_is_one_mail(
    customer: Person, product: int, mailbox: Mailbox, machinery: Machinery, clock: Clock
) -> None:
    purchase = buy(customer, product)
    clock.move(hours=1)
    assert customer.call("POST", f"/purchases/{purchase['id']}/payoff/", {}).status == 200
    machinery.send()

    assert subjects(mailbox, customer) == ["Your purchase: Rice Cooker", "Payment received: ৳600.00"]
    assert mails(mailbox, customer)[1].text.count("- Installment") == 2


def test_a_queue_that_is_down_fails_no_purchase_and_the_sweep_sends_the_mail(
    customer: Person, product: int, mailbox: Mailbox, machinery: Machinery, queues: Queues
) -> None:
    queues.mail.broken = True
    buy(customer, product)
    queues.mail.broken = False
    machinery.plan("2026-11-23", "receipts", "06:04:00")
    assert not queues.mail.messages, "the queue still has its time"
    for _ in range(2):
        machinery.plan("2026-11-23", "receipts", "06:15:00")
    machinery.send()
    machinery.plan("2026-11-23", "receipts", "06:30:00")

    assert subjects(mailbox, customer) == ["Your purchase: Rice Cooker"]
    assert not queues.mail.messages


@pytest.mark.parametrize("kind", ["receipt", "reminder"])
@pytest.mark.parametrize("fault", DISTINCT)
def test_one_fault_of_the_table_anywhere_leaves_one_mail(
    shop: Shop,
    registered: Callable[..., Person],
    product: int,
    mailbox: Mailbox,
    machinery: Machinery,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
    fault: Fault,
) -> None:
    for at in count():
        customer, bought_on = registered(), clock().date()
        purchase = buy(customer, product)
        day = f"{bought_on + timedelta(days=4)}"
        if kind == "reminder":
            machinery.send()
            clock.move(days=4)
            machinery.plan(day)
        before = len(mails(mailbox, customer))
        client = FaultyClient(shop.table.client, fault, lambda number, at=at: number == at)  # type: ignore[misc]
        monkeypatch.setattr(sender, "shop", _over(shop, client))
        machinery.send()
        monkeypatch.setattr(sender, "shop", shop)
        clock.move(seconds=LEASE.total_seconds() + 1)
        machinery.send()
        if kind == "reminder":
            machinery.plan(day)
        else:
            machinery.plan(f"{bought_on}", "receipts", f"{clock() + timedelta(minutes=15):%H:%M:%S}")
        assert machinery.send() == 0

        assert len(mails(mailbox, customer)) - before == 1
        if client.calls <= at:  # every call was struck once
            break
        assert customer.call("POST", f"/purchases/{purchase['id']}/payoff/", {}).status == 200  # no reminders follow
        machinery.send()


def _over(shop: Shop, client: FaultyClient) -> Shop:
    table = Table(shop.table.name, client)  # type: ignore[arg-type]
    return Shop(shop.settings, table, shop.keyring, shop.make_mailer, shop.make_queue, shop.clock)


class Crash(BaseException):
    """The function is killed."""


@pytest.mark.parametrize(("step", "expected"), [("claim", 1), ("send", 1), ("finish_receipt", 2)])
def test_a_crash_loses_no_mail_and_doubles_only_what_nobody_could_know_of(
    customer: Person,
    product: int,
    mailbox: Mailbox,
    machinery: Machinery,
    clock: Clock,
    queues: Queues,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
    expected: int,
) -> None:
    buy(customer, product)
    (message,) = queues.mail.messages
    with monkeypatch.context() as patch:
        owner: Any = mailbox if step == "send" else Mails
        done = getattr(owner, step)

        def crash(*given: Any) -> None:
            if step == "claim":
                done(*given)
            raise Crash

        patch.setattr(owner, step, crash)
        with pytest.raises(Crash):
            machinery.send()
    queues.mail.messages = [message]
    assert machinery.send() == 1, "the claim stands"
    clock.move(seconds=LEASE.total_seconds() + 1)
    assert machinery.send() == 0

    assert len(mails(mailbox, customer)) == expected


def test_what_ses_says_it_has_sent_is_not_sent_again_after_a_crash(
    customer: Person, product: int, mailbox: Mailbox, machinery: Machinery, clock: Clock
) -> None:
    buy(customer, product)
    mailbox.lost = True
    assert machinery.send() == 1
    mailbox.lost = False
    _told({"eventType": "Send", "mail": {"tags": {key: [value] for key, value in mailbox.sent[-1].tags.items()}}})
    clock.move(seconds=LEASE.total_seconds() + 1)
    assert machinery.send() == 0

    assert len(mails(mailbox, customer)) == 1


def _told(event: Any) -> None:
    feedback.handler({"Records": [{"Sns": {"Message": json.dumps(event)}}]}, Context())


def _bounced(address: str, kind: str = "Permanent") -> Any:
    recipients = [{"emailAddress": address, "status": "5.1.1"}]
    return {
        "eventType": "Bounce",
        "mail": {"tags": {}},
        "bounce": {"bounceType": kind, "bouncedRecipients": recipients},
    }


def test_nothing_is_sent_to_an_address_that_bounced_or_complained(
    registered: Callable[..., Person], admin: Person, product: int, mailbox: Mailbox, machinery: Machinery
) -> None:
    gone, angry, busy = registered(), registered(), registered()
    complaint = {"complainedRecipients": [{"emailAddress": angry.email}]}
    _told(_bounced(gone.email.upper()))
    _told({"eventType": "Complaint", "mail": {"tags": {}}, "complaint": complaint})
    _told(_bounced(angry.email))
    _told(_bounced(busy.email, "Transient"))
    _told(_bounced("nobody@example.com"))
    for person in (gone, angry, busy):
        buy(person, product)
        assert call("POST", "/accounts/password/reset/", {"email": person.email}).status == 202
    machinery.send()
    machinery.remind("2026-11-27")

    assert [len(mails(mailbox, person)) for person in (gone, angry, busy)] == [0, 0, 3]
    users = admin.call("GET", "/accounts/users/").json
    assert {user["email"]: user["mail_status"] for user in users} == {
        admin.email: "ok",
        gone.email: "bounced",
        angry.email: "complained",
        busy.email: "ok",
    }


def test_one_click_ends_reminders_and_the_profile_brings_them_back(
    customer: Person, product: int, mailbox: Mailbox, machinery: Machinery
) -> None:
    buy(customer, product)
    machinery.remind("2026-11-27")
    reminder = mails(mailbox, customer)[-1]
    assert reminder.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = reminder.headers["List-Unsubscribe"].strip("<>")
    assert link in reminder.text
    path = link.removeprefix("https://api.example.com/dev") + "&utm_source=mail"  # as some mail programs add

    page = call("GET", path)
    assert (page.status, "form" in page.text) == (200, True)
    assert customer.call("GET", "/accounts/profile/").json["reminders"] is True, "a link checker has changed nothing"
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert call("POST", path, raw="List-Unsubscribe=One-Click", headers=form).status == 200
    assert call("POST", path, raw="List-Unsubscribe=One-Click", headers=form).status == 200
    assert customer.call("GET", "/accounts/profile/").json["reminders"] is False
    machinery.remind("2026-11-30")
    assert len(mails(mailbox, customer)) == 2

    changed = customer.call("PATCH", "/accounts/profile/", {"reminders": True})
    assert changed.json["updated_fields"] == {"reminders": True}
    machinery.remind("2026-12-01")
    assert subjects(mailbox, customer)[2:] == ["An installment is overdue"]


def test_receipts_have_no_link_to_unsubscribe(
    customer: Person, product: int, mailbox: Mailbox, machinery: Machinery
) -> None:
    buy(customer, product)
    machinery.send()

    assert not mails(mailbox, customer)[0].headers


def test_a_forged_link_ends_nobodys_reminders(shop: Shop, customer: Person, admin: Person) -> None:
    token = shop.unsubscribing.token(customer.id)
    for forged in (token.replace(customer.id, admin.id), token[:-1], token + "A", "", "x", "ü-ü"):
        assert call("POST", f"/accounts/unsubscribe/?token={forged}").status in {400, 404}

    assert customer.call("GET", "/accounts/profile/").json["reminders"] is True


@pytest.mark.parametrize("plan", ["weekly", "monthly"])
def test_admins_get_a_summary_with_the_figures_of_the_reports_once(
    customer: Person, admin: Person, product: int, mailbox: Mailbox, machinery: Machinery, clock: Clock, plan: str
) -> None:
    buy(customer, product)
    machinery.send()
    report = admin.call("GET", f"/reports/payment-summary/{plan}/").json
    clock.move(days=1)
    for _ in range(2):
        machinery.plan("2026-11-24", plan)
        machinery.send()

    (mail,) = mails(mailbox, admin)
    assert mail.subject == f"The shop's {plan} summary to 23 November 2026"
    paid = sum((Decimal(row["total_paid_amount"]) for row in report), Decimal(0))
    assert f"Paid by customers, late fees included: ৳{paid:,.2f}" in mail.text
    assert "Purchases, made in these days and not cancelled: 1" in mail.text
    assert len(mails(mailbox, customer)) == 1


def test_a_summary_adds_up_more_customers_than_one_step_takes_and_a_step_done_twice_counts_once(
    registered: Callable[..., Person],
    admin: Person,
    product: int,
    mailbox: Mailbox,
    machinery: Machinery,
    queues: Queues,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for _ in range(7):
        buy(registered(), product)
    machinery.send()
    clock.move(days=1)
    monkeypatch.setattr(Planner, "STEP", 2)
    steps: list[str] = []

    planner.handler({"plan": "monthly", "scheduled_time": "2026-11-24T03:00:00Z"}, Context())
    while queues.plan.messages:  # crash after each step: its message comes again
        assert len(queues.plan.messages) == 1, "a step done twice leads to the same one"
        steps += queues.plan.messages
        queues.plan.messages *= 2
        queues.plan.hand_to(planner.handler)
        queues.plan.messages = list(dict.fromkeys(queues.plan.messages))
    assert len(queues.mail.messages) == 2
    machinery.send()

    assert len(steps) == 4
    (mail,) = mails(mailbox, admin)
    assert "Paid by customers, late fees included: ৳2,800.00" in mail.text
    assert "Purchased, total price of these purchases: ৳7,000.00" in mail.text
    assert "Customers who bought: 7" in mail.text
