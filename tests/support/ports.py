"""Ports for servers of tests."""

import socket
from contextlib import ExitStack


def free_port(following: int = 0) -> int:
    """A port nobody listens on, with as many free ones after it."""
    while True:
        with ExitStack() as held:
            first = held.enter_context(socket.socket())
            first.bind(("127.0.0.1", 0))
            port: int = first.getsockname()[1]
            try:
                for number in range(1, following + 1):
                    held.enter_context(socket.socket()).bind(("127.0.0.1", port + number))
            except (OSError, OverflowError):
                continue
            return port
