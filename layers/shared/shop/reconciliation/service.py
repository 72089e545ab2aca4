"""The reconciliation: compares all copies of a value in the table, and recomputes the ledger from the journal."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from typing import TypeVar

from shop.accounts.audit_log import AuditLog
from shop.catalogue.store import Products
from shop.dynamodb import keys
from shop.dynamodb.schema import MALFORMED
from shop.ledger.attempts import Attempt
from shop.ledger.journal import Entry
from shop.ledger.purchases import Purchase
from shop.ledger.totals import Figures
from shop.ledger.totals_store import Totals
from shop.reconciliation import kinds
from shop.reconciliation.arithmetic import Difference, Finding, added, by_day, differences_of
from shop.reconciliation.census import Census, Name, label
from shop.reconciliation.receipts import wrong_receipts
from shop.reconciliation.store import CustomerState, Moving, ReconciliationStore
from shop.reconciliation.sums import Sums, ledger_sums, sales_differences, sum_differences
from shop.reconciliation.waiting import attempt_differences, refund_differences
from shop.reports.sales import Sales, sales_of

_THREADS = 8
_AT_ONCE = 1000

T = TypeVar("T")
U = TypeVar("U")


@dataclass(slots=True)
class Findings:
    """The result. `moving` has keys that kept changing while they were read: run it again to check them."""

    customers: int
    differences: list[Difference] = field(default_factory=list)
    moving: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        """Return whether everything was checked and nothing is wrong."""
        return not self.differences and not self.moving


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """The use case of operators and of a schedule. It only reads, and it does not block the shop."""

    store: ReconciliationStore
    totals: Totals
    products: Products
    audit_log: AuditLog
    clock: Callable[[], datetime]

    def run(self) -> Findings:
        """Check each item, each lead, each customer's ledger and receipts, and the shop's sums."""
        counts = self._counts()
        census = self.store.census()
        before = self._stored(census, counts)
        findings = Findings(len(census.customers), census.differences, census.moving)
        self._check_leads(census, findings)
        days, sold = self._check_customers(census, findings)
        self._check_sums(census, before, days, findings)
        self._check_sales(census, sold, findings)
        findings.differences = list(dict.fromkeys(findings.differences))
        return findings

    def _check_leads(self, census: Census, findings: Findings) -> None:
        for result in _in_threads(self._check_lead, census.pairs.mismatches()):
            if isinstance(result, Moving):
                findings.moving.append(str(result))
            else:
                findings.differences += result

    def _check_lead(self, mismatch: tuple[Name, Set[Name]]) -> list[Difference] | Moving:
        try:
            return self.store.check_lead(*mismatch)
        except Moving as moving:
            return moving

    def _check_customers(
        self, census: Census, findings: Findings
    ) -> tuple[Mapping[date, Figures], Mapping[date, Sales]]:
        """Check each customer; returns the shop's figures and its sales by day, the sums of all ledgers."""
        days: dict[date, Figures] = defaultdict(Figures)
        sold: dict[date, Sales] = defaultdict(Sales)
        for state in _in_threads(self._state_of, sorted(census.customers)):
            if isinstance(state, Moving):
                findings.moving.append(str(state))
                continue
            findings.differences += self._customer_differences(state, census)
            census.unreadable |= {kinds.PURCHASE} if state.ledger.unreadable else set()
            for day, figures in by_day(state.ledger).items():
                days[day] = added([days[day], figures])
            pieces = {purchase.id: purchase.quantity for purchase in state.ledger.purchases}
            for entry in state.ledger.entries:
                sold[entry.recorded_on] += sales_of(entry, pieces.get(entry.purchase_id, 0))
        return days, sold

    def _state_of(self, customer_id: str) -> CustomerState | Moving:
        try:
            return self.store.customer(customer_id)
        except Moving as moving:
            return moving

    def _customer_differences(self, state: CustomerState, census: Census) -> Iterator[Difference]:
        customer_id, has_bought = state.customer_id, bool(state.ledger.purchases or state.ledger.entries)
        if has_bought and customer_id not in census.tally.accounts and not self.store.has_account(customer_id):
            yield Difference(label(keys.account(customer_id)), "item", "missing", "present")
        for finding in (
            *differences_of(state.ledger),
            *attempt_differences(state.ledger),
            *refund_differences(state.ledger),
            *wrong_receipts(state, self.clock()),
        ):
            yield Difference(label(_key(customer_id, finding)), finding.what, finding.stored, finding.expected)

    def _check_sales(self, census: Census, sold: Mapping[date, Sales], findings: Findings) -> None:
        """Compare the closed days with the journal, unless that is wrong itself, or changed while it was read."""
        if not findings.moving and not findings.differences:
            findings.differences += sales_differences(census.closed, sold, census.unreadable)

    def _check_sums(
        self, census: Census, before: Sums | None, days: Mapping[date, Figures], findings: Findings
    ) -> None:
        """Compare the shop's sums, unless they cannot be read. A second count shows whether they changed meanwhile."""
        if before is None:
            return
        found = list(sum_differences(before, ledger_sums(days, census.tally), census.unreadable))
        if not found:
            return
        unchanged = not findings.moving and self.store.tally() == census.tally
        if unchanged and self._stored(census, self._counts()) == before:
            findings.differences += found
        else:
            findings.moving += sorted({difference.key for difference in found})

    def _stored(self, census: Census, counts: dict[str, int] | None) -> Sums | None:
        """Return the stored sums of the shop; None when they cannot be read, which the census reports."""
        if counts is None or census.unreadable & {kinds.STATS, kinds.CATEGORY}:
            return None
        try:
            return Sums(self.totals.of_years(census.years), counts, self.products.category_counts())
        except MALFORMED:
            return None

    def _counts(self) -> dict[str, int] | None:
        try:
            return {**self.totals.counts(), "products": self.products.total(), "actions": self.audit_log.total()}
        except MALFORMED:
            return None


def _key(customer_id: str, finding: Finding) -> keys.Key:
    match finding.of:
        case Purchase(id=purchase_id):
            return keys.purchase(customer_id, purchase_id)
        case Entry(id=entry_id, purchase_id=purchase_id):
            return keys.entry(customer_id, purchase_id, entry_id)
        case Attempt(id=attempt_id, purchase_id=purchase_id):
            return keys.attempt(customer_id, purchase_id, attempt_id)
        case _:
            return keys.customer_totals(customer_id)


def _in_threads(do: Callable[[T], U], things: Iterable[T]) -> Iterator[U]:
    """Apply a function to many things in threads. Yields the results in order, a limited number ahead."""
    left = iter(things)
    with ThreadPoolExecutor(_THREADS) as threads:
        while some := list(islice(left, _AT_ONCE)):
            yield from threads.map(do, some)
