"""Local data of another version of the shop: brought up to the template where it can be, else left alone."""

from collections.abc import Iterator
from uuid import uuid4

import pytest

from local import dynamodb
from local.processes import LocalCloudError


@pytest.fixture
def old_table(dynamodb_url: str) -> Iterator[str]:
    """A table with another key than the template's, and an item."""
    client, name = dynamodb.client(dynamodb_url), f"table-{uuid4().hex}"
    client.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    )
    client.put_item(TableName=name, Item={"id": {"S": "kept"}})
    yield name
    client.delete_table(TableName=name)


def test_data_that_this_version_cannot_read_is_left_alone_and_a_reset_is_named_with_what_it_deletes(
    dynamodb_url: str, old_table: str
) -> None:
    client = dynamodb.client(dynamodb_url)

    with pytest.raises(LocalCloudError) as told:
        dynamodb.check_table(client, old_table)

    lines = str(told.value).splitlines()
    assert lines[0].endswith("the table has the key id (S), but template.yaml has PK (S) and SK (S).")
    assert lines[1].startswith("Nothing was changed.")
    assert lines[2:] == [
        "To start afresh, which DELETES all local data (accounts, purchases, payments, mails):",
        "  make reset up",
    ]
    assert client.scan(TableName=old_table)["Items"] == [{"id": {"S": "kept"}}]


def test_a_table_of_this_version_and_one_that_is_not_there_are_taken(dynamodb_url: str) -> None:
    client, name = dynamodb.client(dynamodb_url), f"table-{uuid4().hex}"
    dynamodb.check_table(client, name)
    dynamodb.create_table(client, name)
    dynamodb.check_table(client, name)
    client.delete_table(TableName=name)


def test_products_without_numbers_are_those_of_another_version(dynamodb_url: str) -> None:
    client, name = dynamodb.client(dynamodb_url), f"table-{uuid4().hex}"
    dynamodb.create_table(client, name)
    item = {"PK": {"S": "STATS#PRODUCTS"}, "SK": {"S": "STATS"}, "products": {"N": "3"}}
    client.put_item(TableName=name, Item=item)

    with pytest.raises(LocalCloudError, match=r"its products have no numbers\.\nNothing was changed\.") as told:
        dynamodb.check_table(client, name)

    assert "make reset up" in str(told.value)
    assert client.scan(TableName=name)["Items"] == [item]
    client.delete_table(TableName=name)
