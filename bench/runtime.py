"""Lambda's start of a function: the runtime interface client, and the API that it asks for work."""

import os
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Empty, SimpleQueue
from time import perf_counter

from bench.throttle import throttled

ENVIRONMENT = {
    "AWS_LAMBDA_FUNCTION_NAME": "bench",
    "AWS_REGION": "ap-southeast-1",
    "AWS_DEFAULT_REGION": "ap-southeast-1",
    "AWS_ACCESS_KEY_ID": "bench",
    "AWS_SECRET_ACCESS_KEY": "bench",
    "POWERTOOLS_SERVICE_NAME": "installment-shop",
    "POWERTOOLS_METRICS_NAMESPACE": "InstallmentShop",
    "PYDANTIC_DISABLE_PLUGINS": "__all__",
    "SHOP_TABLE_NAME": "bench",
    "SHOP_SECRET_NAME": "bench",
    "SHOP_ALLOWED_ORIGINS": "*",
    "SHOP_MAIL_QUEUE_URL": "https://sqs.ap-southeast-1.amazonaws.com/0/bench",
}
_SECONDS = 60


class InitFailed(Exception):
    """A function did not start. The message has its output."""


@dataclass(frozen=True, slots=True)
class Init:
    """The cost of a start: seconds by the clock, seconds of CPU, and MiB of memory."""

    wall: float
    cpu: float
    resident: float


class Runtime:
    """Starts functions, one at a time, each until it asks for its first request."""

    def __init__(self, python: Path, api: str, asked: "SimpleQueue[float]") -> None:
        self._python = python
        self._api = api
        self._asked = asked

    def init(self, task: Path, layer: Path, environment: Mapping[str, str] = ENVIRONMENT, share: float = 1) -> Init:
        """Start the function in the folder `task` with a share of a processor. Raises InitFailed."""
        given = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(layer / "python"),
            "PYTHONDONTWRITEBYTECODE": "1",  # a superuser may write to read-only files
            "LAMBDA_TASK_ROOT": str(task),
            "AWS_LAMBDA_RUNTIME_API": self._api,
        }
        command = [str(self._python), "-m", "awslambdaric", "app.handler"]
        began = perf_counter()
        process = subprocess.Popen(command, cwd=task, env=given | dict(environment), stdout=subprocess.DEVNULL)
        try:
            with throttled(process.pid, share):
                wall = self._asked.get(timeout=_SECONDS) - began
            resident = _resident(process.pid)
        except Empty:
            raise InitFailed(f"{task} did not come up within {_SECONDS} seconds") from None
        finally:
            process.kill()
            _, _, used = os.wait4(process.pid, 0)
            process.returncode = 0  # the process has already been waited for
        return Init(wall, used.ru_utime + used.ru_stime, resident)


@contextmanager
def runtime(python: Path) -> Iterator[Runtime]:
    """Run a Runtime API in the context; it never has a request."""
    asked: SimpleQueue[float] = SimpleQueue()
    over = threading.Event()

    class Api(BaseHTTPRequestHandler):
        """Notes which client is ready, and keeps it waiting."""

        def do_GET(self) -> None:
            """Note that a client asks for its first request."""
            asked.put(perf_counter())
            over.wait(_SECONDS)

        def log_message(self, *_: object) -> None:
            """Log nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Api)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield Runtime(python, f"127.0.0.1:{server.server_port}", asked)
    finally:
        over.set()
        server.shutdown()
        server.server_close()


def _resident(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise InitFailed("The function is gone.")
