"""Comparison of the shop's counters with the sums of its items."""

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from datetime import date

from shop.dynamodb import keys
from shop.ledger.totals import Figures, by_month, combined
from shop.ledger.totals_store import MONTHLY, PURCHASE_COUNTS
from shop.reconciliation import kinds
from shop.reconciliation.arithmetic import Difference, compared
from shop.reconciliation.census import Tally, label
from shop.reconciliation.kinds import Kind
from shop.reports.sales import FIGURES, Sales

_LEDGER = {kinds.PURCHASE, kinds.ENTRY}
_KINDS_OF = {
    "accounts": {kinds.ACCOUNT},
    "verified": {kinds.ACCOUNT},
    "products": {kinds.PRODUCT},
    "actions": {kinds.ACTION},
    **dict.fromkeys(PURCHASE_COUNTS, _LEDGER),
}
"""The kinds of items that each counter depends on."""
_KEYS = {"products": label(keys.catalogue_totals()), "actions": label(keys.action_totals())}


@dataclass(frozen=True, slots=True)
class Sums:
    """The shop's counters, as stored or as expected."""

    months: Mapping[str, Figures]
    counts: Mapping[str, int]
    categories: Mapping[str, int]


def ledger_sums(days: Mapping[date, Figures], tally: Tally) -> Sums:
    """Compute the expected counters."""
    overall = combined(days.values())
    counts = {
        "accounts": len(tally.accounts),
        "verified": tally.verified,
        "products": tally.products,
        "actions": tally.actions,
        **{name: getattr(overall, name) for name in PURCHASE_COUNTS},
    }
    return Sums(by_month(days), counts, tally.categories)


def sales_differences(
    closed: Mapping[date, Sales], expected: Mapping[date, Sales], unreadable: Set[Kind]
) -> Iterator[Difference]:
    """Yield what differs in the sales of closed days, by the journal. Skips all when a kind has unreadable items."""
    if unreadable & {*_LEDGER, kinds.SALES}:
        return
    last = max(closed, default=date.min)
    for day in sorted({*closed, *(day for day in expected if day <= last)}):
        if day not in closed:
            yield Difference(label(keys.sales(day)), "item", "missing", "present")
            continue
        wanted = expected.get(day, Sales())
        for name in FIGURES:
            if (stored := getattr(closed[day], name)) != getattr(wanted, name):
                yield Difference(label(keys.sales(day)), name, str(stored), str(getattr(wanted, name)))


def sum_differences(stored: Sums, expected: Sums, unreadable: Set[Kind]) -> Iterator[Difference]:
    """Yield the counters that differ. Skips counters of kinds that have unreadable items."""
    if not unreadable & _LEDGER:
        for month in sorted({*stored.months, *expected.months}):
            wanted = expected.months.get(month, Figures())
            monthly = Figures(**{name: getattr(wanted, name) for name in MONTHLY})
            for name, *values in compared(stored.months.get(month, Figures()), monthly):
                yield Difference(f"STATS {month}", f"{name} of the month", *values)
    for name, count in expected.counts.items():
        if stored.counts[name] != count and not unreadable & _KINDS_OF[name]:
            yield Difference(_KEYS.get(name, "STATS ALL"), name, str(stored.counts[name]), str(count))
    for category in sorted({*stored.categories, *expected.categories}) if kinds.PRODUCT not in unreadable else ():
        products = stored.categories.get(category, 0), expected.categories.get(category, 0)
        if products[0] != products[1]:
            yield Difference(label(keys.category(category)), "products", *map(str, products))
