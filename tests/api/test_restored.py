"""The table is restored to an earlier instant while messages about later changes still wait in the queue."""

from collections.abc import Callable
from typing import Any

import pytest

from shop.bootstrap import Shop
from shop.dynamodb import keys
from shop.dynamodb.writes import Write
from shop.reconciliation.inspection import Inspection
from tests.api.conftest import Person
from tests.support.clock import Clock
from tests.support.mailbox import Mailbox
from tests.support.mails import Machinery
from tests.support.queues import Queues


@pytest.fixture
def machinery(queues: Queues) -> Machinery:
    return Machinery(queues)


@pytest.fixture
def restore_later(shop: Shop) -> Callable[[], Callable[[], None]]:
    """Save the table; the function that it returns restores it."""

    def items() -> dict[tuple[str, str], Any]:
        return {(found.key["PK"], found.key["SK"]): found.item for found in Inspection(shop.table).scan(0, 1)}

    def keep() -> Callable[[], None]:
        kept = items()

        def restore() -> None:
            for partition, sort in items().keys() - kept.keys():
                shop.table.write(Write.delete({"PK": partition, "SK": sort}))
            for item in kept.values():
                shop.table.write(Write.put(item))

        return restore

    return keep


def buy(customer: Person, product: int) -> Any:
    order = {"product": product, "first_installment_amount": 400, "installment_count": 3, "interval": "weekly"}
    return customer.call("POST", "/purchases/create/", order).json


def test_a_purchase_that_is_lost_is_not_confirmed_and_leaves_no_payment(
    shop: Shop,
    customer: Person,
    product: int,
    mailbox: Mailbox,
    machinery: Machinery,
    restore_later: Callable[[], Callable[[], None]],
) -> None:
    restore, mails = restore_later(), len(mailbox.to(customer.email))
    purchase = buy(customer, product)
    (entry,) = shop.purchases.entries_of(customer.id, purchase["id"])
    restore()

    assert machinery.send() == 0, "the message does not come again"

    assert len(mailbox.to(customer.email)) == mails
    assert shop.table.get(keys.entry(customer.id, purchase["id"], entry.id)) is None
    assert "sent_at" in (shop.table.get(keys.mail(customer.id, f"receipt-{entry.id}")) or {})


def test_a_payment_that_is_lost_is_not_confirmed_and_its_purchase_can_still_be_read(
    customer: Person,
    admin: Person,
    product: int,
    mailbox: Mailbox,
    machinery: Machinery,
    clock: Clock,
    restore_later: Callable[[], Callable[[], None]],
) -> None:
    purchase = buy(customer, product)
    machinery.send()
    restore, mails = restore_later(), len(mailbox.to(customer.email))
    clock.move(hours=1)
    paid = customer.call("POST", f"/installments/pay/{purchase['installments'][1]['id']}/", {"amount": 300})
    restore()

    assert machinery.send() == 0

    assert paid.status == 200
    assert len(mailbox.to(customer.email)) == mails
    seen = [customer.call("GET", "/accounts/export/"), admin.call("GET", f"/purchases/{purchase['id']}/")]
    assert [answer.status for answer in seen] == [200, 200]
    assert len(seen[1].json["payments"]) == 1
