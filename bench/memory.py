"""What a function's memory size does to its time and its bill, from the CPU that requests were measured to take.

Lambda gives a function CPU in proportion to its memory, one whole vCPU at 1,769 MB, and bills memory times time:
https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html. A request takes the time of its CPU over the
share that it has, and waits for DynamoDB as long whatever it has.
"""

from bench import cost, prices
from bench.coldstart import ColdStart
from local import dynamodb
from tests.support.ports import free_port

WHOLE = 1769
SIZES = (128, 256, 512, 1024, WHOLE)
WAIT = 0.005
"""Seconds that a round trip to DynamoDB is waited for."""
_PURCHASES, _REPEATED = 200, 20


def duration(cpu: float, round_trips: int, size: int) -> float:
    """Seconds that a request takes which needs so many seconds of a whole vCPU, with so many MB of memory."""
    return cpu * max(1, WHOLE / size) + round_trips * WAIT


def dollars(seconds: float, size: int) -> float:
    """What a million requests of that length cost, beside the price of the requests themselves."""
    return seconds * size / 1024 * prices.GB_SECOND * 1_000_000


def table(starts: list[ColdStart]) -> str:
    """Milliseconds and dollars a million by memory size, as Markdown."""
    with dynamodb.running(free_port()) as url:
        found = cost.cpu(url, _PURCHASES, _REPEATED)
    init = {start.name: start.init.cpu for start in starts}
    cases = {"cold start, purchases": (init["purchases"], 0), "cold start, auth": (init["auth"], 0)} | found
    lines = [f"| | CPU ms | {' | '.join(f'{size} MB' for size in SIZES)} |", "|---|--:" + "|--:" * len(SIZES) + "|"]
    for name, (cpu, round_trips) in cases.items():
        times = [duration(cpu, round_trips, size) for size in SIZES]
        cells = [
            f"{seconds * 1000:.0f} ms, ${dollars(seconds, size):.2f}"
            for seconds, size in zip(times, SIZES, strict=True)
        ]
        lines.append(f"| {name} | {cpu * 1000:.1f} | {' | '.join(cells)} |")
    return "\n".join(lines)
