"""The schedule of a purchase."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.calendar import Interval, due_date
from shop.errors import InvalidInput
from shop.ledger.plan import plan
from shop.ledger.purchases import Order, Terms
from shop.money import Formats, Locale, round_half_up, split

TERMS = Terms(Formats(Locale.BANGLADESH, "BDT"), Decimal("0.10"), Decimal("0.30"), 60, Decimal("0.01"))
CENTS = st.decimals(min_value="0.01", max_value="999999999900.00", places=2)


def order(first: Decimal, count: int) -> Order:
    return Order(1, 1, first, count, Interval.MONTHLY)


@given(amount=CENTS, parts=st.integers(1, 60))
def test_a_split_is_exact_and_even_with_the_larger_parts_first(amount: Decimal, parts: int) -> None:
    found = split(amount, parts)

    assert sum(found) == amount
    assert len(found) == parts
    assert max(found) - min(found) <= Decimal("0.01")
    assert found == sorted(found, reverse=True)


@given(total=CENTS, share=st.decimals("0.30", "0.99", places=2), count=st.integers(2, 60))
def test_a_plan_adds_up_to_the_total_or_is_refused(total: Decimal, share: Decimal, count: int) -> None:
    first = round_half_up(total * share)
    least = max(Decimal("0.01"), round_half_up(total * TERMS.least_first_share))
    if not least <= first < total or total - first < Decimal("0.01") * (count - 1):
        with pytest.raises(InvalidInput):
            plan(total, order(first, count), date(2026, 1, 31), TERMS)
        return

    installments = plan(total, order(first, count), date(2026, 1, 31), TERMS)

    assert sum(part.principal for part in installments) == total
    assert installments[0].principal == first
    assert all(part.principal >= Decimal("0.01") for part in installments)
    assert [part.number for part in installments] == list(range(1, count + 1))


@pytest.mark.parametrize(("total", "least"), [("100.05", "30.02"), ("100.01", "30.00"), ("0.05", "0.02")])
def test_the_least_first_installment_is_rounded_half_up(total: str, least: str) -> None:
    assert plan(Decimal(total), order(Decimal(least), 2), date(2026, 1, 1), TERMS)
    with pytest.raises(InvalidInput) as refused:
        plan(Decimal(total), order(Decimal(least) - Decimal("0.01"), 2), date(2026, 1, 1), TERMS)
    assert refused.value.code == "first_installment_too_small"


@pytest.mark.parametrize(
    ("purchased_on", "interval", "due"),
    [
        ("2026-01-31", Interval.MONTHLY, ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]),
        ("2028-01-31", Interval.MONTHLY, ["2028-01-31", "2028-02-29", "2028-03-31", "2028-04-30"]),
        ("2026-11-30", Interval.MONTHLY, ["2026-11-30", "2026-12-30", "2027-01-30", "2027-02-28"]),
        ("2026-11-23", Interval.THIRTY_DAYS, ["2026-11-23", "2026-12-23", "2027-01-22", "2027-02-21"]),
        ("2026-12-25", Interval.BIWEEKLY, ["2026-12-25", "2027-01-08", "2027-01-22", "2027-02-05"]),
        ("2028-02-22", Interval.WEEKLY, ["2028-02-22", "2028-02-29", "2028-03-07", "2028-03-14"]),
    ],
)
def test_installments_fall_due_an_interval_apart(purchased_on: str, interval: Interval, due: list[str]) -> None:
    begin = date.fromisoformat(purchased_on)

    assert [due_date(begin, interval, number).isoformat() for number in range(1, 5)] == due
