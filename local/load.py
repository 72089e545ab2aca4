"""The load test: Locust plays customers and an admin (`load/shop.py`), then an audit checks the ledger they leave."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from local.deployment import ADMIN_EMAIL, ADMIN_PASSWORD
from local.places import ROOT, Places, environment_of
from local.processes import provide


def run(places: Places, users: int, seconds: int, url: str | None = None) -> int:
    """Load the local cloud's API, or another one at `url` with the same table, and audit the table.

    Returns 1 when a request failed or the audit found a difference, else 0.
    """
    provide("load")
    locust: Sequence[str | Path] = [
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
    loaded = subprocess.run(locust, env=environment, cwd=ROOT, check=False).returncode
    audit = [sys.executable, "-m", "local", "audit", *places.arguments()]
    audited = subprocess.run(audit, cwd=ROOT, check=False).returncode
    return 1 if loaded or audited else 0
