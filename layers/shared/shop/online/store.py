"""Refunds through providers, and providers' notifications, in the table."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from shop.dynamodb import keys
from shop.dynamodb.attributes import to_epoch, to_instant, to_text
from shop.dynamodb.table import ConditionFailed, Contended, Range, Table
from shop.dynamodb.writes import Item, Write
from shop.ledger.journal import Method
from shop.online.refunding import Refund, RefundStatus

NOTICES_KEPT = timedelta(days=30)
"""How long notifications are kept as they came. They may name the payer."""


class Refunds:
    """Access patterns of refunds through providers."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, customer_id: str, purchase_id: str, refund_id: str) -> Refund | None:
        """Read a refund."""
        item = self._table.get(keys.online_refund(customer_id, purchase_id, refund_id))
        return refund_from_item(item) if item else None

    def of_purchase(self, customer_id: str, purchase_id: str) -> list[Refund]:
        """Read the refunds of a purchase, oldest first."""
        source = Range(keys.customer_partition(customer_id), keys.online_refunds(purchase_id))
        return [refund_from_item(item) for item in self._table.query(source)]

    def pending(self, at_once: int) -> Iterator[Refund]:
        """Iterate over the refunds of which it is not known yet what becomes of them, the oldest first."""
        source = Range(keys.PENDING_REFUNDS, "", "by-created", "listing", "created_key")
        return map(refund_from_item, self._table.query(source, at_once=at_once))

    def put(self, refund: Refund) -> None:
        """Store a change of a refund. Raises Contended when it changed since it was read."""
        try:
            self._table.transact([refund_write(refund)])
        except ConditionFailed as error:
            raise Contended("the refund was changed meanwhile") from error


class Notices:
    """Notifications of providers, as they came."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def keep(self, provider: str, notice_id: str, body: str, now: datetime) -> None:
        """Keep a notification for a while, so that operators can read what came. Raises StoreError."""
        item: Item = {
            **keys.notice(provider, notice_id),
            "body": body,
            "received_at": to_text(now),
            "expires_at": to_epoch(now + NOTICES_KEPT),
        }
        self._table.write(Write.put(item))


def refund_write(refund: Refund) -> Write:
    """Return the write of a refund."""
    return Write.replace(refund_to_item(refund), refund.version - 1)


def refund_to_item(refund: Refund) -> Item:
    """Convert a refund to its item, listed while it is not known what becomes of it."""
    item: Item = {
        **keys.online_refund(refund.customer_id, refund.purchase_id, refund.id),
        "id": refund.id,
        "customer_id": refund.customer_id,
        "purchase_id": refund.purchase_id,
        "provider": refund.provider.value,
        "payment": refund.payment,
        "amount": refund.amount,
        "made_at": to_text(refund.made_at),
        "reference": refund.reference,
        "status": refund.status.value,
        "version": refund.version,
    }
    if refund.status is RefundStatus.PENDING:
        item |= {"listing": keys.PENDING_REFUNDS, "created_key": refund.id}
    return item


def refund_from_item(item: Item) -> Refund:
    """Read the refund in an item."""
    return Refund(
        item["id"],
        item["customer_id"],
        item["purchase_id"],
        Method(item["provider"]),
        item["payment"],
        item["amount"],
        to_instant(item["made_at"]),
        item["reference"],
        RefundStatus(item["status"]),
        int(item["version"]),
    )
