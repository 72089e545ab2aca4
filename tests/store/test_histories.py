"""Random histories of a shop: after each step the ledger equals an independent model.

`--histories N` runs more of them.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
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
from shop.errors import Conflict, InvalidInput, NotFound
from shop.ledger.idempotency import IdempotencyKey, Outcome
from shop.ledger.purchases import Order
from shop.ledger.schemas import PurchaseOut
from tests.support.clock import Clock
from tests.support.model import Model, Refused, part_of

CUSTOMERS = 2
STEPS = 12
MONEY = st.integers(1, 300_00)
MONTHS = [f"{year}-{month:02}" for year in (2027, 2028) for month in range(1, 13)]


def amount(cents: int) -> Decimal:
    return Decimal(cents).scaleb(-2)


def cents(value: Decimal) -> int:
    return int(value.scaleb(2))


class History(RuleBasedStateMachine):
    """Products and the late fee change, customers buy, pay, pay off, are cancelled, while time goes by."""

    products = Bundle("products")
    purchases = Bundle("purchases")

    def __init__(self, shop: Shop, new_customer: Callable[[], Account]) -> None:
        super().__init__()
        self.clock = Clock(datetime(2027, 10, 28, 3, 0, tzinfo=UTC))
        self.shop = replace(shop, clock=self.clock)
        self.customers = [new_customer().id for _ in range(CUSTOMERS)]
        self.model = Model()
        self.fee_percent = 10
        self.prices: dict[int, int] = {}
        self.keys = 0
        self.months_before = self.shop.totals.of_months(MONTHS)
        self.counts_before = self.shop.totals.counts()

    def once(self, act: Callable[[IdempotencyKey], Outcome], expected: Callable[[], object]) -> Outcome | None:
        """Act twice with the same key: the model must act once. Returns None when both refuse."""
        self.keys += 1
        keyed = IdempotencyKey(f"{self.customers[0]} {self.keys}", "fingerprint")  # the operator acts in all histories
        try:
            outcome = act(keyed)
        except (InvalidInput, Conflict):
            with pytest.raises(Refused):
                expected()
            return None
        expected()
        again = act(keyed)
        assert again.is_replay
        assert PurchaseOut.of(again.purchase, again.today) == PurchaseOut.of(outcome.purchase, outcome.today)
        assert again.payments == outcome.payments
        return outcome

    @initialize(target=products, price=MONEY)
    def first_product(self, price: int) -> int:
        return self.add_product(price)

    @rule(target=products, price=MONEY)
    def another_product(self, price: int) -> int:
        return self.add_product(price)

    def add_product(self, price: int) -> int:
        product = self.shop.catalogue.add(OPERATOR, "Product", "", amount(price))
        self.prices[product.id] = price
        return product.id

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

    @rule(
        target=purchases,
        product=products,
        customer=st.integers(0, CUSTOMERS - 1),
        quantity=st.integers(1, 3),
        percent=st.integers(25, 105),
        count=st.integers(1, 5),
        interval=st.sampled_from(Interval),
    )
    def buy(
        self, product: int, customer: int, quantity: int, percent: int, count: int, interval: Interval
    ) -> str | None:
        total, who = self.prices[product] * quantity, self.customers[customer]
        first = total if count == 1 and percent < 100 else max(1, total * percent // 100)
        order = Order(product, quantity, amount(first), count, interval)
        today = self.shop.today
        made: list[str] = []

        def buy(key: IdempotencyKey) -> Outcome:
            outcome = self.shop.purchasing.buy(who, order, key)
            made.append(outcome.purchase.id)
            return outcome

        def expected() -> None:
            parts = self.model.plan(total, first, count, interval.value, today)
            self.model.buy(made[-1], who, total, parts, self.fee_percent, today)

        return made[0] if self.once(buy, expected) else None

    @rule(
        purchase=purchases,
        number=st.integers(1, 5),
        kind=st.sampled_from(["settle", "half", "too much", "a cent", "the least", "without penalty"]),
    )
    def pay(self, purchase: str | None, number: int, kind: str) -> None:
        if purchase is None or number > len(self.model.purchases[purchase].parts):
            return
        bought, today = self.model.purchases[purchase], self.shop.today
        left, fee = self.model.owed(bought, bought.parts[number - 1], today)
        paid = {
            "settle": left + fee,
            "half": left // 2,
            "too much": left + fee + 1,
            "a cent": 1,
            "the least": part_of(bought.parts[number - 1].principal, 1),
        }.get(kind, left) or 1
        installment = ids.numbered(purchase, number)
        self.once(
            lambda key: self.shop.paying.pay(bought.customer, installment, amount(paid), key),
            lambda: self.model.pay(purchase, number, paid, today),
        )

    @rule(purchase=purchases)
    def pay_off(self, purchase: str | None) -> None:
        if purchase is None:
            return
        who, today = self.model.purchases[purchase].customer, self.shop.today
        paid: list[int] = []
        outcome = self.once(
            lambda key: self.shop.paying.pay_off(who, purchase, None, key),
            lambda: paid.append(self.model.pay_off(purchase, today)),
        )
        assert outcome is None or sum(cents(one.amount) for one in outcome.payments) == paid[0]

    @rule(purchase=purchases)
    def cancel(self, purchase: str | None) -> None:
        if purchase is not None:
            self.once(
                lambda key: self.shop.purchasing.cancel(OPERATOR, purchase, "reason", key),
                lambda: self.model.cancel(purchase),
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
                assert [
                    (part.due_date, cents(part.principal), cents(part.paid_principal), cents(part.late_fee))
                    for part in one.installments
                ] == [(part.due, part.principal, part.paid, part.fee) for part in bought.parts]
                assert sum(part.principal for part in one.installments) == one.total_price

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
        for status in ("due", "paid", "cancelled"):
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
    histories = int(request.config.getoption("--histories"))
    run_state_machine_as_test(
        lambda: History(shop, new_customer),  # type: ignore[arg-type]
        settings=settings(
            max_examples=histories, stateful_step_count=STEPS, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
    record_property("measured", f"{histories} random histories of up to {STEPS} steps")
