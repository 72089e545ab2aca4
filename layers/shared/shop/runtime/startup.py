"""The garbage collector rests while a function starts: nearly all that it imports stays (decision 0011).

A function imports this module before all others, and passes its handler through `started`.
"""

import gc
from collections.abc import Callable
from typing import TypeVar

Handler = TypeVar("Handler", bound=Callable[..., object])

gc.disable()


def started(handler: Handler) -> Handler:
    """Collect garbage from now on, but never look for it among what was imported."""
    gc.freeze()
    gc.enable()
    return handler
