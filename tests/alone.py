"""`python -m tests.alone` starts each file of the unit, store and API tests by itself, in its own process.

This finds files that only pass after another file has run, as one does whose fixtures or imports lean on it. The first
tests of each file are enough for that, one case of each.
"""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from local import dynamodb
from local.places import ROOT
from tests.support.ports import free_port

FOLDERS = ("store", "api", "unit")
_BRIEF = ("--first-tests", "3", "--histories", "1", "--operations", "100")


def main() -> int:
    """Run all files, one per processor at a time; print the output of those that fail."""
    files = [file for folder in FOLDERS for file in sorted((ROOT / "tests" / folder).glob("test_*.py"))]
    with dynamodb.running(free_port()) as url, ThreadPoolExecutor(os.cpu_count()) as threads:
        failed = [output for output in threads.map(lambda file: _run(file, url), files) if output]
    print(*failed, f"{len(files)} test files, {len(failed)} failed alone", sep="\n")
    return bool(failed)


def _run(file: Path, url: str) -> str:
    """Run a test file; return its output when it fails, else nothing."""
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *_BRIEF, "--dynamodb-url", url, str(file)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr if done.returncode else ""


if __name__ == "__main__":
    sys.exit(main())
