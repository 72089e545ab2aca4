"""Cold starts: what bringing each function up takes, beside the floor: the smallest handler with a client of boto3."""

from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench.packing import FUNCTIONS, python
from bench.runtime import Init, runtime

FLOOR = "floor"


@dataclass(frozen=True, slots=True)
class ColdStart:
    """Medians of a function's starts."""

    name: str
    init: Init


def cold_starts(folder: Path, rounds: int) -> list[ColdStart]:
    """The floor and every function, each started once a round, so that all have the same noise."""
    layer = folder / "layer"
    cases = {FLOOR: (folder / "floor", folder / "floor-layer")}
    cases |= {name: (folder / "functions" / name, layer) for name in FUNCTIONS}
    found: dict[str, list[Init]] = {name: [] for name in cases}
    with runtime(python()) as lambda_runtime:
        for number in range(rounds + 1):
            for name, (task, libraries) in cases.items():
                init = lambda_runtime.init(task, libraries)
                if number:  # the first has the files read from the disk
                    found[name].append(init)
    return [ColdStart(name, _median(inits)) for name, inits in found.items()]


def table(starts: list[ColdStart]) -> str:
    """The medians as Markdown, as ratios to the floor."""
    floor = starts[0].init
    lines = ["| Function | init ms | CPU ms | of the floor | resident MB |", "|---|--:|--:|--:|--:|"]
    for start in starts:
        init = start.init
        ratio = init.cpu / floor.cpu
        lines.append(
            f"| {start.name} | {init.wall * 1000:.0f} | {init.cpu * 1000:.0f} | {ratio:.2f} | {init.resident:.0f} |"
        )
    return "\n".join(lines)


def _median(inits: list[Init]) -> Init:
    return Init(
        median(init.wall for init in inits), median(init.cpu for init in inits), median(init.resident for init in inits)
    )
