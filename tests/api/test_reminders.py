"""Reminders, from the schedule to the mailbox: each customer gets the right one, once a day."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from functions.planner import app as planner
from functions.sender import app as sender
from shop.bootstrap import Shop
from shop.mail.messages import Message
from shop.mail.planner import Planner
from tests.api.conftest import Person, Serve
from tests.support.clock import Clock
from tests.support.mailbox import Mailbox
from tests.support.mails import Machinery
from tests.support.queues import Queues
from tests.support.rest import Context

SUBJECTS = ("due soon", "due today", "overdue")


def buy(person: Person, product: int, count: int = 2) -> Any:
    """Weekly installments, the first of 300.00 paid; the second falls due on 30 November."""
    order = {"product": product, "first_installment_amount": 300, "installment_count": count, "interval": "weekly"}
    return person.call("POST", "/purchases/create/", order).json


def pay(person: Person, purchase: Any, number: int, amount: float) -> None:
    path = f"/installments/pay/{purchase['installments'][number - 1]['id']}/"
    assert person.call("POST", path, {"amount": amount}).status == 200


@pytest.fixture
def machinery(queues: Queues) -> Machinery:
    return Machinery(queues)


def reminders(mailbox: Mailbox, person: Person) -> list[Message]:
    return [message for message in mailbox.to(person.email) if message.subject.endswith(SUBJECTS)]


def subjects(mailbox: Mailbox, person: Person) -> list[str]:
    return [message.subject for message in reminders(mailbox, person)]


def test_a_customer_is_reminded_before_on_and_after_the_due_date(
    customer: Person, product: int, mailbox: Mailbox, machinery: Machinery
) -> None:
    buy(customer, product)

    said = {}
    for day in ["11-26", "11-27", "11-28", "11-29", "11-30", "12-01", "12-02", "12-06", "12-07", "12-08", "12-31"]:
        before = len(subjects(mailbox, customer))
        machinery.remind(f"2026-{day}")
        said[day] = subjects(mailbox, customer)[before:]

    assert {day: told for day, told in said.items() if told} == {
        "11-27": ["An installment is due soon"],
        "11-30": ["An installment is due today"],
        "12-01": ["An installment is overdue"],
        "12-07": ["An installment is overdue"],
    }


def test_the_penalty_is_explained_before_it_is_owed_and_named_once_it_is(
    customer: Person, product: int, mailbox: Mailbox, machinery: Machinery
) -> None:
    buy(customer, product)
    machinery.remind("2026-11-27")
    machinery.remind("2026-12-01")

    soon, late = (message.text for message in reminders(mailbox, customer))
    assert "installment 2 of 2: ৳700.00, due 30 November 2026" in soon
    assert "After it, a late fee of 10\N{NO-BREAK SPACE}% of what is left is added." in soon
    assert "installment 2 of 2: ৳770.00 with ৳70.00 late fee, due 30 November 2026" in late


def test_one_mail_names_all_installments(
    customer: Person, product: int, mailbox: Mailbox, machinery: Machinery, clock: Clock
) -> None:
    buy(customer, product)
    buy(customer, product)
    clock.move(days=3)
    buy(customer, product)  # falls due on 3 December
    clock.move(days=4)
    machinery.remind("2026-11-30")

    (mail,) = reminders(mailbox, customer)
    assert mail.subject == "2 installments are due today"
    assert mail.text.count("due 30 November 2026") == 2
    assert mail.text.count("due 3 December 2026") == 1
    assert "To pay: ৳2,100.00" in mail.text


def test_a_run_that_is_repeated_and_messages_that_come_again_send_nothing_more(
    customer: Person, product: int, mailbox: Mailbox, machinery: Machinery, queues: Queues
) -> None:
    buy(customer, product)
    machinery.plan("2026-11-27")
    machinery.plan("2026-11-27")
    redelivered = list(queues.mail.messages)
    machinery.send()
    queues.mail.messages += redelivered
    machinery.send()
    machinery.remind("2026-11-27")

    assert len(reminders(mailbox, customer)) == 1


def test_nobody_is_reminded_of_what_was_paid_since_it_was_planned(
    customer: Person, product: int, mailbox: Mailbox, machinery: Machinery, clock: Clock
) -> None:
    purchase = buy(customer, product)
    machinery.plan("2026-11-27")
    clock.move(days=4)
    pay(customer, purchase, 2, 700)
    machinery.send()
    machinery.remind("2026-12-01")

    assert not reminders(mailbox, customer)


def test_a_missed_day_is_made_up_for_also_when_something_was_paid_meanwhile(
    customer: Person, product: int, mailbox: Mailbox, machinery: Machinery, clock: Clock
) -> None:
    buy(customer, product)
    other = buy(customer, product)
    machinery.remind("2026-11-26")
    clock.move(days=5)  # nothing ran on the 27th
    pay(customer, other, 2, 700)
    machinery.remind("2026-11-28")
    machinery.remind("2026-11-29")

    (mail,) = reminders(mailbox, customer)
    assert mail.text.count("due 30 November 2026") == 1


@pytest.mark.parametrize("days_before", [7, 10])
def test_days_before_that_equal_or_exceed_the_interval_lose_no_reminder(
    shop: Shop,
    customer: Person,
    product: int,
    mailbox: Mailbox,
    machinery: Machinery,
    clock: Clock,
    serve: Serve,
    days_before: int,
) -> None:
    days = {"reminder_days_before": (days_before,), "reminder_days_after": ()}
    shop.settings = shop.settings.model_copy(update=days)
    serve(shop)
    buy(customer, product, count=3)
    machinery.remind("2026-11-23")
    clock.move(hours=8)
    buy(customer, product)  # after the day's run, with the same due date
    for day in range(24, 31):
        machinery.remind(f"2026-11-{day}")

    assert "installment 2 of 3" in reminders(mailbox, customer)[0].text
    assert "installment 2 of 2" in reminders(mailbox, customer)[1].text
    assert sum("due 7 December 2026" in mail.text for mail in reminders(mailbox, customer)) == 1


def test_a_message_of_an_earlier_day_is_sent_as_of_today(
    customer: Person, product: int, mailbox: Mailbox, machinery: Machinery, clock: Clock
) -> None:
    buy(customer, product)
    machinery.plan("2026-11-27")
    clock.move(days=9)  # the queue stood still until 2 December
    machinery.send()
    machinery.remind("2026-12-02")

    assert subjects(mailbox, customer) == ["An installment is overdue"]


def test_a_mail_that_ses_refuses_comes_again(
    customer: Person, product: int, mailbox: Mailbox, machinery: Machinery
) -> None:
    buy(customer, product)
    machinery.send()
    machinery.plan("2026-11-27")
    mailbox.broken = True
    assert machinery.send() == 1
    mailbox.broken = False

    assert machinery.send() == 0
    assert len(reminders(mailbox, customer)) == 1


def test_a_mail_that_was_lost_from_the_queue_is_planned_again_the_next_day(
    customer: Person, product: int, mailbox: Mailbox, machinery: Machinery, queues: Queues
) -> None:
    buy(customer, product)
    machinery.plan("2026-11-27")
    queues.mail.messages.clear()
    machinery.remind("2026-11-28")

    assert len(reminders(mailbox, customer)) == 1


def test_a_poison_message_stops_no_other(
    customer: Person, product: int, mailbox: Mailbox, machinery: Machinery, queues: Queues
) -> None:
    buy(customer, product)
    machinery.plan("2026-11-27")
    queues.mail.messages.insert(0, '{"kind": "reminder"}')
    queues.mail.messages.insert(0, "not JSON")

    assert machinery.send() == 2
    assert len(reminders(mailbox, customer)) == 1


def test_a_shard_is_planned_in_steps_each_of_which_may_be_done_twice(
    registered: Callable[..., Person],
    product: int,
    mailbox: Mailbox,
    machinery: Machinery,
    queues: Queues,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("shop.dynamodb.keys.shard_of", lambda _: 7)
    monkeypatch.setattr(Planner, "STEP", 2)
    people = [registered() for _ in range(5)]
    for person in people:
        buy(person, product)
    machinery.send()

    planner.handler({"plan": "reminders", "scheduled_time": "2026-11-27T03:00:00Z"}, Context())
    while queues.plan.messages:  # crash after each step: its message comes again
        queues.plan.messages = queues.plan.messages[:1] + queues.plan.messages
        queues.plan.hand_to(planner.handler)
        queues.plan.messages = list(dict.fromkeys(queues.plan.messages))
    assert len(queues.mail.messages) > 5
    assert queues.mail.hand_to(sender.handler) == 0

    assert [len(reminders(mailbox, person)) for person in people] == [1] * 5


def test_who_may_not_log_in_any_more_is_not_reminded(
    shop: Shop, customer: Person, product: int, mailbox: Mailbox, machinery: Machinery
) -> None:
    buy(customer, product)
    account = shop.accounts.by_email(customer.email)
    assert account is not None
    assert shop.accounts.replace(account, replace(account, is_active=False, version=account.version + 1))
    machinery.remind("2026-11-27")

    assert not reminders(mailbox, customer)


def test_names_are_escaped_in_html(
    registered: Callable[..., Person], admin: Person, mailbox: Mailbox, machinery: Machinery
) -> None:
    person = registered()
    product = admin.call("POST", "/products/", {"name": "<b>Pot</b> & pan", "price": 1000}).json["id"]
    buy(person, product)
    machinery.remind("2026-11-27")

    for mail in mailbox.to(person.email)[-2:]:
        assert "&lt;b&gt;Pot&lt;/b&gt; &amp; pan" in mail.html
        assert "<b>Pot" not in mail.html
