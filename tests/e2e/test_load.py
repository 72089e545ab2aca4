"""Shoppers, payers and an admin at once: no request fails, and the books are right."""

from local import load
from tests.e2e.conftest import Cloud


def test_a_busy_shop_fails_nobody(cloud: Cloud) -> None:
    assert load.run(cloud.places, users=6, seconds=10) == 0
