"""Known vulnerabilities of the libraries in the lock files.

The exit status is 1 when some are known, and 3 when a database could not be reached, which proves nothing.
"""

import json
import os
import subprocess
import sys

from local import node
from local.places import ROOT, environment_of

_FOUND, _UNKNOWN = 1, 3


def of_python() -> int:
    """Look up the libraries of uv.lock in the Open Source Vulnerabilities database; return an exit status."""
    command = [str(environment_of("tools") / "uv"), "audit", "--frozen", "--preview-features", "audit-command"]
    done = subprocess.run(command, cwd=ROOT, env=os.environ | {"UV_HTTP_RETRIES": "1"}, check=False)
    return {0: 0, 1: _FOUND}.get(done.returncode, _UNKNOWN)


def of_node() -> int:
    """Look up the libraries of package-lock.json in the npm registry; return an exit status."""
    command = ["npm", "audit", "--json", "--package-lock-only"]
    done = subprocess.run(command, cwd=ROOT, env=node.environment(), capture_output=True, text=True, check=False)
    try:
        known = json.loads(done.stdout)["metadata"]["vulnerabilities"]["total"]
    except (ValueError, KeyError):
        print(done.stderr.strip().splitlines()[-1] if done.stderr.strip() else "npm printed nothing", file=sys.stderr)
        return _UNKNOWN
    if known:
        print(done.stdout)
    return _FOUND if known else 0


def run() -> int:
    """Look up both lock files, print the results and return the exit status."""
    results = {"Python": of_python(), "Node.js": of_node()}
    words = {0: "no vulnerability is known", _FOUND: "VULNERABILITIES ARE KNOWN", _UNKNOWN: "NOT LOOKED UP"}
    for kind, result in results.items():
        print(f"{kind}: {words[result]}.")
    return _FOUND if _FOUND in results.values() else max(results.values())
