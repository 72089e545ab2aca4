"""A purchase keeps the late fee rate that the shop had when it was made."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from shop.bootstrap import Shop
from tests.api.conftest import Person, Serve
from tests.support.clock import Clock
from tests.support.mailbox import Mailbox
from tests.support.mails import Machinery
from tests.support.queues import Queues


def buy(person: Person, product: int) -> Any:
    """Weekly installments of 300.00 and 700.00; the second falls due a week later."""
    order = {"product": product, "first_installment_amount": 300, "installment_count": 2, "interval": "weekly"}
    answer = person.call("POST", "/purchases/create/", order)
    assert answer.status == 201, answer.text
    return answer.json


def percent(number: int) -> str:
    return f"{number}\N{NO-BREAK SPACE}%"


@pytest.fixture
def machinery(queues: Queues) -> Machinery:
    return Machinery(queues)


@pytest.fixture
def old_purchase(customer: Person, product: int, shop: Shop, serve: Serve) -> Any:
    """Made at 10 %; from then on the rate is 5 %."""
    purchase = buy(customer, product)
    serve(replace(shop, settings=shop.settings.model_copy(update={"late_fee_rate": Decimal("0.05")})))
    return purchase


def test_a_purchase_tells_the_late_fee_rate_it_was_made_at(customer: Person, product: int, old_purchase: Any) -> None:
    new_purchase = buy(customer, product)

    assert (old_purchase["late_fee_rate"], new_purchase["late_fee_rate"]) == (Decimal("0.1"), Decimal("0.05"))
    again = customer.call("GET", f"/purchases/{old_purchase['id']}/").json
    assert again["late_fee_rate"] == Decimal("0.1")


def test_an_old_purchase_costs_the_late_fee_it_was_made_at_and_a_new_one_the_new(
    customer: Person, product: int, old_purchase: Any, clock: Clock
) -> None:
    new_purchase = buy(customer, product)
    clock.move(days=8)

    overdue = customer.call("GET", "/installments/?status=overdue").json
    assert {one["purchase"]: (one["late_fee"], one["amount_to_pay"]) for one in overdue} == {
        old_purchase["id"]: (70, 770),
        new_purchase["id"]: (35, 735),
    }
    path = f"/installments/pay/{old_purchase['installments'][1]['id']}/"
    assert customer.call("POST", path, {"amount": 735}).json["code"] == "late_payment_too_small"
    assert customer.call("POST", path, {"amount": 770}).json["payment"]["late_fee"] == 70
    payoff = customer.call("POST", f"/purchases/{new_purchase['id']}/payoff/", {}).json
    assert (payoff["amount"], payoff["late_fee"]) == (735, 35)


@pytest.mark.usefixtures("old_purchase")
def test_the_confirmation_of_a_purchase_names_its_own_rate(
    customer: Person, mailbox: Mailbox, machinery: Machinery
) -> None:
    machinery.send()

    (confirmation,) = [mail for mail in mailbox.to(customer.email) if mail.subject.startswith("Your purchase")]
    assert f"a late fee of {percent(10)} of what is left is added." in confirmation.text


@pytest.mark.usefixtures("old_purchase")
def test_a_reminder_of_purchases_at_different_rates_names_them_all(
    customer: Person, product: int, mailbox: Mailbox, machinery: Machinery
) -> None:
    buy(customer, product)
    machinery.remind("2026-11-30")
    machinery.remind("2026-12-01")

    today, overdue = (mail for mail in mailbox.to(customer.email) if mail.subject.startswith("2 installments are"))
    rates = f"{percent(5)} or {percent(10)}"
    for body in (today.text, today.html):
        assert f"a late fee of {rates} of what is left is added, depending on the purchase." in body
    for body in (overdue.text, overdue.html):
        assert f"a late fee of {rates} of what was left to pay, depending on the purchase." in body
    assert "৳770.00 with ৳70.00 late fee" in overdue.text
    assert "৳735.00 with ৳35.00 late fee" in overdue.text
