"""Cold starts: the cost of starting each function, beside the floor: the smallest handler with a boto3 client."""

from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench.packing import FUNCTIONS, python
from bench.runtime import Init, runtime

FLOOR = "floor"


@dataclass(frozen=True, slots=True)
class ColdStart:
    """Medians of a function's starts, and of their CPU time as a ratio to a start of the floor just before."""

    name: str
    init: Init
    ratio: float


def cold_starts(folder: Path, rounds: int) -> list[ColdStart]:
    """Measure the floor and every function; each start is compared with one of the floor just before."""
    floors: list[Init] = []
    found: dict[str, list[tuple[Init, Init]]] = {name: [] for name in FUNCTIONS}
    with runtime(python()) as lambda_runtime:
        for number in range(rounds + 1):
            for name, pairs in found.items():
                floor = lambda_runtime.init(folder / "floor", folder / "floor-layer")
                init = lambda_runtime.init(folder / "functions" / name, folder / "layer")
                if number:  # the first start reads the files from the disk
                    floors.append(floor)
                    pairs.append((floor, init))
    starts = [
        ColdStart(name, _median([init for _, init in pairs]), median(init.cpu / floor.cpu for floor, init in pairs))
        for name, pairs in found.items()
    ]
    return [ColdStart(FLOOR, _median(floors), 1), *starts]


def table(starts: list[ColdStart]) -> str:
    """Format the medians as Markdown, with ratios to the floor."""
    lines = ["| Function | init ms | CPU ms | of the floor | resident MB |", "|---|--:|--:|--:|--:|"]
    for start in starts:
        init = start.init
        milliseconds = f"{init.wall * 1000:.0f} | {init.cpu * 1000:.0f}"
        lines.append(f"| {start.name} | {milliseconds} | {start.ratio:.2f} | {init.resident:.0f} |")
    return "\n".join(lines)


def _median(inits: list[Init]) -> Init:
    return Init(
        median(init.wall for init in inits), median(init.cpu for init in inits), median(init.resident for init in inits)
    )
