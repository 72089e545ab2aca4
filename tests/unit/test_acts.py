"""The acts of staff, by the examples of a shop: what each posts to the books, and what it leaves."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from shop import ids
from shop.calendar import Interval
from shop.desk import acts
from shop.errors import Conflict, InvalidInput
from shop.ledger.acting import Tender
from shop.ledger.effects import replayed
from shop.ledger.journal import Entry, Kind, LedgerAccount, Method
from shop.ledger.purchases import Change, Customer, Order, Purchase, Status, Terms
from shop.ledger.rules import cancel, pay
from shop.money import Formats, Locale
from tests.support.acts import act, buy, declared

TERMS = Terms(Formats(Locale.BANGLADESH, "BDT"), Decimal("0.10"), Decimal("0.30"), 60, Decimal("0.01"))
NOW = datetime(2026, 11, 23, 6, tzinfo=UTC)
TODAY = date(2026, 11, 23)
LATE = date(2026, 12, 24)  # a day after the second installment
CASH = Tender(Method.CASH, TODAY)


def sale(quantity: int = 2) -> Change:
    """Two pieces at 10,000 each: 6,000 at once, then twice 7,000, 30 days apart."""
    order = Order(1, quantity, Decimal(3000) * quantity, 3, Interval.THIRTY_DAYS)
    customer = Customer("customer", "rahim", "rahim@example.com")
    price = Decimal(10_000)
    return buy(order, ids.new_parent_id(NOW), customer, "Cooker", price, act(NOW, TODAY), declared(TODAY), TERMS)


def posted(change: Change) -> dict[str, int]:
    assert not sum(change.entry.postings.values())
    return {account.value: int(amount) for account, amount in change.entry.postings.items()}


def amounts(purchase: Purchase) -> list[tuple[int, int, str]]:
    """The number, the rest and the status of each installment."""
    return [(part.number, int(part.outstanding), part.status.value) for part in purchase.installments]


def test_a_sale_and_its_first_payment_are_one_entry() -> None:
    assert posted(sale()) == {"receivable": 14_000, "sales": -20_000, "self_declared": 6_000}


def test_cash_pays_the_oldest_open_installments() -> None:
    change = acts.take(sale().after, Decimal(9_000), act(NOW, TODAY), CASH, TERMS, waives_fee=False)

    assert posted(change) == {"cash": 9_000, "receivable": -9_000}
    assert amounts(change.after) == [(1, 0, "paid"), (2, 0, "paid"), (3, 5_000, "due")]
    assert [(one.number, int(one.amount)) for one in change.entry.payments] == [(2, 7_000), (3, 2_000)]


def test_a_late_payment_has_its_fee_unless_that_is_waived() -> None:
    late = replace(CASH, received_on=LATE)
    with_fee = acts.take(sale().after, Decimal(7_700), act(NOW, LATE), late, TERMS, waives_fee=False)
    without = acts.take(sale().after, Decimal(7_000), act(NOW, LATE, "flood"), late, TERMS, waives_fee=True)

    assert posted(with_fee) == {"cash": 7_700, "receivable": -7_000, "late_fees": -700}
    assert posted(without) == {"cash": 7_000, "receivable": -7_000}
    assert without.after.installment(2).fee_waived
    with pytest.raises(InvalidInput, match=r"settles everything is ৳14,700\.00"):
        acts.take(sale().after, Decimal("14700.01"), act(NOW, LATE), late, TERMS, waives_fee=False)


def test_a_fee_is_waived_only_of_what_is_paid() -> None:
    very_late = date(2027, 2, 1)  # both installments are overdue
    first, late = sale(), replace(CASH, received_on=very_late)

    change = acts.take(first.after, Decimal(7_000), act(NOW, very_late), late, TERMS, waives_fee=True)

    assert [part.fee_waived for part in change.after.installments] == [False, True, False]
    assert change.after.amount_to_pay_off(very_late) == 7_700
    assert replayed(change.after, [first.entry, change.entry]) == change.after


def test_money_that_was_received_in_time_is_not_late_when_it_is_entered_later() -> None:
    in_time = replace(CASH, received_on=LATE - timedelta(days=1))

    change = acts.take(sale().after, Decimal(7_000), act(NOW, LATE), in_time, TERMS, waives_fee=False)

    assert posted(change) == {"cash": 7_000, "receivable": -7_000}
    assert (change.entry.value_date, change.entry.recorded_on) == (LATE - timedelta(days=1), LATE)


def test_a_fee_is_waived_before_it_is_paid_and_given_back_after() -> None:
    before = acts.waive_fee(sale().after, 2, act(NOW, LATE, "flood"))
    assert posted(before) == {}
    assert before.after.amount_to_pay_off(LATE) == 14_000
    with pytest.raises(Conflict, match="no late fee"):
        acts.waive_fee(before.after, 2, act(NOW, LATE))

    paid = pay(sale().after, 2, Decimal(7_700), act(NOW, LATE), declared(LATE), TERMS).after
    after = acts.waive_fee(paid, 2, act(NOW, LATE, "flood"))
    assert posted(after) == {"late_fees": 700, "refunds_payable": -700}
    assert after.after.refundable == 700
    assert after.after.installment(2).paid_amount == 7_000


def test_goodwill_takes_an_amount_off_an_installment() -> None:
    change = acts.give_goodwill(sale().after, 2, Decimal(500), act(NOW, TODAY), TERMS.formats)

    assert posted(change) == {"discounts": 500, "receivable": -500}
    assert amounts(change.after)[1] == (2, 6_500, "due")
    settled = acts.give_goodwill(change.after, 2, Decimal(6_500), act(NOW, TODAY), TERMS.formats)
    assert amounts(settled.after)[1] == (2, 0, "paid")


def test_a_due_date_moves_between_its_neighbours_and_takes_the_lateness_away() -> None:
    third = sale().after.installment(3).due_date
    moved = acts.move_due_date(sale().after, 2, third, act(NOW, LATE), TERMS.formats)

    assert posted(moved) == {}
    assert not moved.after.installment(2).is_overdue(LATE)
    for day in (LATE - timedelta(days=1), third + timedelta(days=1)):
        with pytest.raises(InvalidInput, match="between 24 December 2026 and 22 January 2027"):
            acts.move_due_date(sale().after, 2, day, act(NOW, LATE), TERMS.formats)


def test_a_new_plan_splits_what_is_left_and_keeps_what_was_paid() -> None:
    part_paid = pay(sale().after, 2, Decimal(1_000), act(NOW, TODAY), declared(TODAY), TERMS).after

    change = acts.replan(part_paid, 4, Interval.MONTHLY, date(2027, 1, 31), act(NOW, TODAY), TERMS)

    assert posted(change) == {}
    assert [(part.number, part.due_date, int(part.principal)) for part in change.after.installments] == [
        (1, TODAY, 6_000),
        (2, date(2026, 12, 23), 1_000),
        (3, date(2027, 1, 31), 3_250),
        (4, date(2027, 2, 28), 3_250),
        (5, date(2027, 3, 31), 3_250),
        (6, date(2027, 4, 30), 3_250),
    ]
    assert change.after.outstanding == part_paid.outstanding == 13_000
    assert (part_paid.interval, change.after.interval) == (sale().after.interval, Interval.MONTHLY)


def test_the_reversal_of_a_new_plan_brings_the_old_interval_back() -> None:
    sold = sale()
    planned = acts.replan(sold.after, 4, Interval.WEEKLY, LATE, act(NOW, TODAY), TERMS)

    back = acts.reverse(planned.after, [sold.entry, planned.entry], planned.entry.id, act(NOW, TODAY))

    assert back.after.interval is sold.after.interval is not Interval.WEEKLY
    assert back.after.installments == sold.after.installments


def test_a_purchase_has_no_more_installments_after_a_new_plan_than_a_new_one_may_have() -> None:
    with pytest.raises(InvalidInput, match="At most 59 installments"):
        acts.replan(sale().after, 60, Interval.MONTHLY, LATE, act(NOW, TODAY), TERMS)

    change = acts.replan(sale().after, 59, Interval.MONTHLY, LATE, act(NOW, TODAY), TERMS)

    assert len(change.after.installments) == 60


def test_a_return_ends_what_is_open_from_the_last_and_owes_back_what_was_paid() -> None:
    one = acts.give_back(sale().after, 1, act(NOW, TODAY))
    assert posted(one) == {"sales": 10_000, "receivable": -10_000}
    assert amounts(one.after) == [(1, 0, "paid"), (2, 4_000, "due"), (3, 0, "void")]

    paid = pay(sale().after, 2, Decimal(7_000), act(NOW, TODAY), declared(TODAY), TERMS).after
    more = acts.give_back(paid, 1, act(NOW, TODAY))
    assert posted(more) == {"sales": 10_000, "receivable": -7_000, "refunds_payable": -3_000}
    assert more.after.status is Status.PAID
    assert more.after.refundable == 3_000


def test_goodwill_and_write_offs_are_not_paid_out_when_goods_come_back() -> None:
    discounted = acts.give_goodwill(sale().after, 2, Decimal(7_000), act(NOW, TODAY), TERMS.formats).after
    given_up = acts.write_off(discounted, act(NOW, TODAY)).after

    one = acts.give_back(given_up, 1, act(NOW, TODAY))
    assert posted(one) == {"sales": 10_000, "refunds_payable": -6_000, "discounts": -4_000}
    rest = cancel(one.after, act(NOW, TODAY))
    assert posted(rest) == {"sales": 10_000, "discounts": -3_000, "write_offs": -7_000}
    assert rest.after.refundable == 6_000


def test_a_refund_is_at_most_what_is_owed_back() -> None:
    cancelled = cancel(sale().after, act(NOW, TODAY)).after
    with pytest.raises(InvalidInput, match=r"Only ৳6,000\.00"):
        acts.refund(cancelled, Decimal("6000.01"), act(NOW, TODAY), CASH, TERMS.formats)

    change = acts.refund(cancelled, Decimal(6_000), act(NOW, TODAY), CASH, TERMS.formats)

    assert posted(change) == {"cash": -6_000, "refunds_payable": 6_000}
    with pytest.raises(Conflict, match="Nothing is owed back"):
        acts.refund(change.after, Decimal(1), act(NOW, TODAY), CASH, TERMS.formats)


def test_a_write_off_ends_the_debt() -> None:
    change = acts.write_off(sale().after, act(NOW, TODAY))

    assert posted(change) == {"write_offs": 14_000, "receivable": -14_000}
    assert change.after.status is Status.WRITTEN_OFF
    assert amounts(change.after) == [(1, 0, "paid"), (2, 0, "void"), (3, 0, "void")]


def test_a_reversal_negates_an_entry_and_leaves_all_as_before() -> None:
    first = sale()
    entries = [first.entry]
    before = first.after
    for change in (
        acts.take(before, Decimal(8_000), act(NOW, LATE), CASH, TERMS, waives_fee=False),
        acts.give_goodwill(before, 2, Decimal(500), act(NOW, TODAY), TERMS.formats),
        acts.replan(before, 2, Interval.WEEKLY, LATE, act(NOW, TODAY), TERMS),
        acts.give_back(before, 1, act(NOW, TODAY)),
        acts.write_off(before, act(NOW, TODAY)),
        cancel(before, act(NOW, TODAY)),
    ):
        undone = acts.reverse(change.after, [*entries, change.entry], change.entry.id, act(NOW, LATE, "a mistake"))

        assert undone.entry.postings == {account: -one for account, one in change.entry.postings.items()}
        assert undone.entry.value_date == change.entry.value_date
        assert replace(undone.after, version=1) == before


def test_the_reversal_of_a_sale_takes_back_its_payment_alone() -> None:
    first = sale()

    undone = acts.reverse(first.after, [first.entry], first.entry.id, act(NOW, TODAY))

    assert posted(undone) == {"receivable": 6_000, "self_declared": -6_000}
    assert amounts(undone.after)[0] == (1, 6_000, "due")


def test_what_a_later_act_builds_on_is_not_reversed() -> None:
    first = sale()
    waived = pay(first.after, 2, Decimal(7_700), act(NOW, LATE), declared(LATE), TERMS)
    waiver = acts.waive_fee(waived.after, 2, act(NOW, LATE))
    handed_out = acts.refund(waiver.after, Decimal(700), act(NOW, LATE), CASH, TERMS.formats)
    entries = [first.entry, waived.entry, waiver.entry, handed_out.entry]

    def reverse(one: Entry) -> Change:
        return acts.reverse(handed_out.after, entries, one.id, act(NOW, LATE))

    for built_upon in (waived.entry, waiver.entry):
        with pytest.raises(Conflict, match="later act"):
            reverse(built_upon)
    assert reverse(handed_out.entry).after.refundable == 700
    assert reverse(first.entry).entry.kind is Kind.REVERSAL  # other installments do not build on it


def test_a_purchase_follows_from_its_entries_alone() -> None:
    first = sale()
    change = acts.take(first.after, Decimal(8_000), act(NOW, TODAY), CASH, TERMS, waives_fee=False)

    assert replayed(change.after, [first.entry, change.entry]) == change.after
    assert LedgerAccount.RECEIVABLE in change.entry.postings
    with pytest.raises(ValueError, match="missing"):
        replayed(change.after, [change.entry])
