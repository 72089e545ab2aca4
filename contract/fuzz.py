"""`python -m contract.fuzz`: schemathesis against a local cloud that runs, as an admin, for as long as it is told."""

import argparse
import os
import re
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import httpx

from contract.document import ROOT
from local.deployment import ADMIN_EMAIL, ADMIN_PASSWORD
from local.places import Places

CONFIGURATION = ROOT / "contract" / "schemathesis.toml"
_PASSWORD = "demo-password"  # noqa: S105 - of the contract's examples, which are sent first


def command(seconds: int) -> list[str]:
    """The command line of schemathesis, which takes the address and a token from its environment."""
    program = str(Path(sys.executable).with_name("schemathesis"))
    document = str(ROOT / "docs" / "openapi.json")
    return [program, "--config-file", str(CONFIGURATION), "run", document, "--max-time", str(seconds), "--workers", "2"]


def environment(places: Places) -> dict[str, str]:
    """The environment of schemathesis: the first admin's token, and those of customers for calls that end things."""
    with httpx.Client(base_url=places.api_url, timeout=60) as client:
        tokens = {f"SHOP_{name}_TOKEN": _new_customer(client, places) for name in ("LEAVER", "CHANGER", "STAYER")}
        admin = _logged_in(client, ADMIN_EMAIL, ADMIN_PASSWORD)
    return dict(os.environ) | {"SHOP_URL": places.api_url, "SHOP_TOKEN": admin} | tokens


def _new_customer(client: httpx.Client, places: Places) -> str:
    """The access token of a new customer, whose password is that of the contract's examples."""
    name = f"fuzz-{uuid4().hex[:12]}"
    email = f"{name}@example.com"
    account = {"username": name, "email": email, "password": _PASSWORD}
    client.post("/accounts/register/", json=account).raise_for_status()
    mails = httpx.get(places.mailbox_url, timeout=60).raise_for_status().json()["messages"]
    (text,) = (mail["BodyText"] for sent in mails.values() for mail in sent if email in mail["To"])
    code = re.findall(r"\b[0-9]{6}\b", text)[0]
    client.post("/accounts/verify-otp/", json={"email": email, "otp_code": code}).raise_for_status()
    return _logged_in(client, email, _PASSWORD)


def _logged_in(client: httpx.Client, email: str, password: str) -> str:
    answer = client.post("/accounts/login/", json={"email": email, "password": password}).raise_for_status()
    return str(answer.json()["access"])


def main() -> int:
    """Run it; fails as schemathesis does."""
    parser = argparse.ArgumentParser(prog="python -m contract.fuzz", description=__doc__)
    parser.add_argument("--port", type=int, help="the local cloud's port")
    parser.add_argument("--seconds", type=int, default=600, help="how long")
    given = parser.parse_args()
    places = Places.find(ROOT / ".local" / "state", given.port)
    return subprocess.run(command(given.seconds), env=environment(places), check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
