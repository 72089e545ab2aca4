"""The Postman collection, sent by newman through the running shop."""

import json
import subprocess
from pathlib import Path

from contract import newman
from contract.__main__ import COLLECTION
from local import node
from tests.e2e.conftest import Cloud


def test_the_collection_runs_from_registering_to_the_reports(cloud: Cloud, tmp_path: Path) -> None:
    report = tmp_path / "run.json"
    reported = ["--reporters", "cli,json", "--reporter-json-export", str(report), "--color", "off"]

    done = subprocess.run(
        [*newman.command(cloud.places), *reported],
        env=node.tools(),
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )

    assert done.returncode == 0, done.stdout[-6000:] + done.stderr
    collection = json.loads(COLLECTION.read_text(encoding="utf-8"))
    stats = json.loads(report.read_text(encoding="utf-8"))["run"]["stats"]
    assert stats["requests"]["total"] == sum(len(folder["item"]) for folder in collection["item"])
    assert stats["assertions"]["total"] > 2 * stats["requests"]["total"]
    assert "0 differences, 0 moving" in cloud.run("audit")
