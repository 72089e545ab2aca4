"""Admins' actions in the table: each is written with what it did, and never changed."""

from shop.domain.actions import OPERATOR_ID, Action, Kind
from shop.errors import Forbidden
from shop.store import keys
from shop.store.codec import to_instant, to_text
from shop.store.paging import Page, Position, page_of
from shop.store.table import Item, Range, Table, Write

_LISTED = Range(keys.ACTION_LISTING, index="by-created", partition_key="listing", sort_key="created_key")


def to_item(action: Action) -> Item:
    """An action as it is stored and listed."""
    return {
        **keys.action(action.id),
        "id": action.id,
        "admin_id": action.admin_id,
        "kind": action.kind.value,
        "target": action.target,
        "details": dict(action.details),
        "at": to_text(action.at),
        "request_id": action.request_id,
        "listing": keys.ACTION_LISTING,
        "created_key": action.id,
    }


def to_writes(action: Action) -> list[Write]:
    """The writes that keep an action, to be made with its effect; Forbidden refuses one who is no admin any more."""
    writes = [Write.create(to_item(action)), Write.add(keys.action_totals(), {"actions": 1})]
    if action.admin_id == OPERATOR_ID:
        return writes
    still_admin = Write.check(
        keys.account(action.admin_id),
        "is_staff = :yes AND is_active = :yes",
        {":yes": True},
        refusal=Forbidden("Only admins may do this."),
    )
    return [*writes, still_admin]


def from_item(item: Item) -> Action:
    """The action stored in an item."""
    return Action(
        item["id"],
        item["admin_id"],
        Kind(item["kind"]),
        item["target"],
        item["details"],
        to_instant(item["at"]),
        item["request_id"],
    )


class Actions:
    """Access patterns of admins' actions."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def page(self, position: Position | None, size: int) -> Page[Action]:
        """A page of all actions, newest first."""
        return page_of(
            self._table,
            [_LISTED],
            descending=True,
            position=position,
            size=size,
            total=self.total,
        ).map(from_item)

    def total(self) -> int:
        """How many actions there are."""
        item = self._table.get(keys.action_totals())
        return int(item["actions"]) if item else 0
