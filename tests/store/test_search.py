"""Live search on the real engine: true to a brute-force search whatever comes, is renamed, archived and erased."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shop.accounts.audit_log import OPERATOR
from shop.bootstrap import Shop
from shop.catalogue.model import Changes, Product
from shop.catalogue.store import ProductOrder
from shop.dynamodb import search
from shop.dynamodb.paging import Ordering, Page, PageRequest, Position
from shop.text import matches, search_text

WORDS = ["Crème", "creme", "Brûlée", "brown", "Rice", "rice-cooker", "ফ্যান", "ফ্রিজ", "4K", "a"]
NAMES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(" ".join)
SEARCHES = ["c", "cre", "CRÈME", "br", "bru", "ric", "rice co", "co rice", "ফ্", "ফ্যান", "4", "a b", "zebra", "cre br"]
ORDERS = [Ordering(by, descending=down) for by in ProductOrder for down in (False, True)]


def walked(shop: Shop, order: Ordering[ProductOrder], text: str, size: int, *, backwards: bool) -> list[int]:
    """The ids of all that a search finds, page after page, from the front or from the back."""

    def pages() -> Iterator[Page[Product]]:
        position: Position | None = None
        while True:
            page = shop.catalogue.page(order, text, PageRequest(position, size))
            yield page
            position = page.next
            if position is None:
                return

    forward = list(pages())
    if not backwards:
        return [item.id for page in forward for item in page.items]
    found, page = [item.id for item in forward[-1].items], forward[-1]
    while page.previous is not None:
        page = shop.catalogue.page(order, text, PageRequest(page.previous, size))
        found = [item.id for item in page.items] + found
    return found


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    names=st.lists(NAMES, min_size=1, max_size=8),
    renames=st.lists(st.tuples(st.integers(0, 7), NAMES), max_size=5),
    archived=st.sets(st.integers(0, 7), max_size=2),
    order=st.sampled_from(ORDERS),
    size=st.integers(1, 3),
    backwards=st.booleans(),
)
def test_a_search_finds_what_has_the_words_and_nothing_else(
    shop: Shop,
    names: list[str],
    renames: list[tuple[int, str]],
    archived: set[int],
    order: Ordering[ProductOrder],
    size: int,
    *,
    backwards: bool,
) -> None:
    for old in walked(shop, ORDERS[0], "", 100, backwards=False):
        shop.catalogue.archive(OPERATOR, old)
    products = [shop.catalogue.add(OPERATOR, name, "", Decimal(10 + n % 3)) for n, name in enumerate(names)]
    for number, name in renames:
        if number < len(products):
            products[number] = shop.catalogue.change(OPERATOR, products[number].id, Changes(name=name))
    for number in sorted(archived, reverse=True):
        if number < len(products):
            shop.catalogue.archive(OPERATOR, products.pop(number).id)
    listed = walked(shop, order, "", 100, backwards=False)

    for text in SEARCHES:
        expected = [
            one
            for one in listed
            for product in products
            if product.id == one and matches(search_text(product.name), text)
        ]
        assert walked(shop, order, text, size, backwards=backwards) == expected, text
        assert shop.catalogue.page(order, text, PageRequest(None, size)).count == len(expected)


def test_a_search_that_finds_too_much_says_so(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "MOST_COUNTED", 3)
    for number in range(4):
        shop.catalogue.add(OPERATOR, f"Kettle {number}", "", Decimal(10))
        page = shop.catalogue.page(ORDERS[0], "ket", PageRequest(None, 2))
        assert (page.count, page.count_capped) == (min(number + 1, 3), number == 3)


def test_a_name_of_many_words_is_found_by_the_first_ones(shop: Shop) -> None:
    name = " ".join(f"word{number}" for number in range(40))[:255]
    product = shop.catalogue.add(OPERATOR, name, "", Decimal(10))

    found = shop.catalogue.page(ORDERS[0], "word0 word23", PageRequest(None, 20))

    assert [one.id for one in found.items] == [product.id]
