"""Automatic payments: what a customer agrees to, what is charged when, what becomes of refusals and lost answers."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest

from shop.ledger.journal import LedgerAccount
from shop.online.tasks import PAYMENT_TASK, ChargeTask
from tests.api.conftest import PASSWORD, Person
from tests.api.test_online import attempts, begin, now, sold
from tests.support.clock import Clock
from tests.support.mailbox import Mailbox
from tests.support.online import Online

AUTOPAY = "/installments/autopay/"


@pytest.fixture(autouse=True)
def _online(online: Online) -> None:
    """Every test here has a shop whose customers pay online."""


@pytest.fixture
def bought(online: Online, customer: Person, product: int) -> Any:
    return sold(online, customer, product)


def agree(customer: Person) -> Any:
    answer = customer.call("POST", AUTOPAY, {"agrees": True})
    assert answer.status == 200, answer.text
    return answer.json


def save(online: Online, customer: Person, digits: str = "4242") -> Any:
    """Save a card; returns what the customer sees then."""
    online.choose(agree(customer), card=digits)
    online.settle()
    return customer.call("GET", AUTOPAY).json


def statuses(customer: Person, purchase: Any) -> list[str]:
    return [one["status"] for one in now(customer, purchase)["installments"]]


def taken(online: Online, customer: Person) -> int:
    """What the gateway has of the customer, which must be what the books say."""
    paid = [one for one in online.gateway.book.state.payments.values() if one.standing == "paid"]
    total = sum((one.amount - one.refunded for one in paid), Decimal(0))
    assert online.balances(customer.id)[LedgerAccount.SANDBOX] == total
    return int(total)


def test_a_customer_agrees_saves_a_card_sees_it_and_removes_it(online: Online, customer: Person) -> None:
    before = customer.call("GET", AUTOPAY).json
    assert (before["status"], before["is_offered"], before["method"]) == ("off", True, None)

    asked = agree(customer)
    assert (asked["status"], asked["text"]) == ("pending", before["text"])
    assert agree(customer)["checkout_url"] == asked["checkout_url"]
    online.choose(asked, card="4242")
    online.settle()

    saved = customer.call("GET", AUTOPAY).json
    assert (saved["status"], saved["method"], saved["text"]) == ("active", "Card 4242", before["text"])
    assert saved["agreed_at"] == "2026-11-23T06:00:00Z"

    assert customer.call("DELETE", AUTOPAY).json["status"] == "off"
    online.settle()
    assert customer.call("GET", AUTOPAY).json["status"] == "off"
    assert not online.gateway.book.state.cards
    [kept] = customer.call("GET", "/accounts/export/").json["mandates"]
    assert (kept["status"], kept["text"], kept["method"]) == ("ended", before["text"], "Card 4242")


def test_nobody_saves_a_card_without_agreeing(customer: Person) -> None:
    answer = customer.call("POST", AUTOPAY, {"agrees": False})

    assert (answer.status, answer.json["errors"][0]["field"]) == (400, "agrees")


@pytest.mark.parametrize("choice", ["cancel", "soft"])
def test_a_page_that_saved_nothing_leaves_nothing(online: Online, customer: Person, choice: str) -> None:
    online.choose(agree(customer), choice)
    online.settle()

    assert customer.call("GET", AUTOPAY).json["status"] == "off"


def test_a_saved_card_is_found_without_a_notification(online: Online, customer: Person) -> None:
    online.choose(agree(customer), card="4242", notify="never")
    online.clock.move(minutes=5)
    online.look_after()

    assert customer.call("GET", AUTOPAY).json["status"] == "active"


@pytest.mark.parametrize("trouble", ["broken", "lost"])
def test_a_page_that_could_not_be_had_is_had_by_asking_again(online: Online, customer: Person, trouble: str) -> None:
    online.control("troubles", call="begin", what=trouble)
    assert customer.call("POST", AUTOPAY, {"agrees": True}).status == 503

    assert save(online, customer)["status"] == "active"
    assert len(online.shop.mandates.of_customer(customer.id)) == 1


def test_a_page_that_nobody_finishes_ends(online: Online, customer: Person) -> None:
    agree(customer)
    online.control("troubles", call="begin", what="broken")
    online.clock.move(hours=1)
    assert customer.call("GET", AUTOPAY).json["status"] == "off"
    assert customer.call("POST", AUTOPAY, {"agrees": True}).status == 503

    for _ in range(2):
        online.clock.move(hours=2)
        online.look_after()

    assert {one.status for one in online.shop.mandates.of_customer(customer.id)} == {"ended"}


def test_another_card_takes_the_place_of_the_first(online: Online, customer: Person) -> None:
    save(online, customer)
    online.clock.move(seconds=1)
    second = agree(customer)
    assert customer.call("GET", AUTOPAY).json["method"] == "Card 4242"  # charged until the second is saved
    online.choose(second, card="9995")
    online.settle()

    assert customer.call("GET", AUTOPAY).json["method"] == "Card 9995"
    assert [one.digits for one in online.gateway.book.state.cards.values()] == ["9995"]


def test_each_installment_is_charged_on_its_due_date_and_announced_before(
    online: Online, customer: Person, bought: Any, clock: Clock, mailbox: Mailbox
) -> None:
    save(online, customer)
    online.charge()
    assert (statuses(customer, bought), taken(online, customer)) == (["paid", "due", "due"], 400)

    clock.move(days=7)
    online.charge()
    online.charge()

    assert (statuses(customer, bought), taken(online, customer)) == (["paid", "paid", "due"], 700)
    assert [(one["status"], one["amount"]) for one in attempts(customer)] == [("succeeded", 300), ("succeeded", 400)]
    assert "300" in mailbox.to(customer.email)[-1].text
    clock.move(days=7)
    online.charge()
    assert (now(customer, bought)["status"], taken(online, customer)) == ("paid", 1000)


def test_only_what_is_left_is_charged(online: Online, admin: Person, customer: Person, bought: Any) -> None:
    save(online, customer)
    paid = {"amount": 120, "method": "cash"}
    assert admin.call("POST", f"/purchases/{bought['id']}/payments/", paid).status == 201
    online.clock.move(days=7)
    online.charge()

    assert taken(online, customer) == 400 + 180


def test_what_the_customer_is_paying_already_is_not_charged(online: Online, customer: Person, bought: Any) -> None:
    save(online, customer)
    online.clock.move(days=7)
    attempt = begin(customer, bought, 2, 300)
    online.charge()
    online.choose(attempt)
    online.settle()
    online.charge()

    assert taken(online, customer) == 700


@pytest.mark.parametrize("trouble", ["lost", "broken"])
def test_a_charge_without_an_answer_is_asked_about_and_charged_once(
    online: Online, customer: Person, bought: Any, trouble: str
) -> None:
    save(online, customer)
    online.clock.move(days=7)
    online.control("troubles", call="charge", what=trouble, times=2)
    online.start_charges()
    assert online.work() == 1
    assert statuses(customer, bought)[1] == "due"
    waiting = attempts(customer)[0]
    assert (waiting["status"], waiting["amount"]) == ("processing", 300)

    online.queues.payments.messages.clear()
    for _ in range(3):
        online.clock.move(minutes=5)
        online.start_round()
        online.start_charges()
        online.work()
    online.queues.payments.messages.clear()
    online.look_after()

    assert (statuses(customer, bought)[1], taken(online, customer)) == ("paid", 700)
    assert len(online.gateway.book.state.payments) == 3  # the first payment, the card, the charge


def test_a_charge_that_is_pending_at_the_bank_is_settled_later(online: Online, customer: Person, bought: Any) -> None:
    save(online, customer)
    online.clock.move(days=7)
    online.control("notify", notify="never")
    online.control("troubles", call="charge", what="pending")
    online.charge()
    assert attempts(customer)[0]["status"] == "processing"

    online.clock.move(minutes=5)
    online.look_after()
    assert (statuses(customer, bought)[1], taken(online, customer)) == ("paid", 700)


def test_tasks_at_the_same_time_charge_once(online: Online, customer: Person, bought: Any) -> None:
    save(online, customer)
    online.clock.move(days=7)
    online.start_charges()
    task = PAYMENT_TASK.validate_json(online.queues.payments.messages.pop())
    assert isinstance(task, ChargeTask)

    with ThreadPoolExecutor(4) as together:
        list(together.map(online.shop.charges.charge, [task] * 4))

    assert (statuses(customer, bought)[1], taken(online, customer)) == ("paid", 700)
    assert len(attempts(customer)) == 2


@pytest.mark.usefixtures("bought")
def test_a_refusal_that_may_pass_is_tried_four_times_in_a_week_and_mailed(
    online: Online, customer: Person, mailbox: Mailbox
) -> None:
    save(online, customer, "9995")
    tried = []
    online.clock.move(days=7)
    for day in range(12):
        before = len(attempts(customer))
        online.charge()
        tried += [day] * (len(attempts(customer)) - before)
        online.clock.move(days=1)
        if day == 6:
            assert attempts(customer)[0]["amount"] == 330  # with the late fee

    # the third installment, due on day 7, is tried as well: on days 7, 8, 10
    assert tried == [0, 1, 3, 6, 7, 8, 10]
    refused = [mail for mail in mailbox.to(customer.email) if "could not charge" in mail.subject]
    assert len(refused) == 7
    assert "we try again on 1 December 2026" in refused[0].text
    assert "We do not try again" in refused[3].text
    assert "/pay/" in refused[0].text
    assert taken(online, customer) == 400


def test_a_lost_card_is_never_charged_again(online: Online, customer: Person, bought: Any, mailbox: Mailbox) -> None:
    save(online, customer, "9987")
    for _ in range(15):
        online.clock.move(days=1)
        online.charge()

    assert [one["status"] for one in attempts(customer)] == ["failed", "succeeded"]
    assert customer.call("GET", AUTOPAY).json["status"] == "declined"
    [mail] = [mail for mail in mailbox.to(customer.email) if "could not charge" in mail.subject]
    assert "We do not try again" in mail.text

    save(online, customer)
    online.charge()
    assert now(customer, bought)["status"] == "paid"


@pytest.mark.usefixtures("bought")
def test_a_bank_that_wants_its_customer_gets_a_link_to_pay(online: Online, customer: Person, mailbox: Mailbox) -> None:
    save(online, customer, "3155")
    for _ in range(5):
        online.clock.move(days=2)
        online.charge()

    assert [one["status"] for one in attempts(customer)] == ["failed", "succeeded"]
    [mail] = [mail for mail in mailbox.to(customer.email) if "could not charge" in mail.subject]
    assert "wants you to make this payment yourself" in mail.text
    assert "/pay/" in mail.text
    assert customer.call("GET", AUTOPAY).json["status"] == "active"


@pytest.mark.usefixtures("bought")
def test_nothing_is_charged_once_the_consent_is_taken_back(online: Online, customer: Person) -> None:
    save(online, customer)
    online.clock.move(days=7)
    online.start_charges()
    customer.call("DELETE", AUTOPAY)
    while online.queues.payments.messages:
        online.work()

    assert (taken(online, customer), len(attempts(customer))) == (400, 1)


def test_a_card_saved_after_a_change_of_mind_is_deleted(online: Online, customer: Person) -> None:
    asked = agree(customer)
    customer.call("DELETE", AUTOPAY)
    online.choose(asked, card="4242")
    online.settle()
    online.clock.move(minutes=5)
    online.look_after()

    assert customer.call("GET", AUTOPAY).json["status"] == "off"
    assert not online.gateway.book.state.cards


def test_a_card_that_could_not_be_deleted_is_deleted_later(online: Online, customer: Person) -> None:
    save(online, customer)
    online.control("troubles", call="forget", what="broken")
    customer.call("DELETE", AUTOPAY)
    assert online.work() == 1
    online.queues.payments.messages.clear()

    online.clock.move(minutes=5)
    online.look_after()
    assert not online.gateway.book.state.cards


def test_whoever_deletes_the_account_takes_the_card_along(online: Online, customer: Person) -> None:
    save(online, customer)
    assert customer.call("POST", "/accounts/delete/", {"password": PASSWORD}).status == 200

    online.clock.move(minutes=5)
    online.look_after()
    assert not online.gateway.book.state.cards
