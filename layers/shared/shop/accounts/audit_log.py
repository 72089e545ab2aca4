"""The audit log: the actions of admins and operators, each stored in the transaction of the action itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from shop import ids, problems
from shop.dynamodb import keys
from shop.dynamodb.attributes import to_instant, to_text
from shop.dynamodb.paging import Counter, Page, PageRequest, page_of
from shop.dynamodb.table import Range, Table
from shop.dynamodb.writes import Item, Write
from shop.security.tokens import Caller

OPERATOR = Caller("operator", is_staff=True, is_owner=True)
"""The admin id of operators, who run the shop's commands by hand."""
_LIST = Range(keys.ACTION_LISTING, index="by-created", partition_key="listing", sort_key="created_key")


class Action(StrEnum):
    """The kind of an action."""

    ADMIN_MADE = "admin.made"
    USER_CHANGED = "user.changed"
    PRODUCT_ADDED = "product.added"
    PRODUCT_CHANGED = "product.changed"
    PRODUCT_ARCHIVED = "product.archived"
    PRODUCT_RESTORED = "product.restored"
    PURCHASE_CANCELLED = "purchase.cancelled"
    PURCHASE_MADE = "purchase.made"
    PURCHASE_REPLANNED = "purchase.replanned"
    PURCHASE_WRITTEN_OFF = "purchase.written_off"
    PAYMENT_TAKEN = "payment.taken"
    PAYMENT_CONFIRMED = "payment.confirmed"
    PAYMENT_REJECTED = "payment.rejected"
    FEE_WAIVED = "fee.waived"
    GOODWILL_GIVEN = "goodwill.given"
    DUE_DATE_MOVED = "due_date.moved"
    GOODS_RETURNED = "goods.returned"
    REFUND_MADE = "refund.made"
    ENTRY_REVERSED = "entry.reversed"
    USER_ADDED = "user.added"
    OWNER_CHANGED = "owner.changed"
    REMINDER_SENT = "reminder.sent"
    STAFF_CHANGED = "staff.changed"
    NOTE_ADDED = "note.added"
    CUSTOMER_BLOCKED = "customer.blocked"
    CREDIT_LIMIT_SET = "credit_limit.set"


OWNERS_ONLY = frozenset(
    {
        Action.OWNER_CHANGED,
        Action.STAFF_CHANGED,
        Action.CREDIT_LIMIT_SET,
        Action.GOODWILL_GIVEN,
        Action.REFUND_MADE,
        Action.PURCHASE_WRITTEN_OFF,
        Action.ENTRY_REVERSED,
    }
)
"""The actions that staff (`is_staff`) may do only as owners (`is_superuser`)."""


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One action of an admin: its kind, its target, the changed values, its time, and the id of its request."""

    id: str
    admin_id: str
    action: Action
    target: str
    details: Mapping[str, str]
    at: datetime
    request_id: str


def audit_entry(admin: Caller, action: Action, target: str, details: Mapping[str, object], at: datetime) -> AuditEntry:
    """Make the entry of an action. Store it with `entry_writes`, in the transaction of the action."""
    texts = {name: str(value) for name, value in details.items()}
    return AuditEntry(ids.new_id(at), admin.user_id, action, target, texts, at, admin.request_id)


def entry_to_item(entry: AuditEntry) -> Item:
    """Convert an entry to its item."""
    return {
        **keys.action(entry.id),
        "id": entry.id,
        "admin_id": entry.admin_id,
        "kind": entry.action.value,
        "target": entry.target,
        "details": dict(entry.details),
        "at": to_text(entry.at),
        "request_id": entry.request_id,
        "listing": keys.ACTION_LISTING,
        "created_key": entry.id,
    }


def entry_from_item(item: Item) -> AuditEntry:
    """Read the entry in an item."""
    return AuditEntry(
        item["id"],
        item["admin_id"],
        Action(item["kind"]),
        item["target"],
        item["details"],
        to_instant(item["at"]),
        item["request_id"],
    )


def entry_writes(entry: AuditEntry | None) -> list[Write]:
    """Return the writes that store and count an entry. They raise Forbidden when the admin has not the right."""
    if entry is None:
        return []
    writes = [Write.create(entry_to_item(entry)), Write.add(keys.action_totals(), {"actions": 1})]
    if entry.admin_id == OPERATOR.user_id:
        return writes
    rights, refusal = "is_staff = :yes AND is_active = :yes", problems.NOT_AN_ADMIN
    if entry.action in OWNERS_ONLY:
        rights, refusal = f"{rights} AND is_superuser = :yes", problems.NOT_AN_OWNER
    return [*writes, Write.check(keys.account(entry.admin_id), rights, {":yes": True}, refusal=refusal.error())]


class AuditLog:
    """Access patterns of the audit log."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._counter = Counter([keys.action_totals()], lambda item: int(item["actions"]))

    def page(self, request: PageRequest) -> Page[AuditEntry]:
        """Read a page of all entries, newest first."""
        return page_of(self._table, [_LIST], request, self._counter, descending=True).map(entry_from_item)

    def total(self) -> int:
        """Read the number of entries."""
        return self._counter.read(self._table)
