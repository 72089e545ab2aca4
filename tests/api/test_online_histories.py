"""Random histories of payments online, in which the provider misbehaves: at the end of time both sides agree.

What happens is chosen at random, from a seed: customers begin to pay, pay twice, leave; staff take the same money in
cash; cards are saved, charged and removed; answers are lost and notifications come twice, late or never; banks take
payments back.
"""

from collections import Counter
from decimal import Decimal
from random import Random
from typing import Any

import pytest

from shop.dynamodb.paging import PageRequest
from shop.ledger.journal import Method
from shop.online.refunding import held
from shop.payments.provider import DisputeStanding, Standing
from tests.api.conftest import Person
from tests.support.online import Online

STEPS = 60
PLAN = {"first_installment_amount": 400, "installment_count": 3, "interval": "weekly"}
CALLS = ("begin", "look_up", "charge", "forget", "refund", "look_up_refund")


class History:
    """A customer, what they bought, and the dice."""

    def __init__(self, online: Online, admin: Person, customer: Person, product: int, seed: int) -> None:
        self.online, self.admin, self.customer, self.product = online, admin, customer, product
        self.random = Random(seed)  # noqa: S311 - dice
        self.pages: list[str] = []
        self.done: Counter[str] = Counter()

    def step(self) -> None:
        """Do something."""
        acts = [self.order, self.pay, self.pay, self.choose, self.choose, self.choose, self.tell, self.work, self.round]
        acts += [self.make_trouble, self.take_cash, self.pay_off, self.refund, self.dispute, self.cancel, self.wait]
        acts += [self.save, self.charge, self.charge]
        act = self.random.choice(acts)
        act()
        self.done[act.__name__] += 1

    def order(self) -> None:
        self._begun(self.customer.call("POST", "/purchases/create/", {"product": self.product, **PLAN}))

    def pay(self) -> None:
        for part in self._some(self.customer.call("GET", "/installments/?status=due").json):
            amount = Decimal(part["amount_to_pay"])
            if not part["is_overdue"] and self.random.random() < 0.3:
                amount = (amount / 2).quantize(Decimal("0.01"))
            self._begun(self.customer.call("POST", f"/installments/pay/{part['id']}/", {"amount": float(amount)}))

    def pay_off(self) -> None:
        for purchase in self._some(self._purchases()):
            self._begun(self.customer.call("POST", f"/purchases/{purchase['id']}/payoff/", {}))

    def choose(self) -> None:
        for page in self._some(self.pages):
            choice = self.random.choice(["approve", "approve", "approve", "delay", "soft", "cancel"])
            notify = self.random.choice(["once", "twice", "late", "reversed", "never"])
            self.online.choose({"checkout_url": page}, choice, notify=notify)

    def tell(self) -> None:
        assert {answer.status for answer in self.online.told()} <= {200, 403}  # one that came late is refused

    def work(self) -> None:
        self.online.work()

    def round(self) -> None:
        self.online.start_round()

    def make_trouble(self) -> None:
        self.online.control("troubles", call=self.random.choice(CALLS), what=self.random.choice(["broken", "lost"]))
        if self.random.random() < 0.3:
            self.online.control("troubles", call="refund", what=self.random.choice(["fail", "pending"]))
        if self.random.random() < 0.3:
            what = self.random.choice(["pending", "soft", "hard", "needs_action"])
            self.online.control("troubles", call="charge", what=what)
            self.online.control("notify", notify=self.random.choice(["once", "twice", "late", "reversed", "never"]))

    def save(self) -> None:
        if self.random.random() < 0.2:
            assert self.customer.call("DELETE", "/installments/autopay/").status == 200
            return
        answer = self.customer.call("POST", "/installments/autopay/", {"agrees": True})
        assert answer.status in {200, 503}, answer.text
        if answer.status == 200:
            choice = self.random.choice(["approve", "approve", "soft", "cancel"])
            self.online.choose(answer.json, choice, notify=self.random.choice(["once", "never"]))

    def charge(self) -> None:
        self.online.start_charges()

    def take_cash(self) -> None:
        for purchase in self._some(self._purchases()):
            body = {"amount": 300, "method": "cash"}
            self.admin.call("POST", f"/purchases/{purchase['id']}/payments/", body)

    def cancel(self) -> None:
        if self.random.random() < 0.3:
            for purchase in self._some(self._purchases()):
                self.admin.call("POST", f"/purchases/{purchase['id']}/cancel/", {"reason": "unwanted"})

    def refund(self) -> None:
        for purchase in self._some(self._purchases()):
            method = self.random.choice(["online", "online", "cash"])
            body = {"amount": self.random.choice([50, 300]), "method": method, "reason": "unwanted"}
            answer = self.admin.call("POST", f"/purchases/{purchase['id']}/refunds/", body)
            assert answer.status in {201, 400, 409}, answer.text

    def dispute(self) -> None:
        paid = [one for one in self.payments() if one.standing is Standing.PAID and not one.refunded]
        for one in self._some(paid):
            if one.dispute in (None, DisputeStanding.OPEN):
                standing = "open" if one.dispute is None else self.random.choice(["won", "lost"])
                self.online.control("disputes", payment=one.reference, standing=standing)

    def wait(self) -> None:
        self.online.clock.move(minutes=self.random.choice([1, 3, 20, 90, 24 * 60]))

    def end(self) -> None:
        """Let everything take its effect that was begun."""
        self.online.gateway.book.state.troubles.clear()
        for _ in range(6):
            self.online.clock.move(hours=2)
            self.tell()
            self.online.start_round()
            while self.online.queues.payments.messages:
                self.online.work()

    def _begun(self, answer: Any) -> None:
        self.online.clock.move(seconds=1)
        assert answer.status in {200, 201, 400, 409, 503}, answer.text
        if answer.status < 300:
            self.pages += [url for url in [answer.json["attempt"]["checkout_url"]] if url]

    def _purchases(self) -> list[Any]:
        return list(self.customer.call("GET", "/purchases/my/?page_size=100").json)

    def payments(self) -> list[Any]:
        """The payments at the provider, but for pages that only save a card."""
        return [one for one in self.online.gateway.book.state.payments.values() if one.amount]

    def _some(self, things: list[Any]) -> list[Any]:
        return [self.random.choice(things)] if things else []


@pytest.mark.parametrize("seed", range(8))
def test_at_the_end_of_time_the_shop_and_the_provider_have_the_same_money(
    online: Online, admin: Person, customer: Person, product: int, seed: int
) -> None:
    history = History(online, admin, customer, product, seed)
    for _ in range(STEPS):
        history.step()
    history.end()

    attempts = {
        one.id: one for one in online.shop.attempts.page_of_customer(customer.id, PageRequest(None, 1000)).items
    }
    assert not [one for one in attempts.values() if one.is_waiting]
    at_shop: dict[tuple[Method, str], Decimal] = {}
    for purchase in online.shop.purchases.of_customer(customer.id):
        assert not purchase.waiting
        at_shop |= held(online.shop.purchases.entries_of(customer.id, purchase.id))
    at_provider = {
        (Method.SANDBOX, one.reference): kept
        for one in history.payments()
        if one.standing is Standing.PAID
        and (kept := one.amount - one.refunded - (one.amount if one.dispute in _TAKEN else 0))
    }
    assert at_shop == at_provider, history.done
    paid = [one.key for one in history.payments() if one.standing is Standing.PAID]
    assert {one.id for one in attempts.values() if one.received} == set(paid)
    assert len(paid) == len(set(paid))
    assert not list(online.shop.stored_refunds.pending(10))


_TAKEN = (DisputeStanding.OPEN, DisputeStanding.LOST)
