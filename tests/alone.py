"""`python -m tests.alone`: each file of the unit, store and API tests by itself, in a process of its own.

So no file can need that another ran before. Of a test one case is run, of the ledger one random history, and a short
load: what is looked for is what a file lacks.
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
_BRIEF = ("--one-case", "--histories", "1", "--operations", "100")


def main() -> int:
    """Run them, as many at once as there are processors; fails where one fails, with what it says."""
    files = [file for folder in FOLDERS for file in sorted((ROOT / "tests" / folder).glob("test_*.py"))]
    with dynamodb.running(free_port()) as url, ThreadPoolExecutor(os.cpu_count()) as threads:
        failed = [said for said in threads.map(lambda file: _run(file, url), files) if said]
    print(*failed, f"{len(files)} files of tests, {len(failed)} failed by themselves", sep="\n")
    return bool(failed)


def _run(file: Path, url: str) -> str:
    """What a file's tests say where they fail, else nothing."""
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *_BRIEF, "--dynamodb-url", url, str(file)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr if done.returncode else ""


if __name__ == "__main__":
    sys.exit(main())
