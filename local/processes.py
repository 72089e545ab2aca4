"""Background servers, each known by a file with its process id, and the environments that tools run in."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import psutil

from local.places import ROOT, Places, environment_of

_STOP_SECONDS = 15


class LocalCloudError(Exception):
    """A command failed. The message says why and what to do."""


def start(
    places: Places,
    name: str,
    command: Sequence[str | Path],
    environment: Mapping[str, str],
    folder: Path | None = None,
) -> None:
    """Start a server that outlives this process, unless it runs. `folder` is its working directory."""
    if pid_of(places, name) is not None:
        return
    log = places.log(name)
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        process = subprocess.Popen(
            [str(part) for part in command],
            env=dict(environment),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    _pid_file(places, name).write_text(f"{process.pid} {_started(process.pid)}", encoding="ascii")


def stop(places: Places, name: str) -> None:
    """Stop a server: ask it to terminate, so that it can save its state, and kill it only when that takes too long."""
    pid = pid_of(places, name)
    if pid is not None:
        os.kill(pid, signal.SIGTERM)
        try:
            wait_until(lambda: pid_of(places, name) is None, name, _STOP_SECONDS)
        except LocalCloudError:
            os.kill(pid, signal.SIGKILL)
    _pid_file(places, name).unlink(missing_ok=True)


def pid_of(places: Places, name: str) -> int | None:
    """Return the process id of a server, or None when it does not run, even if another program has its id now."""
    try:
        pid, started = _pid_file(places, name).read_text(encoding="ascii").split(" ", 1)
    except (OSError, ValueError):
        return None
    return int(pid) if started and _started(int(pid)) == started else None


def wait_until(ready: Callable[[], bool], what: str, seconds: float = 60) -> None:
    """Wait until a condition is true. Raises LocalCloudError after too many seconds."""
    deadline = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > deadline:
            raise LocalCloudError(f"{what} was not ready within {seconds:.0f} seconds.")
        time.sleep(0.05)


def is_open(port: int) -> bool:
    """Return whether a program listens on a port of this machine."""
    with socket.socket() as probe:
        probe.settimeout(1)
        reached = probe.connect_ex(("127.0.0.1", port)) == 0
        # The probe's own port can be the one that it asks for; then it has reached itself.
        return reached and probe.getsockname() != probe.getpeername()


def provide(environment: str) -> None:
    """Create an environment with the Makefile, unless it exists. Raises LocalCloudError."""
    made = environment_of(environment).with_name(".made")
    if made.exists():
        return
    variables = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    target = str(made.relative_to(ROOT))
    if subprocess.run(["make", "-s", target], cwd=ROOT, env=variables, check=False).returncode:
        raise LocalCloudError(f"The environment {environment} could not be created. To see why: make {target}")


def _pid_file(places: Places, name: str) -> Path:
    return places.state / f"{name}.pid"


def _started(pid: int) -> str:
    """Return the start time of a running process; empty when it has ended."""
    try:
        process = psutil.Process(pid)
        return "" if process.status() == psutil.STATUS_ZOMBIE else str(process.create_time())
    except psutil.NoSuchProcess:
        return ""
