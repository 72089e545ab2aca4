"""The shop that runs held to its OpenAPI document. The last of these tests: it leaves a shop full of nonsense."""

import subprocess

import httpx

from contract import fuzz
from tests.e2e.conftest import Cloud

SECONDS = 15


def test_what_runs_does_what_its_document_says(cloud: Cloud) -> None:
    command, environment = fuzz.command(SECONDS), fuzz.environment(cloud.places)

    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=300)

    assert done.returncode == 0, done.stdout[-6000:]
    assert " 0 differences" in cloud.run("audit")
    with httpx.Client(base_url=cloud.places.api_url, timeout=60) as client:
        kept = {
            name: client.get("/accounts/profile/", headers={"Authorization": f"Bearer {environment[name]}"}).status_code
            for name in ("SHOP_LEAVER_TOKEN", "SHOP_CHANGER_TOKEN", "SHOP_STAYER_TOKEN")
        }
    assert kept == {"SHOP_LEAVER_TOKEN": 401, "SHOP_CHANGER_TOKEN": 200, "SHOP_STAYER_TOKEN": 200}
