"""The ledger in the table: an item for each purchase with its plan, and one for each journal entry."""

import heapq
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby

from shop import problems
from shop.accounts.audit_log import AuditEntry, entry_writes
from shop.accounts.items import account_from_item
from shop.accounts.model import Account
from shop.calendar import ReminderDays
from shop.catalogue.items import product_from_item, putting_back, taking
from shop.catalogue.model import Product
from shop.dynamodb import keys, search
from shop.dynamodb.keys import Key
from shop.dynamodb.paging import NOT_COUNTED, Counter, Page, PageRequest, page_of
from shop.dynamodb.table import ConditionFailed, Contended, Range, Table
from shop.dynamodb.writes import Item, Write
from shop.ledger import totals_store
from shop.ledger.idempotency import IdempotencyKey, Outcome, Record, record_from_item, record_to_write
from shop.ledger.items import MAILED, entry_from_item, entry_to_item, indexed, purchase_from_item, purchase_to_item
from shop.ledger.journal import Entry
from shop.ledger.purchases import Change, Customer, Installment, Purchase, Status
from shop.ledger.totals import CustomerTotals, difference

_AT_ONCE = 25
"""The number of purchases that a search for the first open installment reads at a time."""

_LISTS = (Status.DUE, Status.PAID, Status.CANCELLED, Status.WRITTEN_OFF, Status.PENDING)
"""The lists of purchases, those first that a search most often ends with."""


@dataclass(frozen=True, slots=True)
class State:
    """The state that a command needs for its decision, read in one round trip."""

    totals: CustomerTotals
    record: Record | None
    purchase: Purchase | None = None
    product: Product | None = None
    account: Account | None = None


class Purchases:
    """Access patterns of purchases and entries. Each change also moves the totals and the lists of due mails."""

    def __init__(self, table: Table, reminder_days: ReminderDays) -> None:
        self._table = table
        self._reminder_days = reminder_days

    def before_buying(self, customer_id: str, product_id: int, caller_id: str, key: IdempotencyKey | None) -> State:
        """Read the state for buying. `key` is the caller's idempotency key."""
        totals, record, product, account = self._table.get_all(
            [
                keys.customer_totals(customer_id),
                keys.idempotency(caller_id, key.key if key else ""),
                keys.product(product_id),
                keys.account(customer_id),
            ]
        )
        return State(
            totals_store.from_item(customer_id, totals),
            record_from_item(record) if record else None,
            product=product_from_item(product) if product else None,
            account=account_from_item(account) if account else None,
        )

    def before_changing(self, customer_id: str, purchase_id: str, caller_id: str, key: IdempotencyKey | None) -> State:
        """Read the state for changing a purchase. `key` is the caller's idempotency key."""
        totals, record, purchase = self._table.get_all(
            [
                keys.customer_totals(customer_id),
                keys.idempotency(caller_id, key.key if key else ""),
                keys.purchase(customer_id, purchase_id),
            ]
        )
        return State(
            totals_store.from_item(customer_id, totals),
            record_from_item(record) if record else None,
            purchase=purchase_from_item(purchase) if purchase else None,
        )

    def commit(
        self,
        change: Change,
        totals: CustomerTotals,
        *,
        caller_id: str,
        key: IdempotencyKey | None = None,
        audit: AuditEntry | None = None,
        also: Sequence[Write] = (),
    ) -> None:
        """Store a change of the ledger, the totals, the caller's idempotency key and an audit entry, all or nothing.

        `also` has other writes of the transaction.

        Raises Contended when the customer's totals or the purchase changed since they were read, OutcomeUnknown when
        no answer came, Forbidden when the admin lost the right meanwhile. When a product has changed since, the
        purchase counts as made before the change (decision 0003).
        """
        writes = self.writes(change, totals, self._totals_after(totals, change)) + entry_writes(audit)
        writes += [*also, *self.stock_writes(change.after, _taken(change))]
        if key is not None:
            outcome = Outcome(change.after, change.entry)
            writes.append(record_to_write(caller_id, key, outcome, change.entry.recorded_at))
        try:
            self._table.transact(writes)
        except ConditionFailed as error:
            raise Contended("the state that the command decided on has changed") from error

    def stock_writes(self, purchase: Purchase, pieces: int) -> list[Write]:
        """Return the writes that take pieces of a purchase from the stock or, when negative, put them back.

        Raises Conflict when too few are left. What comes back is not counted when its product is no longer.
        """
        if not purchase.takes_stock or not pieces:
            return []
        if pieces > 0 and purchase.version == 1:
            return [taking(purchase.product_id, pieces)]  # the decision to sell has just read the stock
        item = self._table.get(keys.product(purchase.product_id))
        if item is None or "stock" not in item:
            return []
        if pieces < 0:
            return [putting_back(purchase.product_id, -pieces)]
        if item["stock"] < pieces:
            raise problems.OUT_OF_STOCK.error(left=item["stock"])
        return [taking(purchase.product_id, pieces)]

    def _totals_after(self, before: CustomerTotals, change: Change) -> CustomerTotals:
        """The totals after a change, with the first open purchase of each due date.

        Other purchases are read only when the change paid the first purchase of a due date that still has open
        installments. They cannot change before the change is stored, as that would change the totals too.
        """
        after = before.after(change)
        if not after.without_first_open:
            return after
        since = min(before.first_open.get(day, "") for day in after.without_first_open)
        stored = self._from(change.after.customer.id, keys.PURCHASES + since, until=keys.PURCHASES)
        others = (one for one in stored if one.id != change.after.id)
        return after.finding_first_open(heapq.merge(others, [change.after], key=lambda one: one.id))

    def _from(self, customer_id: str, prefix: str, until: str = "") -> Iterator[Purchase]:
        """Iterate over a customer's purchases from a key, oldest first, a few at a time: callers stop early."""
        source = Range(keys.customer_partition(customer_id), prefix, until=until)
        return (purchase_from_item(item) for item in self._table.query(source, at_once=_AT_ONCE))

    def next_due(self, customer_id: str) -> tuple[Purchase, Installment] | None:
        """Read a customer's earliest open installment; of several on one day, the first purchase's.

        Raises Contended when it was paid between two reads.
        """
        totals = totals_store.from_item(customer_id, self._table.get(keys.customer_totals(customer_id)))
        if totals.next_due is None:
            return None
        for purchase in self._from(customer_id, keys.PURCHASES + totals.first_open.get(totals.next_due, "")):
            for part in purchase.open_installments:
                if part.due_date == totals.next_due:
                    return purchase, part
        raise Contended("the installment was paid meanwhile")

    def writes(self, change: Change, before: CustomerTotals, after: CustomerTotals) -> list[Write]:
        """Return the writes of a change of the ledger, with the customer's and the shop's totals."""
        reminder = after.next_reminder(self._reminder_days)
        return [
            Write.replace(purchase_to_item(change.after), change.before.version if change.before else 0),
            Write.create(_with_receipt(change.entry)),
            Write.replace(totals_store.to_item(after, reminder), before.version),
            *totals_store.shop_writes(difference(change), secrets.randbelow(keys.SHARDS)),
            *([] if change.before else search.writes(keys.PURCHASE_LISTING, None, indexed(change.after))),
        ]

    def get(self, customer_id: str, purchase_id: str) -> Purchase | None:
        """Read a customer's purchase."""
        item = self._table.get(keys.purchase(customer_id, purchase_id))
        return purchase_from_item(item) if item else None

    def of_keys(self, of: Iterable[tuple[str, str]]) -> Mapping[str, Purchase]:
        """Read purchases by their customers' and their own ids."""
        items = self._table.get_all([keys.purchase(customer_id, purchase_id) for customer_id, purchase_id in of])
        return {item["id"]: purchase_from_item(item) for item in items if item}

    def with_entries(self, customer_id: str, purchase_id: str) -> tuple[Purchase | None, list[Entry]]:
        """Read a customer's purchase and its journal entries, oldest first, in parallel."""
        purchase, entries = self._table.at_once(
            partial(self.get, customer_id, purchase_id), partial(self.entries_of, customer_id, purchase_id)
        )
        return purchase, entries

    def find(self, purchase_id: str) -> Purchase | None:
        """Find a purchase of any customer, through the lists of all purchases.

        Reads them twice before it gives up: the purchase may move to a list that was read already.
        """
        for status in (*_LISTS, *_LISTS):
            listing = keys.purchase_listing(status)
            source = Range(listing, purchase_id, "by-created", partition_key="listing", sort_key="created_key")
            for item in self._table.query(source):
                return self.get(item["customer_id"], purchase_id)
        return None

    def of_customer(self, customer_id: str) -> Iterator[Purchase]:
        """Read all purchases of a customer, oldest first."""
        found = self._table.query(Range(keys.customer_partition(customer_id), keys.PURCHASES))
        return (purchase_from_item(item) for item in found)

    def entry(self, customer_id: str, purchase_id: str, entry_id: str) -> Entry | None:
        """Read a journal entry."""
        item = self._table.get(keys.entry(customer_id, purchase_id, entry_id))
        return entry_from_item(item) if item else None

    def entries_of(self, customer_id: str, purchase_id: str) -> list[Entry]:
        """Read the journal entries of a purchase, oldest first."""
        found = self._table.query(Range(keys.customer_partition(customer_id), keys.entries(purchase_id)))
        return sorted(map(entry_from_item, found), key=lambda entry: entry.version)

    def entries_of_all(self, customer_id: str, purchase_ids: Sequence[str], most: int) -> Mapping[str, Sequence[Entry]]:
        """Read the entries of consecutive purchases, in either order of time; returns them by purchase, oldest first.

        Stops after the purchase that reaches `most` lines; the purchases after it are missing from the result.
        """
        found: dict[str, list[Entry]] = {purchase_id: [] for purchase_id in purchase_ids}
        if not purchase_ids:
            return found
        first, last = keys.entries(min(purchase_ids)), keys.entries(max(purchase_ids))
        source = Range(keys.customer_partition(customer_id), first, until=last)
        items = self._table.query(source, descending=purchase_ids[0] > purchase_ids[-1])
        read = 0
        for purchase_id, group in groupby(items, key=lambda item: str(item["purchase_id"])):
            if purchase_id in found:
                if read >= most:
                    return {one: found[one] for one in purchase_ids[: purchase_ids.index(purchase_id)]}
                found[purchase_id] = sorted(map(entry_from_item, group), key=lambda entry: entry.version)
                read += sum(1 + len(entry.lines) for entry in found[purchase_id])
        return found

    def rename_buyer(self, purchase: Purchase, buyer: Customer) -> None:
        """Store a purchase with its customer renamed. Raises Contended when it changed since it was read."""
        renamed = replace(purchase, customer=buyer, version=purchase.version + 1)
        words = search.writes(keys.PURCHASE_LISTING, indexed(purchase), indexed(renamed))
        try:
            self._table.transact([Write.replace(purchase_to_item(renamed), purchase.version), *words])
        except ConditionFailed as error:
            raise Contended("the purchase was changed meanwhile") from error

    def page(self, status: Status | None, words: Sequence[str], request: PageRequest) -> Page[Purchase]:
        """Read a page of the shop's purchases, newest first: with a status, and with `words` in customer or product."""
        if words:
            found = search.search(
                self._table,
                keys.PURCHASE_LISTING,
                words,
                request,
                by="id",
                descending=True,
                only=(lambda item: item["status"] == status) if status else None,
            )
            return found.map(purchase_from_item)
        statuses = [status] if status else list(Status)
        ranges = [
            Range(keys.purchase_listing(one), index="by-created", partition_key="listing", sort_key="created_key")
            for one in statuses
        ]
        counter = totals_store.shop_counter([f"purchases_{one}" for one in statuses])
        return page_of(self._table, ranges, request, counter, descending=True).map(purchase_from_item)

    def page_to_refund(self, request: PageRequest) -> Page[Purchase]:
        """Read a page of the purchases for which money is owed back, the oldest first. It has no count."""
        source = Range(keys.REFUNDS, "", "by-mail-due", "mail_queue", "mail_due")
        page = page_of(self._table, [source], request, NOT_COUNTED, descending=False)
        items = self._table.get_all([Key(PK=item["PK"], SK=item["SK"]) for item in page.items])
        found = [purchase_from_item(item) if item and "refundable" in item else None for item in items]
        return replace(page.known(found), count=None)

    def page_of_customer(self, customer_id: str, request: PageRequest) -> Page[Purchase]:
        """Read a page of a customer's purchases, newest first."""
        source = Range(keys.customer_partition(customer_id), keys.PURCHASES)
        counter = Counter([keys.customer_totals(customer_id)], totals_store.purchases_in)
        return page_of(self._table, [source], request, counter, descending=True).map(purchase_from_item)


def _taken(change: Change) -> int:
    """Return the number of pieces that leave the stock with a change; negative when they come back."""
    return change.after.quantity if change.before is None else -change.entry.quantity


def _with_receipt(entry: Entry) -> Item:
    """Return the item of a new entry. Its receipt, if it needs one, is due until the mail is sent."""
    return entry_to_item(entry) | ({"receipt": "due"} if entry.kind in MAILED else {})
