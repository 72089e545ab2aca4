"""`python -m local up` and the like: the local cloud by hand. The Makefile's targets call it."""

import argparse
import contextlib
import fcntl
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NoReturn
from uuid import uuid4

from botocore.exceptions import EndpointConnectionError

from local import cloud, deployment, mailbox, parameters, processes
from local.places import ROOT, STACK, Places

_IS_DOWN = "The local cloud does not run on this port: make up"


def up(places: Places, given: argparse.Namespace) -> None:
    """Start the cloud, deploy what changed, furnish the shop on the first time."""
    chosen = parameters.parse(given.parameters)
    with _only_one(places):
        cloud.start_all(places)
        changed = deployment.deploy(places, chosen)
        if not given.empty:
            deployment.furnish(places)
    print(f"The shop is up{'' if changed else ', unchanged'}.\n")
    print(f"  API       {places.api_url}/")
    print(f"  Docs      {places.api_url}/docs/")
    if not given.empty:
        print(f"  Admin     {deployment.ADMIN_EMAIL}, password {deployment.ADMIN_PASSWORD}")
        print(f"  Customer  {deployment.CUSTOMER_EMAIL}, password {deployment.CUSTOMER_PASSWORD}")
    print("  Mails     make mail")


def down(places: Places, _: argparse.Namespace) -> None:
    """Stop the cloud; everything in it is kept."""
    with _only_one(places):
        cloud.stop_all(places)


def reset(places: Places, given: argparse.Namespace) -> None:
    """Stop the cloud and forget everything in it."""
    down(places, given)
    shutil.rmtree(places.state, ignore_errors=True)


def url(places: Places, _: argparse.Namespace) -> None:
    """Print the base URL of the API."""
    print(places.api_url)


def admin(places: Places, given: argparse.Namespace) -> None:
    """Create or promote an admin."""
    _run_on(places, "local.admin", "--email", given.email, "--password", given.password)


def audit(places: Places, _: argparse.Namespace) -> None:
    """Add the ledger up anew and print each difference."""
    _run_on(places, "local.audit")


def migrate(places: Places, _: argparse.Namespace) -> None:
    """Bring the table up to this release's schema."""
    _run_on(places, "local.migrate")


def _run_on(places: Places, module: str, *arguments: str) -> NoReturn:
    """Run a script that serves AWS as well against this cloud, and end as it ends."""
    if not processes.is_open(places.port):
        raise processes.LocalCloudError(_IS_DOWN)
    command = [sys.executable, "-m", module, "--stack", STACK, *arguments]
    sys.exit(subprocess.run(command, env=places.environment(), check=False).returncode)


def mail(places: Places, given: argparse.Namespace) -> None:
    """Print the mails sent, a JSON object a line, oldest first."""
    for line in mailbox.mails(places.mails, given.to):
        print(line)


def remind(places: Places, given: argparse.Namespace) -> None:
    """Start the reminders as their schedule does, now or on another day; the mails follow in the background."""
    now = datetime.now(UTC)
    scheduled = datetime(given.date.year, given.date.month, given.date.day, 6, tzinfo=UTC) if given.date else now
    name = deployment.outputs(places)["PlannerFunctionName"]
    event = {"plan": "reminders", "scheduled_time": scheduled.isoformat().replace("+00:00", "Z")}
    answer = deployment.boto3_client("lambda", places).invoke(FunctionName=name, Payload=json.dumps(event))
    if "FunctionError" in answer:
        raise processes.LocalCloudError(f"The planner failed: {answer['Payload'].read().decode()}")
    print(f"The reminders of {scheduled:%Y-%m-%d} are on their way.")


def rotate(places: Places, _: argparse.Namespace) -> None:
    """Give the shop another signing key, by the steps that Secrets Manager takes on AWS."""
    found = deployment.outputs(places)
    client = deployment.boto3_client("lambda", places)
    version = str(uuid4())
    for step in ("createSecret", "setSecret", "testSecret", "finishSecret"):
        event = {"Step": step, "SecretId": found["SecretName"], "ClientRequestToken": version}
        answer = client.invoke(FunctionName=found["RotationFunctionName"], Payload=json.dumps(event))
        if "FunctionError" in answer:
            raise processes.LocalCloudError(f"{step} failed: {answer['Payload'].read().decode()}")
    print("Another key signs in a little more than six hours; tokens of the last one stay good.")


def logs(places: Places, _: argparse.Namespace) -> None:
    """Print what the functions logged in the last hour."""
    client = deployment.boto3_client("logs", places)
    since = int((datetime.now(UTC).timestamp() - 3600) * 1000)
    pages = client.get_paginator("filter_log_events").paginate(
        logGroupName=deployment.outputs(places)["LogGroup"], startTime=since
    )
    found = [(event["timestamp"], event["message"].rstrip()) for page in pages for event in page["events"]]
    for timestamp, message in sorted(found):
        print(f"{datetime.fromtimestamp(timestamp / 1000, UTC):%H:%M:%S} {message}")


@contextlib.contextmanager
def _only_one(places: Places) -> Iterator[None]:
    """Let others who start or stop the same cloud wait."""
    places.state.mkdir(parents=True, exist_ok=True)
    lock = places.state.with_name(f"{places.state.name}.lock")
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


COMMANDS = {
    "up": up,
    "down": down,
    "reset": reset,
    "url": url,
    "admin": admin,
    "audit": audit,
    "migrate": migrate,
    "mail": mail,
    "remind": remind,
    "rotate": rotate,
    "logs": logs,
}


def main() -> int:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(prog="python -m local", description=__doc__)
    parser.add_argument("command", choices=COMMANDS)
    parser.add_argument("--state", type=Path, default=ROOT / ".local" / "state", help="the folder it keeps things in")
    parser.add_argument("--port", type=int, help="the API's port, remembered until down; the two next are used as well")
    parser.add_argument(
        "--parameters", default="", help="up: of template.yaml, such as 'Currency=USD LateFeeRate=0.05'"
    )
    parser.add_argument("--empty", action="store_true", help="up: without the first admin and the demo shop")
    parser.add_argument("--email", help="admin: whose account")
    parser.add_argument("--password", help="admin: the password to set")
    parser.add_argument("--to", help="mail: only mails to this address")
    parser.add_argument("--date", type=date.fromisoformat, help="remind: another day, YYYY-MM-DD")
    given = parser.parse_args()
    try:
        COMMANDS[given.command](Places.find(given.state.resolve(), given.port), given)
    except processes.LocalCloudError as error:
        print(error, file=sys.stderr)
        return 1
    except EndpointConnectionError:
        print(_IS_DOWN, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
