"""Fifty people at once, on shared customers and purchases: nothing is lost, nothing is twice, the books are right."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from time import perf_counter

import pytest

from local import dynamodb
from shop.accounts.audit_log import OPERATOR
from shop.accounts.model import Account
from shop.bootstrap import Shop
from shop.dynamodb import retry
from shop.dynamodb import table as engine
from shop.dynamodb.table import ConditionFailed, Contended, Table
from shop.dynamodb.writes import Write
from tests.support.load import Load

WORKERS, CUSTOMERS, PRODUCTS = 50, 25, 5


def test_fifty_workers_leave_the_books_right(
    shop: Shop,
    dynamodb_url: str,
    new_customer: Callable[[], Account],
    monkeypatch: pytest.MonkeyPatch,
    record_property: Callable[[str, object], None],
    pytestconfig: pytest.Config,
) -> None:
    operations: int = pytestconfig.getoption("--operations")
    load = Load(
        [new_customer() for _ in range(CUSTOMERS)],
        [shop.catalogue.add(OPERATOR, f"Product {number}", "", Decimal(1000)) for number in range(PRODUCTS)],
    )
    seen: Counter[str] = Counter()
    _count(seen, monkeypatch)
    busy = replace(shop, table=Table(shop.table.name, dynamodb.client(dynamodb_url, connections=WORKERS)))

    begun = perf_counter()
    load.run(busy, operations, WORKERS, seed=2026)
    seconds = perf_counter() - begun
    load.repeat_unanswered(busy)

    assert not load.unanswered
    load.check_ledger(shop)
    record_property(
        "measured",
        f"{operations} operations by {WORKERS} workers: {operations / seconds:.0f} a second, "
        f"{seen['conflicts']} conflicts, {seen['retries']} retries",
    )
    for outcome, count in sorted(load.outcomes.items()):
        record_property("measured", f"  {count:5} {outcome}")


def _count(seen: Counter[str], monkeypatch: pytest.MonkeyPatch) -> None:
    transact, pause = Table.transact, engine.pause

    def counted(table: Table, writes: list[Write]) -> None:
        try:
            transact(table, writes)
        except (Contended, ConditionFailed):
            seen["conflicts"] += 1
            raise

    def paused(seconds: float) -> None:
        seen["retries"] += 1
        pause(seconds)

    monkeypatch.setattr(Table, "transact", counted)
    monkeypatch.setattr(retry, "pause", paused)
