"""The table by hand: what FastAPI's routes do with boto3's low-level client and its own conversion of types.

The items, conditions and reads are the shop's, for what the flows do: no products with a counted stock.
"""

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

from bench.flows.fastapi_rules import Figures, Item, Refused, added, difference, open_parts, reminder, shop_sums

SHARDS, PLACE, REPORT_DAYS, BATCH = 16, 12, 30, 100
_to_wire, _from_wire = TypeSerializer().serialize, TypeDeserializer().deserialize


class Store:
    """Reads and transactions."""

    def __init__(self, table: str, client: Any) -> None:
        self.table, self.client = table, client

    def get(self, partition: str, sort: str) -> Item | None:
        """Read an item."""
        key = {"PK": {"S": partition}, "SK": {"S": sort}}
        found = self.client.get_item(TableName=self.table, Key=key, ConsistentRead=True)
        return _plain(found["Item"]) if "Item" in found else None

    def get_all(self, keys: list[tuple[str, str]]) -> dict[tuple[str, str], Item]:
        """Read items by their keys, a hundred at a time."""
        found: dict[tuple[str, str], Item] = {}
        for start in range(0, len(keys), BATCH):
            wanted = [{"PK": {"S": partition}, "SK": {"S": sort}} for partition, sort in keys[start : start + BATCH]]
            pending: Any = {self.table: {"Keys": wanted, "ConsistentRead": True}}
            while pending:
                answer = self.client.batch_get_item(RequestItems=pending)
                for wire in answer["Responses"].get(self.table, []):
                    item = _plain(wire)
                    found[item["PK"], item["SK"]] = item
                pending = answer["UnprocessedKeys"]
        return found

    def query(
        self, limit: int, start: Item | None = None, *, descending: bool = False, index: str = "", **keys: str
    ) -> tuple[list[Item], Item | None]:
        """Read a page of a range, and the key that the next page starts with.

        `keys` are the names and values of the partition key and a prefix of the sort key.
        """
        conditions = [f"#{at} = :{at}" if at == 0 else f"begins_with(#{at}, :{at})" for at in range(len(keys))]
        request: Item = {
            "TableName": self.table,
            "ScanIndexForward": not descending,
            "KeyConditionExpression": " AND ".join(conditions),
            "ExpressionAttributeNames": {f"#{at}": name for at, name in enumerate(keys)},
            "ExpressionAttributeValues": {f":{at}": {"S": value} for at, value in enumerate(keys.values())},
        }
        request |= {"IndexName": index} if index else {"ConsistentRead": True}
        items: list[Item] = []
        while len(items) < limit:
            more = {"ExclusiveStartKey": start} if start else {}
            page = self.client.query(**request, **more, Limit=limit - len(items))
            items += map(_plain, page["Items"])
            start = page.get("LastEvaluatedKey")
            if start is None:
                break
        return items, start

    def change(
        self, before: Item | None, purchase: Item, entry: Item, totals: Item, words: Iterable[Item] = ()
    ) -> None:
        """Store a sale or a payment with the totals, all or nothing."""
        change = difference(before, purchase, entry)
        version = int(totals.get("version", 0))
        after = self._totals(totals, change, purchase, date.fromisoformat(entry["recorded_on"]))
        shard = f"STATS#{secrets.randbelow(SHARDS):02}"
        writes = [
            self._put(purchase, int(before["version"]) if before else 0),
            self._put(entry | {"receipt": "due"}, 0),
            self._put(after, version),
            *(self._add(shard, sort, amounts) for sort, amounts in shop_sums(change).items()),
            *(self._put(word) for word in words),
        ]
        try:
            self.client.transact_write_items(TransactItems=writes, ClientRequestToken=str(uuid4()))
        except self.client.exceptions.TransactionCanceledException as error:
            raise Refused(409, "Somebody else changed it. Try again.") from error

    def _put(self, item: Item, version: int | None = None) -> Item:
        request: Item = {"TableName": self.table, "Item": _wire(item | {"schema": 1})}
        if version == 0:
            request["ConditionExpression"] = "attribute_not_exists(PK)"
        elif version:
            request["ConditionExpression"] = "version = :before"
            request["ExpressionAttributeValues"] = {":before": {"N": str(version)}}
        return {"Put": request}

    def _add(self, partition: str, sort: str, amounts: Figures) -> Item:
        return {
            "Update": {
                "TableName": self.table,
                "Key": {"PK": {"S": partition}, "SK": {"S": sort}},
                "UpdateExpression": "ADD " + ", ".join(f"#{at} :{at}" for at in range(len(amounts))),
                "ExpressionAttributeNames": {f"#{at}": name for at, name in enumerate(amounts)},
                "ExpressionAttributeValues": {f":{at}": {"N": str(one)} for at, one in enumerate(amounts.values())},
            }
        }

    def _totals(self, item: Item, change: Mapping[str, Figures], purchase: Item, today: date) -> Item:
        """Return a customer's totals after a change, with the first purchase that is open on each due date."""
        customer_id, place = purchase["customer_id"], purchase["id"][:PLACE]
        first, last = {}, ""
        days: dict[str, Item] = {}
        for day, stored in sorted(item["days"].items()):
            last = stored.get("f", last)
            first[day] = last
            days[day] = {name: value for name, value in stored.items() if name != "f"}
        overall = dict(item["overall"])
        for day, figures in change.items():
            days[day] = added(days.get(day, {}), figures)
            overall = added(overall, figures)
        oldest = (today - timedelta(days=REPORT_DAYS)).isoformat()
        kept = {
            day: figures if day >= oldest else {name: figures[name] for name in "dn" if name in figures}
            for day, figures in sorted(days.items())
        }
        kept = {day: figures for day, figures in kept.items() if figures}
        reminded = {
            due: day
            for due, day in item.get("reminded", {}).items()
            if kept.get(due, {}).get("n") and change.get(due, {}).get("n", 0) <= 0
        }
        opened = {part["due_date"] for part in open_parts(purchase)}
        last = ""
        for day, figures in kept.items():
            if not figures.get("n"):
                continue
            known = first.get(day, "")
            if day in opened:
                known = place if figures["n"] == 1 else min(known, place)
            elif known == place:
                known = self._first_open(customer_id, day, known, purchase["id"])
            if known != last:
                figures["f"] = last = known
        after = {**item, "overall": overall, "days": kept, "version": int(item.get("version", 0)) + 1}
        for name in ("reminded", "mail_queue", "mail_due"):
            after.pop(name, None)
        if reminded:
            after["reminded"] = reminded
        if due := [day for day, figures in kept.items() if figures.get("n")]:
            planned = filter(None, (reminder(day, reminded.get(day, "")) for day in due))
            after["mail_queue"] = f"OWING#{hashlib.sha256(customer_id.encode()).digest()[0] % SHARDS:02}"
            after["mail_due"] = f"{due[0]}#{min(planned, default='9999-12-31')}#{customer_id}"
        return after

    def _first_open(self, customer_id: str, day: str, place: str, changed: str) -> str:
        for other in self.query(1000, PK=f"USER#{customer_id}", SK="PURCHASE#")[0]:
            if other["id"] >= place and other["id"] != changed and any(p["due_date"] == day for p in open_parts(other)):
                return str(other["id"][:PLACE])
        return ""


def _plain(wire: Item) -> Item:
    return {name: _from_wire(value) for name, value in wire.items() if name != "schema"}


def _wire(item: Item) -> Item:
    return {name: _to_wire(value) for name, value in item.items()}
