"""Releases, and the commands of the pipelines."""

import importlib.util
from datetime import date
from pathlib import Path

import pytest
import yaml

from local import release, vulnerabilities
from local.__main__ import GROUPS
from local.release import NotReleasable

ROOT = Path(__file__).parents[2]
DAY = date(2026, 11, 24)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "shop"\nversion = "0.1.0"\n', encoding="utf-8")
    (tmp_path / "CHANGELOG.md").write_text("# Changelog\n\n## Unreleased\n\n- Something.\n", encoding="utf-8")
    return tmp_path


def test_what_is_unreleased_gets_a_version_and_a_day(repository: Path) -> None:
    release.write(repository, "0.2.0", DAY)

    changes = (repository / "CHANGELOG.md").read_text(encoding="utf-8")
    assert changes == "# Changelog\n\n## Unreleased\n\n## 0.2.0 (2026-11-24)\n\n- Something.\n"
    assert release.written(repository) == "0.2.0"
    release.check(repository, "v0.2.0")


@pytest.mark.parametrize("version", ["0.1.0", "0.0.9", "0.2", "v0.2.0", ""])
def test_a_version_that_is_none_or_not_the_next_is_refused(repository: Path, version: str) -> None:
    with pytest.raises(NotReleasable):
        release.write(repository, version, DAY)


def test_nothing_is_released_twice(repository: Path) -> None:
    release.write(repository, "0.2.0", DAY)

    with pytest.raises(NotReleasable, match="no unreleased changes"):
        release.write(repository, "0.3.0", DAY)


def test_a_tag_of_something_else_is_refused(repository: Path) -> None:
    for tag in ("v0.1.0", "v0.2.0", "0.1.0"):
        with pytest.raises(NotReleasable):
            release.check(repository, tag)


@pytest.mark.parametrize(("results", "told"), [((0, 0), 0), ((0, 3), 3), ((3, 1), 1), ((1, 0), 1)])
def test_what_could_not_be_looked_up_is_no_good_news(
    results: tuple[int, int], told: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(vulnerabilities, "of_python", lambda: results[0])
    monkeypatch.setattr(vulnerabilities, "of_node", lambda: results[1])

    assert vulnerabilities.run() == told
    assert ("NOT LOOKED UP" in capsys.readouterr().out) == (3 in results)


def exists(program: str, *arguments: str) -> bool:
    """Whether a command of a pipeline is a target of the Makefile or a tool of the repository."""
    if program == "make":
        return f"\n{arguments[0]}: " in (ROOT / "Makefile").read_text(encoding="utf-8")
    option, module, *rest = arguments
    subcommands = {command.__name__ for group in GROUPS.values() for command in group}
    return (
        (program, option) == (".venv/bin/python", "-m")
        and importlib.util.find_spec(module) is not None
        and (module != "local" or rest[0] in subcommands)
    )


def test_pipelines_run_commands_that_exist_and_pin_the_actions_they_use() -> None:
    for workflow in (ROOT / ".github" / "workflows").glob("*.yml"):
        jobs = yaml.safe_load(workflow.read_text(encoding="utf-8"))["jobs"].values()
        for step in [step for job in jobs for step in job.get("steps", [])]:
            if "run" in step:
                assert exists(*step["run"].split()), step["run"]
            else:
                assert len(step["uses"].partition("@")[2]) == 40, step["uses"]
