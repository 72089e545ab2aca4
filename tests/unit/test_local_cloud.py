"""The options, memory and messages of `make up`, without a server."""

import json
import os
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import CompletedProcess

import psutil
import pytest

from local import cloud, parameters, places, processes, sandbox
from local.deployment import payments, refusal
from local.places import PORT, Places
from local.processes import LocalCloudError


@dataclass
class Secret:
    """A client of Secrets Manager."""

    values: dict[str, str] = field(default_factory=dict)
    puts: int = 0

    def get_secret_value(self, **asked: str) -> dict[str, str]:
        return {"SecretString": self.values[asked["SecretId"]]}

    def put_secret_value(self, **told: str) -> None:
        self.values[told["SecretId"]] = told["SecretString"]
        self.puts += 1


def test_the_port_is_remembered_until_the_cloud_is_stopped(tmp_path: Path) -> None:
    Places(tmp_path, 4600).remember_port()

    assert Places.find(tmp_path, None).port == 4600
    assert Places.find(tmp_path, 4700).port == 4700  # what is given comes first

    cloud.stop_all(Places.find(tmp_path, None))
    assert Places.find(tmp_path, None).port == PORT


def test_a_cloud_that_runs_is_not_started_on_another_port(tmp_path: Path) -> None:
    Places(tmp_path, 4600).remember_port()
    myself = f"{os.getpid()} {psutil.Process().create_time()}"
    (tmp_path / "ministack.pid").write_text(myself, encoding="ascii")  # a server that runs

    with pytest.raises(LocalCloudError, match=r"already runs, on port 4600\.[^!]*\n  make down up PORT=4700"):
        cloud.start_all(Places(tmp_path, 4700))

    assert Places.find(tmp_path, None).port == 4600


def test_where_a_port_is_taken_nothing_is_started_or_remembered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cloud, "is_open", lambda port: port == 4602)

    with pytest.raises(LocalCloudError, match="Another program uses port 4602"):
        cloud.start_all(Places(tmp_path, 4600))

    assert not list(tmp_path.iterdir())


def test_the_gateways_keys_are_made_once_for_their_owner_alone(tmp_path: Path) -> None:
    made = sandbox.keys(Places(tmp_path, 4600))

    assert sandbox.keys(Places(tmp_path, 4600)) == made
    assert made["url"] == "http://127.0.0.1:4603"
    assert len({made["key"], made["signing_key"], sandbox.keys(Places(tmp_path.parent, 4600))["key"]}) == 3
    [file] = tmp_path.iterdir()
    assert file.stat().st_mode & 0o077 == 0
    assert not any(key in sandbox.command(Places(tmp_path, 4600)) for key in made.values())


def test_the_secret_gets_the_gateways_keys_and_keeps_those_of_others(tmp_path: Path) -> None:
    secret = Secret()
    secret.values["payments"] = '{"stripe": {"secret_key": "sk_test"}}'
    places = Places(tmp_path, 4600)

    for _ in range(2):
        sandbox.put_keys(secret, "payments", places)

    assert json.loads(secret.values["payments"]) == {
        "stripe": {"secret_key": "sk_test"},
        "sandbox": sandbox.keys(places),
    }
    assert secret.puts == 1


@pytest.mark.parametrize(
    ("chosen", "told"),
    [
        ({"PaymentMode": "online"}, "http://127.0.0.1:4603/ (sandbox: no real money)"),
        ({"PaymentMode": "online", "PaymentProvider": "stripe"}, "stripe"),
        ({}, "recorded at once; with PARAMETERS=PaymentMode=online at http://127.0.0.1:4603/ (sandbox: no real money)"),
        ({"PaymentMode": "confirmed"}, "confirmed by staff; with PARAMETERS=PaymentMode=online at http://127.0.0.1:46"),
    ],
)
def test_make_up_says_where_one_pays(tmp_path: Path, chosen: dict[str, str], told: str) -> None:
    assert payments(Places(tmp_path, 4600), chosen).startswith(told)


def test_an_environment_that_cannot_be_created_names_the_target_that_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[list[str]] = []

    def make(command: list[str], **_: object) -> "CompletedProcess[str]":
        made.append(command)
        return CompletedProcess(command, 2)

    monkeypatch.setattr(places, "ROOT", tmp_path)
    monkeypatch.setattr(processes, "ROOT", tmp_path)
    monkeypatch.setattr(subprocess, "run", make)

    with pytest.raises(LocalCloudError, match=r"load could not be created\. To see why: make \.local/env/load/\.made"):
        processes.provide("load")
    (tmp_path / ".local" / "env" / "load").mkdir(parents=True)
    (tmp_path / ".local" / "env" / "load" / ".made").touch()
    processes.provide("load")

    assert made == [["make", "-s", ".local/env/load/.made"]]


def test_parameters_of_the_template_are_taken() -> None:
    text = "Currency=USD ReminderDaysBefore=5,0 AllowedOrigins='https://a.example, https://b.example'"

    assert parameters.parse(text) == {
        "Currency": "USD",
        "ReminderDaysBefore": "5,0",
        "AllowedOrigins": "https://a.example, https://b.example",
    }
    assert parameters.parse("") == {}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("LateFee=0.05", r"There is no parameter LateFee\. There are:\n  AllowedOrigins, .*LateFeeRate"),
        ("Stage=prod", r"The local cloud sets the parameter Stage itself"),
        ("Currency", r"Currency has no value: write Currency=value"),
        ("Currency=", r"Currency has no value: write Currency=value"),
        ("Locale='en", r"PARAMETERS cannot be read: No closing quotation"),
    ],
)
def test_a_parameter_that_cannot_be_taken_is_refused_by_name(text: str, told: str) -> None:
    with pytest.raises(LocalCloudError, match=f"(?s){told}"):
        parameters.parse(text)


def test_a_deployment_that_is_rolled_back_says_why_and_that_a_reset_deletes_the_data() -> None:
    kind = "AWS::SQS::Queue"
    events = [
        {"LogicalResourceId": "Queue", "ResourceType": kind, "ResourceStatus": "UPDATE_IN_PROGRESS"},
        {
            "LogicalResourceId": "Queue",
            "ResourceType": kind,
            "ResourceStatus": "UPDATE_FAILED",
            "ResourceStatusReason": "The name is too long",
        },
    ]

    lines = refusal(events, "a long log").splitlines()

    assert lines[0].endswith("no data is lost. Why:")
    assert lines[1:3] == [
        "  Queue (AWS::SQS::Queue): The name is too long",
        "Correct template.yaml or PARAMETERS, and run make up again.",
    ]
    assert "DELETES all local data" in lines[-2]
    assert lines[-1] == "  make reset up"


def test_a_deployment_that_never_began_says_why_as_sam_does() -> None:
    output = (
        "Deploying…\nError: Failed to create changeset, an error occurred when calling the X operation: No such type\n"
    )

    assert "\n  No such type\n" in refusal([], output)
    assert "\n  Killed\n" in refusal([], "Killed")
