"""The layer and the functions as on Lambda: packed, with the dates of a zip, read-only."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from local.places import ROOT, environment_of
from local.processes import provide

FUNCTIONS = (
    "auth",
    "products",
    "purchases",
    "installments",
    "dashboard",
    "reports",
    "docs",
    "storefront",
    "members",
    "desk",
    "counter",
    "office",
    "webhooks",
)
"""The functions that answer the API."""
_ZIP_DATE = 315532800  # 1980-01-01 UTC, the date of every file in a zip that SAM makes
_FLOOR = 'import boto3\n\nclient = boto3.client("dynamodb")\n\n\ndef handler(event, context):\n    return {}\n'


def python() -> Path:
    """Return the Python of the benchmark's environment. Exits when its version differs from Lambda's."""
    provide("bench")
    found = environment_of("bench") / "python"
    version = subprocess.run([found, "-c", "import sys; print(*sys.version_info[:2])"], capture_output=True, check=True)
    if version.stdout.split() != [b"3", b"13"]:
        sys.exit("The benchmark needs Python 3.13, the version that the functions run on, and this machine has none.")
    return found


def pack(folder: Path) -> None:
    """Put the packed layer, the functions, and the floor's layer and function into a folder."""
    command = ["make", "-s", "-C", str(ROOT / "layers" / "shared"), "build-SharedLayer"]
    given = {"SHOP_BUILD": "host", "SHOP_PYTHON": str(python()), "SHOP_UV": str(environment_of("tools") / "uv")}
    subprocess.run(command, check=True, env=os.environ | given | {"ARTIFACTS_DIR": str(folder / "layer")})
    shutil.copytree(ROOT / "functions", folder / "functions", ignore=shutil.ignore_patterns("__pycache__"))
    compile_functions(folder / "functions")
    _floor(folder)
    dated(folder)


def dated(folder: Path) -> None:
    """Give every file of a folder the date of a zip's files, and make it read-only."""
    for path in folder.rglob("*"):
        if path.is_file():
            os.utime(path, (_ZIP_DATE, _ZIP_DATE))
            path.chmod(0o444)


def compile_functions(folder: Path) -> None:
    """Compile the functions' own modules as `make build` does."""
    command = [str(python()), "-m", "compileall", "-q", "--invalidation-mode", "checked-hash", str(folder)]
    subprocess.run(command, check=True)


def _floor(folder: Path) -> None:
    """Make the smallest handler with a boto3 DynamoDB client, over the complete, compiled boto3 of Lambda."""
    task, libraries = folder / "floor", folder / "floor-layer" / "python"
    task.mkdir()
    (task / "app.py").write_text(_FLOOR, encoding="utf-8")
    install = [
        str(environment_of("tools") / "uv"),
        "pip",
        "install",
        "--quiet",
        "--link-mode",
        "copy",
        "--target",
        str(libraries),
    ]
    frozen = subprocess.run(
        [install[0], "export", "--frozen", "--quiet", "--only-group", "bench", "--no-hashes", "--no-emit-project"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    (version,) = (line for line in frozen.stdout.splitlines() if line.startswith("boto3=="))
    subprocess.run([*install, "--python", str(python()), version.split(";")[0].strip()], check=True)
    compiled = ["-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash", str(libraries)]
    subprocess.run([python(), *compiled], check=True)
