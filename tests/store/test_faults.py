"""Every call of every change of the ledger fails in turn, in every way: one effect, and the books are right."""

from collections.abc import Callable
from decimal import Decimal
from itertools import count

import pytest

from shop import ids
from shop.accounts.audit_log import OPERATOR
from shop.accounts.model import Account
from shop.bootstrap import Shop
from shop.calendar import Interval
from shop.catalogue.model import Changes, Product
from shop.dynamodb import retry
from shop.errors import Unavailable, Unconfirmed
from shop.ledger.acting import Confirmed, Received
from shop.ledger.idempotency import AttemptOutcome, IdempotencyKey, Outcome
from shop.ledger.journal import Method
from shop.ledger.purchases import Order, Purchase, Status
from tests.support.faults import DISTINCT, Fault, failing
from tests.support.queues import Queues

pytestmark = pytest.mark.usefixtures("no_waiting")

Done = Outcome | AttemptOutcome
Operation = Callable[[Shop, Purchase, IdempotencyKey | None], Done]
FIRST_ENTRY: dict[str, str] = {}
"""The first journal entry of each purchase, read before anything fails."""
WAITING: dict[str, str] = {}
"""The payment attempt of each purchase, for its last installment."""
BY_CARD = Received(Method.CARD)
KEYED = IdempotencyKey("key", "fingerprint")


def buy(shop: Shop, bought: Purchase, keyed: IdempotencyKey | None) -> Outcome:
    order = Order(bought.product_id, 1, Decimal(500), 2, Interval.MONTHLY)
    return shop.purchasing.buy(bought.customer.id, order, keyed)


def pay(shop: Shop, bought: Purchase, keyed: IdempotencyKey | None) -> Outcome:
    installment = ids.numbered(bought.id, 2)
    return shop.paying.pay(bought.customer.id, installment, Decimal(100), keyed)


def pay_off(shop: Shop, bought: Purchase, keyed: IdempotencyKey | None) -> Outcome:
    return shop.paying.pay_off(bought.customer.id, bought.id, None, keyed)


def cancel(shop: Shop, bought: Purchase, keyed: IdempotencyKey | None) -> Outcome:
    return shop.desk.cancel(OPERATOR, bought.id, "reason", keyed)


def take(shop: Shop, bought: Purchase, keyed: IdempotencyKey | None) -> Outcome:
    return shop.desk.take(OPERATOR, bought.id, Decimal(350), Received(Method.CASH), None, keyed)


def reverse(shop: Shop, bought: Purchase, keyed: IdempotencyKey | None) -> Outcome:
    return shop.desk.reverse(OPERATOR, bought.id, FIRST_ENTRY[bought.id], "reason", keyed)


def order(shop: Shop, bought: Purchase, keyed: IdempotencyKey | None) -> AttemptOutcome:
    wanted = Order(bought.product_id, 1, Decimal(500), 2, Interval.MONTHLY)
    return shop.attempting.order(bought.customer.id, wanted, BY_CARD, keyed)


def say(shop: Shop, bought: Purchase, keyed: IdempotencyKey | None) -> AttemptOutcome:
    installment = ids.numbered(bought.id, 2)
    return shop.attempting.pay(bought.customer.id, installment, Decimal(100), BY_CARD, keyed)


def confirm(shop: Shop, bought: Purchase, keyed: IdempotencyKey | None) -> Outcome:
    return shop.decisions.confirm(OPERATOR, bought.id, WAITING[bought.id], Confirmed(), keyed)


def reject(shop: Shop, bought: Purchase, keyed: IdempotencyKey | None) -> AttemptOutcome:
    return shop.decisions.reject(OPERATOR, bought.id, WAITING[bought.id], "reason", keyed)


NOTHING = (1, 1, 0, 1)
EXPECTED: dict[Operation, tuple[int, int, int, int]] = {
    buy: (2, 2, 0, 1),
    pay: (1, 2, 0, 1),
    pay_off: (1, 2, 0, 1),
    cancel: (1, 2, 1, 1),
    take: (1, 2, 0, 1),
    reverse: (1, 2, 0, 1),
    order: (2, 1, 0, 2),
    say: (1, 1, 0, 2),
    confirm: (1, 2, 0, 0),
    reject: (1, 1, 0, 0),
}
"""How many purchases, journal entries, cancellations and payments that wait there are after an operation."""


@pytest.fixture
def new_purchase(shop: Shop, new_customer: Callable[[], Account], product: Product) -> Callable[[], Purchase]:
    """Makes customers with a purchase each: three weekly installments, the first paid."""

    def make() -> Purchase:
        buyer = new_customer()
        shop.purchasing.buy(buyer.id, Order(product.id, 1, Decimal(400), 3, Interval.WEEKLY))
        (purchase,) = shop.purchases.of_customer(buyer.id)
        (entry,) = shop.desk.journal(purchase.id)
        FIRST_ENTRY[purchase.id] = entry.id
        last = ids.numbered(purchase.id, 3)
        WAITING[purchase.id] = shop.attempting.pay(buyer.id, last, Decimal(300), BY_CARD).attempt.id
        return purchase

    return make


def effects(shop: Shop, bought: Purchase) -> tuple[int, int, int, int]:
    """How many purchases, journal entries, cancellations and payments that wait the customer of a purchase has."""
    purchases = list(shop.purchases.of_customer(bought.customer.id))
    entries = [entry for one in purchases for entry in shop.purchases.entries_of(bought.customer.id, one.id)]
    waiting = sum(len(one.waiting) for one in purchases)
    return len(purchases), len(entries), sum(one.status is Status.CANCELLED for one in purchases), waiting


def made_by(done: Done) -> str:
    """The id of what an operation made."""
    return done.entry.id if isinstance(done, Outcome) else f"{done.attempt.id} {done.attempt.status}"


@pytest.mark.parametrize("operation", EXPECTED)
@pytest.mark.parametrize(
    ("keyed", "fault"), [*((KEYED, fault) for fault in Fault), *((None, fault) for fault in DISTINCT)]
)
def test_one_fault_is_made_up_for(
    shop: Shop,
    new_purchase: Callable[[], Purchase],
    queues: Queues,
    operation: Operation,
    fault: Fault,
    keyed: IdempotencyKey | None,
) -> None:
    for at in count():
        bought = new_purchase()
        queues.mail.messages.clear()
        broken, client = failing(shop, fault, lambda number, at=at: number == at)  # type: ignore[misc]

        outcome = operation(broken, bought, keyed and IdempotencyKey(f"key {at}", "fingerprint"))

        assert not outcome.is_replay
        assert effects(shop, bought) == EXPECTED[operation]
        assert len(queues.mail.messages) == 1
        if client.calls <= at:  # every call was struck once
            break


@pytest.mark.parametrize("fault", DISTINCT)
@pytest.mark.parametrize("operation", EXPECTED)
def test_after_an_outage_the_same_key_has_one_effect(
    shop: Shop, new_purchase: Callable[[], Purchase], operation: Operation, fault: Fault
) -> None:
    for begin in range(4):
        bought, keyed = new_purchase(), IdempotencyKey(f"key {begin}", "fingerprint")
        broken, _ = failing(shop, fault, lambda number, begin=begin: number >= begin)  # type: ignore[misc]
        try:
            first: Done | None = operation(broken, bought, keyed)
        except Unavailable:
            first = None

        again = operation(shop, bought, keyed)

        assert first is None or (again.purchase.id, made_by(again)) == (first.purchase.id, made_by(first))
        assert effects(shop, bought) == EXPECTED[operation]


@pytest.mark.parametrize("fault", [one for one in DISTINCT if one.is_done])
@pytest.mark.parametrize("operation", EXPECTED)
def test_without_a_key_a_change_that_nobody_confirms_is_made_once_and_not_said_to_have_failed(
    shop: Shop, new_purchase: Callable[[], Purchase], operation: Operation, fault: Fault
) -> None:
    bought = new_purchase()
    broken, client = failing(shop, fault, lambda _: client.last == "transact_write_items")

    with pytest.raises(Unconfirmed):
        operation(broken, bought, None)

    assert effects(shop, bought) == EXPECTED[operation]


@pytest.mark.parametrize("operation", EXPECTED)
def test_what_is_refused_for_contention_has_no_effect(
    shop: Shop, new_purchase: Callable[[], Purchase], operation: Operation
) -> None:
    bought = new_purchase()
    broken, client = failing(shop, Fault.THROTTLED, lambda _: True)

    with pytest.raises(Unavailable) as refused:
        operation(broken, bought, None)

    assert refused.value.code == "try_again"
    assert effects(shop, bought) == NOTHING
    assert client.calls == retry.TRIES


def test_a_price_that_changes_while_answers_are_lost_is_not_told_for_the_purchase_made(
    shop: Shop, new_purchase: Callable[[], Purchase]
) -> None:
    bought = new_purchase()

    def fails(_: int) -> bool:
        if client.last != "transact_write_items":
            return False
        shop.catalogue.change(OPERATOR, bought.product_id, Changes(price=Decimal(1100 + client.calls)))
        return client.calls < 4  # the answers of two sends

    broken, client = failing(shop, Fault.LOST, fails)
    order = Order(bought.product_id, 1, Decimal(500), 2, Interval.MONTHLY)
    outcome = broken.purchasing.buy(bought.customer.id, order)

    (made,) = (one for one in shop.purchases.of_customer(bought.customer.id) if one.id != bought.id)
    assert outcome.purchase == made
