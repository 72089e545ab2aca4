"""The guard against slower code: compares counts, never seconds, with those of bench/baseline.json."""

import json
import os
import subprocess
import tempfile
from pathlib import Path

from bench import cost, warm
from bench.baseline import BASELINE, Counts, worsened
from bench.packing import FUNCTIONS, pack, python
from bench.runtime import ENVIRONMENT
from local import dynamodb
from local.places import ROOT
from tests.support.ports import free_port

_PURCHASES = 200


def run(*, update: bool) -> int:
    """Count, and print which counts have grown; return 1 if any has. With `update`, replace the baseline instead."""
    with tempfile.TemporaryDirectory() as name:
        counts = _packed(Path(name)) | _of_the_table()
    if update:
        BASELINE.write_text(json.dumps(counts, indent=2, sort_keys=True) + "\n", encoding="utf-8")
        return 0
    worse = worsened(json.loads(BASELINE.read_text(encoding="utf-8")), counts)
    print(f"{len(counts)} counts compared, {len(worse)} got worse")
    print("".join(f"  {line}\n" for line in worse), end="")
    return bool(worse)


def _packed(folder: Path) -> Counts:
    """Count the bytes of the packed layer, the imports of each function and the instructions of requests."""
    pack(folder)
    files = [path for path in (folder / "layer").rglob("*") if path.is_file()]
    counts: Counts = {"layer, bytes": sum(path.stat().st_size for path in files)}
    for function in FUNCTIONS:
        found = subprocess.run(
            [python(), ROOT / "bench" / "imported.py"],
            cwd=folder / "functions" / function,
            env={
                **ENVIRONMENT,
                "PATH": os.environ["PATH"],
                "PYTHONPATH": f"{folder / 'layer' / 'python'}:{folder / 'functions' / function}",
                "PYTHONDONTWRITEBYTECODE": "1",
                "PYTHONHASHSEED": "0",
            },
            capture_output=True,
            check=True,
        )
        counts |= {f"{function}, {name}": count for name, count in json.loads(found.stdout).items()}
    return counts | {f"{name}, instructions": count for name, count in warm.instructions(folder).items()}


def _of_the_table() -> Counts:
    """Count the DynamoDB calls and capacity units of every endpoint in a small shop."""
    with dynamodb.running(free_port()) as url:
        rows = cost.measured(url, _PURCHASES)
    counts: Counts = {}
    for row in rows:
        counts[f"{row.name}, calls"] = row.cost.calls
        counts[f"{row.name}, read units"] = row.cost.read_units
        counts[f"{row.name}, write units"] = row.cost.write_units
    return counts
