"""The baseline of counts, and the comparison with it."""

from pathlib import Path

BASELINE = Path(__file__).with_name("baseline.json")
SLACK = 1.01
"""The share by which a count may grow: compiled code differs between patch releases of Python."""

Counts = dict[str, float]
"""Counts by name."""


def worsened(before: Counts, now: Counts) -> list[str]:
    """Return a line for each count that grew by more than `SLACK` or is missing on one side."""
    lines = [f"{name} is not in the baseline" for name in now.keys() - before.keys()]
    lines += [f"{name} is not counted any more" for name in before.keys() - now.keys()]
    lines += [
        f"{name}: {now[name]:g} instead of {before[name]:g}"
        for name in before.keys() & now.keys()
        if now[name] > before[name] * SLACK
    ]
    return sorted(lines)
