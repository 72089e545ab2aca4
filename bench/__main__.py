"""The benchmarks: `python -m bench`, also `make bench`, prints the main tables of docs/performance.md."""

import argparse
import platform
import sys
import tempfile
from pathlib import Path


def tables(options: argparse.Namespace) -> None:
    """Print cold starts, warm requests, memory sizes, calls and capacity units."""
    from bench import coldstart, cost, memory, scale, warm
    from bench.packing import pack
    from local import dynamodb
    from tests.support.ports import free_port

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        pack(folder)
        size = sum(path.stat().st_size for path in (folder / "layer").rglob("*") if path.is_file())
        rounds, passes = options.rounds, options.passes
        print(f"{platform.machine()}, {platform.system()}; medians of {rounds} starts, {passes} passes\n")
        starts = coldstart.cold_starts(folder, rounds)
        print(f"## Cold starts\n\n{coldstart.table(starts)}\n\nThe layer, unpacked: {size / 2**20:.1f} MB.\n")
        print(f"## Warm requests\n\n{warm.table(warm.warm_requests(folder, passes))}\n")
        print(f"## Memory and money\n\n{memory.table(folder)}\n")
    with dynamodb.running(free_port()) as url:
        rows = cost.measured(url, memory.PURCHASES)
    shown = {request.endpoint for request in scale.TRAFFIC}
    print(f"## Calls and units\n\n{cost.short_table_of([row for row in rows if row.name in shown])}")


def guard(options: argparse.Namespace) -> int:
    """Compare counts with bench/baseline.json; exit with 1 when one has grown."""
    from bench import guard

    return guard.run(update=options.update)


def steps(options: argparse.Namespace) -> None:
    """Print how much each optimisation of the cold start saves."""
    from bench import steps

    steps.run(options.rounds)


def cost(options: argparse.Namespace) -> None:
    """Print what each endpoint costs in a small shop and in a large one, docs/cost.csv."""
    from bench import cost

    cost.run(*options.sizes)


def scale(_: argparse.Namespace) -> None:
    """Compute the load of 1, 100 and 10,000 purchases a second, the tables of docs/scale.md."""
    from bench import scale

    scale.run()


def reminders(options: argparse.Namespace) -> None:
    """Plan the reminders of many customers and print how long a million would take."""
    from bench import reminders

    reminders.run(options.customers)


def pages(options: argparse.Namespace) -> None:
    """Print how long each page takes beside its API calls, and how large it is."""
    from bench import pages

    pages.run(options.rounds)


def flows(options: argparse.Namespace) -> None:
    """Print what whole requests cost in the shop, with FastAPI and with Django."""
    from bench.flows import compared

    compared.run(options.sizes, options.passes)


def main() -> int:
    """Run the benchmark that the command line names."""
    parser = argparse.ArgumentParser(
        prog="python -m bench", description=tables.__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=15, help="how often each function starts, default 15")
    parser.add_argument("--passes", type=int, default=6, help="how often each peer runs, default 6")
    parser.set_defaults(run=tables)
    subparsers = parser.add_subparsers(title="other benchmarks", metavar="COMMAND")
    others = {}
    for command in (guard, steps, cost, scale, reminders, pages, flows):
        text = str(command.__doc__)
        others[command] = subparsers.add_parser(command.__name__, help=text, description=text)
        others[command].set_defaults(run=command)
    others[guard].add_argument("--update", action="store_true", help="replace the baseline by the present counts")
    others[steps].add_argument("--rounds", type=int, default=9, help="how often each variant starts, default 9")
    others[cost].add_argument(
        "--sizes", type=int, nargs=2, default=(1_000, 100_000), metavar="PURCHASES", help="default 1000 100000"
    )
    others[pages].add_argument("--rounds", type=int, default=30, help="how often each page is made, default 30")
    others[flows].add_argument("--passes", type=int, default=7, help="how often each peer runs, default 7")
    others[flows].add_argument(
        "--sizes", type=int, nargs=2, default=(100, 20_000), metavar="PURCHASES", help="default 100 20000"
    )
    others[reminders].add_argument("--customers", type=int, default=100_000, help="default 100000")
    options = parser.parse_args()
    status: int | None = options.run(options)
    return status or 0


if __name__ == "__main__":
    sys.exit(main())
