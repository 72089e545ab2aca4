"""A proxy between the shop and a service of AWS, which makes trouble on purpose."""

import random
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum, auto
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from urllib.parse import urlsplit


class Trouble(Enum):
    """The trouble that a request may meet."""

    SLOW = auto()  # it takes a while
    RESET = auto()  # it does not arrive
    LOST = auto()  # it arrives, but its answer does not
    LATE = auto()  # its answer comes when nobody waits for it any more
    BROKEN = auto()  # it is answered by an error of the server's, and not done
    THROTTLED = auto()  # it is refused, and not done


_THROTTLED = b'{"__type": "com.amazonaws.dynamodb.v20120810#ThrottlingException", "message": "by the test"}'


@dataclass
class Troubles:
    """Which requests meet trouble: a share of them, the same for the same seed and order."""

    kinds: Sequence[Trouble]
    share: float
    seed: int
    delay: float = 0.15
    met: Counter[Trouble] = field(default_factory=Counter)
    _lock: Lock = field(default_factory=Lock)

    def __post_init__(self) -> None:
        self._dice = random.Random(self.seed)  # noqa: S311 - a test's

    def next(self) -> Trouble | None:
        """The trouble of the next request."""
        with self._lock:
            if self._dice.random() >= self.share:
                return None
            trouble = self._dice.choice(self.kinds)
            self.met[trouble] += 1
            return trouble


@contextmanager
def proxied(url: str, troubles: Troubles) -> Iterator[str]:
    """Where a service is reached through trouble for as long as the context lasts."""
    target = urlsplit(url).netloc

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            trouble = troubles.next()
            if trouble is Trouble.RESET:
                self._hang_up()
            elif trouble is Trouble.BROKEN:
                self._answer(500, b"{}")
            elif trouble is Trouble.THROTTLED:
                self._answer(400, _THROTTLED)
            else:
                self._pass_on(body, trouble)

        def _pass_on(self, body: bytes, trouble: Trouble | None) -> None:
            if trouble is Trouble.SLOW:
                time.sleep(troubles.delay)
            connection = HTTPConnection(target, timeout=30)
            connection.request(self.command, self.path, body, dict(self.headers))
            answer = connection.getresponse()
            text, kind = answer.read(), answer.headers.get("Content-Type", "")
            connection.close()
            if trouble is Trouble.LATE:
                self.rfile.read(1)  # comes to an end when the client has hung up
            if trouble in (Trouble.LOST, Trouble.LATE):
                self._hang_up()
            else:
                self._answer(answer.status, text, kind)

        def _answer(self, status: int, body: bytes, kind: str = "application/x-amz-json-1.0") -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def _hang_up(self) -> None:
            self.close_connection = True

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
