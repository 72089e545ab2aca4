"""Payment attempts in the table."""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from shop.accounts.audit_log import AuditEntry, entry_writes
from shop.attempts.rules import AttemptChange
from shop.calendar import ReminderDays
from shop.dynamodb import due_lists, keys, search
from shop.dynamodb.attributes import to_text
from shop.dynamodb.paging import NOT_COUNTED, Page, PageRequest, page_of, page_within
from shop.dynamodb.table import ConditionFailed, Contended, Range, Table
from shop.dynamodb.writes import Item, Write
from shop.ledger import totals_store
from shop.ledger.attempts import Attempt, AttemptStatus
from shop.ledger.idempotency import AttemptOutcome, IdempotencyKey, record_to_write
from shop.ledger.items import attempt_from_item, attempt_to_item, indexed, purchase_to_item
from shop.ledger.purchases import Purchase
from shop.ledger.store import Purchases
from shop.ledger.totals import CustomerTotals, moved_by


class Attempts:
    """Access patterns of payment attempts."""

    def __init__(self, table: Table, purchases: Purchases, reminder_days: ReminderDays) -> None:
        self._table = table
        self._purchases = purchases
        self._reminder_days = reminder_days

    def get(self, customer_id: str, purchase_id: str, attempt_id: str) -> Attempt | None:
        """Read an attempt."""
        item = self._table.get(keys.attempt(customer_id, purchase_id, attempt_id))
        return attempt_from_item(item) if item else None

    def find(self, attempt_id: str) -> Attempt | None:
        """Find an attempt of any customer, through the lists of all attempts. One that was just made may be missing.

        Reads them twice before it gives up: the attempt may move to a list that was read already.
        """
        for status in (*AttemptStatus, *AttemptStatus):
            source = Range(
                keys.attempt_listing(status), attempt_id, "by-created", partition_key="listing", sort_key="created_key"
            )
            for item in self._table.query(source):
                return self.get(item["customer_id"], item["purchase_id"], attempt_id)
        return None

    def put(self, attempt: Attempt) -> None:
        """Store a change that concerns the attempt alone. Raises Contended when it changed since it was read."""
        try:
            self._table.transact([attempt_write(attempt)])
        except ConditionFailed as error:
            raise Contended("the attempt was changed meanwhile") from error

    def commit(
        self,
        change: AttemptChange,
        totals: CustomerTotals,
        *,
        caller_id: str,
        key: IdempotencyKey | None = None,
        audit: AuditEntry | None = None,
        also: Sequence[Write] = (),
    ) -> AttemptOutcome:
        """Store an attempt, its purchase, the totals, the idempotency key and an audit entry, all or nothing.

        `also` has other writes of the transaction. Raises Contended when one of them changed since it was read,
        OutcomeUnknown when no answer came, Forbidden when the admin lost the right meanwhile.
        """
        before, after = change.before, change.after
        outcome = AttemptOutcome(after, change.attempt)
        changed = totals.after_attempt(before, after, outcome.today)
        writes = [
            Write.replace(purchase_to_item(after), before.version if before else 0),
            attempt_write(change.attempt),
            Write.replace(totals_store.to_item(changed, changed.next_reminder(self._reminder_days)), totals.version),
            *totals_store.shop_writes(moved_by(before, after), secrets.randbelow(keys.SHARDS)),
            *entry_writes(audit),
            *also,
            *self._purchases.stock_writes(after, _taken(before, after)),
            *([] if before else search.writes(keys.PURCHASE_LISTING, None, indexed(after))),
        ]
        if key is not None:
            writes.append(record_to_write(caller_id, key, outcome, change.attempt.changed_at))
        try:
            self._table.transact(writes)
        except ConditionFailed as error:
            raise Contended("the state that the command decided on has changed") from error
        return outcome

    def page_of_customer(self, customer_id: str, request: PageRequest) -> Page[Attempt]:
        """Read a page of a customer's attempts, newest first. Reads all of them; a customer has few."""
        found = self._table.query(Range(keys.customer_partition(customer_id), keys.ATTEMPTS))
        return page_within(list(map(attempt_from_item, found)), lambda one: one.id, request, descending=True)

    def of_purchases(self, customer_id: str, purchase_ids: Sequence[str]) -> Mapping[str, Sequence[Attempt]]:
        """Read the attempts of consecutive purchases, in either order of time; returns them by purchase, oldest first.

        There are few: each but an order's needs a decision of staff on the one before.
        """
        found: dict[str, list[Attempt]] = {purchase_id: [] for purchase_id in purchase_ids}
        if purchase_ids:
            first, last = keys.attempts(min(purchase_ids)), keys.attempts(max(purchase_ids))
            for item in self._table.query(Range(keys.customer_partition(customer_id), first, until=last)):
                if item["purchase_id"] in found:
                    found[item["purchase_id"]].append(attempt_from_item(item))
        return found

    def page(self, status: AttemptStatus, request: PageRequest) -> Page[Attempt]:
        """Read a page of all customers' attempts with a status, the oldest first. It has no count."""
        page = page_of(self._table, [_listed(status)], request, NOT_COUNTED, descending=False)
        return replace(page.map(attempt_from_item), count=None)

    def oldest(self, status: AttemptStatus, at_once: int) -> Iterator[Attempt]:
        """Iterate over the attempts with a status, the oldest first, some at a time: callers stop early."""
        return map(attempt_from_item, self._table.query(_listed(status), at_once=at_once))


def _taken(before: Purchase | None, after: Purchase) -> int:
    """Return the number of pieces that an order takes, and gives back when it comes to nothing."""
    if before is None:
        return after.quantity
    return -after.quantity if after.cancellation and not before.cancellation else 0


def attempt_write(attempt: Attempt) -> Write:
    """Return the write of an attempt. Its mail, unless the entry of its money has one, is due until it is sent."""
    item: Item = attempt_to_item(attempt)
    if attempt.is_mailed:
        item |= due_lists.due_attempt_mail(attempt.id, to_text(attempt.changed_at))
    return Write.replace(item, attempt.version - 1)


def _listed(status: AttemptStatus) -> Range:
    return Range(keys.attempt_listing(status), "", "by-created", "listing", "created_key")
