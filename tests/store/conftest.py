"""Customers and products of the store's tests, without the HTTP surface."""

from collections.abc import Callable
from decimal import Decimal
from itertools import count

import pytest

from shop import ids
from shop.accounts.audit_log import OPERATOR
from shop.accounts.model import Account
from shop.bootstrap import Shop
from shop.catalogue.model import Product
from shop.dynamodb import retry
from shop.dynamodb import table as engine


@pytest.fixture
def new_customer(shop: Shop) -> Callable[[], Account]:
    """Make customers."""
    numbers = count(1)

    def make() -> Account:
        now, name = shop.clock(), f"customer{next(numbers)}"
        account = Account(ids.new_id(now), name, f"{name}@example.com", "", "", "", now, is_verified=True)
        assert shop.accounts.create(account, otp=None)
        return account

    return make


@pytest.fixture
def buyer(new_customer: Callable[[], Account]) -> Account:
    """A customer."""
    return new_customer()


@pytest.fixture
def product(shop: Shop) -> Product:
    """Costs 1,000.00."""
    return shop.catalogue.add(OPERATOR, "Rice Cooker", "", Decimal(1000))


@pytest.fixture
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Retry at once."""
    monkeypatch.setattr(retry, "pause", lambda _: None)
    monkeypatch.setattr(engine, "pause", lambda _: None)
