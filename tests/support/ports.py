"""Ports for servers of tests."""

import random
import socket
from contextlib import ExitStack

# Below those that outgoing connections are given: one of these could hold the port while its server starts.
_PORTS = range(10_000, 32_000)


def free_port(following: int = 0) -> int:
    """A free port, followed by as many free ones."""
    while True:
        port = random.SystemRandom().choice(_PORTS)
        with ExitStack() as held:
            try:
                for number in range(following + 1):
                    held.enter_context(socket.socket()).bind(("127.0.0.1", port + number))
            except OSError:
                continue
            return port
