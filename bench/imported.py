"""What a function imports, counted: run in its folder, it prints JSON. The same with each run, on every machine."""

import json
import sys
from importlib.util import cache_from_source
from pathlib import Path
from types import FrameType

calls = 0


def _count(_frame: FrameType, event: str, _argument: object) -> None:
    global calls
    calls += event == "call"


before = set(sys.modules)
sys.setprofile(_count)
import app  # type: ignore[import-not-found]  # noqa: E402, F401 - it is measured

sys.setprofile(None)
modules = [module for name, module in sys.modules.items() if name not in before]
files = [Path(file) for module in modules if (file := getattr(module, "__file__", None)) and file.endswith(".py")]
compiled = [Path(cache_from_source(str(file))) for file in files]
size = sum(file.stat().st_size for file in compiled if file.exists())
print(json.dumps({"modules": len(modules), "compiled bytes": size, "calls": calls}))
