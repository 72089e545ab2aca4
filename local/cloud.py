"""The servers of the local cloud: DynamoDB Local for the table, MiniStack for the rest of AWS, a mailbox, and the
sandbox gateway for payments.
"""

import os
import shutil
import sys
import urllib.error
import urllib.request
from pathlib import Path

from local import dynamodb, sandbox
from local.places import Places, environment_of, remembered_port
from local.processes import LocalCloudError, is_open, pid_of, start, stop, wait_until

_SERVERS = ("ministack", "mailbox", "gateway", "dynamodb")


def start_all(places: Places) -> None:
    """Start the servers that do not run, and wait until all answer.

    Raises LocalCloudError, and starts nothing, when the cloud runs on another port or a port is in use.
    """
    _check_ports(places)
    places.remember_port()
    data = places.state / "dynamodb"
    data.mkdir(parents=True, exist_ok=True)
    start(places, "dynamodb", dynamodb.command(places.table_port, data), os.environ, data)
    mailbox: list[str | Path] = [sys.executable, "-m", "local.mailbox", str(places.mail_port), places.mails]
    start(places, "mailbox", mailbox, os.environ)
    start(places, "gateway", sandbox.command(places), sandbox.environment(places))
    start_ministack(places)
    others = {"DynamoDB Local": places.table_port, "The mailbox": places.mail_port, "The gateway": places.gateway_port}
    for name, port in others.items():
        wait_until(lambda port=port: is_open(port), name)  # type: ignore[misc]


def start_ministack(places: Places) -> None:
    """Start MiniStack with the state that it saved when it stopped."""
    state, work = places.state / "ministack", places.state / "tmp"
    if work.exists() and not is_open(places.port):
        shutil.rmtree(work)  # it never deletes the functions that it unpacks
    for folder in (state / "services", state / "s3", work):
        folder.mkdir(parents=True, exist_ok=True)
    # Functions inherit this environment, so it has nothing that they would not have on AWS.
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(work),
        "LANG": "C.UTF-8",
        "TMPDIR": str(work),
        "GATEWAY_PORT": str(places.port),
        "BIND_HOST": "127.0.0.1",
        "IOT_MTLS_ENABLED": "0",
        "PERSIST_STATE": "1",
        "STATE_DIR": str(state / "services"),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(state / "s3"),
        "SMTP_HOST": f"127.0.0.1:{places.mail_port}",
        "AWS_ENDPOINT_URL_DYNAMODB": places.table_url,
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_DEFAULT_REGION": places.environment()["AWS_DEFAULT_REGION"],
    }
    start(places, "ministack", [environment_of("cloud") / "ministack"], environment)
    wait_until(lambda: _is_ready(places), "MiniStack")


def stop_ministack(places: Places) -> None:
    """Stop MiniStack; it saves its state."""
    stop(places, "ministack")


def stop_all(places: Places) -> None:
    """Stop every server and keep the data."""
    for name in _SERVERS:
        stop(places, name)
    places.forget_port()


def _check_ports(places: Places) -> None:
    running = {name for name in _SERVERS if pid_of(places, name) is not None}
    port = remembered_port(places.state)
    if running and port not in (None, places.port):
        raise LocalCloudError(
            f"The local cloud already runs, on port {port}. To move it, stop it first (its data is kept):\n"
            f"  make down up PORT={places.port}"
        )
    ports = {
        "ministack": places.port,
        "dynamodb": places.table_port,
        "mailbox": places.mail_port,
        "gateway": places.gateway_port,
    }
    for name, port in ports.items():
        if name not in running and is_open(port):
            raise LocalCloudError(f"Another program uses port {port}. Choose another port: make up PORT=5566")


def _is_ready(places: Places) -> bool:
    try:
        with urllib.request.urlopen(f"{places.cloud_url}/_ministack/ready", timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
