"""DynamoDB Local answers a transaction before its SQLite has committed it; DynamoDB itself does not."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from botocore.awsrequest import AWSResponse
    from mypy_boto3_dynamodb import DynamoDBClient


def wait_for_commits(client: "DynamoDBClient") -> None:
    """Let a client read behind each transaction before it counts as answered: a consistent read waits for the commit.

    Without its answer the transaction has none either: botocore raises what became of the read.
    """

    def note(params: Mapping[str, Any], context: dict[str, Any], **_: object) -> None:
        (context["written"],) = params["TransactItems"][0].values()

    def read(http_response: "AWSResponse", context: dict[str, Any], **_: object) -> None:
        if http_response.status_code == 200:
            written = context["written"]
            key = written.get("Key") or {name: written["Item"][name] for name in ("PK", "SK")}
            client.get_item(TableName=written["TableName"], Key=key, ConsistentRead=True)

    client.meta.events.register("before-parameter-build.dynamodb.TransactWriteItems", note)
    client.meta.events.register("after-call.dynamodb.TransactWriteItems", read)
