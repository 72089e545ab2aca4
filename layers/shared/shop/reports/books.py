"""The books: lists of payments, the till of a day, and the journal for accountants."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from shop import problems
from shop.calendar import local_day
from shop.dynamodb.paging import Page, PageRequest
from shop.ledger.journal import Entry, LedgerAccount, Method, Role
from shop.ledger.journal_store import EntryFilter, Journal
from shop.money import ZERO

MOST_DAYS = 31
"""The most days that a list of entries covers."""

ACCOUNT_NAMES = {
    LedgerAccount.SELF_DECLARED: "Assets:SelfDeclared",
    LedgerAccount.CASH: "Assets:Cash",
    LedgerAccount.BANK: "Assets:Bank",
    LedgerAccount.WALLET: "Assets:Wallet",
    LedgerAccount.CARD: "Assets:Card",
    LedgerAccount.OTHER: "Assets:Other",
    LedgerAccount.STRIPE: "Assets:Provider:Stripe",
    LedgerAccount.SSLCOMMERZ: "Assets:Provider:Sslcommerz",
    LedgerAccount.SANDBOX: "Assets:Provider:Sandbox",
    LedgerAccount.DISPUTES: "Assets:Disputes",
    LedgerAccount.RECEIVABLE: "Assets:Receivable",
    LedgerAccount.SALES: "Income:Sales",
    LedgerAccount.LATE_FEES: "Income:LateFees",
    LedgerAccount.REFUNDS_PAYABLE: "Liabilities:RefundsPayable",
    LedgerAccount.DISCOUNTS: "Expenses:Discounts",
    LedgerAccount.WRITE_OFFS: "Expenses:WriteOffs",
    LedgerAccount.LOSSES: "Expenses:Losses",
}
"""The accounts in Beancount: https://beancount.github.io/docs/beancount_language_syntax.html."""


@dataclass(frozen=True, slots=True)
class TillRow:
    """The money of one method that one person took in and handed out on a day."""

    method: Method
    actor: str
    role: Role
    entries: int
    received: Decimal
    handed_out: Decimal


@dataclass(frozen=True, slots=True)
class Books:
    """The use cases of the books."""

    journal: Journal
    currency: str
    zone: ZoneInfo
    clock: Callable[[], datetime]

    def payments(self, day: date | None, chosen: EntryFilter, request: PageRequest) -> Page[Entry]:
        """Read a page of the entries that moved money on a day, today by default, newest first."""
        return self.journal.page_of_days([day or self._today()], chosen, request, descending=True)

    def entries(self, first: date, last: date, request: PageRequest) -> Page[Entry]:
        """Read a page of all entries recorded from `first` to `last`, oldest first.

        Raises InvalidInput naming `to` when that is before `first` or more than `MOST_DAYS` after it.
        """
        count = (last - first).days + 1
        if not 1 <= count <= MOST_DAYS:
            raise problems.RANGE_OF_DAYS.error(most=MOST_DAYS)
        days = [first + timedelta(days=number) for number in range(count)]
        return self.journal.page_of_days(days, EntryFilter(), request, descending=False)

    def till(self, day: date | None) -> tuple[date, list[TillRow]]:
        """Add up the money of a day, today by default, by method and person."""
        on = day or self._today()
        sums: dict[tuple[Method, str, Role], list[Decimal]] = defaultdict(list)
        for entry in self.journal.of_days([on]):
            if entry.method and entry.money:
                sums[entry.method, entry.actor.id, entry.actor.role].append(entry.money)
        return on, [
            TillRow(
                method,
                actor,
                role,
                len(amounts),
                received=sum((amount for amount in amounts if amount > 0), ZERO),
                handed_out=-sum((amount for amount in amounts if amount < 0), ZERO),
            )
            for (method, actor, role), amounts in sorted(sums.items())
        ]

    def beancount(self, entries: Sequence[Entry], *, header: bool) -> Iterator[str]:
        """Yield each entry as a transaction of Beancount, the first after the accounts if `header`.

        Transactions have value dates.
        """
        accounts = f'option "operating_currency" "{self.currency}"\n' + "".join(
            f"1970-01-01 open {name} {self.currency}\n" for name in ACCOUNT_NAMES.values()
        )
        for position, entry in enumerate(entries):
            lines = [
                f'{entry.value_date} * "{entry.kind}" "{_text(entry.reason or entry.reference)}" ^{entry.purchase_id}',
                f'  entry: "{entry.id}"',
                f"  recorded: {entry.recorded_on}",
                *(
                    f"  {ACCOUNT_NAMES[account]}  {amount:.2f} {self.currency}"
                    for account, amount in entry.postings.items()
                ),
            ]
            yield (accounts if header and position == 0 else "") + "\n" + "\n".join(lines) + "\n"

    def _today(self) -> date:
        return local_day(self.clock(), self.zone)


def _text(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
