"""The sample events of `events/`, one per function, answer as they should."""

import importlib
from pathlib import Path

import pytest

from local.samlocal import EVENTS
from tests.support.events import SAMPLES, check, sample
from tests.support.queues import Queues
from tests.support.rest import Context

FUNCTIONS = Path(__file__).parents[2] / "functions"


def test_every_function_has_a_sample() -> None:
    assert [path.stem for path in sorted(EVENTS.glob("*.json"))] == SAMPLES
    assert [path.parent.name for path in sorted(FUNCTIONS.glob("*/app.py"))] == SAMPLES


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_is_answered_as_it_should(name: str) -> None:
    check(name, importlib.import_module(f"functions.{name}.app").handler(sample(name), Context()))


def test_the_sample_schedule_queues_a_step_for_each_shard(queues: Queues) -> None:
    importlib.import_module("functions.planner.app").handler(sample("planner"), Context())

    assert len(queues.plan.messages) == 16
