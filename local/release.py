"""Releases: a version in pyproject.toml, a section of CHANGELOG.md and a git tag that agree."""

import re
import subprocess
from datetime import date
from pathlib import Path

from local.places import ROOT, environment_of

_VERSION = re.compile(r"\d+\.\d+\.\d+")
_OPEN = "## Unreleased"


class NotReleasable(Exception):
    """The files do not make a release. The message says why."""


def written(root: Path) -> str:
    """Return the version in pyproject.toml."""
    found = re.search(r'(?m)^version = "([^"]+)"$', (root / "pyproject.toml").read_text(encoding="utf-8"))
    if found is None:
        raise NotReleasable("pyproject.toml has no version.")
    return found[1]


def check(root: Path, tag: str) -> None:
    """Check that a tag, the version and the changelog agree. Raises NotReleasable."""
    version = written(root)
    if tag != f"v{version}":
        raise NotReleasable(f"The tag is {tag}, but the version is {version}.")
    changes = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    if not re.search(rf"(?m)^## {re.escape(version)} \(\d{{4}}-\d\d-\d\d\)$", changes):
        raise NotReleasable(f"CHANGELOG.md has no release {version}.")


def write(root: Path, version: str, day: date) -> None:
    """Give the unreleased changes a version and a date. Raises NotReleasable."""
    if not _VERSION.fullmatch(version) or _parts(version) <= _parts(written(root)):
        raise NotReleasable(f"{version} is not a version after {written(root)}.")
    changelog = root / "CHANGELOG.md"
    changes = changelog.read_text(encoding="utf-8")
    unreleased = changes.partition(_OPEN)[2].partition("\n## ")[0]
    if not unreleased.strip():
        raise NotReleasable("CHANGELOG.md has no unreleased changes.")
    released = f"{_OPEN}\n\n## {version} ({day.isoformat()})"
    changelog.write_text(changes.replace(_OPEN, released, 1), encoding="utf-8")
    project = root / "pyproject.toml"
    text = project.read_text(encoding="utf-8")
    project.write_text(text.replace(f'version = "{written(root)}"', f'version = "{version}"', 1), encoding="utf-8")


def make(version: str, day: date) -> None:
    """Write a release of this repository, commit it and tag it. Raises NotReleasable."""
    if _git("status", "--porcelain").strip():
        raise NotReleasable("There are uncommitted changes.")
    write(ROOT, version, day)
    subprocess.run([environment_of("tools") / "uv", "lock", "--quiet"], cwd=ROOT, check=True)
    _git("commit", "--quiet", "--all", "--message", f"Release {version}")
    _git("tag", "--annotate", f"v{version}", "--message", f"Release {version}")
    print(f"Tagged v{version}. To release it: git push origin main v{version}")


def _git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True).stdout


def _parts(version: str) -> list[int]:
    return [int(part) for part in version.split(".")]
