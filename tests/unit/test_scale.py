"""docs/scale.md has the tables of bench/scale.py, which follow the store and the template."""

import json
import re
from pathlib import Path

import pytest

from bench import scale
from bench.baseline import BASELINE
from bench.writes import Step, recorded
from shop.dynamodb.keys import SHARDS

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "scale.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def steps() -> dict[str, Step]:
    return {step.name: step for step in recorded()[0]}


def test_what_is_written_is_what_was_measured(steps: dict[str, Step]) -> None:
    counts = json.loads(BASELINE.read_text(encoding="utf-8"))

    assert steps["purchase"].total == counts["POST /purchases/create/, write units"]
    assert steps["payment"].total == counts["POST /installments/pay/{id}/, write units"]
    # The customer measured owes for other purchases: the totals stay listed under a reminder.
    assert steps["last payment"].total + 1 == counts["POST /installments/pay/{id}/, the last, write units"]


def test_the_document_has_the_tables_that_are_printed() -> None:
    tables = list(scale.tables())

    assert len(tables) == 2
    assert [table.splitlines()[0] for table in tables if table not in TEXT] == []


def test_the_parameters_are_the_templates() -> None:
    template = (ROOT / "template.yaml").read_text(encoding="utf-8")
    defaults = dict(re.findall(r"^  (\w+):\n    Type: Number\n    Default: (\d+)$", template, re.MULTILINE))

    assert int(defaults["ThrottleRate"]) == scale.THROTTLE_RATE
    assert int(defaults["MailConcurrency"]) == scale.MAIL_CONCURRENCY


def test_a_key_is_full_when_a_partition_gives_no_more() -> None:
    steps, stored_bytes = recorded()
    full = {name: rate for name, _, rate in scale.limits(steps, scale.load(steps, stored_bytes))}

    assert full["WORD#PURCHASE#c, `com`"] == 500  # a put in a transaction is two units, a partition has a thousand
    assert full["STATS#<shard>, this year"] == pytest.approx(1000 * SHARDS / 6)  # three transactions, two units each
