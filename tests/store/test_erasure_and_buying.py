"""Erasing an account and buying exclude each other: whichever comes second sees the first."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from shop.accounts.model import Account, erased
from shop.bootstrap import Shop
from shop.calendar import Interval
from shop.catalogue.model import Product
from shop.dynamodb.table import Table
from shop.errors import Unauthenticated
from shop.ledger.purchases import Order


class Interrupted:
    """A client that lets something else happen once, before a call or between two reads of one call."""

    def __init__(self, client: Any, name: str, event: Callable[[], None], stale: str = "") -> None:
        self._client = client
        self._name = name
        self._event = event
        self._stale = stale
        self._happened = False

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._client, name)
        if name != self._name or self._happened:
            return call

        def interrupted(**request: Any) -> Any:
            self._happened = True
            before = call(**request) if self._stale else {}
            self._event()
            after = call(**request)
            for table, items in before.get("Responses", {}).items():  # a batch is not read at one instant
                read_before = [one for one in items if one["SK"]["S"] == self._stale]
                read_after = [one for one in after["Responses"][table] if one["SK"]["S"] != self._stale]
                after["Responses"][table] = read_before + read_after
            return after

        return interrupted


def erase(shop: Shop, account: Account) -> None:
    """Erase an account that never set a password."""
    known = shop.accounts.by_email(account.email)
    assert known is not None
    totals = shop.totals.of_customers([account.id])[0]
    assert shop.accounts.erase(known, erased(known, shop.clock()), totals)


@pytest.mark.parametrize("bought_before", [False, True])
@pytest.mark.parametrize(
    ("call", "stale"),
    [("transact_write_items", ""), ("batch_get_item", "ACCOUNT")],
    ids=["after everything was read", "between reading the account and the totals"],
)
def test_a_purchase_that_began_before_its_buyer_was_erased_is_not_made(
    shop: Shop, buyer: Account, product: Product, call: str, stale: str, bought_before: bool
) -> None:
    order = Order(product.id, 1, Decimal(1000), 1, Interval.MONTHLY)
    if bought_before:
        shop.purchasing.buy(buyer.id, order)
    client = Interrupted(shop.table.client, call, lambda: erase(shop, buyer), stale)
    late = replace(shop, table=Table(shop.table.name, client))  # type: ignore[arg-type]

    with pytest.raises(Unauthenticated):
        late.purchasing.buy(buyer.id, order)

    assert len(list(shop.purchases.of_customer(buyer.id))) == bought_before


def test_an_erasure_that_began_before_a_purchase_takes_the_name_out_of_it_too(
    shop: Shop, buyer: Account, product: Product
) -> None:
    known = shop.accounts.by_email(buyer.email)
    assert known is not None
    before = shop.totals.of_customers([buyer.id])[0]
    shop.purchasing.buy(buyer.id, Order(product.id, 1, Decimal(1000), 1, Interval.MONTHLY))

    assert not shop.accounts.erase(known, erased(known, shop.clock()), before)  # it begins anew, with this purchase
