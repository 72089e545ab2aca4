"""Purchases and payments in the table: one item per purchase with its whole plan, one per payment."""

import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from itertools import groupby

from shop.domain.accounts import Account
from shop.domain.actions import Action
from shop.domain.calendar import Interval
from shop.domain.products import Product
from shop.domain.purchases import Cancellation, Change, Customer, Installment, Payment, Purchase, Status
from shop.domain.reminders import ReminderDays
from shop.domain.text import search_text
from shop.domain.totals import CustomerTotals, difference
from shop.store import accounts, actions, installments, keys, products, search, totals
from shop.store.codec import to_instant, to_text
from shop.store.idempotency import Record
from shop.store.idempotency import from_item as record_from_item
from shop.store.idempotency import to_write as record_to_write
from shop.store.paging import Page, Position, page_of
from shop.store.search import Indexed
from shop.store.table import ConditionFailed, Contended, Item, Range, Table, Write

_AT_ONCE = 25
"""How many purchases a search for one of the first reads at a time."""


def to_item(purchase: Purchase) -> Item:
    """A purchase as it is stored, listed under its status."""
    item: Item = {
        **keys.purchase(purchase.customer.id, purchase.id),
        "id": purchase.id,
        "customer_id": purchase.customer.id,
        "username": purchase.customer.username,
        "email": purchase.customer.email,
        "product_id": purchase.product_id,
        "product_name": purchase.product_name,
        "unit_price": purchase.unit_price,
        "quantity": purchase.quantity,
        "interval": purchase.interval.value,
        "late_fee_rate": purchase.late_fee_rate,
        "purchased_at": to_text(purchase.purchased_at),
        "purchased_on": purchase.purchased_on.isoformat(),
        "installments": [installments.to_map(part) for part in purchase.installments],
        "status": purchase.status.value,
        "version": purchase.version,
        "listing": keys.purchase_listing(purchase.status),
        "created_key": purchase.id,
    }
    if purchase.cancellation is not None:
        cancelled = purchase.cancellation
        item["cancellation"] = {"at": to_text(cancelled.at), "by": cancelled.by, "reason": cancelled.reason}
    return item


def _indexed(purchase: Purchase) -> Indexed:
    """How admins find a purchase."""
    key = keys.purchase(purchase.customer.id, purchase.id)
    return Indexed(purchase.id, key, text_of(purchase))


def leading_to(purchase: Purchase) -> list[Item]:
    """The items by which search finds a purchase."""
    return search.items(keys.PURCHASE_LISTING, _indexed(purchase))


def text_of(purchase: Purchase) -> str:
    """What search looks in for a purchase."""
    return search_text(purchase.product_name, purchase.customer.username, purchase.customer.email)


def from_item(item: Item) -> Purchase:
    """The purchase stored in an item."""
    return Purchase(
        id=item["id"],
        customer=Customer(item["customer_id"], item["username"], item["email"]),
        product_id=int(item["product_id"]),
        product_name=item["product_name"],
        unit_price=item["unit_price"],
        quantity=int(item["quantity"]),
        interval=Interval(item["interval"]),
        late_fee_rate=item["late_fee_rate"],
        purchased_at=to_instant(item["purchased_at"]),
        purchased_on=date.fromisoformat(item["purchased_on"]),
        installments=tuple(
            installments.from_map(number, part) for number, part in enumerate(item["installments"], start=1)
        ),
        cancellation=_cancellation_from_map(item["cancellation"]) if "cancellation" in item else None,
        version=int(item["version"]),
    )


def _cancellation_from_map(stored: Item) -> Cancellation:
    return Cancellation(to_instant(stored["at"]), stored["by"], stored["reason"])


def payment_to_item(customer_id: str, payment: Payment) -> Item:
    """A payment as it is stored, listed among no mails that are due."""
    return {
        **keys.payment(customer_id, payment.purchase_id, payment.id),
        "id": payment.id,
        "purchase_id": payment.purchase_id,
        "number": payment.number,
        "amount": payment.amount,
        "late_fee": payment.late_fee,
        "paid_at": to_text(payment.paid_at),
        "paid_on": payment.paid_on.isoformat(),
    }


def _payments_to_items(customer_id: str, payments: Sequence[Payment]) -> list[Item]:
    """The payments of one change. One mail tells of all of them: the first is listed until it is sent."""
    items = [payment_to_item(customer_id, payment) for payment in payments]
    if items:
        items[0] |= keys.due_receipt(customer_id, items[0]["id"], items[0]["paid_at"])
    return items


def payment_from_item(item: Item) -> Payment:
    """The payment stored in an item."""
    return Payment(
        item["id"],
        item["purchase_id"],
        int(item["number"]),
        item["amount"],
        item["late_fee"],
        to_instant(item["paid_at"]),
        date.fromisoformat(item["paid_on"]),
    )


@dataclass(frozen=True, slots=True)
class State:
    """What a change of the ledger is decided on, read in one round trip."""

    totals: CustomerTotals
    record: Record | None
    purchase: Purchase | None = None
    product: Product | None = None
    account: Account | None = None


class Purchases:
    """Access patterns of purchases and payments, which keep the totals and the mails that are due true."""

    def __init__(self, table: Table, reminder_days: ReminderDays) -> None:
        self._table = table
        self._reminder_days = reminder_days

    def before_buying(self, customer_id: str, product_id: int, key: str | None) -> State:
        """All that a purchase is decided on. `key` is the customer's idempotency key."""
        total, record, product, account = self._table.get_all(
            [
                keys.customer_totals(customer_id),
                keys.idempotency(customer_id, key or ""),
                keys.product(product_id),
                keys.account(customer_id),
            ]
        )
        return State(
            totals.from_item(customer_id, total),
            record_from_item(record) if record else None,
            product=products.from_item(product) if product else None,
            account=accounts.from_item(account) if account else None,
        )

    def before_changing(self, customer_id: str, purchase_id: str, caller_id: str, key: str | None) -> State:
        """All that a change of a purchase is decided on. `key` is the caller's idempotency key."""
        total, record, purchase = self._table.get_all(
            [
                keys.customer_totals(customer_id),
                keys.idempotency(caller_id, key or ""),
                keys.purchase(customer_id, purchase_id),
            ]
        )
        return State(
            totals.from_item(customer_id, total),
            record_from_item(record) if record else None,
            purchase=from_item(purchase) if purchase else None,
        )

    def commit(
        self, change: Change, state: State, record: Record | None, caller_id: str, action: Action | None = None
    ) -> None:
        """Store a change of the ledger, the totals, the idempotency record and an admin's action, all or nothing.

        Raises Contended when the customer's totals or the purchase changed since they were read, OutcomeUnknown when
        no answer came, Forbidden when the action's admin is none any more. A product may have changed: then the
        purchase came before that (decision 0003).
        """
        writes = self.writes(change, state.totals, self._after(state.totals, change))
        if action is not None:
            writes += actions.to_writes(action)
        if record is not None:
            writes.append(record_to_write(caller_id, record, change.at))
        try:
            self._table.transact(writes)
        except ConditionFailed as error:
            raise Contended("what it was decided on has changed") from error

    def _after(self, before: CustomerTotals, change: Change) -> CustomerTotals:
        """The totals after a change, with the first purchase of each day on which something is open.

        Other purchases are looked at only where the change paid what was first on a day and more is open on it. They
        stay as they are until it is stored: whatever changes them changes the totals, too.
        """
        after = before.after(change)
        if not after.without_first_open:
            return after
        since = min(before.first_open.get(day, "") for day in after.without_first_open)
        others = self._from(change.after.customer.id, keys.PURCHASES + since, until=keys.PURCHASES)
        return after.finding_first_open(change.after if one.id == change.after.id else one for one in others)

    def _from(self, customer_id: str, prefix: str, until: str = "") -> Iterator[Purchase]:
        """A part of a customer's purchases, oldest first, a few at a time: one of the first is looked for."""
        source = Range(keys.customer_partition(customer_id), prefix, until=until)
        return (from_item(item) for item in self._table.query(source, at_once=_AT_ONCE))

    def next_due(self, customer_id: str) -> tuple[Purchase, Installment] | None:
        """A customer's earliest open installment, of the first purchase that has one on that day; None without any.

        Raises Contended when it was paid between two reads.
        """
        known = totals.from_item(customer_id, self._table.get(keys.customer_totals(customer_id)))
        if known.next_due is None:
            return None
        for purchase in self._from(customer_id, keys.PURCHASES + known.first_open.get(known.next_due, "")):
            for part in purchase.open_installments:
                if part.due_date == known.next_due:
                    return purchase, part
        raise Contended("it was paid meanwhile")

    def writes(self, change: Change, before: CustomerTotals, after: CustomerTotals) -> list[Write]:
        """The writes that a change of the ledger consists of, moving the customer's totals with it."""
        customer_id = change.after.customer.id
        reminder = after.next_reminder(self._reminder_days)
        return [
            Write.replace(to_item(change.after), change.before.version if change.before else 0),
            *(Write.create(item) for item in _payments_to_items(customer_id, change.payments)),
            Write.replace(totals.to_item(after, reminder), before.version),
            *totals.shop_writes(difference(change), secrets.randbelow(keys.SHARDS)),
            *([] if change.before else search.writes(keys.PURCHASE_LISTING, None, _indexed(change.after))),
        ]

    def get(self, customer_id: str, purchase_id: str) -> Purchase | None:
        """A customer's purchase."""
        item = self._table.get(keys.purchase(customer_id, purchase_id))
        return from_item(item) if item else None

    def with_payments(self, customer_id: str, purchase_id: str) -> tuple[Purchase | None, list[Payment]]:
        """A customer's purchase and its payments, oldest first, read at the same time."""
        purchase, payments = self._table.at_once(
            partial(self.get, customer_id, purchase_id), partial(self.payments_of, customer_id, purchase_id)
        )
        return purchase, payments

    def find(self, purchase_id: str) -> Purchase | None:
        """A purchase of whichever customer, through the lists of all."""
        for status in Status:
            listing = keys.purchase_listing(status)
            source = Range(listing, purchase_id, "by-created", partition_key="listing", sort_key="created_key")
            for item in self._table.query(source):
                return self.get(item["customer_id"], purchase_id)
        return None

    def of_customer(self, customer_id: str) -> Iterator[Purchase]:
        """All purchases of a customer, oldest first."""
        found = self._table.query(Range(keys.customer_partition(customer_id), keys.PURCHASES))
        return (from_item(item) for item in found)

    def payments_of(self, customer_id: str, purchase_id: str) -> list[Payment]:
        """The payments of a purchase, oldest first."""
        found = self._table.query(Range(keys.customer_partition(customer_id), keys.payments(purchase_id)))
        return [payment_from_item(item) for item in found]

    def payments_of_all(
        self, customer_id: str, purchase_ids: Sequence[str], most: int
    ) -> Mapping[str, Sequence[Payment]]:
        """The payments, oldest first, of purchases that follow each other in time or against it, by purchase.

        It ends with the purchase that reaches `most` payments: those of the purchases after it are missing.
        """
        found: dict[str, list[Payment]] = {purchase_id: [] for purchase_id in purchase_ids}
        if not purchase_ids:
            return found
        first, last = keys.payments(min(purchase_ids)), keys.payments(max(purchase_ids))
        source = Range(keys.customer_partition(customer_id), first, until=last)
        items = self._table.query(source, descending=purchase_ids[0] > purchase_ids[-1])
        read = 0
        for purchase_id, group in groupby(items, key=lambda item: str(item["purchase_id"])):
            if purchase_id in found:
                if read >= most:
                    return {one: found[one] for one in purchase_ids[: purchase_ids.index(purchase_id)]}
                found[purchase_id] = sorted(map(payment_from_item, group), key=lambda payment: payment.id)
                read += len(found[purchase_id])
        return found

    def rename_buyer(self, purchase: Purchase, buyer: Customer) -> bool:
        """Store a purchase under other names of its customer; False when it was changed since it was read."""
        renamed = replace(purchase, customer=buyer, version=purchase.version + 1)
        found_by = search.writes(keys.PURCHASE_LISTING, _indexed(purchase), _indexed(renamed))
        try:
            self._table.transact([Write.replace(to_item(renamed), purchase.version), *found_by])
        except ConditionFailed:
            return False
        return True

    def page(
        self, status: Status | None, position: Position | None, size: int, total: Callable[[], int]
    ) -> Page[Purchase]:
        """A page of the shop's purchases, newest first; `total` counts them."""
        ranges = [
            Range(keys.purchase_listing(one), index="by-created", partition_key="listing", sort_key="created_key")
            for one in ([status] if status else Status)
        ]
        found = page_of(self._table, ranges, descending=True, position=position, size=size, total=total)
        return found.map(from_item)

    def search(
        self, words: Sequence[str], status: Status | None, position: Position | None, size: int
    ) -> Page[Purchase]:
        """A page of the shop's purchases of a status by customer or product, newest first."""
        return search.search(
            self._table,
            keys.PURCHASE_LISTING,
            words,
            by="id",
            descending=True,
            position=position,
            size=size,
            keep=(lambda item: bool(item["status"] == status.value)) if status else None,
        ).map(from_item)

    def page_of_customer(
        self, customer_id: str, position: Position | None, size: int, total: Callable[[], int]
    ) -> Page[Purchase]:
        """A page of a customer's purchases, newest first; `total` counts them."""
        source = Range(keys.customer_partition(customer_id), keys.PURCHASES)
        found = page_of(self._table, [source], descending=True, position=position, size=size, total=total)
        return found.map(from_item)
