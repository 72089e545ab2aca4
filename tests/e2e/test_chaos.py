"""Trouble between the shop and its table, queue and mail service: each promise is kept once."""

import random
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from decimal import Decimal

import httpx
import pytest

from shop import ids
from shop.accounts.audit_log import OPERATOR
from shop.accounts.model import Account
from shop.bootstrap import Shop
from shop.calendar import Interval
from shop.dynamodb import retry
from shop.errors import Unavailable
from shop.ledger.purchases import Order
from shop.mail.ses import MailNotSent
from shop.mail.store import MailClaimed
from shop.mail.tasks import ReceiptTask
from tests.e2e.conftest import Cloud
from tests.support.clock import Clock
from tests.support.load import Load
from tests.support.proxy import Trouble, Troubles, proxied

TO_THE_TABLE = Troubles(tuple(Trouble), share=0.08, seed=8)
TO_THE_REST = Troubles((Trouble.SLOW, Trouble.RESET, Trouble.THROTTLED), share=0.3, seed=3)
"""Not lost answers: a mail whose answer is lost waits for SES to tell of it, which tests/api/test_mails.py has."""


@pytest.fixture
def troubled(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    """The shop, with trouble on every way out of it."""
    monkeypatch.setattr(retry, "pause", lambda _: None)
    with ExitStack() as stack:
        table = stack.enter_context(proxied(cloud.places.table_url, TO_THE_TABLE))
        rest = stack.enter_context(proxied(cloud.places.cloud_url, TO_THE_REST))
        for name, value in cloud.places.environment().items():
            if name.startswith("AWS_"):
                monkeypatch.setenv(name, value)
        monkeypatch.setenv("AWS_ENDPOINT_URL", rest)
        monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", table)
        yield Shop.from_environment(cloud.variables())


def customers_of(shop: Shop, prefix: str) -> list[Account]:
    now, made = shop.clock(), []
    for number in range(4):
        name = f"{prefix}{number}"
        account = Account(ids.new_id(now), name, f"{name}@example.com", "", "", "", now, is_verified=True)
        assert shop.accounts.create(account, otp=None)
        made.append(account)
    return made


def test_whatever_happens_to_requests_the_books_are_right_and_nothing_is_done_twice(
    cloud: Cloud, troubled: Shop
) -> None:
    calm = cloud.shop(Clock(datetime.now(UTC)))
    load = Load(customers_of(calm, "chaos"), [calm.catalogue.add(OPERATOR, "Chaos lamp", "", Decimal(1000))])

    load.run(troubled, operations=250, workers=8, seed=11)
    load.repeat_unanswered(calm)

    assert not load.unanswered
    assert set(TO_THE_TABLE.met) == set(Trouble), TO_THE_TABLE.met
    load.check_ledger(calm)
    assert "0 differences, 0 moving" in cloud.run("audit")


def test_whatever_happens_on_the_way_to_ses_each_mail_is_sent_once(cloud: Cloud, troubled: Shop) -> None:
    calm = cloud.shop(Clock(datetime.now(UTC)))
    (customer, *_), product = customers_of(calm, "mailed"), calm.catalogue.add(OPERATOR, "Lamp", "", Decimal(1000))
    order = Order(product.id, 1, Decimal(400), 3, Interval.WEEKLY)
    for _ in range(8):
        calm.purchasing.buy(customer.id, order)
    tasks = [
        ReceiptTask(customer_id=customer.id, purchase_id=one.id, entry_id=entry.id)
        for one in calm.purchases.of_customer(customer.id)
        for entry in calm.purchases.entries_of(customer.id, one.id)
    ]

    left, tries = tasks * 3, 0  # a queue may deliver a message more than once
    dice = random.Random(5)  # noqa: S311 - a test's
    while left and tries < 500:
        tries += 1
        task = left.pop(dice.randrange(len(left)))
        try:
            troubled.receipts.send(task)
        except (MailNotSent, MailClaimed, Unavailable):
            left.append(task)

    assert not left
    mails = httpx.get(cloud.places.mailbox_url).json()["messages"].values()
    sent = Counter(mail["BodyText"] for account in mails for mail in account if customer.email in mail["To"])
    assert sum(sent.values()) == len(tasks) == 8
    assert TO_THE_REST.met.total() > 0
