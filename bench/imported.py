"""Count the imports of a function. Run it in the function's folder; it prints JSON, the same on every machine."""

import json
import sys
from collections import Counter
from collections.abc import Callable
from importlib.util import cache_from_source
from pathlib import Path

if sys.version_info < (3, 12):
    sys.exit("Python counts its instructions from 3.12 on.")

counted: Counter[int] = Counter()
watching, events = sys.monitoring, sys.monitoring.events


def _counting(event: int) -> Callable[..., None]:
    def count(*_: object) -> None:
        counted[event] += 1

    return count


before = set(sys.modules)
watching.use_tool_id(watching.PROFILER_ID, "bench")
for one in (events.PY_START, events.INSTRUCTION):
    watching.register_callback(watching.PROFILER_ID, one, _counting(one))
watching.set_events(watching.PROFILER_ID, events.PY_START | events.INSTRUCTION)
import app  # type: ignore[import-not-found]  # noqa: E402, F401 - the import is measured

watching.set_events(watching.PROFILER_ID, 0)
modules = [module for name, module in sys.modules.items() if name not in before]
files = [Path(file) for module in modules if (file := getattr(module, "__file__", None)) and file.endswith(".py")]
compiled = [Path(cache_from_source(str(file))) for file in files]
size = sum(file.stat().st_size for file in compiled if file.exists())
found = {"calls": counted[events.PY_START], "instructions": counted[events.INSTRUCTION]}
print(json.dumps({"modules": len(modules), "compiled bytes": size, **found}))
