"""The engine: one DynamoDB table, spoken to in plain Python values, its refusals told apart.

StoreError
├── ConditionFailed  a write's condition did not hold: nothing was written
├── Contended        conflict, throttling, no answer: reading and deciding anew is safe
└── OutcomeUnknown   no answer to a transaction, however often it was sent: it may have been written
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any, Literal
from uuid import uuid4

from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionError, HTTPClientError  # noqa: A004 - not the builtin

from shop import aws
from shop.errors import ShopError
from shop.store import schema
from shop.store.attributes import decoded, encoded
from shop.store.keys import Key

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

Item = dict[str, Any]  # the values of one item, as `attributes` takes and gives them
Values = Mapping[str, Any]

MOST_WRITES = 25
"""How many items `write_each` takes."""
_PAGE = 500
_BATCH, _BATCH_ROUNDS = 100, 5
_THREADS = 4
_CONTENDED = {
    "TransactionConflict",
    "TransactionConflictException",
    "ProvisionedThroughputExceeded",
    "ProvisionedThroughputExceededException",
    "ThrottlingError",
    "ThrottlingException",
    "RequestLimitExceeded",
}
_IN_PROGRESS = "TransactionInProgressException"
_SERVER_ERRORS = 500
_SENDS, _LONGEST = 4, 4.0
"""How often a transaction is sent while its outcome is unknown, and for how many seconds another send may begin.

One send takes up to five seconds (see `_CONFIG`); with what comes before it, all fit into a function's twenty.
"""
_CONFIG = Config(connect_timeout=1, read_timeout=2, retries={"mode": "standard", "max_attempts": 2})


class StoreError(Exception):
    """The table did not do what was asked."""


class ConditionFailed(StoreError):
    """The condition of a write did not hold, so nothing was written; `writes` are their positions.

    `found` is the item that a single write found instead, None where there is none.
    """

    def __init__(self, writes: Sequence[int], found: "Item | None" = None) -> None:
        super().__init__(f"the conditions of writes {list(writes)} did not hold")
        self.writes = tuple(writes)
        self.found = found


class Contended(StoreError):
    """The table was too busy, or did not answer. The caller reads anew and tries again.

    A single write that got no answer is Contended as well: it is conditional or sets the same again, so it may be
    repeated.
    """


class OutcomeUnknown(StoreError):
    """No answer to a transaction: it may have been written. Deciding anew could do twice what was done."""


@dataclass(frozen=True, slots=True)
class Write:
    """One write of a transaction, or a write of its own.

    `refusal` is what a transaction raises when this write's condition does not hold, instead of ConditionFailed.
    """

    action: Literal["Put", "Update", "Delete", "ConditionCheck"]
    request: Values
    refusal: ShopError | None = None

    @classmethod
    def put(cls, item: Item, condition: str | None = None, values: Values | None = None) -> "Write":
        """Store a whole item."""
        return cls("Put", {"Item": schema.stamped(item), **_conditional(condition, values)})

    @classmethod
    def create(cls, item: Item) -> "Write":
        """Store an item that must not be there yet."""
        return cls.put(item, "attribute_not_exists(PK)")

    @classmethod
    def replace(cls, item: Item, version: int) -> "Write":
        """Store an item over its version before, 0 meaning that there is none."""
        if version == 0:
            return cls.create(item)
        return cls.put(item, "version = :before", {":before": version})

    @classmethod
    def update(
        cls,
        key: Key,
        expression: str,
        values: Values,
        condition: str | None = None,
        names: Mapping[str, str] | None = None,
    ) -> "Write":
        """Change some attributes; `values` and `names` are those of the expression and of the condition."""
        request = {"Key": key, "UpdateExpression": expression, **_conditional(condition, values)}
        return cls("Update", {**request, "ExpressionAttributeNames": names} if names else request)

    @classmethod
    def add(cls, key: Key, amounts: Values) -> "Write":
        """Add to numbers, which begin at zero."""
        parts = [f"#{position} :{position}" for position in range(len(amounts))]
        return cls(
            "Update",
            {
                "Key": key,
                "UpdateExpression": f"ADD {', '.join(parts)}",
                "ExpressionAttributeNames": {f"#{position}": name for position, name in enumerate(amounts)},
                "ExpressionAttributeValues": {f":{position}": value for position, value in enumerate(amounts.values())},
            },
        )

    @classmethod
    def delete(cls, key: Key, condition: str | None = None, values: Values | None = None) -> "Write":
        """Remove an item."""
        return cls("Delete", {"Key": key, **_conditional(condition, values)})

    @classmethod
    def check(cls, key: Key, condition: str, values: Values | None = None, refusal: ShopError | None = None) -> "Write":
        """Write nothing, but require a condition of an item."""
        return cls("ConditionCheck", {"Key": key, **_conditional(condition, values)}, refusal)


def _conditional(condition: str | None, values: Values | None) -> Item:
    request: Item = {}
    if condition is not None:
        request["ConditionExpression"] = condition
    if values:
        request["ExpressionAttributeValues"] = values
    return request


@dataclass(frozen=True, slots=True)
class Range:
    """The items of one partition of the table or of an index, in the order of its sort key.

    From what begins with `prefix` up to what begins with `until` or, without it, as far as `prefix` goes. An index is
    never consistent.
    """

    partition: str
    prefix: str = ""
    index: str | None = None
    partition_key: str = "PK"
    sort_key: str = "SK"
    consistent: bool = True
    until: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """Items as they are stored, and the place of the last, None at the end."""

    items: Sequence[Item]
    last: Values | None


class Table:
    """The single table. Values go in and come out as str, int, Decimal, bool, None, list and dict."""

    def __init__(self, name: str, client: "DynamoDBClient | None" = None) -> None:
        self.name = name
        self.client: DynamoDBClient = client or aws.client("dynamodb", _CONFIG)

    @cached_property
    def _threads(self) -> "ThreadPoolExecutor":
        from concurrent.futures import ThreadPoolExecutor  # imported for those that read two things at once

        return ThreadPoolExecutor(_THREADS, thread_name_prefix="table")

    def get(self, key: Key) -> Item | None:
        """An item, read consistently."""
        with _translated():
            response = self.client.get_item(TableName=self.name, Key=_to_wire(key), ConsistentRead=True)
        return _from_wire(response["Item"]) if "Item" in response else None

    def at_once(self, *reads: Callable[[], Any]) -> list[Any]:
        """What some reads find, made at the same time: together they take as long as the slowest."""
        waiting = [self._threads.submit(read) for read in reads[1:]]
        return [reads[0](), *(one.result() for one in waiting)]

    def get_all(self, keys: Sequence[Key]) -> list[Item | None]:
        """Items in the order of their keys, None where there is none; one round trip per 100."""
        found: dict[tuple[str, str], Item] = {}
        for start in range(0, len(keys), _BATCH):
            pending: Any = {
                self.name: {"Keys": [_to_wire(key) for key in keys[start : start + _BATCH]], "ConsistentRead": True}
            }
            for _ in range(_BATCH_ROUNDS):
                with _translated():
                    response = self.client.batch_get_item(RequestItems=pending)
                for wire in response["Responses"].get(self.name, []):
                    item = _from_wire(wire)
                    found[item["PK"], item["SK"]] = item
                pending = response["UnprocessedKeys"]
                if not pending:
                    break
            else:
                raise Contended("keys are left unprocessed")
        return [found.get((key["PK"], key["SK"])) for key in keys]

    def write(self, write: Write) -> Item:
        """Write one item; the answer of an update is all of its new attributes."""
        request = _request(self.name, write)
        if "ConditionExpression" in request:
            request["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
        with _translated():
            if write.action == "Put":
                self.client.put_item(**request)
                return {}
            if write.action == "Delete":
                self.client.delete_item(**request)
                return {}
            return _from_wire(self.client.update_item(**request, ReturnValues="ALL_NEW")["Attributes"])

    def write_each(self, writes: Sequence[Write]) -> None:
        """Put or delete up to `MOST_WRITES` items, without conditions and each for itself, in one round trip."""
        pending: Any = {
            self.name: [
                {f"{write.action}Request": {part: _to_wire(value) for part, value in write.request.items()}}
                for write in writes
            ]
        }
        for _ in range(_BATCH_ROUNDS):
            with _translated():
                pending = self.client.batch_write_item(RequestItems=pending)["UnprocessedItems"]
            if not pending:
                return
        raise Contended("writes are left unprocessed")

    def transact(self, writes: Sequence[Write]) -> None:
        """Write all or nothing, once.

        A transaction without an answer is sent again under the same token, by which DynamoDB tells that it has done
        it already (for ten minutes:
        https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html).
        Raises ConditionFailed with the positions of the writes refused, or the `refusal` of one of them; Contended when
        nothing was written and it is worth another try; OutcomeUnknown when no send was answered.
        """
        items: list[TransactWriteItemTypeDef] = [{write.action: _request(self.name, write)} for write in writes]  # type: ignore[misc]
        token, begun = str(uuid4()), monotonic()
        for sent in range(1, _SENDS + 1):
            try:
                with _translated(no_answer=OutcomeUnknown):
                    self.client.transact_write_items(TransactItems=items, ClientRequestToken=token)
            except ConditionFailed as error:
                raise next((refusal for at in error.writes if (refusal := writes[at].refusal)), error) from None
            except (OutcomeUnknown, Contended) as error:
                if isinstance(error, Contended) and sent == 1:
                    raise
                if sent == _SENDS or monotonic() - begun > _LONGEST:
                    raise OutcomeUnknown(str(error)) from error  # a refusal now says nothing of the sends before
                pause(0.05 * 2**sent)
            else:
                return

    def query(
        self,
        source: Range,
        *,
        after: str | None = None,
        descending: bool = False,
        limit: int | None = None,
        at_once: int | None = None,
    ) -> Iterator[Item]:
        """The items of a range, beyond a sort key and in an order, read as they are asked for, so many `at_once`."""
        request = self._query(source, after=after, descending=descending)
        if at_once is not None:
            request["Limit"] = at_once
        if limit is not None:
            request["Limit"] = limit + (after is not None)
        yielded = 0
        for page in self._pages(request, self.client.query):
            for wire in page["Items"]:
                item = _from_wire(wire)
                if item[source.sort_key] == after:  # BETWEEN, the one condition a sort key may have, includes its ends
                    continue
                yield item
                yielded += 1
                if yielded == limit:
                    return

    def page(self, segment: int, segments: int, after: Values | None) -> "Page":
        """Whole items of a segment of the table, as they are stored, beyond a place. For maintenance alone."""
        request: Item = {"TableName": self.name, "Segment": segment, "TotalSegments": segments, "Limit": _PAGE}
        if after is not None:
            request["ExclusiveStartKey"] = _to_wire(after)
        with _translated():
            found = self.client.scan(**request, ConsistentRead=True)
        last = found.get("LastEvaluatedKey")
        return Page([_decoded(wire) for wire in found["Items"]], _decoded(last) if last else None)

    def _query(self, source: Range, *, after: str | None, descending: bool) -> Item:
        lower, upper = source.prefix, (source.until or source.prefix) + "\U0010ffff"
        values: Item = {":partition": source.partition}
        names = {"#partition": source.partition_key, "#sort": source.sort_key}
        condition = "#partition = :partition"
        if after is not None:
            lower, upper = (lower, after) if descending else (after, upper)
        if source.prefix or source.until or after is not None:
            condition += " AND #sort BETWEEN :lower AND :upper"
            values |= {":lower": lower or " ", ":upper": upper}
        request: Item = {"TableName": self.name, "ScanIndexForward": not descending}
        if source.index is not None:
            request["IndexName"] = source.index
        else:
            request["ConsistentRead"] = source.consistent
        if ":lower" not in values:
            del names["#sort"]
        return request | {
            "KeyConditionExpression": condition,
            "ExpressionAttributeNames": names,
            "ExpressionAttributeValues": _to_wire(values),
        }

    def _pages(self, request: Item, call: Callable[..., Any]) -> Iterator[Any]:
        while True:
            with _translated():
                page = call(**request)
            yield page
            if "LastEvaluatedKey" not in page:
                return
            request["ExclusiveStartKey"] = page["LastEvaluatedKey"]


def _to_wire(values: Values) -> Any:  # noqa: ANN401 - boto3's attribute values have no useful type
    return {name: encoded(value) for name, value in values.items()}


def _from_wire(wire: Values) -> Item:
    return schema.current(_decoded(wire))


def _decoded(wire: Values) -> Item:
    return {name: decoded(value) for name, value in wire.items()}


def _request(table_name: str, write: Write) -> Any:  # noqa: ANN401 - one of four request types of boto3
    request = {"TableName": table_name, **write.request}
    for part in ("Key", "Item", "ExpressionAttributeValues"):
        if part in request:
            request[part] = _to_wire(request[part])
    return request


def pause(seconds: float) -> None:
    """Wait before something is tried again."""
    sleep(seconds)


@contextmanager
def _translated(no_answer: type[StoreError] = Contended) -> Iterator[None]:
    """Turn what botocore raises into the errors above, a lost answer into `no_answer`. Unknown errors are defects."""
    try:
        yield
    except ClientError as error:
        meaning = _meaning(error, no_answer)
        if meaning is None:
            raise
        raise meaning from error
    except (HTTPClientError, ConnectionError) as error:
        raise no_answer(type(error).__name__) from error


def _meaning(error: ClientError, no_answer: type[StoreError]) -> StoreError | None:
    code = error.response.get("Error", {}).get("Code", "")
    metadata = error.response.get("ResponseMetadata", {})
    if code == "ConditionalCheckFailedException":
        found: Any = error.response.get("Item")
        return ConditionFailed([0], _from_wire(found) if found else None)
    reasons = [reason.get("Code", "None") for reason in error.response.get("CancellationReasons", [])]
    failed = [position for position, reason in enumerate(reasons) if reason == "ConditionalCheckFailed"]
    if failed:
        return ConditionFailed(failed)
    if code == _IN_PROGRESS or metadata.get("HTTPStatusCode", 0) >= _SERVER_ERRORS:  # the latter whatever its code
        return no_answer(code)
    if code in _CONTENDED or (reasons and _CONTENDED.issuperset(one for one in reasons if one != "None")):
        # botocore repeats what was not answered: a refusal of its repetition says nothing of the send before.
        return no_answer(code) if metadata.get("RetryAttempts", 0) else Contended(code)
    return None
