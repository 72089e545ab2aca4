"""Many people at one shop at once: every operation has a key of its own and can be repeated."""

import random
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from decimal import Decimal
from threading import Lock

from shop import ids
from shop.accounts.audit_log import OPERATOR
from shop.accounts.model import Account
from shop.bootstrap import Shop
from shop.calendar import Interval
from shop.catalogue.model import Changes, Product
from shop.errors import Conflict, InvalidInput, NotFound, Unavailable
from shop.ledger.acting import Confirmed, Received
from shop.ledger.idempotency import AttemptOutcome, IdempotencyKey, Outcome
from shop.ledger.journal import Kind, Method
from shop.ledger.purchases import Order, Purchase

Operation = Callable[[Shop], object]
_ROUNDS = 10
_SHARES = {
    "buy": 26,
    "order": 4,
    "pay": 27,
    "say": 5,
    "confirm": 5,
    "reject": 1,
    "pay off": 4,
    "cancel": 2,
    "price": 6,
    "take": 8,
    "waive": 1,
    "goodwill": 3,
    "replan": 2,
    "give back": 2,
    "refund": 1,
    "reverse": 3,
}
"""What people do, of a hundred operations."""
_CASH = Received(Method.CASH)


@dataclass
class Load:
    """Random operations on a few shared customers and their purchases, the same for the same seed.

    Customers buy and pay while staff do what they may. It keeps what was answered: `purchases`, each with its customer,
    `payments`, but for the first of a purchase, and `attempts`.
    """

    customers: Sequence[Account]
    products: Sequence[Product]
    purchases: list[tuple[str, str]] = field(default_factory=list)
    payments: list[str] = field(default_factory=list)
    attempts: list[tuple[str, str]] = field(default_factory=list)
    outcomes: Counter[str] = field(default_factory=Counter)
    unanswered: list[tuple[str, Operation]] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    def run(self, shop: Shop, operations: int, workers: int, seed: int) -> None:
        """Do them all, and remember those that got no answer."""
        with ThreadPoolExecutor(workers) as threads:
            list(threads.map(lambda number: self._one(shop, number), range(seed, seed + operations)))

    def repeat_unanswered(self, shop: Shop) -> None:
        """Repeat requests without an answer, with the same key, until there is one."""
        for _ in range(_ROUNDS):
            left, self.unanswered = self.unanswered, []
            for name, operation in left:
                self._do(shop, name, operation)

    def check_ledger(self, shop: Shop) -> None:
        """Every purchase and payment that was answered is in the ledger once, and nothing else is."""
        bought = [one for customer in self.customers for one in shop.purchases.of_customer(customer.id)]
        entries = [one for purchase in bought for one in shop.purchases.entries_of(purchase.customer.id, purchase.id)]
        sold = [entry.purchase_id for entry in entries if entry.kind is Kind.PURCHASE]
        paid = [payment.id for entry in entries if entry.kind is Kind.PAYMENT for payment in entry.payments]
        assert sorted(one.id for one in bought) == sorted(purchase_id for _, purchase_id in self.purchases)
        assert sorted(sold) == sorted(one.id for one in bought if one.is_sold)
        assert sorted(paid) == sorted(self.payments)
        assert not sum(amount for entry in entries for amount in entry.postings.values())

    def _one(self, shop: Shop, number: int) -> None:
        dice = random.Random(number)  # noqa: S311 - a test's
        name = dice.choices([*_SHARES], [*_SHARES.values()])[0]
        keyed = IdempotencyKey(f"operation {number}", name)
        with self._lock:
            known = dice.choice(self.purchases) if self.purchases else None
        if name == "price":
            product, price = dice.choice(self.products), Decimal(dice.randint(100, 2000))
            self._do(shop, name, lambda on: on.catalogue.change(OPERATOR, product.id, Changes(price=price)))
        elif name in ("buy", "order") or known is None:
            kind = "order" if name == "order" else "buy"
            self._do(shop, kind, self._purchase(dice, IdempotencyKey(keyed.key, kind), waits=kind == "order"))
        else:
            self._do(shop, name, self._change(name, known, dice, keyed))

    def _purchase(self, dice: random.Random, keyed: IdempotencyKey, *, waits: bool) -> Operation:
        customer, product = dice.choice(self.customers), dice.choice(self.products)
        count, first = dice.randint(2, 6), dice.randint(300, 700)
        order = Order(product.id, dice.randint(1, 2), Decimal(first), count, Interval.WEEKLY)

        def buy(shop: Shop) -> None:
            if waits:
                noted = shop.attempting.order(customer.id, order, _CASH, keyed)
                made = self._noted(noted)
            else:
                made = shop.purchasing.buy(customer.id, order, keyed).purchase
            with self._lock:
                self.purchases.append((customer.id, made.id))

        return buy

    def _change(self, name: str, known: tuple[str, str], dice: random.Random, keyed: IdempotencyKey) -> Operation:
        customer_id, purchase_id = known
        number, amount = dice.randint(2, 3), Decimal(dice.choice([1, 20, 100]))
        installment = ids.numbered(purchase_id, number)
        with self._lock:
            attempt = dice.choice(self.attempts or [(purchase_id, purchase_id)])

        def pay(shop: Shop) -> None:
            self._paid(shop.paying.pay(customer_id, installment, amount, keyed))

        def pay_off(shop: Shop) -> None:
            self._paid(shop.paying.pay_off(customer_id, purchase_id, None, keyed))

        def say(shop: Shop) -> None:
            self._noted(shop.attempting.pay(customer_id, installment, amount, _CASH, keyed))

        def confirm(shop: Shop) -> None:
            outcome = shop.decisions.confirm(OPERATOR, *attempt, Confirmed(), keyed)
            if outcome.entry.kind is Kind.PAYMENT:
                self._paid(outcome)

        def reject(shop: Shop) -> None:
            shop.decisions.reject(OPERATOR, *attempt, "reason", keyed)

        def cancel(shop: Shop) -> None:
            shop.desk.cancel(OPERATOR, purchase_id, "reason", keyed)

        def take(shop: Shop) -> None:
            self._paid(shop.desk.take(OPERATOR, purchase_id, amount, _CASH, None, keyed))

        def waive(shop: Shop) -> None:
            shop.desk.waive_fee(OPERATOR, purchase_id, number, "reason", keyed)

        def give_goodwill(shop: Shop) -> None:
            shop.desk.give_goodwill(OPERATOR, purchase_id, number, amount, "reason", keyed)

        def replan(shop: Shop) -> None:
            plan = (number, Interval.MONTHLY, shop.today)
            shop.desk.replan(OPERATOR, purchase_id, *plan, "reason", keyed)

        def give_back(shop: Shop) -> None:
            shop.desk.give_back(OPERATOR, purchase_id, 1, "reason", keyed)

        def refund(shop: Shop) -> None:
            shop.desk.refund(OPERATOR, purchase_id, amount, _CASH, "reason", keyed)

        def reverse(shop: Shop) -> None:
            entries = shop.desk.journal(purchase_id)
            last = entries[-1].id if entries else purchase_id  # an order has none
            shop.desk.reverse(OPERATOR, purchase_id, last, "reason", keyed)

        acts: dict[str, Operation] = {
            "pay": pay,
            "pay off": pay_off,
            "say": say,
            "confirm": confirm,
            "reject": reject,
            "cancel": cancel,
            "take": take,
            "waive": waive,
            "goodwill": give_goodwill,
            "replan": replan,
            "give back": give_back,
            "refund": refund,
            "reverse": reverse,
        }
        return acts[name]

    def _noted(self, outcome: AttemptOutcome) -> Purchase:
        with self._lock:
            self.attempts.append((outcome.purchase.id, outcome.attempt.id))
        return outcome.purchase

    def _paid(self, outcome: Outcome) -> None:
        with self._lock:
            self.payments += [payment.id for payment in outcome.payments]

    def _do(self, shop: Shop, name: str, operation: Operation) -> None:
        try:
            operation(shop)
            outcome = "done"
        except (InvalidInput, Conflict, NotFound) as error:
            outcome = error.code
        except Unavailable:
            outcome = "try again"
            with self._lock:
                self.unanswered.append((name, operation))
        with self._lock:
            self.outcomes[f"{name}: {outcome}"] += 1
