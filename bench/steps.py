"""The saving of each optimisation of the cold start: a layer without it is compared with the full layer."""

import shutil
import tempfile
from collections.abc import Callable
from importlib.util import cache_from_source
from pathlib import Path
from statistics import median

from bench.coldstart import FLOOR
from bench.packing import dated, pack, python
from bench.runtime import runtime

_FUNCTION = "purchases"


def _uncompiled(layer: Path) -> None:
    for folder in list(layer.rglob("__pycache__")):
        shutil.rmtree(folder)


def _whole_data(layer: Path) -> None:
    shutil.rmtree(layer / "python" / "botocore" / "data")
    whole = layer.parent / "floor-layer" / "python" / "botocore" / "data"
    shutil.copytree(whole, layer / "python" / "botocore" / "data")


def _collecting(layer: Path) -> None:
    path = layer / "python" / "shop" / "runtime" / "startup.py"
    path.chmod(0o644)
    path.write_text(path.read_text(encoding="utf-8").replace("\ngc.disable()\n", "\n"), encoding="utf-8")
    compiled = Path(cache_from_source(str(path)))
    compiled.unlink()  # Python compiles it at each start, but it has only a few lines


STEPS: dict[str, Callable[[Path], None]] = {
    "compiled modules": _uncompiled,
    "botocore's data of the operations in use only": _whole_data,
    "no garbage collected while importing": _collecting,
}
"""Each optimisation, with the function that undoes it in a layer."""


def run(rounds: int) -> None:
    """Start a function with and without each optimisation, and print the times as ratios to the floor."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        pack(folder)
        task = folder / "functions" / _FUNCTION
        cases = {FLOOR: (folder / "floor", folder / "floor-layer"), "everything": (task, folder / "layer")}
        for number, (step, undo) in enumerate(STEPS.items()):
            layer = folder / f"without-{number}"
            shutil.copytree(folder / "layer", layer)
            undo(layer)
            dated(layer)
            cases[step] = (task, layer)
        taken: dict[str, list[float]] = {case: [] for case in cases}
        with runtime(python()) as lambda_runtime:
            for number in range(rounds + 1):
                for case, where in cases.items():
                    init = lambda_runtime.init(*where)
                    if number:  # the first round fills the disk cache
                        taken[case].append(init.cpu)
    floor, *found = taken.values()
    print(f"| A start of {_FUNCTION} without | of the floor |\n|---|--:|")
    for step, times in zip(["nothing", *STEPS], found, strict=True):
        ratio = median(seconds / its for seconds, its in zip(times, floor, strict=True))  # of the same round
        print(f"| {step} | {ratio:.2f} |")
