"""A local cloud of the tests' own, beside any that runs, with the shop deployed to it."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from local import deployment, mailbox
from local.places import STACK, Places
from local.processes import pid_of, wait_until
from shop.bootstrap import Shop
from tests.support import frontend
from tests.support.clock import Clock
from tests.support.leaks import leaked
from tests.support.ports import free_port

ROOT = Path(__file__).parents[2]
_DELIVERED_SECONDS = 180
_SECRETS = {"admin-password"}
"""The secrets of these tests that must not be logged."""
_SECRET_FIELDS = ("password", "old_password", "new_password", "otp_code", "refresh", "access")


_SECOND_CLOUD = {"test_pages", "test_sam_local"}
"""The files that take about as long as all others."""


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the tests that need a cloud share two, and those of payments online a third.

    pytest-xdist begins with the largest groups, one a worker; the other tests fill up what is left of them.
    """
    for item in items:
        if not isinstance(item, pytest.Function):
            continue
        if "online_cloud" in item.fixturenames:
            item.add_marker(pytest.mark.xdist_group("online cloud"))
        elif "cloud" in item.fixturenames:
            group = "second cloud" if item.path.stem in _SECOND_CLOUD else "cloud"
            item.add_marker(pytest.mark.xdist_group(group))


@dataclass(frozen=True)
class Cloud:
    """A shop that runs, used as its users and operators use it."""

    places: Places
    mode: str = "recorded"

    def run(self, *arguments: str) -> str:
        """Run a command of the local cloud; returns its output."""
        command = [sys.executable, "-m", "local", *arguments, *self.places.arguments()]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def up(self) -> str:
        """Start servers that do not run; returns the output.

        A mail that failed, or that two senders had at once, comes again while a test waits for it, and not after the
        six minutes that the template says.
        """
        parameters = f"AllowedOrigins={frontend.origin()} PaymentMode={self.mode}"
        printed = self.run("up", "--empty", "--parameters", parameters)
        queues, url = deployment.boto3_client("sqs", self.places), deployment.outputs(self.places)["MailQueueUrl"]
        queues.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "8"})
        return printed

    def kill(self, *names: str) -> None:
        """End servers without a warning."""
        for name in names:
            if name == "ministack":  # and with it, what it has of the log
                self.check_log()
            pid = pid_of(self.places, name)
            assert pid is not None, f"{name} does not run"
            os.kill(pid, signal.SIGKILL)

    def check_log(self) -> None:
        """Check that the functions logged no secret."""
        httpx.get(f"{self.places.api_url}/openapi.json", timeout=60).raise_for_status()
        log = self.run("logs")
        assert "request answered" in log, "the functions have logged nothing"
        assert leaked(_SECRETS, log) == []

    def mails(self, address: str) -> list[dict[str, str]]:
        """The mails sent to an address."""
        return [json.loads(line) for line in mailbox.mails(self.places.mails, address)]

    def await_mails(self, address: str, count: int) -> list[dict[str, str]]:
        """The mails sent to an address, once there are so many: the cloud hands them over in the background."""
        wait_until(lambda: len(self.mails(address)) >= count, f"Mail {count} to {address}", _DELIVERED_SECONDS)
        return self.mails(address)

    def variables(self) -> dict[str, str]:
        """The environment of the deployed functions."""
        configured = deployment.boto3_client("cloudformation", self.places).describe_stack_resource(
            StackName=STACK, LogicalResourceId="AuthFunction"
        )
        name = configured["StackResourceDetail"]["PhysicalResourceId"]
        client = deployment.boto3_client("lambda", self.places)
        return dict(client.get_function_configuration(FunctionName=name)["Environment"]["Variables"])

    def shop(self, clock: Clock) -> Shop:
        """The shop's own code over the deployed table, under another clock."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("AWS_ENDPOINT_URL", self.places.cloud_url)
            patch.setenv("AWS_ENDPOINT_URL_DYNAMODB", self.places.table_url)
            shop = Shop.from_environment(self.variables())
        shop.clock = clock
        return shop


@contextmanager
def _running(folder: Path, mode: str) -> Iterator[Cloud]:
    """The shop, empty but for one admin, while the context lasts."""
    running = Cloud(Places(folder / "state", free_port(following=4)), mode)
    try:
        running.up()
        running.run("admin", "--email", "admin@example.com", "--password", "admin-password")
        yield running
        running.check_log()
    finally:
        if os.environ.get("CI") and running.places.log("ministack").exists():
            sys.stdout.write(running.places.log("ministack").read_text(encoding="utf-8", errors="replace")[-4000:])
        running.run("reset")


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """A shop that records what customers say they paid."""
    with _running(tmp_path_factory.mktemp("cloud"), "recorded") as running:
        yield running


@pytest.fixture(scope="session")
def online_cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """A shop whose customers pay online, at the sandbox gateway."""
    with _running(tmp_path_factory.mktemp("cloud"), "online") as running:
        yield running


class Browser(httpx.Client):
    """A client of the API; fails at once on anything the server is to blame for."""

    def request(self, *arguments: Any, **more: Any) -> httpx.Response:
        answer = super().request(*arguments, **more)
        assert answer.status_code < 500, answer.text
        told = answer.json() if "json" in answer.headers.get("content-type", "") and answer.text else {}
        for body in (more.get("json"), told):
            if isinstance(body, dict):
                _SECRETS.update(str(body[field]) for field in _SECRET_FIELDS if field in body)
        return answer

    def log_in(self, email: str, password: str) -> None:
        """Log in for the following calls."""
        answer = self.post("/accounts/login/", json={"email": email, "password": password})
        assert answer.status_code == 200, answer.text
        self.headers["Authorization"] = f"Bearer {answer.json()['access']}"


@pytest.fixture
def browser(cloud: Cloud) -> Iterator[Browser]:
    """A client without a login."""
    with Browser(base_url=cloud.places.api_url, timeout=60) as client:
        yield client


@pytest.fixture
def admin(cloud: Cloud) -> Iterator[Browser]:
    """A client an admin is logged in with."""
    with Browser(base_url=cloud.places.api_url, timeout=60) as client:
        client.log_in("admin@example.com", "admin-password")
        yield client
