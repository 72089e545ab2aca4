"""Chromium, driven by scripts beside the tests."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from local import node

# The first has no windows, and takes two thirds of the others' time.
_BROWSER = next(filter(None, map(shutil.which, ("chromium-headless-shell", "chromium", "google-chrome"))), None)

needs_chromium = pytest.mark.skipif(
    not _BROWSER and not os.environ.get("CI"), reason="there is no Chromium on this machine"
)


def driven(script: Path, *arguments: str | Path) -> Any:
    """Run a script with the path of the browser and some arguments; returns the JSON that it prints."""
    assert _BROWSER, "Chromium is missing"
    command = ["node", script, _BROWSER, *arguments]
    done = subprocess.run(command, env=node.tools(), capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
