"""Whatever fails while a picture is changed, a product never names one that is not there."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import count

import pytest

from shop.accounts.audit_log import OPERATOR
from shop.bootstrap import Shop
from shop.catalogue.model import Product
from shop.dynamodb.table import Contended
from shop.errors import Unavailable
from tests.support.faults import Fault, failing
from tests.support.pictures import KeptPictures, png

pytestmark = pytest.mark.usefixtures("no_waiting")


@pytest.fixture
def store(shop: Shop) -> KeptPictures:
    found = shop.make_pictures("")
    assert isinstance(found, KeptPictures)
    return found


def named(shop: Shop, product: Product) -> str | None:
    found = shop.products.get(product.id)
    assert found
    return found.picture


@pytest.mark.parametrize("fault", list(Fault))
@pytest.mark.parametrize("ends", [True, False], ids=["one fault", "an outage"])
def test_a_picture_is_changed_or_stays(
    shop: Shop, product: Product, store: KeptPictures, fault: Fault, ends: bool
) -> None:
    for at in count():
        grey = at + 1
        broken, client = failing(shop, fault, lambda n, at=at: n == at if ends else n >= at)  # type: ignore[misc]
        try:
            broken.pictures.put(OPERATOR, product.id, png(1, 1, grey))
            done = True
        except (Unavailable, Contended):
            done = False

        after = named(shop, product)
        assert after is None or after in store.kept
        assert not done or (after is not None and store.kept[after] == png(1, 1, grey))
        if client.calls <= at:
            break


def test_of_pictures_given_at_once_one_is_named_and_it_is_there(
    shop: Shop, product: Product, store: KeptPictures
) -> None:
    greys = [1, 2, 3, 1, 2, 3]

    def put(grey: int) -> None:
        own = replace(shop)
        for _ in range(20):
            try:
                own.pictures.put(OPERATOR, product.id, png(1, 1, grey))
            except (Unavailable, Contended):
                continue
            return

    with ThreadPoolExecutor(len(greys)) as threads:
        list(threads.map(put, greys))

    assert list(store.kept) == [named(shop, product)]
