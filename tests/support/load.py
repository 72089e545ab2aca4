"""Many people at one shop at once: every operation has a key of its own and can be repeated."""

import random
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from decimal import Decimal
from threading import Lock

from shop.domain import ids
from shop.domain.accounts import Account
from shop.domain.calendar import Interval
from shop.domain.products import Product
from shop.domain.purchases import Order
from shop.errors import Conflict, InvalidInput, NotFound, Unavailable
from shop.services.administration import OPERATOR
from shop.services.catalogue import Changes
from shop.services.idempotency import Answer, Keyed
from shop.wiring import Shop

Operation = Callable[[Shop], object]


@dataclass
class Load:
    """Random operations on a few shared customers and their purchases, the same for the same seed."""

    customers: Sequence[Account]
    products: Sequence[Product]
    purchases: list[tuple[str, str]] = field(default_factory=list)
    outcomes: Counter[str] = field(default_factory=Counter)
    unanswered: list[tuple[str, Operation]] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    def run(self, shop: Shop, operations: int, workers: int, seed: int) -> None:
        """Do them all, and remember those that got no answer."""
        with ThreadPoolExecutor(workers) as threads:
            list(threads.map(lambda number: self._one(shop, number, random.Random(seed + number)), range(operations)))  # noqa: S311

    def repeat_unanswered(self, shop: Shop) -> None:
        """What a client does that got no answer: the same again, with the same key."""
        left, self.unanswered = self.unanswered, []
        for name, operation in left:
            self._do(shop, name, operation)

    def _one(self, shop: Shop, number: int, dice: random.Random) -> None:
        name = dice.choices(["buy", "pay", "pay off", "cancel", "price"], [35, 50, 5, 3, 7])[0]
        keyed = Keyed(f"operation {number}", name)
        with self._lock:
            known = dice.choice(self.purchases) if self.purchases else None
        if name == "price":
            product, price = dice.choice(self.products), Decimal(dice.randint(100, 2000))
            self._do(shop, name, lambda on: on.catalogue.change(OPERATOR, product.id, Changes(price=price)))
        elif name == "buy" or known is None:
            self._do(shop, "buy", self._purchase(dice, Keyed(keyed.key, "buy")))
        else:
            self._do(shop, name, _change(name, known, dice, keyed))

    def _purchase(self, dice: random.Random, keyed: Keyed) -> Operation:
        customer, product = dice.choice(self.customers), dice.choice(self.products)
        order = Order(product.id, 1, Decimal(dice.randint(300, 700)), dice.randint(2, 6), Interval.WEEKLY)

        def buy(shop: Shop) -> Answer:
            answer = shop.purchasing.buy(customer.id, order, keyed, lambda purchase: purchase.id)
            with self._lock:
                self.purchases.append((customer.id, answer.json))
            return answer

        return buy

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


def _change(name: str, known: tuple[str, str], dice: random.Random, keyed: Keyed) -> Operation:
    customer_id, purchase_id = known
    installment, amount = ids.numbered(purchase_id, dice.randint(2, 3)), Decimal(dice.choice([1, 20, 100]))
    if name == "pay":
        return lambda shop: shop.paying.pay(customer_id, installment, amount, keyed, lambda *_: "paid")
    if name == "pay off":
        return lambda shop: shop.purchasing.pay_off(customer_id, purchase_id, None, keyed, lambda *_: "paid off")
    return lambda shop: shop.purchasing.cancel(OPERATOR, purchase_id, "reason", keyed, lambda _: "cancelled")
