"""The shop that runs held to its OpenAPI document. The last of these tests: it leaves a shop full of nonsense."""

import subprocess

from contract import fuzz
from tests.e2e.conftest import Cloud

SECONDS = 40


def test_what_runs_does_what_its_document_says(cloud: Cloud) -> None:
    command, environment = fuzz.command(SECONDS), fuzz.environment(cloud.places.api_url)

    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=300)

    assert done.returncode == 0, done.stdout[-6000:]
    assert " 0 differences" in cloud.run("audit")
