"""Look up what is locked among known vulnerabilities: `python -m local.vulnerabilities`.

Exits with 1 where some are known, and with 3, saying so, where they could not be looked up: that is no good news.
"""

import json
import os
import subprocess
import sys

from local import node
from local.places import ROOT, environment_of

_FOUND, _UNKNOWN = 1, 3


def of_python() -> int:
    """What the Open Source Vulnerabilities database knows of the libraries in uv.lock."""
    command = [str(environment_of("tools") / "uv"), "audit", "--frozen", "--preview-features", "audit-command"]
    done = subprocess.run(command, cwd=ROOT, env=os.environ | {"UV_HTTP_RETRIES": "1"}, check=False)
    return {0: 0, 1: _FOUND}.get(done.returncode, _UNKNOWN)


def of_node() -> int:
    """What the npm registry knows of the libraries in package-lock.json."""
    command = ["npm", "audit", "--json", "--package-lock-only"]
    done = subprocess.run(command, cwd=ROOT, env=node.environment(), capture_output=True, text=True, check=False)
    try:
        known = json.loads(done.stdout)["metadata"]["vulnerabilities"]["total"]
    except (ValueError, KeyError):
        print(done.stderr.strip().splitlines()[-1] if done.stderr.strip() else "npm said nothing", file=sys.stderr)
        return _UNKNOWN
    if known:
        print(done.stdout)
    return _FOUND if known else 0


def main() -> int:
    """Look both up, and tell."""
    results = {"Python": of_python(), "Node.js": of_node()}
    words = {0: "no vulnerability is known", _FOUND: "VULNERABILITIES ARE KNOWN", _UNKNOWN: "NOT LOOKED UP"}
    for kind, result in results.items():
        print(f"{kind}: {words[result]}.")
    return _FOUND if _FOUND in results.values() else max(results.values())


if __name__ == "__main__":
    sys.exit(main())
