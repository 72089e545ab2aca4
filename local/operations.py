"""What an operator does with a deployed shop: admins, reconciliation, reminders, key rotation, logs.

Functions that take a stack's name reach AWS, unless the environment points at the local cloud (`Places.enter`). The
others serve the local cloud alone.
"""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import boto3

from local import deployment
from local.places import Places
from local.processes import LocalCloudError

_ROTATION_STEPS = ("createSecret", "setSecret", "testSecret", "finishSecret")
"""The steps by which Secrets Manager rotates a secret on AWS."""
_REMINDER_HOUR = 6


def functions_environment(stack: str) -> dict[str, str]:
    """Return the environment variables that the shop's functions have in a stack."""
    resource = boto3.client("cloudformation").describe_stack_resource(StackName=stack, LogicalResourceId="AuthFunction")
    name = resource["StackResourceDetail"]["PhysicalResourceId"]
    configuration = boto3.client("lambda").get_function_configuration(FunctionName=name)
    return dict(configuration["Environment"]["Variables"])


def api_url(stack: str) -> str:
    """Return the base URL of a stack's API."""
    (found,) = boto3.client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
    return str(next(output["OutputValue"] for output in found["Outputs"] if output["OutputKey"] == "ApiUrl"))


def make_admin(stack: str, email: str, password: str) -> None:
    """Create a verified admin, or give an existing account admin rights and this password."""
    from shop.bootstrap import Shop

    account = Shop.from_environment(functions_environment(stack)).admin_bootstrap.make_admin(email, password)
    print(f"{account.email} is an admin.")


def audit(stack: str, table: str | None = None) -> bool:
    """Reconcile a stack's table, or another one such as a restored copy; return whether nothing differs."""
    from shop.bootstrap import Shop

    environment = functions_environment(stack)
    if table:
        environment["SHOP_TABLE_NAME"] = table
    findings = Shop.from_environment(environment).reconciliation.run()
    for difference in findings.differences:
        print(f"{difference.key}: {difference.what} is {difference.stored}, should be {difference.expected}")
    for key in findings.moving:
        print(f"{key}: changed during the audit, or a later release wrote it; run the audit again")
    print(f"{findings.customers} customers, {len(findings.differences)} differences, {len(findings.moving)} moving.")
    return findings.is_clean


def remind(places: Places, day: date | None) -> None:
    """Start the reminders of a day, today by default; the mails follow in the background."""
    scheduled = datetime.now(UTC)
    if day:
        scheduled = datetime(day.year, day.month, day.day, _REMINDER_HOUR, tzinfo=UTC)
    _plan(places, "reminders", scheduled)
    print(f"The reminders of {scheduled:%Y-%m-%d} are on their way.")


def night(places: Places) -> None:
    """Start the nightly run; the figures follow in the background."""
    _plan(places, "nightly", datetime.now(UTC))
    print("The figures of last night are being added up.")


def settle(places: Places) -> None:
    """Start the round over payments and refunds online that wait; what became of them follows in the background."""
    _plan(places, "round", datetime.now(UTC), "SettlerFunctionName")
    print("The payment provider is being asked about what waits.")


def charge(places: Places) -> None:
    """Start to charge what is due to saved methods; what became of it follows in the background."""
    _plan(places, "charges", datetime.now(UTC), "SettlerFunctionName")
    print("What is due is being charged to the methods that customers saved.")


def _plan(places: Places, plan: str, scheduled: datetime, function: str = "PlannerFunctionName") -> None:
    event = {"plan": plan, "scheduled_time": scheduled.isoformat().replace("+00:00", "Z")}
    invoke(places, function, event)


def rotate(places: Places) -> None:
    """Give the shop a new signing key, by the steps that Secrets Manager takes on AWS."""
    secret, version = deployment.outputs(places)["SecretName"], str(uuid4())
    for step in _ROTATION_STEPS:
        invoke(places, "RotationFunctionName", {"Step": step, "SecretId": secret, "ClientRequestToken": version})
    print("The new key signs tokens in a little more than six hours. Tokens of the old key stay valid.")


def print_logs(places: Places) -> None:
    """Print what the functions logged in the last hour, oldest first."""
    since = datetime.now(UTC) - timedelta(hours=1)
    pages = (
        deployment.boto3_client("logs", places)
        .get_paginator("filter_log_events")
        .paginate(logGroupName=deployment.outputs(places)["LogGroup"], startTime=int(since.timestamp() * 1000))
    )
    found = [(event["timestamp"], event["message"].rstrip()) for page in pages for event in page["events"]]
    for timestamp, message in sorted(found):
        print(f"{datetime.fromtimestamp(timestamp / 1000, UTC):%H:%M:%S} {message}")


def invoke(places: Places, output: str, event: dict[str, Any]) -> None:
    """Call the function that an output of the stack names. Raises LocalCloudError when the function fails."""
    name = deployment.outputs(places)[output]
    answer = deployment.boto3_client("lambda", places).invoke(FunctionName=name, Payload=json.dumps(event))
    if "FunctionError" in answer:
        raise LocalCloudError(f"{name} failed: {answer['Payload'].read().decode()}")
