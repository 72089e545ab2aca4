"""Reading the whole table for an audit: the one place that scans, in parallel segments, locking nothing."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial

from shop.domain.audit import CustomerLedger
from shop.store import keys, purchases, totals
from shop.store.table import Item, Range, Table

_TRIES = 20
_CUSTOMER = keys.customer_partition("")


@dataclass(slots=True)
class Census:
    """Who and what is in the table."""

    customers: set[str] = field(default_factory=set)
    accounts: int = 0
    verified: int = 0
    products: int = 0
    years: set[int] = field(default_factory=set)


class Moving(Exception):
    """A customer's ledger changed at every try to read it at one instant."""


class Books:
    """Access patterns of audits."""

    def __init__(self, table: Table, segments: int) -> None:
        self._table = table
        self._segments = segments

    def census(self) -> Census:
        """A pass over the whole table that reads keys and flags, a thread for each segment."""
        found = Census()
        with ThreadPoolExecutor(self._segments) as threads:
            for items in threads.map(self._segment, range(self._segments)):
                for item in items:
                    _count(found, item)
        return found

    def _segment(self, segment: int) -> list[Item]:
        return list(self._table.scan(["PK", "SK", "is_verified", "archived"], segment, self._segments))

    def ledger(self, customer_id: str) -> CustomerLedger:
        """All of a customer's money at one instant.

        Every change of it raises the version of the totals, so what lies between two readings of one version belongs
        together. Raises Moving when no two were the same.
        """
        read = partial(self._table.get, keys.customer_totals(customer_id))
        before = read()
        for _ in range(_TRIES):
            items = list(self._table.query(Range(keys.customer_partition(customer_id), "P")))
            after = read()
            if (before or {}).get("version") == (after or {}).get("version"):
                return CustomerLedger(
                    totals.from_item(customer_id, after),
                    [purchases.from_item(item) for item in items if item["SK"].startswith(keys.PURCHASES)],
                    [purchases.payment_from_item(item) for item in items if not item["SK"].startswith(keys.PURCHASES)],
                )
            before = after
        raise Moving(customer_id)

    def misencoded(self, customer_id: str) -> Iterator[str]:
        """The keys of a customer's purchases whose lists or search words are not those of what they say."""
        for item in self._table.query(Range(keys.customer_partition(customer_id), keys.PURCHASES)):
            if purchases.to_item(purchases.from_item(item)) != item:
                yield item["SK"]


def _count(census: Census, item: Item) -> None:
    if item["SK"] == keys.account("")["SK"]:
        census.accounts += 1
        census.verified += bool(item["is_verified"])
    elif item["PK"].startswith("STATS#") and item["SK"].isdigit():
        census.years.add(int(item["SK"]))
    elif item["PK"].startswith(keys.product("")["PK"]):
        census.products += not item["archived"]
    elif item["PK"].startswith(_CUSTOMER) and item["SK"].startswith(("PURCHASE#", "PAYMENT#", "TOTALS")):
        census.customers.add(item["PK"].removeprefix(_CUSTOMER))
