"""The expected answers to the sample events of `events/`, in process and by `sam local`."""

import json
from collections.abc import Mapping
from typing import Any

from local.samlocal import EVENTS

STATUSES: Mapping[str, int] = {
    "auth": 401,
    "dashboard": 200,
    "docs": 200,
    "installments": 401,
    "products": 200,
    "purchases": 401,
    "reports": 401,
    "webhooks": 404,
}
# Of those that make pages: the page, or where one signs in first.
PAGES: Mapping[str, int] = {"counter": 303, "desk": 303, "members": 200, "office": 303, "storefront": 200}
# Of those that serve no requests; an answer may have more.
ANSWERS: Mapping[str, Mapping[str, object] | None] = {
    "audit": {"differences": 0, "moving": 0, "first": []},
    "feedback": None,
    "planner": None,
    "rotation": None,
    "sender": {"batchItemFailures": []},
    "settler": {"batchItemFailures": []},
}
SAMPLES = sorted({*STATUSES, *PAGES, *ANSWERS})


def sample(name: str) -> Any:
    """The sample event of a function."""
    return json.loads((EVENTS / f"{name}.json").read_text(encoding="utf-8"))


def check(name: str, answer: Any) -> None:
    """See that a function answered its sample as it should."""
    if name in STATUSES:
        assert answer["statusCode"] == STATUSES[name], answer
        assert json.loads(answer["body"]) is not None
    elif name in PAGES:
        assert answer["statusCode"] == PAGES[name], answer
        assert "</html>" in answer["body"] or answer["multiValueHeaders"]["Location"]
    elif (expected := ANSWERS[name]) is None:
        assert answer is None
    else:
        assert {field: answer.get(field) for field in expected} == expected
