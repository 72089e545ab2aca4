"""Releases: `python -m local.release make 0.2.0` writes one down, `check v0.2.0` sees that a tag is what is written."""

import re
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

from local.places import ROOT, environment_of

_VERSION = re.compile(r"\d+\.\d+\.\d+")
_OPEN = "## Unreleased"


class NotReleasable(Exception):
    """What is written does not make a release; says why."""


def written(root: Path) -> str:
    """The version that pyproject.toml has."""
    found = re.search(r'(?m)^version = "([^"]+)"$', (root / "pyproject.toml").read_text(encoding="utf-8"))
    if found is None:
        raise NotReleasable("pyproject.toml has no version.")
    return found[1]


def check(root: Path, tag: str) -> None:
    """See that a tag, the version and the changelog are of one release. Raises NotReleasable."""
    version = written(root)
    if tag != f"v{version}":
        raise NotReleasable(f"The tag is {tag}, the version {version}.")
    changes = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    if not re.search(rf"(?m)^## {re.escape(version)} \(\d{{4}}-\d\d-\d\d\)$", changes):
        raise NotReleasable(f"CHANGELOG.md has no release {version}.")


def write(root: Path, version: str, day: date) -> None:
    """Give what is unreleased a version and a day. Raises NotReleasable."""
    if not _VERSION.fullmatch(version) or _parts(version) <= _parts(written(root)):
        raise NotReleasable(f"{version} is no version after {written(root)}.")
    changelog = root / "CHANGELOG.md"
    changes = changelog.read_text(encoding="utf-8")
    unreleased = changes.partition(_OPEN)[2].partition("\n## ")[0]
    if not unreleased.strip():
        raise NotReleasable("CHANGELOG.md has nothing unreleased.")
    released = f"{_OPEN}\n\n## {version} ({day.isoformat()})"
    changelog.write_text(changes.replace(_OPEN, released, 1), encoding="utf-8")
    project = root / "pyproject.toml"
    text = project.read_text(encoding="utf-8")
    project.write_text(text.replace(f'version = "{written(root)}"', f'version = "{version}"', 1), encoding="utf-8")


def _refuse_uncommitted() -> None:
    git = subprocess.run(["git", "status", "--porcelain"], cwd=ROOT, capture_output=True, text=True, check=True)
    if git.stdout.strip():
        raise NotReleasable("There are changes that are not committed.")


def _parts(version: str) -> list[int]:
    return [int(part) for part in version.split(".")]


def main() -> int:
    """Make or check a release of this repository."""
    action, version = sys.argv[1:]
    try:
        if action == "check":
            check(ROOT, version)
            return 0
        _refuse_uncommitted()
        write(ROOT, version, datetime.now(UTC).date())
    except NotReleasable as error:
        print(error, file=sys.stderr)
        return 1
    subprocess.run([environment_of("tools") / "uv", "lock", "--quiet"], cwd=ROOT, check=True)
    subprocess.run(["git", "commit", "--quiet", "--all", "--message", f"Release {version}"], cwd=ROOT, check=True)
    subprocess.run(["git", "tag", "--annotate", f"v{version}", "--message", f"Release {version}"], cwd=ROOT, check=True)
    print(f"Tagged v{version}. To release it: git push origin main v{version}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
