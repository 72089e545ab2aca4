"""The docs page in a real browser: log in there, try a call there."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from local import node
from tests.e2e.conftest import Cloud

_BROWSER = shutil.which("chromium") or shutil.which("google-chrome")


@pytest.mark.skipif(not _BROWSER and not os.environ.get("CI"), reason="there is no Chromium on this machine")
def test_one_logs_in_and_calls_on_the_docs_page(cloud: Cloud, tmp_path: Path) -> None:
    assert _BROWSER, "Chromium is missing"
    script = Path(__file__).with_name("docs_page.mjs")
    person = ["admin@example.com", "admin-password"]

    done = subprocess.run(
        ["node", script, _BROWSER, f"{cloud.places.api_url}/docs", *person, tmp_path / "page.png"],
        env=node.tools(),
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )

    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)
    assert (seen["status"], "admin@example.com" in seen["body"]) == ("200", True)
    assert seen["complaints"] == []
    assert seen["hosts"] == [f"127.0.0.1:{cloud.places.port}"]
