"""`python -m tests.alone` starts each file of the unit, store and API tests by itself, in its own process.

This finds files that only pass after another file has run, as one does whose fixtures or imports lean on it. The first
tests of each file are enough for that, one case of each. The processes are forks of one that has loaded the libraries,
which takes longest, but nothing of the shop.
"""

import io
import multiprocessing
import os
import sys
import tempfile
from contextlib import redirect_stderr, redirect_stdout
from functools import partial
from importlib import import_module
from pathlib import Path

import pytest

from local import dynamodb
from local.places import ROOT
from tests.support.ports import free_port

FOLDERS = ("store", "api", "unit")
LIBRARIES = ("boto3", "pydantic", "jinja2", "jwt", "bcrypt", "aws_lambda_powertools.event_handler")
_BRIEF = ("-p", "no:cacheprovider", "--first-tests", "2", "--histories", "1", "--operations", "100")


def main() -> int:
    """Run all files, one per processor at a time; print the output of those that fail."""
    files = [file for folder in FOLDERS for file in sorted((ROOT / "tests" / folder).glob("test_*.py"))]
    for library in LIBRARIES:
        import_module(library)
    fork = multiprocessing.get_context("fork")
    with tempfile.TemporaryDirectory() as compiled, dynamodb.running(free_port()) as url:
        sys.dont_write_bytecode, sys.pycache_prefix = False, compiled  # else each process compiles the shop again
        with fork.Pool(os.cpu_count(), maxtasksperchild=1) as processes:
            outputs = processes.imap(partial(_run, url), files)
            failed = [output for output in outputs if output]
    print(*failed, f"{len(files)} test files, {len(failed)} failed alone", sep="\n")
    return bool(failed)


def _run(url: str, file: Path) -> str:
    """Run a test file; return its output when it fails, else nothing."""
    text = io.StringIO()
    with redirect_stdout(text), redirect_stderr(text):
        status = pytest.main([*_BRIEF, "--dynamodb-url", url, str(file)])
    return text.getvalue() if status else ""


if __name__ == "__main__":
    sys.exit(main())
