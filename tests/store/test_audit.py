"""The reconciliation is exact while the shop is open. `test_audit_damages.py` has what it finds."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal

import pytest

from shop.accounts.audit_log import OPERATOR
from shop.accounts.model import Account
from shop.accounts.profile import ProfileChanges
from shop.bootstrap import Shop
from shop.calendar import Interval
from shop.catalogue.model import Changes, Product
from shop.dynamodb import keys, schema
from shop.dynamodb.attributes import encoded
from shop.dynamodb.writes import Write
from shop.ledger.purchases import Order, Purchase
from shop.mail import model as mails
from shop.mail.store import KEPT
from shop.mail.tasks import ReceiptTask
from shop.reconciliation.census import Census
from shop.reconciliation.receipts import RECEIPT_GRACE
from shop.reconciliation.service import Findings
from shop.reconciliation.store import ReconciliationStore
from tests.support.clock import Clock
from tests.support.queues import Queues


def buy(shop: Shop, buyer: Account, product: Product) -> Purchase:
    """Three weekly installments, the first paid."""
    return shop.purchasing.buy(buyer.id, Order(product.id, 1, Decimal(400), 3, Interval.WEEKLY)).purchase


def send_receipts(shop: Shop, queues: Queues) -> None:
    sent, queues.mail.messages = queues.mail.messages, []
    for message in sent:
        shop.receipts.send(ReceiptTask.model_validate_json(message))


def test_a_difference_tells_what_is_stored_and_what_should_be(shop: Shop, buyer: Account, product: Product) -> None:
    buy(shop, buyer, product)
    shop.table.write(Write.add(keys.counts(3), {"purchases_due": 1, "accounts": -1}))
    shop.table.write(Write.add(keys.catalogue_totals(), {"products": 2}))
    found = {f"{one.key}: {one.what} {one.stored} {one.expected}" for one in shop.reconciliation.run().differences}
    shop.table.write(Write.add(keys.counts(3), {"purchases_due": -1, "accounts": 1}))
    shop.table.write(Write.add(keys.catalogue_totals(), {"products": -2}))

    assert found == {
        "STATS ALL: accounts 0 1",
        "STATS#PRODUCTS STATS: products 3 1",
        "STATS ALL: purchases_due 2 1",
    }


class Interrupted(ReconciliationStore):
    """The store of a shop in which something happens after the census."""

    meanwhile: Callable[[], object]

    def census(self) -> Census:
        found = super().census()
        self.meanwhile()
        return found


def audited_beside(shop: Shop, meanwhile: Callable[[], object]) -> Findings:
    store = Interrupted(shop.table, 2, shop.settings.reminder_days)
    store.meanwhile = meanwhile
    return replace(shop.reconciliation, store=store).run()


def test_what_is_renamed_while_it_reads_is_no_difference(shop: Shop, buyer: Account, product: Product) -> None:
    def rename() -> None:
        shop.catalogue.change(OPERATOR, product.id, Changes(name="Rice Pot", price=Decimal(900)))
        shop.profiles.change(buyer.id, ProfileChanges(first_name="Selima"))

    assert audited_beside(shop, rename).is_clean


def test_who_comes_while_it_reads_is_no_difference(shop: Shop, new_customer: Callable[[], Account]) -> None:
    assert audited_beside(shop, new_customer).differences == []


def test_sums_that_move_while_it_reads_are_told_apart_from_differences(
    shop: Shop, buyer: Account, product: Product
) -> None:
    buy(shop, buyer, product)

    findings = audited_beside(shop, lambda: buy(shop, buyer, product))

    assert findings.differences == []
    assert "STATS ALL" in findings.moving
    assert shop.reconciliation.run().is_clean


def test_it_is_quiet_while_the_shop_is_open(
    shop: Shop, new_customer: Callable[[], Account], product: Product, queues: Queues
) -> None:
    people = [new_customer() for _ in range(3)]

    def trade(person: Account) -> None:
        for _ in range(5):
            shop.paying.pay_off(person.id, buy(shop, person, product).id, None)

    def keep_house() -> None:
        for number in range(10):
            shop.catalogue.change(OPERATOR, product.id, Changes(name=f"Rice Cooker {number}"))
            shop.profiles.change(people[0].id, ProfileChanges(first_name=f"Selima {number}"))
            new_customer()
            send_receipts(shop, queues)

    with ThreadPoolExecutor(4) as threads:
        busy = [threads.submit(keep_house), *(threads.submit(trade, person) for person in people)]
        found = []
        while not all(one.done() for one in busy):
            found += shop.reconciliation.run().differences
        for one in busy:
            one.result()

    assert found == []


def test_a_mail_that_was_sent_is_still_due_only_as_long_as_its_sender_may_come_again(
    shop: Shop, buyer: Account, product: Product, clock: Clock, queues: Queues
) -> None:
    purchase = buy(shop, buyer, product)
    (entry,) = shop.purchases.entries_of(buyer.id, purchase.id)
    mail = mails.receipt(buyer.id, entry.id)
    shop.mails.claim(mail, "a sender that crashes", {}, clock())
    shop.mails.finish(mail, clock())

    clock.move(seconds=RECEIPT_GRACE.total_seconds() - 1)
    assert shop.reconciliation.run().is_clean
    clock.move(seconds=1)
    (difference,) = shop.reconciliation.run().differences
    key = keys.entry(buyer.id, purchase.id, entry.id)
    assert (difference.key, difference.what) == (f"{key['PK']} {key['SK']}", "receipt")

    send_receipts(shop, queues)
    assert shop.reconciliation.run().is_clean


def test_a_mail_that_the_table_has_forgotten_after_its_time_is_no_difference(
    shop: Shop, buyer: Account, product: Product, clock: Clock, queues: Queues
) -> None:
    purchase = buy(shop, buyer, product)
    (entry,) = shop.purchases.entries_of(buyer.id, purchase.id)
    send_receipts(shop, queues)
    mail = keys.mail(buyer.id, mails.receipt(buyer.id, entry.id).name)
    noted = shop.table.get(mail)
    assert noted is not None

    shop.table.write(Write.delete(mail))
    assert [one.what for one in shop.reconciliation.run().differences] == ["receipt"]
    clock.move(seconds=KEPT.total_seconds())
    assert shop.reconciliation.run().is_clean


@pytest.mark.parametrize("of", ["customer", "shop"])
def test_what_cannot_be_read_hides_no_other_difference(
    shop: Shop, new_customer: Callable[[], Account], product: Product, of: str
) -> None:
    one, other = new_customer(), new_customer()
    purchases = [buy(shop, person, product) for person in (one, other)]
    phantom = keys.entry(one.id, purchases[0].id, "phantom")
    wrong = keys.customer_totals(other.id) if of == "customer" else keys.account(other.id)
    before = shop.table.get(wrong)
    assert before is not None
    shop.table.write(Write.put({**phantom}))
    shop.table.write(Write.put({**before, "mail_due" if of == "customer" else "listing": "odd"}))

    found = {difference.key for difference in shop.reconciliation.run().differences}
    shop.table.write(Write.delete(phantom))
    shop.table.write(Write.put(before))

    assert found == {f"{key['PK']} {key['SK']}" for key in (phantom, wrong)}


def test_an_item_of_a_later_release_is_no_difference(shop: Shop, buyer: Account) -> None:
    key = keys.account(buyer.id)
    before = shop.table.get(key)
    assert before is not None
    later = {**before, "nickname": "Seli", schema.ATTRIBUTE: schema.VERSION + 1}
    wire = {name: encoded(value) for name, value in later.items()}
    shop.table.client.put_item(TableName=shop.table.name, Item=wire)

    findings = shop.reconciliation.run()
    shop.table.write(Write.put(before))

    assert findings.differences == []
    assert f"{key['PK']} {key['SK']}" in findings.moving
