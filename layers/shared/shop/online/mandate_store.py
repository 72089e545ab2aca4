"""Mandates in the table."""

from collections.abc import Iterator
from datetime import date

from shop.dynamodb import keys
from shop.dynamodb.attributes import to_instant, to_text
from shop.dynamodb.table import ConditionFailed, Contended, Range, Table
from shop.dynamodb.writes import Item, Write
from shop.ledger.journal import Method
from shop.online.mandates import IN_USE, LISTED, Mandate, MandateStatus
from shop.payments.provider import SavedMethod


class Mandates:
    """Access patterns of mandates."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, customer_id: str, mandate_id: str) -> Mandate | None:
        """Read a mandate."""
        item = self._table.get(keys.mandate(customer_id, mandate_id))
        return mandate_from_item(item) if item else None

    def of_customer(self, customer_id: str) -> list[Mandate]:
        """Read all mandates of a customer, oldest first."""
        found = self._table.query(Range(keys.customer_partition(customer_id), keys.MANDATES))
        return list(map(mandate_from_item, found))

    def listed(self, status: MandateStatus, at_once: int) -> Iterator[Mandate]:
        """Iterate over all customers' mandates with a status, the oldest first."""
        source = Range(keys.mandate_listing(status), "", "by-created", "listing", "created_key")
        return map(mandate_from_item, self._table.query(source, at_once=at_once))

    def end(self, customer_id: str) -> list[Mandate]:
        """Take a customer's consent back; returns the mandates that end. Raises Contended as `put` does."""
        ending = [one.becoming(MandateStatus.ENDING) for one in self.of_customer(customer_id) if one.status in IN_USE]
        if ending:
            self.put(*ending)
        return ending

    def put(self, *changed: Mandate) -> None:
        """Store changes of mandates, all or nothing. Raises Contended when one changed since it was read."""
        try:
            self._table.transact([Write.replace(mandate_to_item(one), one.version - 1) for one in changed])
        except ConditionFailed as error:
            raise Contended("a mandate was changed meanwhile") from error


def unchanged(mandate: Mandate) -> Write:
    """Return the check of a transaction that a mandate is as it was read."""
    return Write.check(keys.mandate(mandate.customer_id, mandate.id), "version = :before", {":before": mandate.version})


def mandate_to_item(mandate: Mandate) -> Item:
    """Convert a mandate to its item, listed as long as the shop has something to do with it."""
    item: Item = {
        **keys.mandate(mandate.customer_id, mandate.id),
        "id": mandate.id,
        "customer_id": mandate.customer_id,
        "provider": mandate.provider.value,
        "text": mandate.text,
        "agreed_at": to_text(mandate.agreed_at),
        "status": mandate.status.value,
        "reference": mandate.reference,
        "checkout_url": mandate.checkout_url,
        "version": mandate.version,
    }
    if mandate.method:
        expires = mandate.method.expires_on
        item["method"] = {"reference": mandate.method.reference, "label": mandate.method.label}
        if expires:
            item["method"]["expires_on"] = expires.isoformat()
    if mandate.status in LISTED:
        item |= {"listing": keys.mandate_listing(mandate.status), "created_key": mandate.id}
    return item


def mandate_from_item(item: Item) -> Mandate:
    """Read the mandate in an item."""
    return Mandate(
        item["id"],
        item["customer_id"],
        Method(item["provider"]),
        item["text"],
        to_instant(item["agreed_at"]),
        MandateStatus(item["status"]),
        item["reference"],
        item["checkout_url"],
        _method_from_map(item["method"]) if "method" in item else None,
        int(item["version"]),
    )


def _method_from_map(stored: Item) -> SavedMethod:
    expires = stored.get("expires_on")
    return SavedMethod(stored["reference"], stored["label"], date.fromisoformat(expires) if expires else None)
