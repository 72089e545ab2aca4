"""docs/asvs.csv names tests and files that exist, and docs/security.md lists what it calls open."""

import ast
import csv
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
SHOP = ROOT / "layers" / "shared" / "shop"
TEXT = (DOCS / "security.md").read_text(encoding="utf-8")
OPEN = TEXT.split("## What is open")[1]
STATUSES = {"met", "partly met", "not met", "met by AWS", "not applicable"}
with (DOCS / "asvs.csv").open(encoding="utf-8", newline="") as matrix:
    ROWS = list(csv.DictReader(matrix))


@cache
def defined_in(path: str) -> set[str]:
    found = ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8")))
    return {node.name for node in found if isinstance(node, ast.FunctionDef)}


def test_every_test_that_is_named_exists() -> None:
    proofs = [proof for row in ROWS for proof in row["evidence"].split("; ") if "::" in proof]
    named = [proof.split("::") for proof in proofs]

    assert len(named) > 80
    assert not [f"{path}::{name}" for path, name in named if name not in defined_in(path)]


def test_every_file_that_is_named_exists() -> None:
    text = TEXT + "".join(row["note"] for row in ROWS)
    named = set(re.findall(r"\b(?:[a-z_]+/)+[a-z_]+\.py\b", text))

    assert len(named) > 8
    assert not [path for path in named if not (SHOP / path).exists() and not (ROOT / path).exists()]


def test_every_requirement_has_a_status_and_a_note() -> None:
    assert {row["status"] for row in ROWS} == STATUSES
    assert all(row["note"].endswith(".") for row in ROWS)


def test_what_is_not_or_partly_met_is_listed_as_open() -> None:
    listed = re.findall(r"^- \*\*(.+?):\*\*", OPEN, re.MULTILINE)
    still_open = [row for row in ROWS if row["status"] in {"partly met", "not met"}]

    assert all("Open:" in row["note"] for row in still_open)
    assert numbers([row["requirement"] for row in still_open]) == numbers(listed)


def numbers(requirements: list[str]) -> set[str]:
    """The numbers of requirements, or the text of one without."""
    return {number for text in requirements for number in re.findall(r"\d+\.\d+\.\d+", text) or [text.strip()]}
