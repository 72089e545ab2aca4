"""docs/security.md names tests that exist, and lists at its end whatever it calls open."""

import ast
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
_REQUIREMENT = re.compile(r"\d+\.\d+\.\d+")


@cache
def defined_in(path: str) -> set[str]:
    found = ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8")))
    return {node.name for node in found if isinstance(node, ast.FunctionDef)}


def requirements(rows: list[str]) -> set[str]:
    """The requirements in the first cells of rows; of a span, its ends."""
    return {one for row in rows for one in _REQUIREMENT.findall(row.split("|")[1])}


def test_every_test_that_is_named_exists() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", TEXT)

    assert len(named) > 80
    assert not [f"{path}::{name}" for path, name in named if name not in defined_in(path)]


def test_whatever_is_open_is_listed_at_the_end() -> None:
    told, listed = TEXT.split("## Left open")

    assert requirements([line for line in told.splitlines() if "*open:*" in line and line.startswith("|")]) == (
        requirements([line for line in listed.splitlines() if line.startswith("|")])
    )
