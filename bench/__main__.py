"""`make bench`: cold starts, warm requests and memory sizes in one run, in the Markdown of docs/performance.md."""

import argparse
import platform
import tempfile
from pathlib import Path

from bench import coldstart, memory, warm
from bench.packing import pack


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
        print(f"## Memory and money\n\n{memory.table(folder)}")


if __name__ == "__main__":
    main()
