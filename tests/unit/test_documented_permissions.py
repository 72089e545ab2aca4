"""The contract's table of endpoints names the callers that the routes serve."""

import importlib
import re
from collections.abc import Callable
from pathlib import Path

from contract.document import TAGS
from shop.http import auth
from shop.http.dispatch import Endpoint

ROOT = Path(__file__).parents[2]
ROW = re.compile(r"^\| [\w-]+ \| (?P<paths>/[^|]*) \| (?P<methods>[A-Z, ]+) \| (?P<who>[a-z, ]+) \|")
ROLES: dict[Callable[..., object] | None, set[str]] = {
    None: {"public"},
    auth.customer: {"customer", "owner"},
    auth.admin: {"admin"},
    auth.owner: {"shop owner"},
}
"""The words of the table for the callers of a route."""


def endpoints() -> list[Endpoint]:
    """All routes of the API that clients call."""
    groups = [importlib.import_module(f"functions.{group}.app").api for group in TAGS]
    return [endpoint for api in groups for endpoint in api.endpoints if not endpoint.is_page]


def test_each_endpoint_is_in_the_contract_with_those_who_may_call_it() -> None:
    text = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    documented: dict[tuple[str, str], set[str]] = {}
    for row in (found for line in text.splitlines() if (found := ROW.match(line))):
        for path in row["paths"].split(", "):
            plain = re.sub(r"\{\w+\}", "{}", path).rstrip("/")
            documented |= {(method, plain): set(row["who"].split(", ")) for method in row["methods"].split(", ")}

    for endpoint in endpoints():
        where = endpoint.method, re.sub(r"<\w+>", "{}", endpoint.path)
        assert documented.get(where, set()) & ROLES[endpoint.check], where
