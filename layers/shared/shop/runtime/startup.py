"""Garbage collection is off while a function starts: nearly all imported objects stay (decision 0011).

A function imports this module before all others, and passes its handler through `started`.
"""

import gc
from collections.abc import Callable
from typing import TypeVar

Handler = TypeVar("Handler", bound=Callable[..., object])

gc.disable()


def started(handler: Handler) -> Handler:
    """Turn garbage collection on, except for the objects imported so far."""
    gc.freeze()
    gc.enable()
    return handler
