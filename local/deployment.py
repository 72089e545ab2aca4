"""The shop on the local cloud: `sam build`, `sam deploy` of the template as it is, and what MiniStack leaves undone."""

import hashlib
import json
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import ClientError

from local import cloud, dynamodb
from local.places import API_ID, REGION, ROOT, STACK, STAGE, Places, environment_of
from local.processes import LocalCloudError

ADMIN_EMAIL, ADMIN_PASSWORD = "admin@example.com", "admin-password"
_SENDER = "shop@example.com"


def deploy(places: Places) -> bool:
    """Deploy what changed since the last time; whether anything had."""
    parameters = {
        "Stage": STAGE,
        "PublicUrl": places.api_url,
        "AllowedOrigins": "*",
        "SenderAddress": _SENDER,
        "ThrottleRate": "100000",
        "ThrottleBurst": "100000",
        "AccountThrottleRate": "100000",
        "AccountThrottleBurst": "100000",
        "DeletionProtection": "DISABLED",
        "SecretRotationDays": "0",  # MiniStack has no schedule for it
    }
    fingerprint, mark = _fingerprint(parameters), places.state / "deployed"
    if mark.exists() and mark.read_text(encoding="ascii") == fingerprint and outputs(places):
        return False
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
    _step("Deploying")
    sam(
        places,
        [
            *("deploy", "--template-file", build / "template.yaml", "--config-file", ROOT / "samconfig.toml"),
            *("--stack-name", STACK, "--no-confirm-changeset", "--no-fail-on-empty-changeset"),
            *("--tags", f"ms-custom-id={API_ID}"),  # pins the API's id, hence its URL
            *("--parameter-overrides", *(f"{name}={value}" for name, value in parameters.items())),
        ],
    )
    dynamodb.create_table(dynamodb.client(places.table_url), outputs(places)["TableName"])
    boto3_client("ses", places).verify_email_identity(EmailAddress=_SENDER)
    _put_gateway_responses(places)
    _put_concurrency(places)
    # MiniStack saves its state when it stops: now it has one to come back to however it ends.
    cloud.stop_ministack(places)
    cloud.start_ministack(places)
    mark.write_text(fingerprint, encoding="ascii")
    return True


def furnish(places: Places) -> None:
    """Make the first admin and the demo shop, once."""
    mark = places.state / "furnished"
    if mark.exists():
        return
    _step("Furnishing the demo shop")
    for arguments in (["local.admin", "--email", ADMIN_EMAIL, "--password", ADMIN_PASSWORD], ["local.demo"]):
        subprocess.run([sys.executable, "-m", *arguments, "--stack", STACK], env=places.environment(), check=True)
    mark.touch()


def sam(places: Places, arguments: Iterable[str | Path], environment: Mapping[str, str] | None = None) -> None:
    """Run SAM CLI against the local cloud; what it says is shown when it fails."""
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


def boto3_client(service: Any, places: Places) -> Any:  # noqa: ANN401 - boto3 tells the type by the literal name alone
    """A client of the local cloud."""
    return boto3.client(
        service,
        endpoint_url=places.cloud_url,
        region_name=REGION,
        aws_access_key_id="local",
        aws_secret_access_key="local",  # noqa: S106 - the local cloud asks for some
    )


def outputs(places: Places) -> Mapping[str, str]:
    """The outputs of the stack; none before it is deployed."""
    try:
        (stack,) = boto3_client("cloudformation", places).describe_stacks(StackName=STACK)["Stacks"]
    except ClientError:
        return {}
    return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}


def _put_gateway_responses(places: Places) -> None:
    """Give the API the template's answers to what reaches no function; MiniStack passes them over."""
    gateway = boto3_client("apigateway", places)
    for kind, response in dynamodb.resource("Api")["GatewayResponses"].items():
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
    """Give the queues' mappings their limits as numbers; MiniStack keeps a parameter's as text and stops over it."""
    client = boto3_client("lambda", places)
    for mapping in client.list_event_source_mappings()["EventSourceMappings"]:
        if "ScalingConfig" in mapping:
            client.update_event_source_mapping(UUID=mapping["UUID"], ScalingConfig=mapping["ScalingConfig"])


def _fingerprint(parameters: Mapping[str, str]) -> str:
    """A digest of all that a deployment is made of."""
    digest = hashlib.sha256(json.dumps(parameters, sort_keys=True).encode())
    files = [ROOT / "template.yaml", *(ROOT / "functions").rglob("*"), *(ROOT / "layers").rglob("*")]
    files += (ROOT / "local").glob("*.py")  # how it is deployed
    for file in sorted(file for file in files if file.is_file() and "__pycache__" not in file.parts):
        digest.update(f"{file.relative_to(ROOT)}\0{file.stat().st_mode & 0o111}\0".encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _step(what: str) -> None:
    print(f"{what} …", flush=True)
