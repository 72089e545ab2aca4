"""The sandbox gateway as a server of the local cloud: its keys, how it is started, and what the shop knows of it."""

import json
import os
import secrets
import sys
from collections.abc import Mapping
from typing import Any

from local.places import Places

KEY, SIGNING_KEY = "GATEWAY_KEY", "GATEWAY_SIGNING_KEY"
"""The environment variables that tell the gateway its keys; a command line would show them to everybody."""


def keys(places: Places) -> dict[str, str]:
    """Return what the shop's secret has for the gateway. The keys are made once and kept with the other data."""
    file = places.state / "gateway-keys.json"
    if not file.exists():
        made = {"key": secrets.token_urlsafe(24), "signing_key": secrets.token_urlsafe(24)}
        file.touch(mode=0o600)
        file.write_text(json.dumps(made), encoding="ascii")
    return {"url": places.gateway_url, **json.loads(file.read_text(encoding="ascii"))}


def command(places: Places) -> list[str]:
    """Return the command that serves the gateway."""
    books = str(places.state / "gateway.json")
    return [sys.executable, "-m", "local.gateway", str(places.gateway_port), "--state", books]


def environment(places: Places) -> Mapping[str, str]:
    """Return the environment of that command."""
    known = keys(places)
    return {**os.environ, KEY: known["key"], SIGNING_KEY: known["signing_key"]}


def put_keys(client: Any, secret: str, places: Places) -> None:  # noqa: ANN401 - of Secrets Manager
    """Write the gateway's keys into the shop's secret, beside those of other providers."""
    stored = json.loads(client.get_secret_value(SecretId=secret)["SecretString"])
    wanted = {**stored, "sandbox": keys(places)}
    if wanted != stored:
        client.put_secret_value(SecretId=secret, SecretString=json.dumps(wanted))
