"""Customers and products of the store's tests, without the HTTP surface."""

from collections.abc import Callable
from decimal import Decimal
from itertools import count

import pytest

from shop.domain import ids
from shop.domain.accounts import Account
from shop.domain.products import Product
from shop.services import retries
from shop.services.administration import OPERATOR
from shop.store import table as engine
from shop.wiring import Shop


@pytest.fixture
def new_customer(shop: Shop) -> Callable[[], Account]:
    """Makes customers who may buy."""
    numbers = count(1)

    def make() -> Account:
        now, name = shop.clock(), f"customer{next(numbers)}"
        account = Account(ids.new_id(now), name, f"{name}@example.com", "", "", "", now, is_verified=True)
        assert shop.accounts.create(account, otp=None)
        return account

    return make


@pytest.fixture
def buyer(new_customer: Callable[[], Account]) -> Account:
    """A customer who may buy."""
    return new_customer()


@pytest.fixture
def product(shop: Shop) -> Product:
    """Costs 1,000.00."""
    return shop.catalogue.add(OPERATOR, "Rice Cooker", "", Decimal(1000))


@pytest.fixture
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is tried again is tried at once."""
    monkeypatch.setattr(retries, "pause", lambda _: None)
    monkeypatch.setattr(engine, "pause", lambda _: None)
