"""What documents list is complete, and the front page is short."""

import json
import re
import tomllib
from pathlib import Path

from local.__main__ import GROUPS

ROOT = Path(__file__).parents[2]


def named(requirements: list[str]) -> set[str]:
    """The libraries of requirements such as `boto3-stubs[s3]>=1,<2`."""
    return {found[0].lower() for text in requirements if (found := re.match(r"[\w.-]+", text))}


def test_every_direct_dependency_has_its_row() -> None:
    python = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    node = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    groups = [python["project"]["dependencies"], *python["dependency-groups"].values()]
    used = set().union(*map(named, groups), node["dependencies"], node["devDependencies"])

    rows = re.findall(r"(?m)^\| `(.+?)` \|", (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8"))

    assert sorted(rows) == sorted(used)


def test_every_decision_is_listed_with_its_title() -> None:
    folder = ROOT / "docs" / "decisions"
    decisions = [(path.name, path.read_text(encoding="utf-8")) for path in sorted(folder.glob("0*.md"))]

    listed = re.findall(r"(?m)^- \[(.+)\]\((.+)\)$", (folder / "README.md").read_text(encoding="utf-8"))

    assert listed == [(text.partition("\n")[0].removeprefix("# "), name) for name, text in decisions]


def test_commands_that_documents_show_exist() -> None:
    documents = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")]
    text = "\n".join(path.read_text(encoding="utf-8") for path in documents)
    targets = re.findall(r"(?m)^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"))
    commands = {command.__name__.replace("_", "-") for group in GROUPS.values() for command in group}

    assert set(re.findall(r"(?m)(?:`|^)make ([a-z-]+)", text)) <= set(targets)
    assert set(re.findall(r"python -m local ([a-z-]+)", text)) <= commands


def test_the_front_page_has_at_most_150_lines() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= 150
