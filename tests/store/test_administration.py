"""Making admins by hand."""

import pytest

from shop.accounts.registration import NewAccount
from shop.bootstrap import Shop
from shop.errors import Conflict
from tests.support.clock import Clock

EMAIL = "boss@example.com"


def test_an_admin_is_made_of_nobody(shop: Shop) -> None:
    shop.admin_bootstrap.make_admin(EMAIL, "a long password")

    account = shop.accounts.by_email(EMAIL)
    assert account is not None
    assert (account.username, account.is_verified, account.is_staff, account.is_superuser) == ("boss", True, True, True)
    assert shop.sessions.log_in(EMAIL, "a long password", "192.0.2.1").access
    assert shop.totals.counts()["verified"] == 1


def test_an_admin_is_made_of_whoever_has_the_address(shop: Shop, clock: Clock) -> None:
    shop.registration.register(NewAccount("chief", EMAIL, "a password of old", "Ayesha", ""), "192.0.2.1")
    clock.move(minutes=1)

    shop.admin_bootstrap.make_admin(EMAIL, "a long password")

    account = shop.accounts.by_email(EMAIL)
    assert account is not None
    assert (account.username, account.first_name, account.may_log_in, account.is_staff) == (
        "chief",
        "Ayesha",
        True,
        True,
    )
    assert shop.sessions.log_in(EMAIL, "a long password", "192.0.2.1").access
    assert (shop.totals.counts()["accounts"], shop.totals.counts()["verified"]) == (1, 1)


def test_a_username_that_is_somebody_elses_is_told(shop: Shop) -> None:
    shop.registration.register(NewAccount("boss", "other@example.com", "a password of old", "", ""), "192.0.2.1")

    with pytest.raises(Conflict, match="boss"):
        shop.admin_bootstrap.make_admin(EMAIL, "a long password")
