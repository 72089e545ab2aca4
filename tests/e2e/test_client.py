"""The contract is usable: a typed client is generated from it, and code that uses it compiles."""

import shutil
import subprocess
from pathlib import Path

from local import node
from local.places import ROOT

CLIENT = Path(__file__).with_name("client.ts")


def run(*command: str | Path) -> None:
    """Run one of npm's tools."""
    done = subprocess.run(command, env=node.tools(), cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_code_that_uses_a_generated_client_compiles(tmp_path: Path) -> None:
    run("openapi-typescript", ROOT / "docs" / "openapi.json", "--output", tmp_path / "contract.d.ts")
    shutil.copy(CLIENT, tmp_path / "client.ts")

    run("tsc", "--noEmit", "--strict", "--target", "es2022", "--module", "esnext", tmp_path / "client.ts")
