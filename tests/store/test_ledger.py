"""Purchases and payments under concurrency: each fact once. The audit that ends each test checks the totals."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal

import pytest

from shop import ids
from shop.accounts.audit_log import OPERATOR
from shop.accounts.model import Account
from shop.bootstrap import Shop
from shop.calendar import Interval
from shop.catalogue.model import Changes, Product
from shop.errors import Conflict, InvalidInput, ShopError
from shop.ledger.idempotency import IdempotencyKey, Outcome
from shop.ledger.purchases import Order, Purchase
from shop.ledger.store import Purchases, State
from tests.support.clock import Clock

WORKERS = 8


def buy(shop: Shop, account: Account, product: Product, keyed: IdempotencyKey | None = None, count: int = 3) -> Outcome:
    order = Order(product.id, 1, Decimal(400), count, Interval.WEEKLY)
    return shop.purchasing.buy(account.id, order, keyed)


def only_purchase(shop: Shop, account: Account) -> Purchase:
    (purchase,) = shop.purchases.of_customer(account.id)
    return purchase


def together(actions: Sequence[Callable[[], Outcome | None]]) -> list[Outcome | ShopError | None]:
    """The outcomes or refusals of parallel actions."""

    def outcome(action: Callable[[], Outcome | None]) -> Outcome | ShopError | None:
        try:
            return action()
        except ShopError as error:
            return error

    with ThreadPoolExecutor(WORKERS) as threads:
        return list(threads.map(outcome, actions))


def test_parallel_uses_of_one_key_buy_once(shop: Shop, buyer: Account, product: Product) -> None:
    keyed = IdempotencyKey("key", "fingerprint")

    answers = together([lambda: buy(shop, buyer, product, keyed)] * WORKERS)

    purchase = only_purchase(shop, buyer)
    assert all(isinstance(answer, Outcome) and answer.purchase.id == purchase.id for answer in answers), answers
    assert sum(isinstance(answer, Outcome) and not answer.is_replay for answer in answers) == 1


def test_parallel_payments_never_take_more_than_is_due(shop: Shop, buyer: Account, product: Product) -> None:
    buy(shop, buyer, product)
    installment = ids.numbered(only_purchase(shop, buyer).id, 2)

    answers = together([lambda: shop.paying.pay(buyer.id, installment, Decimal(100))] * WORKERS)

    assert sum(isinstance(answer, Outcome) for answer in answers) == 3
    assert all(isinstance(answer, Outcome | InvalidInput | Conflict) for answer in answers), answers
    assert only_purchase(shop, buyer).installment(2).outstanding == 0


def test_paying_all_installments_at_once_closes_the_purchase_once(shop: Shop, buyer: Account, product: Product) -> None:
    buy(shop, buyer, product, count=7)
    purchase = only_purchase(shop, buyer)

    def payment(number: int) -> Callable[[], Outcome]:
        installment = ids.numbered(purchase.id, number)
        return lambda: shop.paying.pay(buyer.id, installment, Decimal(100))

    answers = together([payment(number) for number in range(2, 8)])

    assert sorted(answer.purchase.status for answer in answers if isinstance(answer, Outcome)) == ["due"] * 5 + ["paid"]
    assert shop.totals.counts()["purchases_paid"] == 1
    assert shop.totals.counts()["purchases_due"] == 0


def test_customers_buying_at_once_are_all_counted(
    shop: Shop, new_customer: Callable[[], Account], product: Product
) -> None:
    buyers = [new_customer() for _ in range(WORKERS)]

    answers = together([lambda buyer=buyer: buy(shop, buyer, product) for buyer in buyers])  # type: ignore[misc]

    assert all(isinstance(answer, Outcome) for answer in answers), answers
    assert shop.totals.counts()["purchases_due"] == WORKERS


def test_a_purchase_is_before_or_after_a_change_of_price(shop: Shop, buyer: Account, product: Product) -> None:
    def change() -> None:
        shop.catalogue.change(OPERATOR, product.id, Changes(price=Decimal(1200)))

    answers = together([lambda: buy(shop, buyer, product), change, lambda: buy(shop, buyer, product)])

    assert not [answer for answer in answers if isinstance(answer, ShopError)]
    assert {purchase.unit_price for purchase in shop.purchases.of_customer(buyer.id)} <= {1000, 1200}


def test_a_price_that_changes_while_somebody_buys_makes_no_purchase_begin_anew(
    shop: Shop, buyer: Account, product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, reads = Purchases.before_buying, []

    def read_then_changed(
        self: Purchases, customer_id: str, product_id: int, caller_id: str, key: IdempotencyKey | None
    ) -> State:
        reads.append(state := read(self, customer_id, product_id, caller_id, key))
        shop.catalogue.change(OPERATOR, product.id, Changes(price=Decimal(1200)))
        return state

    monkeypatch.setattr(Purchases, "before_buying", read_then_changed)
    buy(shop, buyer, product)

    assert only_purchase(shop, buyer).unit_price == 1000
    assert len(reads) == 1


def test_a_purchase_is_before_an_archiving_or_refused(shop: Shop, buyer: Account, product: Product) -> None:
    def archive() -> None:
        shop.catalogue.archive(OPERATOR, product.id)

    answers = together([lambda: buy(shop, buyer, product), archive, lambda: buy(shop, buyer, product)])

    bought = {purchase.id for purchase in shop.purchases.of_customer(buyer.id)}
    assert {answer.purchase.id for answer in answers if isinstance(answer, Outcome)} == bought
    assert None in answers
    assert all(answer.code == "unknown_product" for answer in answers if isinstance(answer, ShopError))


def test_keys_of_two_customers_are_two_keys(
    shop: Shop, buyer: Account, new_customer: Callable[[], Account], product: Product
) -> None:
    other = new_customer()
    keyed = IdempotencyKey("key", "fingerprint")

    assert not buy(shop, buyer, product, keyed).is_replay
    assert not buy(shop, other, product, keyed).is_replay


def test_parallel_registrations_of_one_name_leave_one_account(shop: Shop) -> None:
    now = shop.clock()
    account = Account("", "rahim", "rahim@example.com", "", "", "", now)

    def register(_: int) -> bool:
        return shop.accounts.create(replace(account, id=ids.new_id(now)), otp=None)

    with ThreadPoolExecutor(WORKERS) as threads:
        created = list(threads.map(register, range(WORKERS)))

    assert created.count(True) == 1
    assert shop.totals.counts()["accounts"] == 1


def test_a_debt_that_comes_back_after_the_reports_have_forgotten_its_days_is_counted_right(
    shop: Shop, buyer: Account, product: Product, clock: Clock
) -> None:
    order = Order(product.id, 1, Decimal(400), 3, Interval.WEEKLY)
    bought = shop.purchasing.buy(buyer.id, order)
    clock.move(days=45)
    shop.desk.give_goodwill(OPERATOR, bought.purchase.id, 3, Decimal(1), "scratch")  # forgets the day of the purchase
    shop.desk.reverse(OPERATOR, bought.purchase.id, bought.entry.id, "it bounced")  # due on that day

    totals = shop.totals.of_customers([buyer.id])[0]
    assert totals.overdue_amount(shop.today) == 999
    assert shop.reconciliation.run().is_clean
