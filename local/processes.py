"""Servers in the background, each known by a file with its pid."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import psutil

from local.places import Places

_STOP_SECONDS = 15


class LocalCloudError(Exception):
    """The local cloud cannot do what was asked; the message says why and what to do."""


def start(
    places: Places,
    name: str,
    command: Sequence[str | Path],
    environment: Mapping[str, str],
    folder: Path | None = None,
) -> None:
    """Start a server that outlives this process, in a folder or else here, unless it runs."""
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
    """End a server, politely first, so that it can save its state."""
    pid = pid_of(places, name)
    if pid is not None:
        os.kill(pid, signal.SIGTERM)
        try:
            wait_until(lambda: pid_of(places, name) is None, name, _STOP_SECONDS)
        except LocalCloudError:
            os.kill(pid, signal.SIGKILL)
    _pid_file(places, name).unlink(missing_ok=True)


def pid_of(places: Places, name: str) -> int | None:
    """The pid of a server that runs; a pid that another program got meanwhile is not taken for it."""
    try:
        pid, started = _pid_file(places, name).read_text(encoding="ascii").split(" ", 1)
    except (OSError, ValueError):
        return None
    return int(pid) if started and _started(int(pid)) == started else None


def wait_until(ready: Callable[[], bool], what: str, seconds: float = 60) -> None:
    """Wait for a condition. Raises LocalCloudError when it does not come true in time."""
    deadline = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > deadline:
            raise LocalCloudError(f"{what} was not ready within {seconds:.0f} seconds.")
        time.sleep(0.05)


def is_open(port: int) -> bool:
    """Whether something listens on a port of this machine."""
    with socket.socket() as probe:
        probe.settimeout(1)
        reached = probe.connect_ex(("127.0.0.1", port)) == 0
        # A probe may be given the very port that it asks for, and then reaches itself.
        return reached and probe.getsockname() != probe.getpeername()


def _pid_file(places: Places, name: str) -> Path:
    return places.state / f"{name}.pid"


def _started(pid: int) -> str:
    """When a running process was started; empty for one that is gone, or has ended and is not yet cleared away."""
    try:
        process = psutil.Process(pid)
        return "" if process.status() == psutil.STATUS_ZOMBIE else str(process.create_time())
    except psutil.NoSuchProcess:
        return ""
