"""docs/scale.md says what bench/scale.py computes, from what the store writes and what the template deploys."""

import random
import re
from pathlib import Path

import pytest

from bench import contention, scale
from bench.contention import HELD, shown
from bench.scale import Model
from shop.dynamodb import retry
from shop.dynamodb.keys import SHARDS
from shop.dynamodb.table import Contended
from shop.errors import Unavailable

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "scale.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def load() -> Model:
    return scale.model()


def units(load: Model, step: str) -> int:
    return sum(next(one.units for one in load.steps if one.name == step).values())


def test_what_is_written_is_what_was_measured(load: Model) -> None:
    assert units(load, "purchase") == load.counts["POST /purchases/create/, write units"]
    assert units(load, "payment") == load.counts["POST /installments/pay/{id}/, write units"]
    # The customer measured owes for other purchases: the totals stay listed under a reminder.
    assert units(load, "last payment") + 1 == load.counts["POST /installments/pay/{id}/, the last, write units"]


def test_the_document_has_the_tables_that_are_printed(load: Model) -> None:
    tables = list(scale.tables(load))

    assert len(tables) == 6
    assert [table.splitlines()[0] for table in tables if table not in TEXT] == []


def test_the_document_has_what_the_simulation_finds() -> None:
    for counters in (SHARDS, 64, 1024):
        found = [shown(contention.contention(rate * scale.COMMITS, counters)) for rate in (1, 100, 300)]
        assert f"| {counters:,} | {' | '.join(found)} |" in TEXT


@pytest.mark.parametrize(("rate", "counters"), [(3, 16), (100, 16), (300, 64), (300, 1024)])
def test_few_tries_are_refused_in_proportion_to_the_time_a_counter_is_taken(rate: float, counters: int) -> None:
    taken = rate * HELD / counters

    assert contention.contention(rate, counters).refused == pytest.approx(taken, rel=0.2, abs=0.002)


@pytest.mark.parametrize("counters", [1, 4, 16])
def test_no_more_is_answered_than_the_counters_have_time_for(counters: int) -> None:
    most, found = counters / HELD, contention.contention(4_000, counters)

    assert (1 - found.unanswered) * 4_000 == pytest.approx(most, rel=0.1)
    assert found.tries > retry.TRIES / 2


def test_a_simulated_request_waits_as_the_shop_does(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr(random, "uniform", lambda _, longest: longest)
    monkeypatch.setattr(retry, "pause", waited.append)

    @retry.retried
    def attempt() -> None:
        raise Contended

    with pytest.raises(Unavailable):
        attempt()
    assert waited == [contention.longest_wait(number) for number in range(1, retry.TRIES)]


def test_the_parameters_are_the_templates() -> None:
    template = (ROOT / "template.yaml").read_text(encoding="utf-8")
    defaults = dict(re.findall(r"^  (\w+):\n    Type: Number\n    Default: (\d+)$", template, re.MULTILINE))

    assert int(defaults["ThrottleRate"]) == scale.THROTTLE_RATE
    assert int(defaults["MailConcurrency"]) == scale.MAIL_CONCURRENCY


def test_twice_the_traffic_costs_twice_as_much(load: Model) -> None:
    once, twice = load.month(1), load.month(2)

    assert [cost for _, cost in twice] == pytest.approx([2 * cost for _, cost in once])


def test_a_units_price_is_paid_for_every_unit(load: Model) -> None:
    writes = dict(load.month(1))["DynamoDB, writes"]

    assert writes == pytest.approx(99 * 30 * 86_400 * 0.625 / 1_000_000)


def test_a_key_is_full_when_a_partition_gives_no_more(load: Model) -> None:
    full = {one.key: one.full_at for one in load.hot()}

    assert full["WORD#PURCHASE#c, `com`"] == 500  # a put in a transaction is two units, a partition has a thousand
    assert full["STATS#<shard>, this year"] == pytest.approx(1000 * SHARDS / 6)  # three transactions, two units each
