"""The sandbox gateway, as a shop sees it through its adapter, and people on its page."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from local.processes import wait_until
from shop import ids
from shop.payments.provider import (
    Decline,
    DisputeStanding,
    Forged,
    Money,
    Movement,
    MovementKind,
    NoAnswer,
    Notice,
    RefundStanding,
    Refusal,
    Refused,
    Standing,
)
from shop.payments.sandbox import Sandbox
from tests.support.clock import Clock
from tests.support.providers import BROWSER, TAKA, RunningGateway, gateway


@pytest.fixture(scope="module")
def running() -> Iterator[RunningGateway]:
    """One gateway for all tests here: each makes payments of its own."""
    with gateway() as one:
        yield one


@pytest.fixture(autouse=True)
def _empty_inbox(running: RunningGateway) -> Iterator[None]:
    yield
    running.inbox.status = 200
    running.move(hours=2)
    running.inbox.take()


def notices(running: RunningGateway) -> list[Notice]:
    """What the gateway told since the last time, in its order."""
    now = running.move()
    return [running.client.notice(headers, body, now) for headers, body in running.inbox.take()]


def key(running: RunningGateway) -> str:
    return ids.new_id(running.move())


def test_a_payment_is_made_on_the_page_told_of_and_looked_up(running: RunningGateway) -> None:
    checkout = running.checkout()
    page = running.client.begin(checkout)
    assert running.client.look_up(page.reference).standing is Standing.OPEN

    assert running.choose(page.url, "approve") == checkout.return_url

    (notice,) = notices(running)
    report = running.client.look_up(notice.reference)
    assert (report.standing, report.key, report.money) == (Standing.PAID, checkout.key, TAKA)
    assert (report.payment, report.refunded) == (page.reference, Decimal(0))
    assert report.saved is None


@pytest.mark.parametrize(
    ("choice", "standing", "decline"),
    [
        ("soft", Standing.FAILED, Decline(Refusal.SOFT, "insufficient_funds")),
        ("hard", Standing.FAILED, Decline(Refusal.HARD, "lost_card")),
        ("cancel", Standing.CANCELLED, None),
    ],
)
def test_a_payment_that_comes_to_nothing_says_why(
    running: RunningGateway, choice: str, standing: Standing, decline: Decline | None
) -> None:
    page = running.client.begin(running.checkout())

    running.choose(page.url, choice)

    report = running.client.look_up(page.reference)
    assert (report.standing, report.decline) == (standing, decline)
    assert len(notices(running)) == 1


def test_a_page_that_nobody_used_ends(running: RunningGateway) -> None:
    page = running.client.begin(running.checkout())

    running.move(hours=1)

    assert running.client.look_up(page.reference).standing is Standing.EXPIRED
    assert "closed" in BROWSER.get(page.url).text


def test_a_slow_payment_is_pending_for_a_minute(running: RunningGateway) -> None:
    page = running.client.begin(running.checkout())

    running.choose(page.url, "delay")
    assert running.client.look_up(page.reference).standing is Standing.PENDING
    assert len(notices(running)) == 1
    running.move(minutes=1)

    assert running.client.look_up(page.reference).standing is Standing.PAID
    assert len(notices(running)) == 1


def test_a_bank_that_asks_first_is_answered_on_the_page(running: RunningGateway) -> None:
    page = running.client.begin(running.checkout())

    again = running.choose(page.url, "ask")

    assert page.url.endswith(again)
    assert "Your bank asks" in BROWSER.get(page.url).text
    assert running.client.look_up(page.reference).standing is Standing.OPEN
    running.choose(page.url, "approve")
    assert running.client.look_up(page.reference).standing is Standing.PAID


def test_a_notification_that_comes_twice_has_one_id(running: RunningGateway) -> None:
    page = running.client.begin(running.checkout())

    running.choose(page.url, "approve", notify="twice")

    first, second = notices(running)
    assert first == second


def test_a_late_notification_comes_a_minute_later(running: RunningGateway) -> None:
    page = running.client.begin(running.checkout())

    running.choose(page.url, "approve", notify="late")

    assert notices(running) == []
    running.move(minutes=1)
    assert [one.reference for one in notices(running)] == [page.reference]


def test_notifications_in_the_wrong_order_lead_to_the_same_payment(running: RunningGateway) -> None:
    page = running.client.begin(running.checkout())

    running.choose(page.url, "approve", notify="reversed")
    running.move()
    bodies = [body for _, body in running.inbox.take()]

    assert [b"paid" in body for body in bodies] == [True, False]
    assert running.client.look_up(page.reference).standing is Standing.PAID


def test_a_payment_that_nobody_tells_of_is_found_by_looking(running: RunningGateway) -> None:
    page = running.client.begin(running.checkout())

    running.choose(page.url, "approve", notify="never")

    assert notices(running) == []
    assert running.client.look_up(page.reference).standing is Standing.PAID


def test_a_notification_that_the_shop_did_not_take_comes_again_signed_anew(running: RunningGateway) -> None:
    page = running.client.begin(running.checkout())
    running.inbox.status = 503
    running.choose(page.url, "approve")
    running.move()
    (lost,) = running.inbox.take()

    running.inbox.status = 200
    now = running.move(minutes=10)

    ((headers, body),) = running.inbox.take()
    assert body == lost[1]
    assert running.client.notice(headers, body, now).reference == page.reference
    with pytest.raises(Forged):
        running.client.notice(lost[0], lost[1], now)


def test_a_page_that_is_asked_for_twice_is_one(running: RunningGateway) -> None:
    checkout = running.checkout()

    assert running.client.begin(checkout) == running.client.begin(checkout)
    with pytest.raises(Refused, match="key_reused"):
        running.client.begin(replace(checkout, money=Money(Decimal("1.00"), "BDT")))


def test_a_charge_whose_answer_was_lost_is_made_once(running: RunningGateway) -> None:
    card, one, amount = running.saved_card(), key(running), Money(Decimal("77.01"), "BDT")
    running.control("troubles", call="charge", what="lost", amount="77.01")
    with pytest.raises(NoAnswer):
        running.client.charge(card, amount, one)

    report = running.client.charge(card, amount, one)

    assert (report.standing, report.key, report.money) == (Standing.PAID, one, amount)
    assert len([moved for moved in all_moved(running) if moved.money == amount]) == 1


def test_a_page_and_a_refund_whose_answers_were_lost_are_made_once(running: RunningGateway) -> None:
    checkout, payment, one = running.checkout(), running.paid(), key(running)
    running.control("troubles", call="begin", what="lost")
    running.control("troubles", call="refund", what="lost")
    with pytest.raises(NoAnswer):
        running.client.begin(checkout)
    with pytest.raises(NoAnswer):
        running.client.refund(payment, TAKA, one)

    assert running.client.begin(checkout) == running.client.begin(checkout)
    assert running.client.refund(payment, TAKA, one).standing is RefundStanding.DONE
    assert running.client.look_up(payment).refunded == TAKA.amount


def test_nobody_is_told_of_charges_when_a_test_wants_it(running: RunningGateway) -> None:
    card = running.saved_card()
    running.control("notify", notify="never")
    running.client.charge(card, TAKA, key(running))
    assert notices(running) == []

    running.control("notify", notify="once")
    running.client.charge(card, TAKA, key(running))
    assert len(notices(running)) == 1


def test_notifications_come_by_themselves(running: RunningGateway) -> None:
    page = running.client.begin(running.checkout())

    running.choose(page.url, "approve")

    wait_until(lambda: bool(running.inbox.received), "The notification")


def test_a_charge_that_was_never_made_can_be_repeated(running: RunningGateway) -> None:
    card, one = running.saved_card(), key(running)
    running.control("troubles", call="charge", what="broken")
    with pytest.raises(NoAnswer):
        running.client.charge(card, TAKA, one)

    assert running.client.charge(card, TAKA, one).standing is Standing.PAID


@pytest.mark.parametrize(
    ("digits", "kind"), [("9995", Refusal.SOFT), ("9987", Refusal.HARD), ("3155", Refusal.NEEDS_ACTION)]
)
def test_a_saved_card_that_is_declined_says_how(running: RunningGateway, digits: str, kind: Refusal) -> None:
    report = running.client.charge(running.saved_card(digits), TAKA, key(running))

    assert report.standing is Standing.FAILED
    assert report.decline is not None
    assert report.decline.kind is kind


def test_a_charge_is_declined_or_takes_time_when_a_test_wants_it(running: RunningGateway) -> None:
    card = running.saved_card()
    running.control("troubles", call="charge", what="hard")
    running.control("troubles", call="charge", what="pending", times=1)
    declined, pending = (running.client.charge(card, TAKA, key(running)) for _ in range(2))

    assert (declined.decline, pending.standing) == (Decline(Refusal.HARD, "lost_card"), Standing.PENDING)
    running.move(minutes=1)
    assert running.client.look_up(pending.reference).standing is Standing.PAID


def test_a_saved_card_is_known_by_its_digits_until_it_is_forgotten(running: RunningGateway) -> None:
    checkout = running.checkout(saves=True)
    page = running.client.begin(checkout)
    running.choose(page.url, "approve", card="4242")
    report = running.client.look_up(page.reference)
    assert report.saved is not None
    assert (report.standing, report.saved.label) == (Standing.PAID, "Card 4242")

    running.client.forget(report.saved.reference)
    running.client.forget(report.saved.reference)

    with pytest.raises(Refused, match="no_such_card"):
        running.client.charge(report.saved.reference, TAKA, key(running))


def test_a_payment_is_given_back_in_parts_and_never_more_than_it(running: RunningGateway) -> None:
    payment = running.paid(Money(Decimal("100.00"), "BDT"))
    first, second = key(running), key(running)

    done = running.client.refund(payment, Money(Decimal("60.00"), "BDT"), first)
    again = running.client.refund(payment, Money(Decimal("60.00"), "BDT"), first)

    assert done == again == running.client.look_up_refund(done.reference)
    assert (done.standing, done.money) == (RefundStanding.DONE, Money(Decimal("60.00"), "BDT"))
    assert [one.reference for one in notices(running)] == [payment]
    with pytest.raises(Refused, match="too_much"):
        running.client.refund(payment, Money(Decimal("40.01"), "BDT"), second)
    running.client.refund(payment, Money(Decimal("40.00"), "BDT"), second)
    assert running.client.look_up(payment).refunded == Decimal("100.00")


def test_a_refund_that_fails_later_leaves_the_money_refundable(running: RunningGateway) -> None:
    payment = running.paid()
    running.control("troubles", call="refund", what="fail")

    begun = running.client.refund(payment, TAKA, key(running))
    running.move(minutes=1)

    failed = running.client.look_up_refund(begun.reference)
    assert (begun.standing, failed.standing) == (RefundStanding.PENDING, RefundStanding.FAILED)
    assert failed.reason == "account_closed"
    assert running.client.look_up(payment).refunded == 0
    assert running.client.refund(payment, TAKA, key(running)).standing is RefundStanding.DONE


@pytest.mark.parametrize("end", [DisputeStanding.WON, DisputeStanding.LOST])
def test_a_dispute_is_told_of_and_ends(running: RunningGateway, end: DisputeStanding) -> None:
    payment = running.paid()

    for standing in (DisputeStanding.OPEN, end):
        running.control("disputes", payment=payment, standing=standing)
        assert [one.reference for one in notices(running)] == [payment]
        dispute = running.client.look_up(payment).dispute
        assert dispute is not None
        assert (dispute.standing, dispute.money) == (standing, TAKA)


def test_what_moved_adds_up(running: RunningGateway) -> None:
    start = running.move(hours=26)
    payment = running.paid(Money(Decimal("100.00"), "BDT"))
    running.client.refund(payment, Money(Decimal("30.00"), "BDT"), key(running))
    running.control("disputes", payment=payment, standing="open")
    end = running.move(hours=26)

    moved = list(running.client.movements(start, end))

    assert [(one.kind, one.money.amount) for one in moved] == [
        (MovementKind.PAYMENT, Decimal("100.00")),
        (MovementKind.REFUND, Decimal("-30.00")),
        (MovementKind.DISPUTE, Decimal("-100.00")),
    ]
    assert {one.payment for one in moved} == {payment}


def test_a_stranger_reaches_neither_payments_nor_control(running: RunningGateway) -> None:
    stranger = Sandbox(running.url, "another key", "another key")

    with pytest.raises(Refused, match="not_authenticated"):
        stranger.look_up(running.paid())
    assert BROWSER.post(f"{running.url}/control/move", json={"seconds": 1}).status_code == 401


def test_what_is_not_there_is_refused(running: RunningGateway) -> None:
    with pytest.raises(Refused, match="not_found"):
        running.client.look_up("pay_unknown")
    with pytest.raises(Refused, match="not_found"):
        running.client.look_up_refund("ref_unknown")


def test_the_books_outlast_the_process(tmp_path: Path) -> None:
    with gateway(tmp_path / "books.json") as first:
        payment, card = first.paid(), first.saved_card()
    with gateway(tmp_path / "books.json") as second:
        assert second.client.look_up(payment).standing is Standing.PAID
        assert second.client.charge(card, TAKA, key(second)).standing is Standing.PAID


def all_moved(running: RunningGateway) -> list[Movement]:
    return list(running.client.movements(Clock().now, running.move(seconds=1)))
