"""The audit finds whatever is wrong, by its key."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest

from shop.domain.accounts import Account
from shop.domain.calendar import Interval
from shop.domain.products import Product
from shop.domain.purchases import Order, Purchase
from shop.store import keys
from shop.store.table import Item, Write
from shop.wiring import Shop


@pytest.fixture
def purchase(shop: Shop, buyer: Account, product: Product) -> Purchase:
    """Bought on three weekly installments, the first paid."""
    order = Order(product.id, 1, Decimal(400), 3, Interval.WEEKLY)
    shop.purchasing.buy(buyer.id, order, None, lambda _: "")
    (bought,) = shop.purchases.of_customer(buyer.id)
    return bought


@pytest.fixture
def tampered(shop: Shop) -> Iterator[Callable[[Any, Callable[[Item], object]], list[str]]]:
    """Changes an item behind the shop's back; the audit's differences. Puts it right when the test is over."""
    before: list[Item] = []

    def tamper(key: Any, change: Callable[[Item], object]) -> list[str]:
        item, kept = shop.table.get(key), shop.table.get(key)
        assert item is not None
        assert kept is not None
        before.append(kept)
        change(item)
        shop.table.write(Write.put(item))
        return [f"{one.key}: {one.what}" for one in shop.auditing.run().differences]

    yield tamper
    for item in before:
        shop.table.write(Write.put(item))


def test_a_shop_that_is_right_is_clean(shop: Shop, purchase: Purchase) -> None:
    findings = shop.auditing.run()

    assert findings.is_clean
    assert findings.customers == 1
    assert purchase.total_price == 1000


def test_a_changed_plan_is_found(tampered: Any, buyer: Account, purchase: Purchase) -> None:
    found = tampered(keys.purchase(buyer.id, purchase.id), lambda item: item["installments"][1].update(principal=299))

    assert f"PURCHASE {purchase.id}: principal" in found
    assert f"TOTALS {buyer.id}: due of all time" in found
    assert "STATS 2026-11: due of the month" in found


def test_a_payment_that_was_never_made_is_found(tampered: Any, buyer: Account, purchase: Purchase) -> None:
    found = tampered(
        keys.purchase(buyer.id, purchase.id),
        lambda item: item["installments"][1].update(paid=100, paid_at="2026-11-23"),
    )

    assert f"PURCHASE {purchase.id}: paid principal of installment 2" in found


def test_a_changed_payment_is_found(tampered: Any, shop: Shop, buyer: Account, purchase: Purchase) -> None:
    (payment,) = shop.purchases.payments_of(buyer.id, purchase.id)

    found = tampered(keys.payment(buyer.id, purchase.id, payment.id), lambda item: item.update(amount=401))

    assert f"PURCHASE {purchase.id}: paid principal of installment 1" in found
    assert f"TOTALS {buyer.id}: paid of all time" in found


def test_a_wrong_total_is_found(tampered: Any, buyer: Account, purchase: Purchase) -> None:
    found = tampered(keys.customer_totals(buyer.id), lambda item: item["days"]["2026-11-30"].update(d=1))

    assert found == [f"TOTALS {buyer.id}: due of 2026-11-30"]
    assert purchase.open_installments


def test_a_purchase_in_the_wrong_list_is_found(tampered: Any, buyer: Account, purchase: Purchase) -> None:
    found = tampered(keys.purchase(buyer.id, purchase.id), lambda item: item.update(listing="PURCHASE#paid"))

    assert found == [f"PURCHASE#{purchase.id}: lists and search words"]


def test_wrong_counts_of_the_shop_are_found(shop: Shop, buyer: Account, purchase: Purchase) -> None:
    shop.table.write(Write.add(keys.counts(3), {"purchases_due": 1, "accounts": -1}))
    shop.table.write(Write.add(keys.catalogue_totals(), {"products": 2}))
    found = {f"{one.key}: {one.what} {one.stored} {one.ledger}" for one in shop.auditing.run().differences}
    shop.table.write(Write.add(keys.counts(3), {"purchases_due": -1, "accounts": 1}))
    shop.table.write(Write.add(keys.catalogue_totals(), {"products": -2}))

    assert found == {"STATS ALL: accounts 0 1", "STATS ALL: products 3 1", "STATS ALL: purchases_due 2 1"}
    assert buyer.id == purchase.customer.id
