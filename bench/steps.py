"""What each step of decision 0011 buys: `make bench-steps` takes one at a time out of the packed layer, and starts it.

A step counts as what a start takes longer without it, everything else in place; together they buy more than their sum.
"""

import argparse
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median

from bench.coldstart import FLOOR
from bench.packing import dated, pack, python
from bench.runtime import runtime

_FUNCTION = "purchases"
_START = Path("python/shop/start.py")


def _uncompiled(layer: Path) -> None:
    for folder in list(layer.rglob("__pycache__")):
        shutil.rmtree(folder)


def _nothing_precompiled(layer: Path) -> None:
    for file in (layer / "python" / "shop").glob("precompiled.cpython-*"):
        file.unlink()


def _whole_data(layer: Path) -> None:
    shutil.rmtree(layer / "python" / "botocore" / "data")
    whole = layer.parent / "floor-layer" / "python" / "botocore" / "data"
    shutil.copytree(whole, layer / "python" / "botocore" / "data")


def _collecting(layer: Path) -> None:
    _changed(layer, "gc.disable()", "gc.enable()")


def _packages_run(layer: Path) -> None:
    _changed(layer, "    _put_up(_name)", "    import_module(_name)")


def _changed(layer: Path, before: str, after: str) -> None:
    """The module of starts with other words, compiled anew."""
    path = layer / _START
    text = path.read_text(encoding="utf-8")
    if before not in text:
        raise SystemExit(f"{_START} has no {before.strip()} any more")
    path.chmod(0o644)
    path.write_text(text.replace(before, after), encoding="utf-8")
    command = [str(python()), "-m", "compileall", "-q", "-f", "--invalidation-mode", "unchecked-hash", str(path)]
    subprocess.run(command, check=True)


STEPS: dict[str, Callable[[Path], None]] = {
    "compiled modules that any date is good for": _uncompiled,
    "compiled methods, annotations and expressions": _nothing_precompiled,
    "botocore's data of the operations in use": _whole_data,
    "no garbage collected while importing": _collecting,
    "packages of names that are not run": _packages_run,
}


def main() -> None:
    """Pack, take out, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m bench.steps", description=__doc__)
    parser.add_argument("--rounds", type=int, default=9, help="how often each is started")
    rounds = parser.parse_args().rounds
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
                    if number:  # the first has the files read from the disk
                        taken[case].append(init.cpu)
    floor, *found = taken.values()
    print(f"| A start of {_FUNCTION} without | of the floor |\n|---|--:|")
    for step, times in zip(["nothing", *STEPS], found, strict=True):
        ratio = median(seconds / its for seconds, its in zip(times, floor, strict=True))  # of the same round
        print(f"| {step} | {ratio:.2f} |")


if __name__ == "__main__":
    main()
