"""The local cloud is killed under load. After a restart and repeated requests, the ledger is right."""

import threading
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from shop import ids
from shop.accounts.audit_log import OPERATOR
from shop.accounts.model import Account
from shop.dynamodb import retry
from tests.e2e.conftest import Cloud
from tests.support.clock import Clock
from tests.support.commits import wait_for_commits
from tests.support.load import Load


def test_a_kill_under_load_loses_and_repeats_nothing(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retry, "pause", lambda _: None)
    now = datetime.now(UTC)
    shop = cloud.shop(Clock(now))
    wait_for_commits(shop.table.client)
    customers = []
    for number in range(5):
        name = f"crash{number}"
        account = Account(ids.new_id(now), name, f"{name}@example.com", "", "", "", now, is_verified=True)
        assert shop.accounts.create(account, otp=None)
        customers.append(account)
    load = Load(customers, [shop.catalogue.add(OPERATOR, "Crash helmet", "", Decimal(1000))])
    load.run(shop, operations=30, workers=4, seed=1)

    under_load = threading.Thread(target=load.run, args=(shop, 100, 8, 1000))
    under_load.start()
    begun = sum(load.outcomes.values())
    while sum(load.outcomes.values()) < begun + 40:  # the load is well under way
        under_load.join(0.01)
    cloud.kill("dynamodb", "ministack")
    under_load.join()
    assert load.unanswered, "the kill came too late"
    cloud.up()
    load.repeat_unanswered(shop)

    assert not load.unanswered
    load.check_ledger(shop)
    assert "0 differences, 0 moving" in cloud.run("audit")
