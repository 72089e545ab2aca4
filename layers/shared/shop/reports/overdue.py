"""Who owes what since when: the customers with overdue installments."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from zoneinfo import ZoneInfo

from shop.accounts.model import Account
from shop.accounts.phones import searched
from shop.accounts.store import Accounts
from shop.calendar import local_day
from shop.desk.notes import Notes
from shop.desk.promises import JudgedNote
from shop.dynamodb import due_lists, keys
from shop.dynamodb.paging import NOT_COUNTED, Page, PageRequest, page_of
from shop.dynamodb.table import Range, Table
from shop.ledger.purchases import Purchase
from shop.ledger.store import Purchases
from shop.ledger.totals_store import Totals
from shop.money import ZERO
from shop.text import search_words

_Known = tuple[list[Purchase], JudgedNote | None, JudgedNote | None]
"""A customer's purchases, the newest note, and the newest note with a promise."""
_MOST_FOUND = 100
"""A search looks at this many customers at most."""


@dataclass(frozen=True, slots=True)
class Overdue:
    """A customer with overdue installments: their number, unpaid principal, and the late fees of today.

    `last_paid_at` is when the customer last paid for an installment of a purchase, `waiting` is money for the overdue
    ones that waits for confirmation.
    """

    account: Account
    oldest_due: date
    days_late: int
    installments: int
    principal: Decimal
    late_fees: Decimal
    last_paid_at: datetime | None
    waiting: Decimal
    last_note: JudgedNote | None
    promise: JudgedNote | None


@dataclass(frozen=True, slots=True)
class OverdueList:
    """The use cases of those who call customers."""

    table: Table
    accounts: Accounts
    purchases: Purchases
    totals: Totals
    notes: Notes
    zone: ZoneInfo
    region: str
    clock: Callable[[], datetime]

    def by_amount(self, at_least: int, at_most: int | None, request: PageRequest) -> Page[Overdue]:
        """Read a page of the customers who were late last night and are, those first who then owed most."""
        today = local_day(self.clock(), self.zone)
        ranges = [
            Range(keys.late_list(shard), "", "by-mail-due", "mail_queue", "mail_due") for shard in range(keys.SHARDS)
        ]
        page = page_of(self.table, ranges, request, NOT_COUNTED, descending=True)
        ids = [item["SK"] for item in page.items]
        first = {customer_id: ids.index(customer_id) for customer_id in ids}
        found = [
            # a customer is in two lists for some nights after SHARDS was raised
            row if row and first[row.account.id] == position and _is_within(row, at_least, at_most) else None
            for position, row in enumerate(self._rows(ids, today))
        ]
        return replace(page.known(found), count=None)

    def page(self, at_least: int, at_most: int | None, request: PageRequest) -> Page[Overdue]:
        """Read a page of the customers who are late since a number of days, those late longest first."""
        today = local_day(self.clock(), self.zone)
        latest = today - timedelta(days=at_least)
        earliest = today - timedelta(days=at_most) if at_most is not None else date.min
        ranges = [
            Range(
                due_lists.owing_list(shard),
                earliest.isoformat(),
                "by-mail-due",
                "mail_queue",
                "mail_due",
                until=latest.isoformat(),
            )
            for shard in range(keys.SHARDS)
        ]
        page = page_of(self.table, ranges, request, NOT_COUNTED, descending=False)
        rows = self._rows([due_lists.owed(item["mail_due"])[0] for item in page.items], today)
        return replace(page.known(rows), count=None)

    def search(self, text: str, at_least: int, at_most: int | None) -> list[Overdue]:
        """Find the late customers whose name, address or telephone number matches a text, those late longest first."""
        found = self.accounts.page(PageRequest(None, _MOST_FOUND), search_words(searched(text, self.region))).items
        today = local_day(self.clock(), self.zone)
        late = [
            row
            for row in self._rows([account.id for account in found], today)
            if row is not None and _is_within(row, at_least, at_most)
        ]
        return sorted(late, key=lambda row: (row.oldest_due, row.account.id))

    def _rows(self, customer_ids: Sequence[str], today: date) -> list[Overdue | None]:
        """Describe customers; None for one who has paid meanwhile, or is not there."""
        totals = self.totals.of_customers(customer_ids)
        accounts = self.accounts.of(customer_ids)
        late = [one.customer_id for one in totals if one.overdue_count(today)]
        read = self.table.at_once(*(partial(self._read, customer_id) for customer_id in late)) if late else []
        known: dict[str, _Known] = dict(zip(late, read, strict=True))
        return [
            _overdue(account, known[customer_id], today) if account and customer_id in known else None
            for customer_id, account in zip(customer_ids, accounts, strict=True)
        ]

    def _read(self, customer_id: str) -> _Known:
        return list(self.purchases.of_customer(customer_id)), *self.notes.last(customer_id)


def _is_within(row: Overdue, at_least: int, at_most: int | None) -> bool:
    return at_least <= row.days_late and (at_most is None or row.days_late <= at_most)


def _overdue(account: Account, known: _Known, today: date) -> Overdue | None:
    purchases, last_note, promise = known
    late = [(one, part) for one in purchases for part in one.open_installments if part.is_overdue(today)]
    if not late:
        return None
    oldest = min(part.due_date for _, part in late)
    return Overdue(
        account,
        oldest,
        (today - oldest).days,
        len(late),
        sum((part.outstanding for _, part in late), ZERO),
        sum((one.late_fees_due(today) for one in purchases), ZERO),
        max((part.paid_at for one in purchases for part in one.installments if part.paid_at), default=None),
        sum((one.waiting_for(part) for one, part in late), ZERO),
        last_note,
        promise,
    )
