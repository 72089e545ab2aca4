"""The audit: what the table says twice must be said alike, and what the shop has added up is added up anew."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Set
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from typing import TypeVar

from shop.domain.audit import Difference, Wrong, added, by_day, differences_of
from shop.domain.purchases import Payment, Purchase
from shop.domain.totals import Figures
from shop.services.auditing_receipts import wrong_receipts
from shop.services.auditing_sums import Sums, ledger_sums, sum_differences
from shop.store import keys, kinds
from shop.store.actions import Actions
from shop.store.audit import Books, CustomerBooks, Moving
from shop.store.census import Census, shown
from shop.store.pairs import Name
from shop.store.products import Products
from shop.store.schema import MALFORMED
from shop.store.totals import Totals

_THREADS = 8
_AT_ONCE = 1000

T = TypeVar("T")
U = TypeVar("U")


@dataclass(slots=True)
class Findings:
    """What an audit has found. `moving` are keys that changed while it read, so that it cannot tell: run it again."""

    customers: int
    differences: list[Difference] = field(default_factory=list)
    moving: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        """Whether everything is as it should be."""
        return not self.differences and not self.moving


@dataclass(frozen=True, slots=True)
class Auditing:
    """The use case of operators and of a schedule. It reads only, and makes nobody wait."""

    books: Books
    totals: Totals
    products: Products
    actions: Actions
    clock: Callable[[], datetime]

    def run(self) -> Findings:
        """Check every item by itself, what leads to what, every customer's ledger and receipts, and the shop's sums."""
        counts = self._counts()
        census = self.books.census()
        before = self._stored(census, counts)
        findings = Findings(len(census.customers), census.differences, census.moving)
        self._check_leads(census, findings)
        days = self._check_customers(census, findings)
        self._check_sums(census, before, days, findings)
        findings.differences = list(dict.fromkeys(findings.differences))
        return findings

    def _check_leads(self, census: Census, findings: Findings) -> None:
        for judged in _in_threads(self._judged, census.pairs.unlike()):
            if isinstance(judged, Moving):
                findings.moving.append(str(judged))
            else:
                findings.differences += judged

    def _judged(self, unlike: tuple[Name, Set[Name]]) -> list[Difference] | Moving:
        try:
            return self.books.judged(*unlike)
        except Moving as moving:
            return moving

    def _check_customers(self, census: Census, findings: Findings) -> dict[date, Figures]:
        """Check the customers; the shop's figures by day, added up from their ledgers."""
        days: dict[date, Figures] = defaultdict(Figures)
        for books in _in_threads(self._books_of, sorted(census.customers)):
            if isinstance(books, Moving):
                findings.moving.append(str(books))
                continue
            findings.differences += self._customer_differences(books, census)
            census.unreadable |= {kinds.PURCHASE} if books.ledger.unreadable else set()
            for day, figures in by_day(books.ledger).items():
                days[day] = added([days[day], figures])
        return days

    def _books_of(self, customer_id: str) -> CustomerBooks | Moving:
        try:
            return self.books.customer(customer_id)
        except Moving as moving:
            return moving

    def _customer_differences(self, books: CustomerBooks, census: Census) -> Iterator[Difference]:
        customer_id, has_bought = books.customer_id, bool(books.ledger.purchases or books.ledger.payments)
        if has_bought and customer_id not in census.tally.accounts and not self.books.has_account(customer_id):
            yield Difference(shown(keys.account(customer_id)), "itself", "missing", "there")
        for wrong in (*differences_of(books.ledger), *wrong_receipts(books, self.clock())):
            yield Difference(shown(_key(customer_id, wrong)), wrong.what, wrong.stored, wrong.expected)

    def _check_sums(self, census: Census, before: Sums | None, days: dict[date, Figures], findings: Findings) -> None:
        """Compare the shop's sums, if they can be read and stood still, which a second count tells."""
        if before is None:
            return
        found = list(sum_differences(before, ledger_sums(days, census.tally), census.unreadable))
        if not found:
            return
        stood_still = not findings.moving and self.books.tally() == census.tally
        if stood_still and self._stored(census, self._counts()) == before:
            findings.differences += found
        else:
            findings.moving += sorted({difference.key for difference in found})

    def _stored(self, census: Census, counts: dict[str, int] | None) -> Sums | None:
        """The shop's sums as they are stored; None where they cannot be read, which the census tells."""
        if counts is None or kinds.STATS in census.unreadable:
            return None
        try:
            return Sums(self.totals.of_years(census.years), counts)
        except MALFORMED:
            return None

    def _counts(self) -> dict[str, int] | None:
        try:
            return {**self.totals.counts(), "products": self.products.total(), "actions": self.actions.total()}
        except MALFORMED:
            return None


def _key(customer_id: str, wrong: Wrong) -> keys.Key:
    match wrong.of:
        case Purchase(id=purchase_id):
            return keys.purchase(customer_id, purchase_id)
        case Payment(id=payment_id, purchase_id=purchase_id):
            return keys.payment(customer_id, purchase_id, payment_id)
        case _:
            return keys.customer_totals(customer_id)


def _in_threads(do: Callable[[T], U], things: Iterable[T]) -> Iterator[U]:
    """What `do` gives for each thing, in their order; no more than some are waiting at a time."""
    left = iter(things)
    with ThreadPoolExecutor(_THREADS) as threads:
        while some := list(islice(left, _AT_ONCE)):
            yield from threads.map(do, some)
