"""Shoppers, payers and an admin at once, by Locust (`load/shop.py`), and an audit of what they leave behind.

Exits with 1 where a request failed or the ledger does not add up.
"""

import argparse
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from local.deployment import ADMIN_EMAIL, ADMIN_PASSWORD
from local.places import ROOT, STACK, Places, environment_of


def run(places: Places, users: int, seconds: int, url: str | None = None) -> int:
    """Load a shop and audit it: the local cloud's, or another address that has the same table."""
    command: Sequence[str | Path] = [
        environment_of("load") / "locust",
        *("--locustfile", ROOT / "load" / "shop.py", "--host", url or places.api_url),
        *("--headless", "--only-summary", "--loglevel", "WARNING"),
        *("--users", str(users), "--spawn-rate", "5", "--run-time", f"{seconds}s", "--stop-timeout", "30"),
    ]
    environment = places.environment() | {
        "SHOP_MAILBOX_URL": places.mailbox_url,
        "SHOP_ADMIN_EMAIL": ADMIN_EMAIL,
        "SHOP_ADMIN_PASSWORD": ADMIN_PASSWORD,
    }
    loaded = subprocess.run(command, env=environment, cwd=ROOT, check=False).returncode
    audit = [sys.executable, "-m", "local.audit", "--stack", STACK]
    audited = subprocess.run(audit, env=places.environment(), cwd=ROOT, check=False).returncode
    return 1 if loaded or audited else 0


def main() -> int:
    """Load what runs on this machine."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, help="of the local cloud")
    parser.add_argument("--state", type=Path, default=ROOT / ".local" / "state", help="the local cloud's folder")
    parser.add_argument("--users", type=int, default=20)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--url", help="another address of the API, such as that of `make sam-local`")
    given = parser.parse_args()
    return run(Places.find(given.state, given.port), given.users, given.seconds, given.url)


if __name__ == "__main__":
    sys.exit(main())
