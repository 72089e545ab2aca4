"""The nightly run: closes the sales of past days, and notes who owes what (docs/decisions/0024)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from shop.catalogue.store import Products
from shop.ledger.journal_store import Journal
from shop.ledger.purchases import Status
from shop.ledger.store import Purchases
from shop.ledger.totals import CustomerTotals
from shop.ledger.totals_store import Totals
from shop.mail.store import Mails
from shop.reports.aging import COMING_DAYS, Aging, aging_of
from shop.reports.sales import OfProduct, Sales, sales_of
from shop.reports.sales_store import StoredSales
from shop.reports.snapshots import Snapshots, due_to_item, late_to_item

_PAST_DAYS = 30
"""The number of past days whose notes the run makes good, after nights without it. Totals know no more."""


@dataclass(frozen=True, slots=True)
class Nightly:
    """The use cases of the schedule. Each may be repeated."""

    mails: Mails
    totals: Totals
    journal: Journal
    purchases: Purchases
    products: Products
    sales: StoredSales
    snapshots: Snapshots
    zone: ZoneInfo

    def first_open_day(self) -> date | None:
        """Return the day after the last closed one: at first, the day of the first purchase, if there is one."""
        closed = self.sales.last_closed()
        return closed + timedelta(days=1) if closed else self.sales.first_purchase([*Status])

    def close(self, day: date) -> None:
        """Add up the journal entries that were recorded on a day which is over; keep what was owed on it."""
        entries = list(self.journal.of_days([day]))
        bought = self.purchases.of_keys({(entry.customer_id, entry.purchase_id) for entry in entries})
        sums: dict[int, Sales] = {}
        for entry in entries:
            purchase = bought.get(entry.purchase_id)  # None for one that is lost: counted without a product
            number, quantity = (purchase.product_id, purchase.quantity) if purchase else (0, 0)
            sums[number] = sums.get(number, Sales()) + sales_of(entry, quantity)
        products = self.products.of_numbers([*sums])
        categories = {number: product.category or "" for number, product in products.items()}
        self.snapshots.keep(day)
        self.sales.close(day, {number: OfProduct(sales, categories.get(number, "")) for number, sales in sums.items()})

    def age(self, shard: int, today: date, since: str, sums: Aging, most: int) -> tuple[Aging, str]:
        """Add what up to `most` customers of a shard owe, after the place `since`, to the sums, and list them.

        Returns the sums, and the place of the last customer. After the last of the shard, that is empty and the sums
        are stored.
        """
        found = list(self.mails.owing(shard, since, date.max, most))
        totals = self.totals.of_customers([one.user_id for one in found])
        self._list(shard, totals, today)
        sums = sum((aging_of(one, today) for one in totals), sums)
        if len(found) == most:
            return sums, found[-1].place
        self.snapshots.save_aging(today, shard, sums)
        return sums, ""

    def _list(self, shard: int, totals: Sequence[CustomerTotals], today: date) -> None:
        late = [(one.customer_id, amount) for one in totals if (amount := one.overdue_amount(today))]
        self.snapshots.save(late_to_item(customer_id, amount, today) for customer_id, amount in late)
        first, last = today - timedelta(days=_PAST_DAYS), today + timedelta(days=COMING_DAYS - 1)
        due = {
            (day, one.customer_id)
            for one in totals
            for day, figures in one.days.items()
            if first <= day <= last and (figures.open or figures.closed)
        }
        missing = due - self.snapshots.due_days(shard, first, last) if due else set()
        self.snapshots.save(due_to_item(customer_id, day) for day, customer_id in sorted(missing))
