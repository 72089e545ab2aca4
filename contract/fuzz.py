"""`python -m contract.fuzz`: schemathesis against a local cloud that runs, as an admin, for as long as it is told."""

import argparse
import os
import subprocess
import sys
from pathlib import Path

import httpx

from contract.document import ROOT
from local.deployment import ADMIN_EMAIL, ADMIN_PASSWORD
from local.places import Places

CONFIGURATION = ROOT / "contract" / "schemathesis.toml"


def command(seconds: int) -> list[str]:
    """The command line of schemathesis, which takes the address and a token from its environment."""
    program = str(Path(sys.executable).with_name("schemathesis"))
    document = str(ROOT / "functions" / "docs" / "openapi.json")
    return [program, "--config-file", str(CONFIGURATION), "run", document, "--max-time", str(seconds), "--workers", "2"]


def environment(url: str) -> dict[str, str]:
    """The environment of schemathesis, logged in as the first admin."""
    answer = httpx.post(f"{url}/accounts/login/", json={"email": ADMIN_EMAIL, "password": ADMIN_PASSWORD}, timeout=60)
    return dict(os.environ) | {"SHOP_URL": url, "SHOP_TOKEN": answer.raise_for_status().json()["access"]}


def main() -> int:
    """Run it; fails as schemathesis does."""
    parser = argparse.ArgumentParser(prog="python -m contract.fuzz", description=__doc__)
    parser.add_argument("--port", type=int, default=4566, help="the local cloud's port")
    parser.add_argument("--seconds", type=int, default=600, help="how long")
    given = parser.parse_args()
    url = Places(ROOT / ".local" / "state", given.port).api_url
    return subprocess.run(command(given.seconds), env=environment(url), check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
