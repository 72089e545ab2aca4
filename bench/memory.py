"""Measurement of time and price of a function at different memory sizes.

Lambda gives a function CPU in proportion to its memory, one whole vCPU at 1,769 MB, and bills memory times time:
https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html. Starts and requests run with the CPU
share of each size; DynamoDB Local, which they wait for, has a whole processor.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from statistics import median

from bench import prices
from bench.packing import python
from bench.runtime import runtime
from bench.shops import load
from bench.throttle import throttled
from local import dynamodb
from local.places import ROOT
from tests.support.ports import free_port

WHOLE = 1769
SIZES = (128, 256, 512, 1024, WHOLE)
_STARTED = ("purchases", "auth")
PURCHASES = 200
"""The number of purchases in the loaded shop."""
_STARTS, _REQUESTS = 3, 9

Curve = dict[str, list[float]]
"""Seconds by memory size, for each measurement."""


def dollars(seconds: float, size: int) -> float:
    """Return the price of the duration of a million requests, without the price of the requests themselves."""
    return seconds * size / 1024 * prices.GB_SECOND * 1_000_000


def table(folder: Path) -> str:
    """Format milliseconds and dollars a million by memory size as Markdown. `folder` is the output of `pack`."""
    lines = [f"| | {' | '.join(f'{size:,} MB' for size in SIZES)} |", "|---" + "|--:" * len(SIZES) + "|"]
    for name, times in (_starts(folder) | _requests()).items():
        cells = [
            f"{seconds * 1000:.0f} ms, ${dollars(seconds, size):.2f}"
            for seconds, size in zip(times, SIZES, strict=True)
        ]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _starts(folder: Path) -> Curve:
    with runtime(python()) as lambda_runtime:
        return {
            f"cold start, {name}": [
                median(
                    lambda_runtime.init(folder / "functions" / name, folder / "layer", share=size / WHOLE).wall
                    for _ in range(_STARTS)
                )
                for size in SIZES
            ]
            for name in _STARTED
        }


def _requests() -> Curve:
    curve: Curve = {}
    with dynamodb.running(free_port()) as url:
        load(url, "bench-memory", PURCHASES)
        for size in SIZES:
            for name, seconds in _waited(url, "bench-memory", size / WHOLE).items():
                curve.setdefault(name, []).append(seconds)
    return curve


def _waited(url: str, table_name: str, share: float) -> dict[str, float]:
    command = [sys.executable, "-m", "bench.waited", url, table_name, str(_REQUESTS)]
    with subprocess.Popen(
        command, cwd=ROOT, env=os.environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None  # noqa: S101 - Popen made the pipe
        assert process.stdout is not None  # noqa: S101
        process.stdout.readline()
        with throttled(process.pid, share):
            process.stdin.write("go\n")
            process.stdin.flush()
            found: dict[str, float] = json.loads(process.stdout.readline())
    return found
