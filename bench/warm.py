"""Warm requests: the time of the framework and its code, compared with other ways to write the API."""

import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench.packing import python
from bench.runtime import ENVIRONMENT
from local.places import ROOT

PEERS = {
    "plain handler": ("plain", {}),
    "the shop, no log line": ("shop", {"POWERTOOLS_LOG_LEVEL": "CRITICAL"}),
    "the shop": ("shop", {}),
    "the shop, and a metric": ("shop", {"BENCH_COUNTS": "yes"}),
    "Powertools' resolver and PyJWT, no log line": ("powertools", {}),
    "Powertools' resolver and PyJWT, log line and metric": ("powertools", {"BENCH_COUNTS": "yes"}),
    "FastAPI and Mangum": ("fastapi", {}),
    "Django REST Framework": ("django", {}),
}
_ROUNDS, _REQUESTS = 5, 200


@dataclass(frozen=True, slots=True)
class Warm:
    """The microseconds of a peer's requests, the median of each pass."""

    name: str
    passes: Sequence[float]

    def of(self, other: "Warm") -> float:
        """Return the ratio to another peer's time, the median of passes: in one pass, both have the same noise."""
        return median(own / its for own, its in zip(self.passes, other.passes, strict=True))


def warm_requests(folder: Path, passes: int) -> list[Warm]:
    """Measure every peer in turn, several times, so that all have the same noise. `folder` is the output of `pack`."""
    found: dict[str, list[float]] = {name: [] for name in PEERS}
    for _ in range(passes):
        for name, (peer, environment) in PEERS.items():
            found[name].append(median(_run(folder, peer, environment, _ROUNDS)))
    return [Warm(name, times) for name, times in found.items()]


def instructions(folder: Path) -> dict[str, float]:
    """Count the instructions of a request to the shop, by log and metric setting, for the guard."""
    return {
        name: _run(folder, peer, environment, 0)[0] for name, (peer, environment) in PEERS.items() if peer == "shop"
    }


def table(peers: Sequence[Warm]) -> str:
    """Format the medians as Markdown, with their ratios to the frameworks."""
    by_name = {peer.name: peer for peer in peers}
    others = [by_name["FastAPI and Mangum"], by_name["Django REST Framework"]]
    lines = ["| Request | µs | of FastAPI | of Django REST |", "|---|--:|--:|--:|"]
    for peer in peers:
        ratios = " | ".join(f"{peer.of(other):.2f}" for other in others)
        lines.append(f"| {peer.name} | {median(peer.passes):.0f} | {ratios} |")
    return "\n".join(lines)


def _run(folder: Path, peer: str, environment: dict[str, str], rounds: int) -> list[float]:
    """Return the microseconds of a request in each round; without rounds, its instructions."""
    paths = [ROOT, folder / "layer" / "python", folder / "functions" / "auth"]
    done = subprocess.run(
        [python(), "-m", f"bench.peers.{peer}", str(rounds), str(_REQUESTS)],
        cwd=ROOT,
        env={
            **ENVIRONMENT,
            **environment,
            "PATH": os.environ["PATH"],
            "PYTHONPATH": ":".join(str(path) for path in paths),
            "PYTHONDONTWRITEBYTECODE": "1",
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    try:
        if done.returncode == 0:
            return [float(line) for line in done.stderr.splitlines()]
    except ValueError:
        pass
    raise RuntimeError(f"{peer} failed:\n{done.stderr}")
