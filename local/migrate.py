"""Bring a shop's table up to this release's schema: `python -m local.migrate`. The shop stays open meanwhile.

May be stopped and started again: it goes on where it was. Exits with 1 when items are left, which another run takes.
"""

import argparse
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import NoReturn

from tqdm import tqdm

from local.stack import settings
from shop.config import load_settings
from shop.store import schema
from shop.store.migration import Migration, Tally
from shop.store.table import Table

SEGMENTS = 4
_MOST_PASSES = 5


def run_pass(table: Table) -> Tally:
    """One pass over the table, a thread for each segment."""
    total, lock = Tally(), Lock()
    with tqdm(unit=" items", desc=f"To schema {schema.version()}") as bar, ThreadPoolExecutor(SEGMENTS) as threads:

        def run(segment: int) -> Tally:
            return Migration(table, segment, SEGMENTS).run(lambda page: _told(bar, lock, page))

        for tally in threads.map(run, range(SEGMENTS)):
            total.add(tally)
    return total


def _told(bar: "tqdm[NoReturn]", lock: Lock, page: Tally) -> None:
    with lock:
        bar.update(page.seen)


def main() -> int:
    """Pass over the table until the shop has overtaken nothing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stack", default="installment-shop", help="the CloudFormation stack of the shop")
    table = Table(load_settings(settings(parser.parse_args().stack)).table_name)
    for _ in range(_MOST_PASSES):
        tally = run_pass(table)
        print(f"{tally.seen} items, {tally.migrated} brought up, {tally.overtaken} overtaken by the shop.")
        if not tally.overtaken:
            return 0
    return 1


if __name__ == "__main__":
    sys.exit(main())
