"""The template as CloudFormation receives it: SAM's resources expanded, for linters that know only CloudFormation's.

`python -m local.expanded all|none FILE` writes it with every optional part switched on or off.
"""

import json
import logging
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from samtranslator.yaml_helper import yaml_parse

ROOT = Path(__file__).parents[1]

_CODE = "s3://bucket/key"
EVERYTHING: Mapping[str, str] = {
    "PublicUrl": "https://api.example.com",
    "AlarmAddress": "operators@example.com",
    "AccessLog": "ENABLED",
    "AccountConcurrency": "20",
    "AuditSchedule": "ENABLED",
    "Canary": "true",
    "Deployment": "Canary10Percent5Minutes",
    "SnapStart": "PublishedVersions",
    "Firewall": "ENABLED",
    "DomainName": "api.example.com",
    "CertificateArn": "arn:aws:acm:us-east-1:000000000000:certificate/00000000-0000-0000-0000-000000000000",
    "HostedZoneId": "Z0000000000000",
    "Cdn": "ENABLED",
}
"""Parameters that switch every optional part on."""

NOTHING: Mapping[str, str] = {"SecretRotationDays": "0", "DeletionProtection": "DISABLED"}
"""Parameters that switch the parts off that are on by default."""


def expanded(parameters: Mapping[str, str], layer: str = _CODE) -> dict[str, Any]:
    """Return the expanded template, with these parameters as defaults, and the layer's code at an address."""
    # Aliases become copies: the linter that reads this changes what it reads.
    template = json.loads(json.dumps(yaml_parse((ROOT / "template.yaml").read_text(encoding="utf-8"))))
    for name, value in parameters.items():
        template["Parameters"][name]["Default"] = value
    for resource in template["Resources"].values():
        for place in {"CodeUri", "ContentUri"} & set(resource.get("Properties", {})):
            resource["Properties"][place] = layer if place == "ContentUri" else _CODE
    values = {name: str(parameter["Default"]) for name, parameter in template["Parameters"].items()}
    os.environ.setdefault("AWS_DEFAULT_REGION", "ap-southeast-1")
    logging.getLogger("samtranslator").setLevel(logging.ERROR)  # it warns of features that only AWS's own service has
    made = Translator({}, Parser()).translate(template, values)
    assert isinstance(made, dict)
    return made


if __name__ == "__main__":
    which, file = sys.argv[1:]
    Path(file).write_text(json.dumps(expanded(EVERYTHING if which == "all" else NOTHING), indent=1), encoding="utf-8")
