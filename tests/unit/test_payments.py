"""Paying an installment, on time and late."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop import ids
from shop.calendar import Interval, local_day
from shop.errors import Conflict, FieldError, InvalidInput
from shop.ledger.journal import Payment
from shop.ledger.purchases import Change, Customer, Installment, Order, Purchase, Status, Terms
from shop.ledger.rules import pay
from shop.ledger.totals import CustomerTotals, difference
from shop.money import CENT, Formats, Locale, round_half_up
from tests.support.acts import act, buy, declared

TERMS = Terms(Formats(Locale.BANGLADESH, "BDT"), Decimal("0.10"), Decimal("0.30"), 60, Decimal("0.01"))
NOW = datetime(2026, 11, 23, 6, tzinfo=UTC)
TODAY = date(2026, 11, 23)


def sale(total: str = "1000.00", first: str = "300.00", count: int = 3) -> Change:
    return buy(
        Order(1, 1, Decimal(first), count, Interval.THIRTY_DAYS),
        purchase_id=ids.new_parent_id(NOW),
        customer=Customer("customer", "rahim", "rahim@example.com"),
        product_name="Rice Cooker",
        unit_price=Decimal(total),
        act=act(NOW, TODAY),
        tender=declared(TODAY),
        terms=TERMS,
    )


def bought(total: str = "1000.00", first: str = "300.00", count: int = 3) -> tuple[Purchase, Payment]:
    change = sale(total, first, count)
    return change.after, change.entry.payments[0]


def paid(purchase: Purchase, number: int, amount: Decimal, today: date) -> tuple[Purchase, Payment]:
    change = pay(purchase, number, amount, act(NOW, today), declared(today), TERMS)
    return change.after, change.entry.payments[0]


@pytest.mark.parametrize(
    ("zone", "due"),
    [
        ("Asia/Dhaka", "2026-12-23"),
        ("Asia/Dhaka", "2028-02-29"),
        ("America/New_York", "2026-11-01"),  # a day of 25 hours
        ("America/New_York", "2027-03-14"),  # a day of 23
        ("Europe/Berlin", "2026-10-25"),
        ("Europe/Berlin", "2026-12-31"),
        ("Pacific/Auckland", "2026-09-27"),
        ("America/Sao_Paulo", "2018-11-04"),  # a day that begins at one o'clock
    ],
)
def test_an_installment_is_late_from_the_first_instant_of_the_next_day_in_the_shops_zone(zone: str, due: str) -> None:
    day, where = date.fromisoformat(due), ZoneInfo(zone)
    purchase, _ = bought()
    installment = Installment(2, day, Decimal(100))
    next_day = date.fromordinal(day.toordinal() + 1)
    last = datetime.combine(day, time(23, 59, 59, 999999), where).astimezone(UTC)
    first_late = datetime.combine(next_day, time(), where).astimezone(UTC)

    assert first_late - last == timedelta(microseconds=1)
    assert not installment.is_overdue(local_day(last, where))
    assert purchase.amount_to_pay(installment, local_day(last, where)) == 100
    assert installment.is_overdue(local_day(first_late, where))
    assert purchase.amount_to_pay(installment, local_day(first_late, where)) == 110


def test_the_penalty_is_rounded_half_up_and_kept_apart() -> None:
    purchase, _ = bought("1000.00", "999.55", 2)  # 0.45 is left, its penalty 0.045
    late = date(2027, 1, 1)

    assert purchase.amount_to_pay(purchase.installment(2), late) == Decimal("0.50")
    purchase, payment = paid(purchase, 2, Decimal("0.50"), late)
    assert payment.late_fee == purchase.installment(2).late_fee == Decimal("0.05")
    assert purchase.installment(2).paid_amount == Decimal("0.50")
    assert purchase.status is Status.PAID


def test_the_penalty_is_of_what_is_still_due() -> None:
    purchase, _ = bought()
    purchase, _ = paid(purchase, 2, Decimal(150), TODAY)

    purchase, payment = paid(purchase, 2, Decimal(220), date(2027, 1, 1))

    assert (payment.amount, payment.late_fee) == (Decimal(220), Decimal(20))
    assert purchase.installment(2).paid_amount == Decimal(370)


@given(amount=st.decimals("0.01", "2000.00", places=2), days=st.integers(0, 400))
def test_no_payment_is_ever_too_much_or_too_little(amount: Decimal, days: int) -> None:
    purchase, _ = bought()
    today = date.fromordinal(TODAY.toordinal() + days)
    late = today > purchase.installment(2).due_date
    least = Decimal("3.50")
    owed = Decimal(350) + (round_half_up(Decimal(350) * TERMS.late_fee_rate) if late else 0)
    try:
        after, payment = paid(purchase, 2, amount, today)
    except InvalidInput:
        assert amount > owed or amount < (owed if late else least)
        return

    assert amount == owed if late else least <= amount <= owed
    assert after.installment(2).outstanding == Decimal(350) - (payment.amount - payment.late_fee)
    assert after.version == purchase.version + 1


@pytest.mark.parametrize(
    ("total", "first", "least"),
    [
        ("1000.00", "300.00", "3.50"),
        ("1000.00", "850.00", "0.75"),
        ("310.00", "209.00", "0.51"),  # a hundredth of 50.50 is 0.505
        ("300.00", "201.10", "0.49"),  # of 49.45 it is 0.4945
        ("3.00", "1.10", "0.01"),
    ],
)
def test_a_part_payment_is_at_least_a_hundredth_of_the_installment(total: str, first: str, least: str) -> None:
    purchase, _ = bought(total, first)

    with pytest.raises(InvalidInput) as refused:
        paid(purchase, 2, Decimal(least) - CENT, TODAY)

    assert refused.value.code == "payment_too_small"
    assert refused.value.errors == (FieldError("amount", f"Pay at least ৳{least} of this installment."),)
    assert paid(purchase, 2, Decimal(least), TODAY)[1].amount == Decimal(least)


def test_what_is_left_may_be_less_than_a_part_payment_but_not_a_part_of_it() -> None:
    purchase, _ = bought()
    purchase, _ = paid(purchase, 2, Decimal("349.00"), TODAY)

    with pytest.raises(InvalidInput, match=r"Pay at least ৳1\.00 of"):
        paid(purchase, 2, Decimal("0.99"), TODAY)
    purchase, _ = paid(purchase, 2, Decimal("1.00"), TODAY)

    assert purchase.installment(2).status == "paid"


@pytest.mark.parametrize("share", ["0.01", "0.25", "1"])
def test_the_least_share_of_a_part_payment_is_a_term_of_the_shop(share: str) -> None:
    purchase, _ = bought()
    least = Decimal(350) * Decimal(share)
    terms = replace(TERMS, least_payment_share=Decimal(share))

    with pytest.raises(InvalidInput, match=f"{least:.2f}"):
        pay(purchase, 2, least - CENT, act(NOW, TODAY), declared(TODAY), terms)
    pay(purchase, 2, least, act(NOW, TODAY), declared(TODAY), terms)


def test_a_paid_installment_takes_nothing() -> None:
    purchase, _ = bought()
    with pytest.raises(Conflict):
        paid(purchase, 1, Decimal("0.01"), TODAY)


def test_totals_follow_a_purchase_through_its_life() -> None:
    change = sale()
    totals = CustomerTotals("customer").moved(difference(change), TODAY)
    for number, amount, today in [(2, "350", date(2026, 12, 23)), (3, "385", date(2027, 2, 1))]:
        change = pay(change.after, number, Decimal(amount), act(NOW, today), declared(today), TERMS)
        totals = totals.moved(difference(change), today)

    assert totals.overall.paid == Decimal(1035)
    assert totals.overall.due == 0
    assert (totals.overall.open, totals.overall.closed) == (0, 3)
    assert (totals.overall.purchases_due, totals.overall.purchases_paid) == (0, 1)
    assert date(2026, 11, 23) not in totals.days
    assert totals.within(date(2027, 1, 1), date(2027, 2, 1)).paid == Decimal(385)
    assert totals.next_due is None
