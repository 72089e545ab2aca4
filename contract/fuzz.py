"""Schemathesis tests a running local cloud against the OpenAPI document, as an admin."""

import os
import re
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import httpx

from local.deployment import ADMIN_EMAIL, ADMIN_PASSWORD
from local.places import ROOT, Places

CONFIGURATION = ROOT / "contract" / "schemathesis.toml"
_PASSWORD = "demo-password"  # noqa: S105 - of the contract's examples, which are sent first


def command(seconds: int) -> list[str]:
    """Return the command line of schemathesis, which reads the URL and tokens from its environment."""
    program = str(Path(sys.executable).with_name("schemathesis"))
    document = str(ROOT / "docs" / "openapi.json")
    return [program, "--config-file", str(CONFIGURATION), "run", document, "--max-time", str(seconds), "--workers", "2"]


def environment(places: Places) -> dict[str, str]:
    """Return the environment of schemathesis: tokens of the first admin, and of customers for destructive calls."""
    with httpx.Client(base_url=places.api_url, timeout=60) as client:
        tokens = {f"SHOP_{name}_TOKEN": _new_customer(client, places) for name in ("LEAVER", "CHANGER", "STAYER")}
        admin = _logged_in(client, ADMIN_EMAIL, ADMIN_PASSWORD)
    return dict(os.environ) | {"SHOP_URL": places.api_url, "SHOP_TOKEN": admin} | tokens


def _new_customer(client: httpx.Client, places: Places) -> str:
    """Register a customer with the password of the contract's examples; return an access token."""
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


def run(places: Places, seconds: int) -> int:
    """Test the local cloud for some seconds; return schemathesis's exit status."""
    return subprocess.run(command(seconds), env=environment(places), check=False).returncode
