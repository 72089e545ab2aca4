"""Which Python the environments are made with, on a machine that has several."""

import os
import subprocess
from pathlib import Path

import pytest

from local.places import ROOT

# Answers as a Python 3.x does to the two questions of the script.
_PYTHON = """#!/bin/sh
case "$2" in
  *executable*) echo "$0" ;;
  *"(3, {minor})"*) exit 0 ;;
  *) exit 1 ;;
esac
"""


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A folder of programs with Python 3.9, 3.11, 3.12 and 3.13."""
    for minor in (9, 11, 12, 13):
        program = tmp_path / f"python3.{minor}"
        program.write_text(_PYTHON.format(minor=minor), encoding="ascii")
        program.chmod(0o755)
    return tmp_path


def choose(machine: Path, *minors: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        ["/bin/sh", ROOT / "local" / "python.sh", *minors],
        env={"PATH": str(machine), "HOME": os.devnull, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_lambdas_version_is_taken_where_the_machine_has_it(machine: Path) -> None:
    assert choose(machine).stdout == f"{machine / 'python3.13'}\n"


def test_the_python_that_is_named_is_taken_before_any_other(machine: Path) -> None:
    assert choose(machine, PYTHON="python3.11").stdout == f"{machine / 'python3.11'}\n"
    assert choose(machine, PYTHON=str(machine / "python3.12")).stdout == f"{machine / 'python3.12'}\n"


@pytest.mark.parametrize("named", ["python3.9", "python3.99"])
def test_a_python_that_is_too_old_or_missing_is_refused_in_words(machine: Path, named: str) -> None:
    refused = choose(machine, PYTHON=named)

    assert (refused.returncode, refused.stdout) == (1, "")
    assert f"PYTHON={named} does not work. Python 3.11 to 3.14 with its venv module is required" in refused.stderr


def test_a_machine_without_the_version_that_is_asked_for_is_told_so(machine: Path) -> None:
    (machine / "python3.13").unlink()

    assert choose(machine).stdout == f"{machine / 'python3.12'}\n"
    assert choose(machine, "13").returncode == 1
