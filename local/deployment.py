"""Deploying the shop to the local cloud: `sam build`, `sam deploy`, and what MiniStack does not do itself."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import ClientError

from local import cloud, dynamodb, sandbox, template
from local.places import API_ID, REGION, ROOT, STACK, STAGE, Places, environment_of
from local.processes import LocalCloudError

ADMIN_EMAIL, ADMIN_PASSWORD = "admin@example.com", "admin-password"
CUSTOMER_EMAIL, CUSTOMER_PASSWORD = "rahim@example.com", "demo-password"
ORIGINS = [f"http://{host}:{port}" for host in ("localhost", "127.0.0.1") for port in (3000, 4200, 5173, 8080)]
"""The origins of frontends in development: the default ports of React, Angular, Vite and Vue."""
_SENDER = "shop@example.com"


def deploy(places: Places, overrides: Mapping[str, str]) -> bool:
    """Deploy the shop with some parameters of the template, unless nothing changed; return whether it deployed.

    Raises LocalCloudError when this version cannot read the local data or CloudFormation refuses the deployment.
    """
    parameters = {
        "Stage": STAGE,
        "PublicUrl": places.api_url,
        "AllowedOrigins": ",".join(ORIGINS),
        "SenderAddress": _SENDER,
        "ThrottleRate": "100000",
        "ThrottleBurst": "100000",
        "AccountThrottleRate": "100000",
        "AccountThrottleBurst": "100000",
        "DeletionProtection": "DISABLED",
        "SecretRotationDays": "0",  # MiniStack has no rotation schedule
        "PaymentProvider": "sandbox",
        **overrides,
    }
    fingerprint, mark = _fingerprint(parameters), places.state / "deployed"
    if mark.exists() and mark.read_text(encoding="ascii") == fingerprint and outputs(places):
        return False
    table = dynamodb.client(places.table_url)
    if "TableName" in outputs(places):
        dynamodb.check_table(table, outputs(places)["TableName"])
    _step("Building")
    build = places.state / "build"
    sam(
        places,
        ["build", "--template-file", ROOT / "template.yaml", "--build-dir", build],
        {
            "SHOP_BUILD": "host",
            "SHOP_PYTHON": str(environment_of("cloud") / "python"),
            "SHOP_UV": str(environment_of("tools") / "uv"),
        },
    )
    _share_layer(places, build / "SharedLayer", fingerprint)
    _step("Deploying")
    began = datetime.now(UTC)
    try:
        sam(
            places,
            [
                *("deploy", "--template-file", build / "template.yaml", "--config-file", ROOT / "samconfig.toml"),
                *("--stack-name", STACK, "--no-confirm-changeset", "--no-fail-on-empty-changeset"),
                *("--tags", f"ms-custom-id={API_ID}"),  # pins the API's id, hence its URL
                *("--parameter-overrides", *(f"{name}={value}" for name, value in parameters.items())),
            ],
        )
    except LocalCloudError as error:
        raise LocalCloudError(refusal(_events(places, since=began), str(error))) from None
    dynamodb.create_table(table, outputs(places)["TableName"])
    boto3_client("ses", places).verify_email_identity(EmailAddress=parameters["SenderAddress"])
    sandbox.put_keys(boto3_client("secretsmanager", places), outputs(places)["PaymentSecretName"], places)
    _put_gateway_responses(places)
    _put_concurrency(places)
    # MiniStack saves its state when it stops. After this it can be killed without losing the deployment.
    cloud.stop_ministack(places)
    cloud.start_ministack(places)
    mark.write_text(fingerprint, encoding="ascii")
    return True


def _share_layer(places: Places, built: Path, fingerprint: str) -> None:
    """Let all functions import one copy of the layer; the layer that is deployed leads there.

    MiniStack unpacks a layer for each process that it starts: thousands of files, which takes longer than the start.
    Like Lambda it reads .pth files. Theirs come after MiniStack's own libraries, so this one puts the copy first.
    """
    copy = places.state / "layer"
    shutil.rmtree(copy, ignore_errors=True)
    (built / "python").rename(copy)
    lead = built / "python" / "lib" / "python3.13" / "site-packages" / "shop.pth"
    lead.parent.mkdir(parents=True)
    lead.write_text(f"# {fingerprint}\nimport sys; sys.path.insert(0, {str(copy)!r})\n", encoding="utf-8")


def refusal(events: Iterable[Mapping[str, Any]], output: str) -> str:
    """Describe a failed deployment: the reasons from its events or from SAM CLI, and what to do."""
    reasons = [
        f"{event['LogicalResourceId']} ({event['ResourceType']}): {event['ResourceStatusReason']}"
        for event in events
        if event["ResourceStatus"].endswith("_FAILED") and event.get("ResourceStatusReason")
    ]
    errors = [line.rpartition("operation: ")[2] for line in output.splitlines() if line.startswith("Error: ")]
    return "\n".join(
        [
            "CloudFormation refused the deployment. The shop is as it was before, and no data is lost. Why:",
            *(f"  {reason}" for reason in reasons or errors or [output]),
            "Correct template.yaml or PARAMETERS, and run make up again.",
            "To start afresh instead, which DELETES all local data (accounts, purchases, payments, mails):",
            "  make reset up",
        ]
    )


def payments(places: Places, chosen: Mapping[str, str]) -> str:
    """Describe in words where customers pay online, or what happens instead."""
    provider, mode = chosen.get("PaymentProvider", "sandbox"), chosen.get("PaymentMode", "recorded")
    where = f"{places.gateway_url}/ (sandbox: no real money)" if provider == "sandbox" else provider
    if mode == "online":
        return where
    instead = "recorded at once" if mode == "recorded" else "confirmed by staff"
    return f"{instead}; with PARAMETERS=PaymentMode=online at {where}"


def add_demo(places: Places) -> None:
    """Create the first admin and the demo shop, once."""
    mark = places.state / "furnished"
    if mark.exists():
        return
    _step("Creating the demo shop")
    admin = ["local", "admin", *places.arguments(), "--email", ADMIN_EMAIL, "--password", ADMIN_PASSWORD]
    for arguments in (admin, ["local.demo", "--stack", STACK]):
        command = [sys.executable, "-m", *arguments]
        if subprocess.run(command, env=places.environment(), cwd=ROOT, check=False).returncode:
            raise LocalCloudError("The shop runs, but its demo data is incomplete. The reason stands above.")
    mark.touch()


def sam(places: Places, arguments: Iterable[str | Path], environment: Mapping[str, str] | None = None) -> None:
    """Run SAM CLI against the local cloud. Raises LocalCloudError with its output when it fails."""
    command = [str(environment_of("sam") / "sam"), *(str(part) for part in arguments)]
    done = subprocess.run(
        command,
        env=places.environment() | dict(environment or {}),
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise LocalCloudError(f"{' '.join(command[:2])} failed:\n{done.stdout}")


def boto3_client(service: Any, places: Places) -> Any:  # noqa: ANN401 - the type depends on the service
    """Return a client of a service of the local cloud."""
    return boto3.client(
        service,
        endpoint_url=places.cloud_url,
        region_name=REGION,
        aws_access_key_id="local",
        aws_secret_access_key="local",  # noqa: S106 - any value will do
    )


def outputs(places: Places) -> Mapping[str, str]:
    """Return the outputs of the stack; none before the first deployment."""
    try:
        (stack,) = boto3_client("cloudformation", places).describe_stacks(StackName=STACK)["Stacks"]
    except ClientError:
        return {}
    return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}


def _events(places: Places, *, since: datetime) -> list[dict[str, Any]]:
    """Return the events of the stack, oldest first; none when there is no stack."""
    try:
        found = boto3_client("cloudformation", places).describe_stack_events(StackName=STACK)["StackEvents"]
    except ClientError:
        return []
    return [event for event in reversed(found) if event["Timestamp"] >= since]


def _put_gateway_responses(places: Places) -> None:
    """Set the template's answers to requests that reach no function; MiniStack ignores them in templates."""
    gateway = boto3_client("apigateway", places)
    for kind, response in template.resource("Api")["GatewayResponses"].items():
        headers = response.get("ResponseParameters", {}).get("Headers", {})
        request = {
            "restApiId": API_ID,
            "responseType": kind,
            "responseParameters": {f"gatewayresponse.header.{name}": value for name, value in headers.items()},
            "responseTemplates": response.get("ResponseTemplates", {}),
        }
        if "StatusCode" in response:
            request["statusCode"] = response["StatusCode"]
        gateway.put_gateway_response(**request)
    gateway.create_deployment(restApiId=API_ID, stageName=STAGE)


def _put_concurrency(places: Places) -> None:
    """Set the concurrency limits of the queues as numbers; MiniStack stores a parameter as text and fails on it.

    The limit is one per processor at most, since each execution is a process that takes seconds to start.
    """
    client, processors = boto3_client("lambda", places), max(2, os.cpu_count() or 2)
    for mapping in client.list_event_source_mappings()["EventSourceMappings"]:
        if limits := mapping.get("ScalingConfig"):
            most = min(int(limits["MaximumConcurrency"]), processors)
            client.update_event_source_mapping(UUID=mapping["UUID"], ScalingConfig={"MaximumConcurrency": most})


def _fingerprint(parameters: Mapping[str, str]) -> str:
    """Return a digest of everything that a deployment depends on."""
    digest = hashlib.sha256(json.dumps(parameters, sort_keys=True).encode())
    files = [ROOT / "template.yaml", *(ROOT / "functions").rglob("*"), *(ROOT / "layers").rglob("*")]
    files += (ROOT / "local").glob("*.py")  # how it is deployed
    for file in sorted(file for file in files if file.is_file() and "__pycache__" not in file.parts):
        digest.update(f"{file.relative_to(ROOT)}\0{file.stat().st_mode & 0o111}\0".encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _step(what: str) -> None:
    print(f"{what} …", flush=True)
