"""`make bench`: starts, warm requests, memory sizes, calls and units in one run, as docs/performance.md has them."""

import argparse
import platform
import tempfile
from pathlib import Path

from bench import coldstart, cost, memory, scale, warm
from bench.packing import pack
from local import dynamodb
from tests.support.ports import free_port


def main() -> None:
    """Pack, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=15, help="how often each function is started")
    parser.add_argument("--passes", type=int, default=6, help="how often each peer is run")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        pack(folder)
        size = sum(path.stat().st_size for path in (folder / "layer").rglob("*") if path.is_file())
        print(f"{platform.machine()}, {platform.system()}; medians of {given.rounds} starts, {given.passes} passes\n")
        starts = coldstart.cold_starts(folder, given.rounds)
        print(f"## Cold starts\n\n{coldstart.table(starts)}\n\nThe layer, unpacked: {size / 2**20:.1f} MB.\n")
        peers = warm.warm_requests(folder, given.passes)
        print(f"## Warm requests\n\n{warm.table(peers)}\n")
        print(f"## Memory and money\n\n{memory.table(folder)}\n")
    with dynamodb.running(free_port()) as url:
        rows = cost.measured(url, memory.PURCHASES)
    asked = {request.endpoint for request in scale.TRAFFIC}
    print(f"## Calls and units\n\n{cost.short_table_of([row for row in rows if row.name in asked])}")


if __name__ == "__main__":
    main()
