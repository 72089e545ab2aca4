"""What should come in on which day, and what came."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from zoneinfo import ZoneInfo

from shop import problems
from shop.accounts.model import Account
from shop.accounts.store import Accounts
from shop.calendar import local_day
from shop.desk.notes import Notes
from shop.desk.promises import JudgedNote
from shop.dynamodb import keys
from shop.dynamodb.paging import NOT_COUNTED, Page, PageRequest, page_of
from shop.dynamodb.table import Range, Table
from shop.ledger.purchases import Installment, Purchase, Status
from shop.ledger.store import Purchases
from shop.money import ZERO
from shop.reports.aging import COMING_DAYS
from shop.reports.sales import Period

MOST_DAYS = 31
"""The most days of the list."""


@dataclass(frozen=True, slots=True)
class Due:
    """A customer's installments that are due on a day.

    `expected` is their principal, without what was credited; `paid` is what came, with late fees. `to_pay` settles the
    rest today, with late fees. `waiting` is money for them that waits for confirmation.
    """

    account: Account
    day: date
    installments: int
    expected: Decimal
    paid: Decimal
    to_pay: Decimal
    waiting: Decimal
    promise: JudgedNote | None


@dataclass(frozen=True, slots=True)
class DueList:
    """The use case of those who expect money. The nightly run notes who has to pay on which day."""

    table: Table
    accounts: Accounts
    purchases: Purchases
    notes: Notes
    zone: ZoneInfo
    clock: Callable[[], datetime]

    def page(self, period: Period, request: PageRequest) -> Page[Due]:
        """Read a page of the due days of a period, each of a customer, in order.

        Raises InvalidInput naming `to` when the period does not have 1 to `MOST_DAYS` days, or ends later than what is
        noted.
        """
        today = local_day(self.clock(), self.zone)
        latest = today + timedelta(days=COMING_DAYS - 1)
        if not 1 <= period.days <= MOST_DAYS:
            raise problems.RANGE_OF_DAYS.error(most=MOST_DAYS)
        if period.last > latest:
            raise problems.DUE_LATER.error(latest=latest)
        ranges = [
            Range(
                keys.due_partition(shard),
                period.first.isoformat(),
                until=period.last.isoformat(),
                consistent=False,
            )
            for shard in range(keys.SHARDS)
        ]
        page = page_of(self.table, ranges, request, NOT_COUNTED, descending=False)
        noted = [keys.due_on(item["SK"]) for item in page.items]
        customers = list(dict.fromkeys(customer_id for _, customer_id in noted))
        accounts = dict(zip(customers, self.accounts.of(customers), strict=True))
        reads = [partial(self._read, customer_id) for customer_id in customers]
        known = dict(zip(customers, self.table.at_once(*reads) if reads else [], strict=True))
        rows: list[tuple[Due, str]] = []
        for (day, customer_id), key in zip(noted, page.keys, strict=True):
            account, (purchases, promise) = accounts[customer_id], known[customer_id]
            row = _due(account, day, purchases, promise, today) if account else None
            if row is not None:
                rows.append((row, key))
        return Page([row for row, _ in rows], [key for _, key in rows], None, next=page.next, previous=page.previous)

    def _read(self, customer_id: str) -> tuple[list[Purchase], JudgedNote | None]:
        _, promise = self.notes.last(customer_id)
        return list(self.purchases.of_customer(customer_id)), promise


def _due(account: Account, day: date, purchases: list[Purchase], promise: JudgedNote | None, today: date) -> Due | None:
    """Return what is due on a day; None when nothing is by now, for example after the date was moved."""
    parts: list[tuple[Purchase, Installment]] = [
        (one, part)
        for one in purchases
        if one.status is not Status.CANCELLED
        for part in one.installments
        if part.due_date == day and part.principal > part.credited and not part.is_pending
        if part.is_open or not _came_with_the_sale(one, part)
    ]
    if not parts:
        return None
    return Due(
        account,
        day,
        len(parts),
        sum((part.principal - part.credited for _, part in parts), ZERO),
        sum((part.paid_amount for _, part in parts), ZERO),
        sum((one.amount_to_pay(part, today) for one, part in parts if part.is_open), ZERO),
        sum((one.waiting_for(part) for one, part in parts), ZERO),
        promise,
    )


def _came_with_the_sale(purchase: Purchase, part: Installment) -> bool:
    """Return whether it is a first installment, which nobody had to wait for."""
    return part.number == 1 and part.due_date == purchase.purchased_on
