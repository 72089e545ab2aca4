"""The sample events of `events/`, one per function, answer as they should."""

import importlib
import json
from pathlib import Path

import pytest

from functions.audit import app as audit
from functions.planner import app as planner
from shop.wiring import Shop
from tests.support.queues import Queues
from tests.support.rest import GROUPS, Context

EVENTS = Path(__file__).parents[2] / "events"
EXPECTED = {
    "auth": 401,
    "products": 200,
    "purchases": 401,
    "installments": 401,
    "dashboard": 200,
    "reports": 401,
    "docs": 200,
}


@pytest.mark.parametrize("group", sorted(set(GROUPS.values())))
def test_a_sample_request_answers_as_it_should(group: str) -> None:
    event = json.loads((EVENTS / f"{group}.json").read_text(encoding="utf-8"))

    answer = importlib.import_module(f"functions.{group}.app").handler(event, Context())

    assert answer["statusCode"] == EXPECTED[group]


def test_the_sample_schedule_queues_a_step_for_each_shard(queues: Queues) -> None:
    event = json.loads((EVENTS / "planner.json").read_text(encoding="utf-8"))

    planner.handler(event, Context())

    assert len(queues.plan.messages) == 16


def test_the_sample_audit_runs(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "shop", shop)
    event = json.loads((EVENTS / "audit.json").read_text(encoding="utf-8"))

    assert audit.handler(event, Context()) == {"customers": 0, "differences": 0, "moving": 0, "first": []}
