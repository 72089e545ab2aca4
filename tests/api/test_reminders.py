"""The schedule's target: who is reminded, of what, and only once a day."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from functions.reminders import app
from shop.wiring import Shop
from tests.api.conftest import Person
from tests.support.clock import Clock
from tests.support.mailbox import Mailbox
from tests.support.rest import Context


def buy(person: Person, product: str) -> Any:
    order = {"product": product, "first_installment_amount": 300, "installment_count": 2, "interval": "weekly"}
    return person.call("POST", "/purchases/create/", order).json


@pytest.fixture
def remind(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Any]:
    """Runs the schedule as of a day."""
    monkeypatch.setattr(app, "shop", shop)
    return lambda day: app.handler({"scheduled_time": f"{day}T03:00:00Z"}, Context())


def reminders(mailbox: Mailbox, person: Person) -> list[str]:
    return [message.text for message in mailbox.to(person.email) if "due soon" in message.subject]


def test_a_customer_is_reminded_three_days_before_and_once_a_day(
    customer: Person, product: str, mailbox: Mailbox, remind: Callable[[str], Any]
) -> None:
    buy(customer, product)
    buy(customer, product)
    assert remind("2026-11-26") == {"day": "2026-11-26", "sent": 0, "failed": 0}
    assert remind("2026-11-27") == {"day": "2026-11-27", "sent": 1, "failed": 0}
    assert remind("2026-11-27") == {"day": "2026-11-27", "sent": 0, "failed": 0}
    assert remind("2026-11-28")["sent"] == 0

    (text,) = reminders(mailbox, customer)
    assert text.count("Rice Cooker, installment 2 of 2: BDT 700.00, due 30 November 2026") == 2


def test_nobody_is_reminded_of_what_is_paid(
    customer: Person, product: str, mailbox: Mailbox, remind: Callable[[str], Any], clock: Clock
) -> None:
    purchase = buy(customer, product)
    clock.move(days=4)
    customer.call("POST", f"/installments/pay/{purchase['installments'][1]['id']}/", {"amount": 700})

    assert remind("2026-11-27")["sent"] == 0
    assert not reminders(mailbox, customer)


def test_a_payment_earlier_on_the_day_of_the_reminder_does_not_lose_it(
    customer: Person, product: str, remind: Callable[[str], Any], clock: Clock
) -> None:
    paid = buy(customer, product)
    buy(customer, product)
    clock.move(days=4)
    customer.call("POST", f"/installments/pay/{paid['installments'][1]['id']}/", {"amount": 1})

    assert remind("2026-11-27")["sent"] == 1


def test_a_missed_day_is_made_up_for(customer: Person, product: str, remind: Callable[[str], Any]) -> None:
    buy(customer, product)
    remind("2026-11-25")

    assert remind("2026-11-29")["sent"] == 1


def test_a_mail_that_is_not_taken_is_sent_by_the_next_run(
    customer: Person, product: str, mailbox: Mailbox, remind: Callable[[str], Any]
) -> None:
    buy(customer, product)
    mailbox.broken = True
    assert remind("2026-11-27") == {"day": "2026-11-27", "sent": 0, "failed": 1}
    mailbox.broken = False

    assert remind("2026-11-27") == {"day": "2026-11-27", "sent": 1, "failed": 0}
    assert remind("2026-11-27")["sent"] == 0


def test_names_are_escaped_in_html(
    registered: Callable[..., Person], admin: Person, mailbox: Mailbox, remind: Callable[[str], Any]
) -> None:
    person = registered()
    product = admin.call("POST", "/products/", {"name": "<b>Pot</b> & pan", "price": 1000}).json["id"]
    buy(person, product)
    remind("2026-11-27")

    html = mailbox.to(person.email)[-1].html
    assert "&lt;b&gt;Pot&lt;/b&gt; &amp; pan" in html
    assert "<b>Pot" not in html


def test_the_next_reminder_follows_the_earliest_open_installment(customer: Person, product: str, shop: Shop) -> None:
    buy(customer, product)
    totals = shop.totals.of_customers([customer.id])[0]

    assert totals.next_reminder(date(2026, 11, 23), 3) == date(2026, 11, 27)
    assert totals.next_reminder(date(2026, 11, 28), 3) is None
    assert totals.reminded(date(2026, 11, 27)).next_reminder(date(2026, 11, 27), 3) is None
    assert totals.overall.due == Decimal(700)
