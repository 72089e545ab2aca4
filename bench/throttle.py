"""A share of a processor, as Lambda gives one for a memory size: CPU time in each period, then a stop until the next.

Linux's own quotas need rights that a benchmark lacks. This module reads the CPU time of a process and stops it with
signals.
"""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter, sleep

_PERIOD = 0.02
_STEP = 0.0005
"""Seconds between two readings. A process may exceed its share by that much, and loses it in the next period."""


@contextmanager
def throttled(pid: int, share: float) -> Iterator[None]:
    """Give a process a share of a processor, 1 being a whole one, while the context lasts."""
    if share >= 1:
        yield
        return
    over = threading.Event()
    thread = threading.Thread(target=_hold, args=[pid, share, over])
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _hold(pid: int, share: float, over: threading.Event) -> None:
    quota, ends = share * _PERIOD, perf_counter() + _PERIOD
    try:
        limit = _used(pid) + quota
        while not over.is_set():
            used, now = _used(pid), perf_counter()
            if now >= ends:  # an unused rest of the period is lost; an excess is taken from the next one
                limit, ends = min(used, limit) + quota, ends + _PERIOD
            elif used >= limit:
                os.kill(pid, signal.SIGSTOP)
                sleep(ends - now)
                os.kill(pid, signal.SIGCONT)
            else:
                sleep(_STEP)
    except (ProcessLookupError, FileNotFoundError):
        return  # the process has ended
    finally:
        if Path(f"/proc/{pid}").exists():
            os.kill(pid, signal.SIGCONT)


def _used(pid: int) -> float:
    """Return the CPU seconds of all threads of a process."""
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return sum(int((task / "schedstat").read_text(encoding="ascii").split()[0]) for task in tasks) / 1e9
