"""Every call of every change of accounts and products fails in turn, in every way: the change is made once."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from itertools import count

import pytest

from shop.accounts.administration import Rights
from shop.accounts.audit_log import OPERATOR, Action
from shop.accounts.model import Account
from shop.accounts.profile import ProfileChanges
from shop.bootstrap import Shop
from shop.catalogue.service import Changes
from shop.dynamodb.paging import PageRequest
from shop.errors import NotFound, Unconfirmed
from shop.security.passwords import hash_password, is_password
from shop.security.tokens import Caller
from tests.support.faults import Fault, failing

OLD, NEW = "the password of old", "a password of the future"
Change = Callable[[Shop], object]
Prepare = Callable[[Shop, Account], tuple[Change, Callable[[], None]]]
"""Prepare a change; returns the change and a check that it was made once."""


def change_password(shop: Shop, person: Account) -> tuple[Change, Callable[[], None]]:
    def check() -> None:
        account = shop.accounts.by_email(person.email)
        assert account is not None
        assert is_password(NEW, account.password_hash)

    return lambda failing: failing.credentials.change(Caller(person.id, is_staff=False), OLD, NEW), check


def erase(shop: Shop, person: Account) -> tuple[Change, Callable[[], None]]:
    def check() -> None:
        account = shop.accounts.get(person.id)
        assert account is not None
        assert account.is_erased
        assert shop.accounts.by_email(person.email) is None

    return lambda failing: failing.privacy.erase(Caller(person.id, is_staff=False), OLD), check


def deactivate(shop: Shop, person: Account) -> tuple[Change, Callable[[], None]]:
    def check() -> None:
        account = shop.accounts.get(person.id)
        assert account is not None
        assert not account.is_active
        assert actions(shop, person.id) == {(Action.USER_CHANGED, 1)}

    rights = Rights(is_active=False)
    return lambda failing: failing.user_administration.change(OPERATOR, person.id, rights, ProfileChanges()), check


def add_product(shop: Shop, person: Account) -> tuple[Change, Callable[[], None]]:
    before, name = shop.catalogue.total(), f"Kettle of {person.username}"

    def check() -> None:
        added = [
            one
            for one in shop.user_administration.page_of_audit_log(PageRequest(None, 100)).items
            if one.details["name"] == name
        ]
        assert shop.catalogue.total() == before + 1
        assert [one.action for one in added] == [Action.PRODUCT_ADDED]
        assert shop.catalogue.read(int(added[0].target)).name == name

    return lambda failing: failing.catalogue.add(OPERATOR, name, "", Decimal(900)), check


def change_price(shop: Shop, _person: Account) -> tuple[Change, Callable[[], None]]:
    product = shop.catalogue.add(OPERATOR, "Rice cooker", "", Decimal(1000))

    def check() -> None:
        assert shop.catalogue.read(product.id).price == 1200
        assert actions(shop, str(product.id)) == {(Action.PRODUCT_CHANGED, 1), (Action.PRODUCT_ADDED, 1)}

    return lambda failing: failing.catalogue.change(OPERATOR, product.id, Changes(price=Decimal(1200))), check


def archive(shop: Shop, _person: Account) -> tuple[Change, Callable[[], None]]:
    product = shop.catalogue.add(OPERATOR, "Rice cooker", "", Decimal(1000))

    def check() -> None:
        with pytest.raises(NotFound):
            shop.catalogue.read(product.id)
        assert actions(shop, str(product.id)) == {(Action.PRODUCT_ARCHIVED, 1), (Action.PRODUCT_ADDED, 1)}

    return lambda failing: failing.catalogue.archive(OPERATOR, product.id), check


def actions(shop: Shop, target: str) -> set[tuple[Action, int]]:
    """The audited actions on a target, with their number."""
    found = Counter(
        one.action
        for one in shop.user_administration.page_of_audit_log(PageRequest(None, 100)).items
        if one.target == target
    )
    return set(found.items())


def with_password(shop: Shop, person: Account) -> Account:
    """The same person with a password that they know."""
    known = shop.accounts.by_email(person.email)
    assert known is not None
    after = replace(known, password_hash=hash_password(OLD, 4), version=known.version + 1)
    assert shop.accounts.replace(known, after)
    return after


CHANGES = [change_password, erase, deactivate, add_product, change_price, archive]


@pytest.mark.usefixtures("no_waiting")
@pytest.mark.parametrize("fault", list(Fault))
@pytest.mark.parametrize("prepare", CHANGES)
def test_one_fault_is_made_up_for_whichever_call_it_strikes(
    shop: Shop, new_customer: Callable[[], Account], prepare: Prepare, fault: Fault
) -> None:
    for at in count():
        change, check = prepare(shop, with_password(shop, new_customer()))
        broken, client = failing(shop, fault, lambda number, at=at: number == at)  # type: ignore[misc]

        change(broken)

        check()
        if client.calls <= at:  # every call was struck once
            break


@pytest.mark.usefixtures("no_waiting")
@pytest.mark.parametrize("fault", [one for one in Fault if one.is_done])
@pytest.mark.parametrize("prepare", CHANGES)
def test_a_change_that_nobody_confirms_is_said_to_be_unconfirmed_and_was_made_once(
    shop: Shop, new_customer: Callable[[], Account], prepare: Prepare, fault: Fault
) -> None:
    change, check = prepare(shop, with_password(shop, new_customer()))
    broken, client = failing(shop, fault, lambda _: client.last == "transact_write_items")

    with pytest.raises(Unconfirmed):
        change(broken)

    check()
