"""Every kind of item: how to read it, its canonical form, and the items that must lead to it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from shop.accounts.audit_log import entry_from_item, entry_to_item
from shop.accounts.items import account_from_item, account_to_item, stated
from shop.accounts.items import leading_to as leading_to_account
from shop.accounts.model import MailStatus, OtpPurpose
from shop.accounts.otp import otp_from_item
from shop.accounts.sessions import session_from_item
from shop.accounts.throttle import attempts_from_item
from shop.calendar import ReminderDays
from shop.catalogue.items import leading_to as leading_to_product
from shop.catalogue.items import product_from_item, product_to_item
from shop.desk.notes import note_from_item as customer_note_from_item
from shop.dynamodb import due_lists, keys, schema
from shop.dynamodb.attributes import to_text
from shop.dynamodb.keys import Key
from shop.dynamodb.writes import Item
from shop.ledger import totals_store
from shop.ledger.attempts import Attempt
from shop.ledger.idempotency import record_from_item
from shop.ledger.items import attempt_from_item, attempt_to_item, purchase_from_item, purchase_to_item
from shop.ledger.items import entry_from_item as journal_entry_from_item
from shop.ledger.items import entry_to_item as journal_entry_to_item
from shop.ledger.items import leading_to as leading_to_purchase
from shop.ledger.journal import Entry
from shop.ledger.purchases import Purchase
from shop.ledger.totals import CustomerTotals, combined
from shop.mail.store import note_from_item
from shop.money import ZERO
from shop.online.mandate_store import mandate_from_item, mandate_to_item
from shop.online.refunding import Refund
from shop.online.store import refund_from_item, refund_to_item
from shop.reconciliation.inspection import Found
from shop.reports.sales_store import sales_from_item
from shop.reports.snapshots import aging_from_item, late_from_item

Kind = tuple[str, str]
"""The kind of an item: the first parts of its two keys."""

ACCOUNT, PRODUCT, ACTION = ("USER", "ACCOUNT"), ("PRODUCT", "PRODUCT"), ("ACTION", "ACTION")
PURCHASE, ENTRY, TOTALS = ("USER", "PURCHASE"), ("USER", "ENTRY"), ("USER", "TOTALS")
ATTEMPT, REFUND, MANDATE = ("USER", "ATTEMPT"), ("USER", "REFUND"), ("USER", "MANDATE")
CREDENTIALS, USERNAME = ("EMAIL", "CREDENTIALS"), ("USERNAME", "CLAIM")
WORD, STATS = ("WORD", ""), ("STATS", "")
IN_CATEGORY, CATEGORY, SKU = ("CATEGORY", ""), ("CATEGORIES", ""), ("SKU", "CLAIM")
LATE, DUE, AGING, SALES = ("LATE", ""), ("DUE", ""), ("AGING", ""), ("SALES", "")
NOTICE = ("NOTICE", "")
LEADING = {CREDENTIALS, USERNAME, WORD, IN_CATEGORY, SKU}
"""The kinds that lead to other items: to accounts, products and purchases."""

_OF_ANY_SORT_KEY = {kind[0] for kind in (WORD, STATS, IN_CATEGORY, CATEGORY, LATE, DUE, AGING, SALES, NOTICE)}
_LISTINGS = ("listing", "mail_queue")
"""The attributes that put an item into a list."""


class Malformed(Exception):
    """An item cannot be read as one of its kind, or has no known kind."""


def kind_of(key: Key) -> Kind:
    """Return the kind of an item, from its key."""
    partition, sort = key["PK"].partition("#")[0], key["SK"].partition("#")[0]
    return partition, "" if partition in _OF_ANY_SORT_KEY else sort


def read(found: Found) -> Any:  # noqa: ANN401 - each kind has another type
    """Read an item as an account, a product, a purchase, … Raises Malformed."""
    with _malformed():
        return _READ[kind_of(found.key)](_decoded(found))


def rebuilt(found: Found, reminder_days: ReminderDays) -> Item:
    """Build an item again from its value. A stored item that differs contradicts itself. Raises Malformed."""
    kind, value, item = kind_of(found.key), read(found), _decoded(found)
    with _malformed():
        if kind == TOTALS:
            return _rebuilt_totals(item, value, reminder_days)
        if kind == ENTRY:
            return journal_entry_to_item(value) | ({"receipt": "due"} if "receipt" in item else {})
        if kind == ATTEMPT:
            return _rebuilt_attempt(item, value)
        if kind == LATE:
            return item  # its place in the list is checked while it is read
        if kind in _REBUILD:
            return _REBUILD[kind](value)
        return {name: attribute for name, attribute in item.items() if name not in _LISTINGS}


def leading_to(found: Found) -> Sequence[Item]:
    """Return the leads that an item requires. Raises Malformed."""
    make = _LEADING_TO.get(kind_of(found.key))
    if make is None:
        return ()
    value = read(found)
    with _malformed():
        return make(value)


def as_required(found: Found) -> Item:
    """Return a lead in the form that `leading_to` makes. Raises Malformed."""
    value = read(found)
    return stated(value) if kind_of(found.key) == CREDENTIALS else _decoded(found)


def target_of(found: Found) -> Key | None:
    """Return the key of a lead's target; None when it names none."""
    item = found.item or {}
    try:
        target = keys.account(item["id"]) if kind_of(found.key) in (CREDENTIALS, USERNAME) else item["of"]
        return Key(PK=target["PK"], SK=target["SK"]) if kind_of(target) in _LEADING_TO else None
    except schema.MALFORMED:
        return None


@contextmanager
def _malformed() -> Iterator[None]:
    try:
        yield
    except schema.MALFORMED as error:
        raise Malformed from error


def _decoded(found: Found) -> Item:
    if found.item is None:
        raise Malformed
    return found.item


def _credentials(item: Item) -> object:
    account = account_from_item(item)
    if stated(account)["PK"] != item["PK"] or "password_hash" not in item:
        raise LookupError
    return account


def _username(item: Item) -> object:
    return item["id"], item["email"]


def _word(item: Item) -> object:
    return item["id"], item["text"], item["of"]


def _in_category(item: Item) -> Item:
    _ = item["of"], item["listing"]
    return item


def _sku(item: Item) -> object:
    return item["of"]


def _category(item: Item) -> object:
    return str(item["name"]), item["products"] + ZERO


def _purchase(item: Item) -> Purchase:
    purchase = purchase_from_item(item)
    parts = sum((part.outstanding + part.paid_amount for part in purchase.installments), ZERO)
    _ = parts + purchase.total_price  # raises TypeError when an amount is not a number
    return purchase


def _entry(item: Item) -> Entry:
    entry = journal_entry_from_item(item)
    amounts = sum((line.amount + line.credited for line in entry.lines), sum(entry.postings.values(), ZERO))
    _ = sum((line.principal for line in entry.plan), amounts)
    return entry


def _attempt(item: Item) -> Attempt:
    attempt = attempt_from_item(item)
    _ = attempt.amount + ZERO  # raises TypeError when it is not a number
    return attempt


def _refund(item: Item) -> Refund:
    refund = refund_from_item(item)
    _ = refund.amount + ZERO  # raises TypeError when it is not a number
    return refund


def _notice(item: Item) -> object:
    return str(item["body"]), int(item["expires_at"])


def _totals(item: Item) -> CustomerTotals:
    totals = totals_store.from_item(_customer_of(item), item)
    _ = combined([totals.overall, *totals.days.values()])
    return totals


def _stats(item: Item) -> object:
    """Read the shop's totals: only numbers, under known keys."""
    shards = [keys.counts(shard)["PK"] for shard in range(keys.SHARDS)]
    is_sharded = item["PK"] in shards and (
        item["SK"] == "ALL" or keys.year_totals(0, int(item["SK"]))["SK"] == item["SK"]
    )
    if not is_sharded and Key(PK=item["PK"], SK=item["SK"]) not in (keys.catalogue_totals(), keys.action_totals()):
        raise LookupError
    return sum((value for name, value in item.items() if name not in ("PK", "SK")), ZERO)


def _note(item: Item) -> object:
    note = customer_note_from_item(item)
    return note.promise.amount + ZERO if note.promise else note


def _late(item: Item) -> object:
    user_id, _ = late_from_item(item)
    if (item["mail_queue"], user_id) != (item["PK"], item["SK"]):
        raise LookupError
    return int(item["expires_at"])


def _due(item: Item) -> object:
    return keys.due_on(item["SK"]), int(item["expires_at"])


def _otp(item: Item) -> object:
    return otp_from_item("", OtpPurpose(item["SK"].partition("#")[2]), item), int(item["tries"])


def _session(item: Item) -> object:
    return session_from_item("", item), int(item["expires_at"])


def _rebuilt_totals(item: Item, totals: CustomerTotals, reminder_days: ReminderDays) -> Item:
    made = totals_store.to_item(totals, totals.next_reminder(reminder_days))
    planned = [due_lists.owing_list(shard) for shard in range(keys.SHARDS)]
    # in its present shard, if the planner reads that
    return made | {"mail_queue": item["mail_queue"]} if item.get("mail_queue") in planned and totals.next_due else made


def _rebuilt_attempt(item: Item, attempt: Attempt) -> Item:
    made = attempt_to_item(attempt)
    return made | due_lists.due_attempt_mail(attempt.id, to_text(attempt.changed_at)) if "mail_queue" in item else made


def _customer_of(item: Item) -> str:
    return str(item["PK"]).removeprefix(keys.customer_partition(""))


_READ: Mapping[Kind, Callable[[Item], Any]] = {
    ACCOUNT: account_from_item,
    CREDENTIALS: _credentials,
    USERNAME: _username,
    PRODUCT: product_from_item,
    PURCHASE: _purchase,
    ENTRY: _entry,
    ATTEMPT: _attempt,
    TOTALS: _totals,
    ACTION: entry_from_item,
    WORD: _word,
    STATS: _stats,
    IN_CATEGORY: _in_category,
    CATEGORY: _category,
    SKU: _sku,
    LATE: _late,
    DUE: _due,
    AGING: aging_from_item,
    SALES: sales_from_item,
    REFUND: _refund,
    MANDATE: mandate_from_item,
    NOTICE: _notice,
    ("EMAIL", "OTP"): _otp,
    ("EMAIL", "SUPPRESSION"): lambda item: MailStatus(item["mail_status"]),
    ("EMAIL", "TRIES"): attempts_from_item,
    ("SOURCE", "FAILURES"): attempts_from_item,
    ("SOURCE", "REQUESTS"): attempts_from_item,
    ("USER", "SESSION"): _session,
    ("USER", "MAIL"): note_from_item,
    ("USER", "NOTE"): _note,
    ("USER", "IDEMPOTENCY"): record_from_item,
}
_REBUILD: Mapping[Kind, Callable[[Any], Item]] = {
    ACCOUNT: account_to_item,
    PRODUCT: product_to_item,
    PURCHASE: purchase_to_item,
    ACTION: entry_to_item,
    IN_CATEGORY: dict,
    REFUND: refund_to_item,
    MANDATE: mandate_to_item,
}
_LEADING_TO: Mapping[Kind, Callable[[Any], Sequence[Item]]] = {
    ACCOUNT: leading_to_account,
    PRODUCT: leading_to_product,
    PURCHASE: leading_to_purchase,
}
