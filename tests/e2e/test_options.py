"""The template with its optional parts, deployed to the local cloud beside the shop that has none of them."""

import pytest

from local import deployment
from local.expanded import EVERYTHING
from local.places import ROOT
from tests.e2e.conftest import Cloud

DOMAIN = "shop.example.net"
UNKNOWN = {"Firewall": "DISABLED", "Canary": "false", "SecretRotationDays": "0"}
"""Parameters whose resources MiniStack lacks: AWS WAF, CodeDeploy and rotation schedules."""


@pytest.mark.parametrize("cdn", ["ENABLED", "DISABLED"])
def test_every_optional_part_is_deployed(cloud: Cloud, cdn: str) -> None:
    places, name = cloud.places, f"{cdn.lower()}.{DOMAIN}"
    certificate = deployment.boto3_client("acm", places).request_certificate(DomainName=name)["CertificateArn"]
    zone = deployment.boto3_client("route53", places).create_hosted_zone(Name=DOMAIN, CallerReference=cdn)
    parameters = {
        **EVERYTHING,
        **UNKNOWN,
        "Cdn": cdn,
        "DomainName": name,
        "CertificateArn": certificate,
        "HostedZoneId": zone["HostedZone"]["Id"].rpartition("/")[2],
    }
    stack = f"options-{cdn.lower()}"

    deployment.sam(
        places,
        [
            *("deploy", "--template-file", places.state / "build" / "template.yaml"),
            *("--config-file", ROOT / "samconfig.toml", "--stack-name", stack, "--no-confirm-changeset"),
            *("--parameter-overrides", *(f"{name}={value}" for name, value in parameters.items())),
        ],
    )

    client = deployment.boto3_client("cloudformation", places)
    made = client.describe_stack_resources(StackName=stack)["StackResources"]
    assert {one["ResourceStatus"] for one in made} == {"CREATE_COMPLETE"}
    assert ("Distribution" if cdn == "ENABLED" else "ApiDomain") in {one["LogicalResourceId"] for one in made}
    client.delete_stack(StackName=stack)
