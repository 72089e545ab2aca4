"""Random histories of a shop: after each step the ledger equals an independent model.

`--histories N` runs more of them.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    MultipleResults,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)

from shop import ids
from shop.accounts.audit_log import OPERATOR
from shop.accounts.model import Account
from shop.bootstrap import Shop
from shop.calendar import Interval
from shop.catalogue.service import Changes
from shop.dynamodb import keys
from shop.dynamodb.paging import PageRequest
from shop.errors import Conflict, InvalidInput, NotFound
from shop.ledger.acting import Confirmed, Received
from shop.ledger.idempotency import AttemptOutcome, IdempotencyKey, Outcome
from shop.ledger.journal import Kind, Method
from shop.ledger.purchases import Order
from shop.ledger.schemas import PurchaseOut
from shop.reports.aging import Aging, Bucket, aging_of
from shop.reports.sales import Period
from tests.support.clock import Clock
from tests.support.model import Bought, Model, Refused, part_of

CUSTOMERS = 2
BUCKETS = {
    Bucket.NOT_DUE: (-10_000, 0),
    Bucket.WEEK: (1, 7),
    Bucket.MONTH: (8, 30),
    Bucket.TWO_MONTHS: (31, 60),
    Bucket.THREE_MONTHS: (61, 90),
    Bucket.LONGER: (91, 10_000),
}
STEPS = 20
MONEY = st.integers(1, 300_00)
STOCKS = st.sampled_from([None, 0, 1, 3, 50])
PICK_ANY = 6
PICKS = st.integers(0, 8)
BY_BANK = Received(Method.BANK_TRANSFER, None, "TRX 4711")
MONTHS = [f"{year}-{month:02}" for year in (2027, 2028) for month in range(1, 13)]


def amount(cents: int) -> Decimal:
    return Decimal(cents).scaleb(-2)


def cents(value: Decimal) -> int:
    return int(value.scaleb(2))


Result = TypeVar("Result", Outcome, AttemptOutcome)


class History(RuleBasedStateMachine):
    """Products and the late fee change, customers buy and pay, staff do all that they may, while time goes by."""

    products = Bundle("products")
    purchases = Bundle("purchases")

    def __init__(self, shop: Shop, new_customer: Callable[[], Account], made: Counter[str]) -> None:
        super().__init__()
        self.made = made
        self.clock = Clock(datetime(2027, 10, 28, 3, 0, tzinfo=UTC))
        self.shop = replace(shop, clock=self.clock)
        self.customers = [new_customer().id for _ in range(CUSTOMERS)]
        self.model = Model()
        self.fee_percent = 10
        self.prices: dict[int, int] = {}
        self.keys = 0
        self.months_before = self.shop.totals.of_months(MONTHS)
        self.counts_before = self.shop.totals.counts()

    def once(self, act: Callable[[IdempotencyKey], Result], expected: Callable[[], object]) -> Result | None:
        """Act twice with the same key: the model must act once. Returns None when both refuse."""
        self.keys += 1
        keyed = IdempotencyKey(f"{self.customers[0]} {self.keys}", "fingerprint")  # the operator acts in all histories
        try:
            outcome = act(keyed)
        except (InvalidInput, Conflict, NotFound):
            with pytest.raises(Refused):
                expected()
            return None
        expected()
        again = act(keyed)
        assert again.is_replay
        assert PurchaseOut.of(again.purchase, again.today) == PurchaseOut.of(outcome.purchase, outcome.today)
        if isinstance(outcome, Outcome) and isinstance(again, Outcome):
            self.made[outcome.entry.kind] += 1
            assert again.entry == outcome.entry
            assert not sum(outcome.entry.postings.values())
        elif isinstance(outcome, AttemptOutcome) and isinstance(again, AttemptOutcome):
            self.made[f"attempt {outcome.attempt.status}"] += 1
            assert again.attempt == outcome.attempt
        return outcome

    def teardown(self) -> None:
        """Compare the list of who is late, and leave no order to the next history: its clock begins anew."""
        today, late = self.shop.today, self.shop.overdue.page(1, None, PageRequest(None, 1000)).items
        assert [one.oldest_due for one in late] == sorted(one.oldest_due for one in late)
        for customer in self.customers:
            parts = [
                (part, self.model.purchases[purchase_id].fee(part, today))
                for purchase_id, _, part in self.model.open_parts(customer)
                if part.due < today
            ]
            found = [one for one in late if one.account.id == customer]
            principal, late_fees = sum(part.left for part, _ in parts), sum(fee for _, fee in parts)
            expected = (min((part.due for part, _ in parts), default=today), len(parts), principal, late_fees)
            rows = [(one.oldest_due, one.installments, cents(one.principal), cents(one.late_fees)) for one in found]
            assert rows == ([expected] if parts else [])
        self.clock.move(days=100)
        while self.shop.decisions.expire_oldest(100):
            pass

    @initialize(target=products, price=MONEY)
    def first_product(self, price: int) -> int:
        return self.add_product(price)

    @rule(target=products, price=MONEY, stock=STOCKS)
    def another_product(self, price: int, stock: int | None) -> int:
        return self.add_product(price, stock)

    def add_product(self, price: int, stock: int | None = None) -> int:
        product = self.shop.catalogue.add(OPERATOR, "Product", "", amount(price), stock)
        self.prices[product.id], self.model.stocks[product.id] = price, stock
        return product.id

    @rule(product=products, stock=STOCKS)
    def count_the_stock(self, product: int, stock: int | None) -> None:
        self.shop.catalogue.change(OPERATOR, product, Changes(stock=stock, uncounts=stock is None))
        self.model.stocks[product] = stock

    @rule(product=products, price=MONEY)
    def change_price(self, product: int, price: int) -> None:
        self.shop.catalogue.change(OPERATOR, product, Changes(price=amount(price)))
        self.prices[product] = price

    @rule(product=consumes(products))
    def archive(self, product: int) -> None:
        self.shop.catalogue.archive(OPERATOR, product)
        order = Order(product, 1, amount(self.prices[product]), 1, Interval.WEEKLY)
        with pytest.raises(InvalidInput):
            self.shop.purchasing.buy(self.customers[0], order)

    @initialize(target=purchases, price=MONEY, percent=st.sampled_from([30, 50]), count=st.integers(2, 4))
    def first_purchase(self, price: int, percent: int, count: int) -> str | MultipleResults[str]:
        return self.buy(self.add_product(price), 0, 2, percent, count, Interval.WEEKLY)

    def number(self, purchase: str, pick: int) -> int:
        """The number of an open installment or, if none is open or `pick` is high, of any."""
        parts = self.model.purchases[purchase].parts
        numbers = [number for number, part in parts.items() if part.left] if pick < PICK_ANY else []
        chosen = numbers or list(parts)
        return chosen[pick % len(chosen)]

    @rule(
        target=purchases,
        product=products,
        customer=st.integers(0, CUSTOMERS - 1),
        quantity=st.integers(1, 3),
        percent=st.sampled_from([29, 30, 40, 55, 99, 100]),
        count=st.integers(1, 5),
        interval=st.sampled_from(Interval),
    )
    def buy(
        self, product: int, customer: int, quantity: int, percent: int, count: int, interval: Interval
    ) -> str | MultipleResults[str]:
        total, who = self.prices[product] * quantity, self.customers[customer]
        first = total if count == 1 and percent < 99 else max(1, part_of(total, percent))
        order = Order(product, quantity, amount(first), count, interval)
        today = self.shop.today
        made: list[str] = []

        def buy(key: IdempotencyKey) -> Outcome:
            outcome = self.shop.purchasing.buy(who, order, key)
            made.append(outcome.purchase.id)
            return outcome

        def expected() -> None:
            plan = self.model.plan(total, first, count, interval.value, today)
            bought = Bought(who, self.prices[product], quantity, today, self.fee_percent, product=product)
            self.model.buy(made[-1] if made else "", bought, plan)

        return made[0] if self.once(buy, expected) else multiple()

    @rule(
        purchase=purchases,
        pick=PICKS,
        kind=st.sampled_from(["settle", "half", "too much", "a cent", "the least", "without penalty"]),
    )
    def pay(self, purchase: str, pick: int, kind: str) -> None:
        bought, today, number = self.model.purchases[purchase], self.shop.today, self.number(purchase, pick)
        left, fee = bought.owed(number, today)
        paid = {
            "settle": left + fee,
            "half": left // 2,
            "too much": left + fee + 1,
            "a cent": 1,
            "the least": part_of(bought.parts[number].principal, 1),
        }.get(kind, left) or 1
        installment = ids.numbered(purchase, number)
        self.once(
            lambda key: self.shop.paying.pay(bought.customer, installment, amount(paid), key),
            lambda: self.model.pay(purchase, number, paid, today),
        )

    @rule(
        target=purchases,
        product=products,
        customer=st.integers(0, CUSTOMERS - 1),
        percent=st.sampled_from([29, 30, 60]),
        count=st.integers(2, 4),
    )
    def order(self, product: int, customer: int, percent: int, count: int) -> str | MultipleResults[str]:
        total, who, today = self.prices[product], self.customers[customer], self.shop.today
        first = max(1, part_of(total, percent))
        order = Order(product, 1, amount(first), count, Interval.WEEKLY)
        made: list[str] = []

        def act(key: IdempotencyKey) -> AttemptOutcome:
            outcome = self.shop.attempting.order(who, order, BY_BANK, key)
            made.append(outcome.purchase.id)
            return outcome

        def expected() -> None:
            plan = self.model.plan(total, first, count, "weekly", today)
            bought = Bought(who, total, 1, today, self.fee_percent, product=product)
            self.model.order(made[-1] if made else "", bought, plan)

        if self.named(self.once(act, expected)):
            return made[0]
        return multiple()

    def named(self, outcome: AttemptOutcome | None) -> bool:
        """Tell the model the id of an attempt that was made."""
        if outcome is not None:
            self.model.purchases[outcome.purchase.id].said[-1].id = outcome.attempt.id
        return outcome is not None

    @rule(purchase=purchases, pick=PICKS, kind=st.sampled_from(["settle", "settle", "half", "too much"]))
    def say(self, purchase: str, pick: int, kind: str) -> None:
        bought, today, number = self.model.purchases[purchase], self.shop.today, self.number(purchase, pick)
        left, fee = bought.owed(number, today)
        paid = {"settle": left + fee, "half": left // 2}.get(kind, left + fee + 1) or 1
        installment = ids.numbered(purchase, number)
        self.named(
            self.once(
                lambda key: self.shop.attempting.pay(bought.customer, installment, amount(paid), BY_BANK, key),
                lambda: self.model.say(purchase, [number], today, paid),
            )
        )

    @rule(purchase=purchases)
    def say_all_is_paid(self, purchase: str) -> None:
        bought, today = self.model.purchases[purchase], self.shop.today
        numbers = [number for number, part in bought.parts.items() if part.left]
        self.named(
            self.once(
                lambda key: self.shop.attempting.pay_off(bought.customer, purchase, None, BY_BANK, key),
                lambda: self.model.say(purchase, numbers, today),
            )
        )

    def attempt(self, purchase: str, pick: int) -> tuple[str, int]:
        """An attempt of a purchase: one that waits or, if none does or `pick` is high, any."""
        said = self.model.purchases[purchase].said
        places = [place for place, one in enumerate(said) if one.is_waiting] if pick < PICK_ANY else []
        place = (places or range(len(said)))[pick % len(places or said)]
        return said[place].id, place

    @precondition(lambda self: any(one.said for one in self.model.purchases.values()))
    @rule(purchase=purchases, pick=PICKS, days=st.sampled_from([0, 0, 3, 20]))
    def confirm(self, purchase: str, pick: int, days: int) -> None:
        if not self.model.purchases[purchase].said:
            return
        self.clock.move(days=days)
        attempt_id, place = self.attempt(purchase, pick)
        self.once(
            lambda key: self.shop.decisions.confirm(OPERATOR, purchase, attempt_id, Confirmed(), key),
            lambda: self.model.confirm(purchase, place),
        )

    @rule(purchase=purchases, pick=PICKS)
    def reject(self, purchase: str, pick: int) -> None:
        if not self.model.purchases[purchase].said:
            return
        attempt_id, place = self.attempt(purchase, pick)
        self.once(
            lambda key: self.shop.decisions.reject(OPERATOR, purchase, attempt_id, "reason", key),
            lambda: self.model.give_up(purchase, place),
        )

    @rule(days=st.sampled_from([0, 7, 8]))
    def expire(self, days: int) -> None:
        self.clock.move(days=days)
        while self.shop.decisions.expire_oldest(100):
            pass
        for purchase_id, bought in self.model.purchases.items():
            for place, one in enumerate(bought.said):
                if one.is_waiting and one.day + timedelta(days=7) < self.shop.today:
                    self.model.give_up(purchase_id, place)
                    self.made["attempt expired"] += 1

    @rule(purchase=purchases)
    def pay_off(self, purchase: str) -> None:
        who, today = self.model.purchases[purchase].customer, self.shop.today
        paid: list[int] = []
        outcome = self.once(
            lambda key: self.shop.paying.pay_off(who, purchase, None, key),
            lambda: paid.append(self.model.pay_off(purchase, today)),
        )
        assert outcome is None or sum(cents(one.amount) for one in outcome.payments) == paid[0]

    @rule(purchase=purchases)
    def cancel(self, purchase: str) -> None:
        self.once(
            lambda key: self.shop.desk.cancel(OPERATOR, purchase, "reason", key),
            lambda: self.model.cancel(purchase, self.shop.today),
        )

    @rule(
        purchase=purchases,
        amount_of=st.sampled_from(["the next", "the next two", "all", "a cent more", "half of the next"]),
        days_ago=st.sampled_from([0, 0, 1, 7]),
        weeks_later=st.sampled_from([0, 0, 2, 4]),
        waives=st.booleans(),
        method=st.sampled_from([Method.CASH, Method.CARD]),
    )
    def take(
        self, purchase: str, amount_of: str, days_ago: int, weeks_later: int, waives: bool, method: Method
    ) -> None:
        self.clock.move(days=7 * weeks_later)  # by then installments are overdue
        bought = self.model.purchases[purchase]
        day = max(bought.on, self.shop.today - timedelta(days=days_ago))
        owed = [left if waives else left + fee for left, fee in (bought.owed(n, day) for n in bought.parts) if left]
        paid = {
            "the next": sum(owed[:1]),
            "the next two": sum(owed[:2]),
            "all": sum(owed),
            "a cent more": sum(owed) + 1,
        }.get(amount_of, sum(owed[:1]) // 2) or 1
        received = Received(method, day)
        self.once(
            lambda key: self.shop.desk.take(OPERATOR, purchase, amount(paid), received, "r" if waives else None, key),
            lambda: self.model.take(purchase, paid, day, waives=waives),
        )

    @rule(purchase=purchases, pick=PICKS)
    def waive(self, purchase: str, pick: int) -> None:
        number = self.number(purchase, pick)
        self.once(
            lambda key: self.shop.desk.waive_fee(OPERATOR, purchase, number, "reason", key),
            lambda: self.model.waive(purchase, number, self.shop.today),
        )

    @rule(purchase=purchases, pick=PICKS, paid=st.integers(1, 50_00))
    def give_goodwill(self, purchase: str, pick: int, paid: int) -> None:
        number = self.number(purchase, pick)
        self.once(
            lambda key: self.shop.desk.give_goodwill(OPERATOR, purchase, number, amount(paid), "reason", key),
            lambda: self.model.give_goodwill(purchase, number, paid, self.shop.today),
        )

    @rule(purchase=purchases, pick=PICKS, days=st.sampled_from([-1, 0, 5, 20, 40]))
    def move_a_due_date(self, purchase: str, pick: int, days: int) -> None:
        number = self.number(purchase, pick)
        day = self.shop.today + timedelta(days=days)
        self.once(
            lambda key: self.shop.desk.move_due_date(OPERATOR, purchase, number, day, "reason", key),
            lambda: self.model.move(purchase, number, day, self.shop.today),
        )

    @rule(
        purchase=purchases,
        count=st.integers(1, 6),
        interval=st.sampled_from(Interval),
        days=st.sampled_from([-1, 0, 10]),
    )
    def replan(self, purchase: str, count: int, interval: Interval, days: int) -> None:
        first = self.shop.today + timedelta(days=days)
        plan = (count, interval, first)
        outcome = self.once(
            lambda key: self.shop.desk.replan(OPERATOR, purchase, *plan, "reason", key),
            lambda: self.model.replan(purchase, count, interval.value, first, self.shop.today),
        )
        assert outcome is None or outcome.entry.money == 0

    @rule(purchase=purchases, pieces=st.integers(1, 2))
    def give_back(self, purchase: str, pieces: int) -> None:
        self.once(
            lambda key: self.shop.desk.give_back(OPERATOR, purchase, pieces, "reason", key),
            lambda: self.model.give_back(purchase, pieces, self.shop.today),
        )

    @rule(purchase=purchases, share=st.sampled_from([1, 2, 0]))
    def refund(self, purchase: str, share: int) -> None:
        owed = self.model.purchases[purchase].owed_back
        paid = (owed // share if share else owed + 1) or 1
        self.once(
            lambda key: self.shop.desk.refund(OPERATOR, purchase, amount(paid), Received(Method.CASH), "reason", key),
            lambda: self.model.refund(purchase, paid, self.shop.today),
        )

    @rule(purchase=purchases)
    def write_off(self, purchase: str) -> None:
        self.once(
            lambda key: self.shop.desk.write_off(OPERATOR, purchase, "reason", key),
            lambda: self.model.write_off(purchase, self.shop.today),
        )

    @rule(purchase=purchases, back=st.integers(1, 4))
    def reverse(self, purchase: str, back: int) -> None:
        """Reverse one of the last acts. Reversals are no deeds of the model."""
        entries = [one for one in self.shop.desk.journal(purchase) if one.kind is not Kind.REVERSAL]
        position = max(0, len(entries) - back)
        entry_id = entries[position].id if entries else purchase  # an order has none
        self.once(
            lambda key: self.shop.desk.reverse(OPERATOR, purchase, entry_id, "reason", key),
            lambda: self.model.reverse(purchase, position),
        )

    @rule(percent=st.sampled_from([0, 5, 10, 100]))
    def change_the_late_fee(self, percent: int) -> None:
        self.fee_percent = percent
        settings = self.shop.settings.model_copy(update={"late_fee_rate": amount(percent)})
        self.shop = replace(self.shop, settings=settings)

    @rule(hours=st.sampled_from([1, 14, 24, 7 * 24, 30 * 24, 31 * 24]))
    def time_goes_by(self, hours: int) -> None:
        self.clock.move(hours=hours)

    @invariant()
    def every_customers_books_are_the_models(self) -> None:
        today = self.shop.today
        for customer in self.customers:
            summary = self.shop.dashboards.of_customer(customer)
            found = {
                name: cents(value) if isinstance(value, Decimal) else value
                for name in type(summary).__slots__
                for value in [getattr(summary, name)]
            }
            assert found == self.model.summary(customer, today)
            stored = {one.id: one for one in self.shop.purchases.of_customer(customer)}
            assert self.next_due(customer) == min(
                ((part.due, key, number) for key, number, part in self.model.open_parts(customer)), default=None
            )
            assert set(stored) == {key for key, one in self.model.purchases.items() if one.customer == customer}
            for purchase_id, one in stored.items():
                bought = self.model.purchases[purchase_id]
                assert (cents(one.total_price), one.status.value) == (bought.total, bought.status)
                assert cents(one.refundable) == bought.owed_back >= 0
                waiting = {part.number: cents(one.waiting_for(part)) for part in one.installments}
                assert {number: paid for number, paid in waiting.items() if paid} == {
                    number: paid for number, paid in bought.waiting.items() if number in bought.parts
                }
                assert {
                    part.number: (
                        part.due_date,
                        cents(part.principal),
                        cents(part.paid_principal),
                        cents(part.late_fee),
                        cents(part.outstanding if part.is_open else Decimal(0)),
                        part.status.value,
                        part.fee_waived,
                    )
                    for part in one.installments
                } == {
                    number: (part.due, part.principal, part.paid, part.fee, part.left, part.status, part.waived)
                    for number, part in bought.parts.items()
                }
                assert sum(part.principal for part in one.installments) == one.total_price
                assert list(bought.parts) == [part.number for part in one.installments]

    @invariant()
    def no_stock_is_wrong(self) -> None:
        for product, left in self.model.stocks.items():
            found = self.shop.products.get(product)
            assert found
            assert found.stock == left

    @rule()
    def night_falls(self) -> None:
        """The nightly run notes what is owed, late and due; all of it is the model's."""
        today, nightly = self.shop.today, self.shop.nightly
        for shard in range(keys.SHARDS):
            nightly.age(shard, today, "", Aging(), 1000)
        last = today + timedelta(days=30)
        due = self.shop.due.page(Period(today, last), PageRequest(None, 1000)).items
        late = self.shop.overdue.by_amount(1, None, PageRequest(None, 1000)).items
        for customer in self.customers:
            open_parts = [part for _, _, part in self.model.open_parts(customer)]
            aging = aging_of(self.shop.totals.of_customers([customer])[0], today)
            for bucket, (first, end) in BUCKETS.items():
                parts = [part for part in open_parts if first <= (today - part.due).days <= end]
                found = aging.share(bucket)
                assert (found.installments, cents(found.amount)) == (len(parts), sum(part.left for part in parts))
            assert sum(share.customers for share in aging.shares.values()) == bool(open_parts)
            expected = Counter[date]()
            for part in open_parts:
                expected[part.due] += part.left if today <= part.due <= last else 0
            unpaid = {one.day: cents(one.to_pay) for one in due if one.account.id == customer and one.to_pay}
            assert unpaid == {day: left for day, left in expected.items() if left}
            owed = sum(part.left for part in open_parts if part.due < today)
            assert [cents(one.principal) for one in late if one.account.id == customer] == ([owed] if owed else [])

    def next_due(self, customer: str) -> tuple[date, str, int] | None:
        try:
            found = self.shop.paying.next_due(customer)
        except NotFound:
            return None
        return found.installment.due_date, found.purchase.id, found.installment.number

    @invariant()
    def the_shops_totals_moved_as_the_models(self) -> None:
        moved = {}
        for month, before, after in zip(MONTHS, self.months_before, self.shop.totals.of_months(MONTHS), strict=True):
            change = after - before
            if change:
                moved[month] = (cents(change.purchased), cents(change.paid), cents(change.due))
        assert moved == self.model.months()
        counts = self.shop.totals.counts()
        statuses = [one.status for one in self.model.purchases.values()]
        for status in ("pending", "due", "paid", "written_off", "cancelled"):
            name = f"purchases_{status}"
            assert counts[name] - self.counts_before[name] == statuses.count(status)


def test_every_history_keeps_the_books_right(
    shop: Shop,
    new_customer: Callable[[], Account],
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    record_property: Callable[[str, object], None],
) -> None:
    monkeypatch.setattr(keys, "SHARDS", 2)  # nobody else writes; fewer to read after every step
    histories, made = int(request.config.getoption("--histories")), Counter[str]()
    run_state_machine_as_test(
        lambda: History(shop, new_customer, made),  # type: ignore[arg-type]
        settings=settings(
            max_examples=histories, stateful_step_count=STEPS, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
    acts = ", ".join(f"{count} {kind}" for kind, count in made.most_common())
    record_property("measured", f"{histories} random histories of up to {STEPS} steps: {acts}")
