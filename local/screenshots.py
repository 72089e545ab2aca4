"""Pictures of the pages of the running demo shop, for the documents."""

import json
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from local import node
from local.deployment import ADMIN_EMAIL, ADMIN_PASSWORD, CUSTOMER_EMAIL, CUSTOMER_PASSWORD
from local.places import ROOT, Places
from local.processes import LocalCloudError

_DESK, _PHONE = (1440, 900), (360, 740)
_CUSTOMER_FILE = "main a[href*='/admin/customers/']"


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture: the page that a path, and links from there, lead to, and how it is looked at."""

    name: str
    path: str
    size: tuple[int, int]
    by: Literal["visitor", "customer", "staff"]
    follow: Sequence[str] = ()
    scheme: Literal["light", "dark"] = "light"
    language: Literal["en", "bn"] = "en"

    @property
    def plan(self) -> dict[str, object]:
        """Return what the script in the browser needs."""
        email, password = {
            "visitor": ("", ""),
            "customer": (CUSTOMER_EMAIL, CUSTOMER_PASSWORD),
            "staff": (ADMIN_EMAIL, ADMIN_PASSWORD),
        }[self.by]
        width, height = self.size
        login = {"email": email, "password": password} if email else None
        return {**asdict(self), "width": width, "height": height, "login": login}


SHOTS = (
    Shot("today", "/admin/", _DESK, "staff"),
    Shot("today-dark", "/admin/", _PHONE, "staff", scheme="dark", language="bn"),
    Shot("overdue", "/admin/overdue", _DESK, "staff"),
    Shot("counter", "/admin/overdue", _DESK, "staff", [_CUSTOMER_FILE, "main a[href$='/counter']"]),
    Shot("customer", "/admin/overdue", _DESK, "staff", [_CUSTOMER_FILE]),
    Shot("purchase", "/admin/purchases", _DESK, "staff", ["main a[href*='/admin/purchases/']"]),
    Shot("products", "/admin/products", _DESK, "staff"),
    Shot("sales", "/admin/reports/sales", _DESK, "staff", scheme="dark"),
    Shot("catalogue", "/", _DESK, "visitor"),
    Shot("catalogue-phone", "/", _PHONE, "visitor", scheme="dark", language="bn"),
    Shot("product", "/", _DESK, "visitor", ["main a[href*='/shop/products/']"]),
    Shot("product-phone", "/", _PHONE, "visitor", ["main a[href*='/shop/products/']"]),
    Shot("to-pay", "/shop/installments", _PHONE, "customer"),
    Shot("my-purchase", "/shop/purchases", _DESK, "customer", ["main a[href*='/shop/purchases/']"]),
)


def take(places: Places, folder: Path) -> None:
    """Keep the pictures in a folder. Raises LocalCloudError when this machine has no Chromium."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        raise LocalCloudError("Pictures need Chromium (Debian: apt install chromium).")
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", suffix=".json") as plan:
        shots = [shot.plan for shot in SHOTS]
        json.dump({"base": places.api_url, "folder": str(folder), "shots": shots}, plan)
        plan.flush()
        script = ROOT / "local" / "screenshots.mjs"
        subprocess.run(["node", script, chromium, plan.name], env=node.tools(), check=True)
