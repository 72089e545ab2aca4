"""`python -m contract.newman`: the Postman collection, sent by newman to a local cloud that runs."""

import argparse
import subprocess
import sys

from contract.__main__ import COLLECTION, ENVIRONMENT
from contract.document import ROOT
from local import node
from local.deployment import ADMIN_EMAIL, ADMIN_PASSWORD
from local.places import Places


def command(places: Places) -> list[str]:
    """The command line of newman; it fails when a test of the collection does."""
    variables = {
        "base_url": places.api_url,
        "mailbox_url": places.mailbox_url,
        "admin_email": ADMIN_EMAIL,
        "admin_password": ADMIN_PASSWORD,
    }
    given = [part for name, value in variables.items() for part in ("--env-var", f"{name}={value}")]
    return ["newman", "run", str(COLLECTION), "--environment", str(ENVIRONMENT), "--timeout-request", "60000", *given]


def main() -> int:
    """Send it; fails as newman does."""
    parser = argparse.ArgumentParser(prog="python -m contract.newman", description=__doc__)
    parser.add_argument("--port", type=int, help="the local cloud's port")
    places = Places.find(ROOT / ".local" / "state", parser.parse_args().port)
    try:
        return subprocess.run(command(places), env=node.tools(), check=False).returncode
    except node.NpmError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
