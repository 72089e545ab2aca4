"""The DynamoDB table: plain Python values in and out, and errors that determine what to do next.

StoreError
├── ConditionFailed  a condition did not hold: nothing was written
├── Contended        conflict, throttling or no answer: read, decide and write again
└── OutcomeUnknown   a transaction got no answer, however often it was sent: it may have been written
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionError, HTTPClientError  # noqa: A004 - not the builtin

from shop.dynamodb import schema
from shop.dynamodb.attributes import decoded, encoded
from shop.dynamodb.keys import Key
from shop.dynamodb.writes import Item, Values, Write
from shop.runtime import clients

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef


MOST_WRITES = 25
"""The most items that `write_each` takes."""
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
"""The most times a transaction is sent while its outcome is unknown, and the seconds in which a new send may begin.

One send takes up to five seconds (see `_CONFIG`), so all of them fit into a function's timeout of twenty seconds.
"""
# Botocore's validation of parameters is off: DynamoDB validates them too, and it is a twelfth of a purchase's work.
_CONFIG = Config(
    connect_timeout=1, read_timeout=2, retries={"mode": "standard", "max_attempts": 2}, parameter_validation=False
)


class StoreError(Exception):
    """The table did not do what the request asked for."""


class ConditionFailed(StoreError):
    """The condition of a write did not hold, so nothing was written. `writes` has the positions of such writes.

    `found` is the existing item, for a single write; None when there is none.
    """

    def __init__(self, writes: Sequence[int], found: "Item | None" = None) -> None:
        super().__init__(f"the conditions of writes {list(writes)} did not hold")
        self.writes = tuple(writes)
        self.found = found


class Contended(StoreError):
    """The table was too busy or did not answer. Read, decide and write again.

    A single write without an answer is Contended too: it has a condition or sets the same values, so it is safe to
    repeat.
    """


class OutcomeUnknown(StoreError):
    """A transaction got no answer, so it may have been written. Deciding again could apply it twice."""


@dataclass(frozen=True, slots=True)
class Range:
    """The items of one partition of the table or of an index, in the order of the sort key.

    The range begins at `prefix` and ends with the last key that starts with `until` or, without it, with `prefix`.
    Reads of an index are never consistent.
    """

    partition: str
    prefix: str = ""
    index: str | None = None
    partition_key: str = "PK"
    sort_key: str = "SK"
    consistent: bool = True
    until: str = ""


class Table:
    """The single table. Values go in and come out as str, int, Decimal, bool, None, list and dict."""

    def __init__(self, name: str, client: "DynamoDBClient | None" = None) -> None:
        self.name = name
        self.client: DynamoDBClient = client or clients.client("dynamodb", _CONFIG)

    @cached_property
    def _threads(self) -> "ThreadPoolExecutor":
        from concurrent.futures import ThreadPoolExecutor  # only some functions read in parallel

        return ThreadPoolExecutor(_THREADS, thread_name_prefix="table")

    def get(self, key: Key) -> Item | None:
        """Read an item consistently."""
        with _translated():
            response = self.client.get_item(TableName=self.name, Key=_to_wire(key), ConsistentRead=True)
        return _from_wire(response["Item"]) if "Item" in response else None

    def at_once(self, *reads: Callable[[], Any]) -> list[Any]:
        """Run reads in parallel and return their results in order."""
        waiting = [self._threads.submit(read) for read in reads[1:]]
        return [reads[0](), *(one.result() for one in waiting)]

    def get_all(self, keys: Sequence[Key]) -> list[Item | None]:
        """Read items consistently, in the order of their keys; None for a missing one. One round trip reads 100."""
        found: dict[tuple[str, str], Item] = {}
        once = list({(key["PK"], key["SK"]): key for key in keys}.values())  # DynamoDB refuses a key that comes twice
        for start in range(0, len(once), _BATCH):
            pending: Any = {
                self.name: {"Keys": [_to_wire(key) for key in once[start : start + _BATCH]], "ConsistentRead": True}
            }
            for turn in range(_BATCH_ROUNDS):
                if turn:
                    pause(0.05 * 2**turn)
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
        """Write one item. An update returns all attributes of the updated item."""
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
        """Put or delete up to `MOST_WRITES` items in one round trip, each independently and without conditions."""
        pending: Any = {
            self.name: [
                {f"{write.action}Request": {part: _to_wire(value) for part, value in write.request.items()}}
                for write in writes
            ]
        }
        for turn in range(_BATCH_ROUNDS):
            if turn:
                pause(0.05 * 2**turn)
            with _translated():
                pending = self.client.batch_write_item(RequestItems=pending)["UnprocessedItems"]
            if not pending:
                return
        raise Contended("writes are left unprocessed")

    def transact(self, writes: Sequence[Write]) -> None:
        """Apply all writes or none, once.

        A transaction without an answer is sent again with the same token. DynamoDB remembers the token for ten minutes
        and does not apply the transaction twice:
        https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html.
        Raises ConditionFailed with the positions of the refused writes, or their `refusal` if all have one; Contended
        when nothing was written and another attempt makes sense; OutcomeUnknown when no send got an answer.
        """
        items: list[TransactWriteItemTypeDef] = [{write.action: _request(self.name, write)} for write in writes]  # type: ignore[misc]
        token, begun = str(uuid4()), monotonic()
        for sent in range(1, _SENDS + 1):
            try:
                with _translated(no_answer=OutcomeUnknown):
                    self.client.transact_write_items(TransactItems=items, ClientRequestToken=token)
            except ConditionFailed as error:
                refusals = [writes[at].refusal for at in error.writes]
                raise (refusals[0] if refusals[0] and all(refusals) else error) from None
            except (OutcomeUnknown, Contended) as error:
                if isinstance(error, Contended) and sent == 1:
                    raise
                if sent == _SENDS or monotonic() - begun > _LONGEST:
                    raise OutcomeUnknown(str(error)) from error  # an earlier send may have succeeded
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
        """Iterate over a range after the sort key `after`. Pages of `at_once` items are read as they are needed."""
        request = self._query(source, after=after, descending=descending)
        if request is None:
            return
        if at_once is not None:
            request["Limit"] = at_once
        if limit is not None:
            request["Limit"] = limit + (after is not None)
        yielded = 0
        for page in self._pages(request):
            for wire in page["Items"]:
                item = _from_wire(wire)
                if item[source.sort_key] == after:  # BETWEEN includes its ends
                    continue
                yield item
                yielded += 1
                if yielded == limit:
                    return

    def _query(self, source: Range, *, after: str | None, descending: bool) -> Item | None:
        """Make the request for a range; None for an empty one, which DynamoDB would refuse."""
        lower, upper = source.prefix, (source.until or source.prefix) + "\U0010ffff"
        values: Item = {":partition": source.partition}
        names = {"#partition": source.partition_key, "#sort": source.sort_key}
        condition = "#partition = :partition"
        if after is not None:
            lower, upper = (lower, min(upper, after)) if descending else (max(lower, after), upper)
        if lower > upper:
            return None
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

    def _pages(self, request: Item) -> Iterator[Any]:
        while True:
            with _translated():
                page = self.client.query(**request)
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
    """Wait before another attempt."""
    sleep(seconds)


@contextmanager
def _translated(no_answer: type[StoreError] = Contended) -> Iterator[None]:
    """Translate botocore's errors into those above, a lost answer into `no_answer`. Let other errors pass: defects."""
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
    if code == _IN_PROGRESS or metadata.get("HTTPStatusCode", 0) >= _SERVER_ERRORS:  # a server error, with any code
        return no_answer(code)
    if code in _CONTENDED or (reasons and _CONTENDED.issuperset(one for one in reasons if one != "None")):
        # Botocore repeats a request without an answer: when the repetition is refused, the first may have succeeded.
        return no_answer(code) if metadata.get("RetryAttempts", 0) else Contended(code)
    return None
