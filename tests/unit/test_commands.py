"""The command line of the repository's tools."""

import os
import sys
from pathlib import Path

import pytest

from local import __main__ as command_line
from local.__main__ import GROUPS
from local.places import Places

NAMES = [command.__name__.replace("_", "-") for group in GROUPS.values() for command in group]


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["local", *arguments])
    return command_line.main()


def test_the_help_lists_every_subcommand(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        run(monkeypatch, "--help")

    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines if line.startswith("  ") and line.split()[0] in NAMES] == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_every_subcommand_explains_itself(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        run(monkeypatch, name, "--help")

    assert ended.value.code == 0
    assert f"python -m local {name}" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["audit", "remind", "settle", "rotate", "logs", "load", "sam-local"])
def test_a_subcommand_without_a_running_cloud_names_the_target_that_starts_it(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("local.commands.is_open", lambda _: False)

    assert run(monkeypatch, name) == 1
    assert capsys.readouterr().err == "The local cloud does not run on this port. Start it: make up\n"


def test_the_port_is_an_option_of_each_subcommand(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "url", "--port", "4600") == 0

    assert capsys.readouterr().out.startswith("http://127.0.0.1:4600/")


@pytest.mark.parametrize(("email", "password"), [("no address", "long enough"), ("a@example.com", "short")])
def test_an_admin_needs_an_address_and_a_long_password(
    email: str, password: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(SystemExit):
        run(monkeypatch, "admin", "--email", email, "--password", password)


def test_commands_on_the_local_cloud_reach_no_account_on_aws(monkeypatch: pytest.MonkeyPatch) -> None:
    environment = {"AWS_PROFILE": "production", "HOME": "a folder"}
    monkeypatch.setattr(os, "environ", environment)

    Places(Path("state"), 4600).enter()

    assert "AWS_PROFILE" not in environment
    assert environment["AWS_ENDPOINT_URL"] == "http://127.0.0.1:4600"
    assert environment["HOME"] == "a folder"
