"""The audit: everything the shop has added up, against adding it up anew."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date

from shop.domain.audit import Difference, added, by_day, compared, differences_of
from shop.domain.totals import Figures, by_month, combined
from shop.store.audit import Books, Census, Moving
from shop.store.products import Products
from shop.store.totals import MONTHLY, PURCHASE_COUNTS, Totals

_THREADS = 8


@dataclass(frozen=True, slots=True)
class Findings:
    """What an audit has found. `moving` are keys that changed while it read, so that it cannot tell: run it again."""

    customers: int
    differences: list[Difference]
    moving: list[str]

    @property
    def is_clean(self) -> bool:
        """Whether everything is as it should be."""
        return not self.differences and not self.moving


@dataclass(frozen=True, slots=True)
class _Sums:
    """What the shop's counters should say, or say."""

    months: Mapping[str, Figures]
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Auditing:
    """The use case of operators and of a schedule. It reads only, and makes nobody wait."""

    books: Books
    totals: Totals
    products: Products

    def run(self) -> Findings:
        """Check every purchase, every customer's totals, and the shop's totals by month."""
        counts = self._counts()
        census = self.books.census()
        before = _Sums(self.totals.of_years(census.years), counts)
        differences: list[Difference] = []
        moving: list[str] = []
        days: dict[date, Figures] = defaultdict(Figures)
        with ThreadPoolExecutor(_THREADS) as threads:
            for customer_id, found in zip(census.customers, threads.map(self._customer, census.customers), strict=True):
                if found is None:
                    moving.append(f"TOTALS {customer_id}")
                    continue
                differences += found[0]
                for day, figures in found[1].items():
                    days[day] = added([days[day], figures])
        after = self._stored(census)
        shop = list(_shop_differences(after, _ledger_sums(days, census)))
        if before == after:
            differences += shop
        else:
            moving += sorted({difference.key for difference in shop})
        return Findings(len(census.customers), differences, moving)

    def _customer(self, customer_id: str) -> tuple[list[Difference], Mapping[date, Figures]] | None:
        try:
            ledger = self.books.ledger(customer_id)
        except Moving:
            return None
        found = list(differences_of(ledger))
        found += [
            Difference(key, "lists and search words", "others", "its own") for key in self.books.misencoded(customer_id)
        ]
        return found, by_day(ledger)

    def _stored(self, census: Census) -> _Sums:
        return _Sums(self.totals.of_years(census.years), self._counts())

    def _counts(self) -> Mapping[str, int]:
        return {**self.totals.counts(), "products": self.products.total()}


def _ledger_sums(days: Mapping[date, Figures], census: Census) -> _Sums:
    overall = combined(days.values())
    counts = {
        "accounts": census.accounts,
        "verified": census.verified,
        "products": census.products,
        **{name: getattr(overall, name) for name in PURCHASE_COUNTS},
    }
    return _Sums(by_month(days), counts)


def _shop_differences(stored: _Sums, ledger: _Sums) -> Iterator[Difference]:
    for month in sorted({*stored.months, *ledger.months}):
        kept, should = stored.months.get(month, Figures()), ledger.months.get(month, Figures())
        relevant = Figures(**{name: getattr(should, name) for name in MONTHLY})
        yield from compared(f"STATS {month}", "the month", kept, relevant)
    for name, count in ledger.counts.items():
        if stored.counts[name] != count:
            yield Difference("STATS ALL", name, str(stored.counts[name]), str(count))
