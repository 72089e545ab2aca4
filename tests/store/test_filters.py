"""Narrowed lists on the real engine: true to a brute-force filter whatever is bought, moved and archived."""

from collections import Counter
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shop.accounts.audit_log import OPERATOR
from shop.bootstrap import Shop
from shop.catalogue.model import Changes, Filters, folded
from shop.catalogue.store import ProductOrder
from shop.dynamodb import paging
from shop.dynamodb.paging import Ordering, PageRequest

CATEGORIES = st.sampled_from([None, "Kitchen", "kitchen", "Garden", "a#b"])
PRICES = st.integers(1, 4).map(Decimal)
STOCKS = st.sampled_from([None, 0, 3])
PRODUCTS = st.tuples(CATEGORIES, PRICES, STOCKS)
FILTERS = st.builds(Filters, CATEGORIES, st.none() | PRICES, st.none() | PRICES, available=st.booleans())
ORDERS = st.builds(Ordering, st.sampled_from(ProductOrder), descending=st.booleans())


def walked(shop: Shop, order: Ordering[ProductOrder], filters: Filters, size: int) -> list[int]:
    """The ids on all pages; the way back from the last one finds the same."""
    pages = [shop.catalogue.page(order, "", PageRequest(None, size), filters)]
    while pages[-1].next is not None:
        pages.append(shop.catalogue.page(order, "", PageRequest(pages[-1].next, size), filters))
    forward = [one.id for page in pages for one in page.items]
    page, back = pages[-1], [one.id for one in pages[-1].items]
    while page.previous is not None:
        page = shop.catalogue.page(order, "", PageRequest(page.previous, size), filters)
        back = [one.id for one in page.items] + back
    assert not pages[-1].items or back == forward
    return forward


@pytest.mark.parametrize("examined", [1, 1000])
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    goods=st.lists(PRODUCTS, min_size=1, max_size=7),
    changes=st.lists(st.tuples(st.integers(0, 6), PRODUCTS), max_size=4),
    archived=st.sets(st.integers(0, 6), max_size=2),
    order=ORDERS,
    filters=st.lists(FILTERS, min_size=3, max_size=3),
    size=st.integers(1, 3),
)
def test_a_narrowed_list_has_what_belongs_there_in_order(
    shop: Shop,
    monkeypatch: pytest.MonkeyPatch,
    examined: int,
    goods: list[tuple[str | None, Decimal, int | None]],
    changes: list[tuple[int, tuple[str | None, Decimal, int | None]]],
    archived: set[int],
    order: Ordering[ProductOrder],
    filters: list[Filters],
    size: int,
) -> None:
    monkeypatch.setattr(paging, "MOST_EXAMINED", examined)
    everything = PageRequest(None, 100)
    for old in shop.catalogue.page(order, "", everything).items:
        shop.catalogue.archive(OPERATOR, old.id)
    products = [
        shop.catalogue.add(OPERATOR, f"Product {number % 3}", "", price, stock, category)
        for number, (category, price, stock) in enumerate(goods)
    ]
    for number, (category, price, stock) in changes:
        if number < len(products):
            changed = Changes(category=category, price=price, stock=stock)
            products[number] = shop.catalogue.change(OPERATOR, products[number].id, changed)
    for number in sorted(archived, reverse=True):
        if number < len(products):
            shop.catalogue.archive(OPERATOR, products.pop(number).id)
    listed = shop.catalogue.page(order, "", everything).items

    for one in filters:
        expected = [product.id for product in listed if one.admit(product)]
        assert walked(shop, order, one, size) == expected
    counted = Counter(folded(product.category) for product in products if product.category is not None)
    assert Counter(shop.products.category_counts()) == counted
