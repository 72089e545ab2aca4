"""Newman sends the Postman collection to a running local cloud."""

import subprocess

from contract.__main__ import COLLECTION, ENVIRONMENT
from local import node
from local.deployment import ADMIN_EMAIL, ADMIN_PASSWORD
from local.places import Places


def command(places: Places) -> list[str]:
    """Return the command line of newman, which fails when a test of the collection fails."""
    variables = {
        "base_url": places.api_url,
        "mailbox_url": places.mailbox_url,
        "admin_email": ADMIN_EMAIL,
        "admin_password": ADMIN_PASSWORD,
    }
    options = [part for name, value in variables.items() for part in ("--env-var", f"{name}={value}")]
    return ["newman", "run", str(COLLECTION), "--environment", str(ENVIRONMENT), "--timeout-request", "60000", *options]


def run(places: Places) -> int:
    """Send the collection; return newman's exit status. Raises NpmError."""
    return subprocess.run(command(places), env=node.tools(), check=False).returncode
