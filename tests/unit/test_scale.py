"""docs/scale.md says what bench/scale.py computes, from what the store writes and what the template deploys."""

import re
from pathlib import Path

import pytest

from bench import scale
from bench.scale import Model
from shop.dynamodb.keys import SHARDS

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

    assert len(tables) == 3
    assert [table.splitlines()[0] for table in tables if table not in TEXT] == []


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
