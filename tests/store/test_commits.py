"""A transaction that tests of a killed engine count as answered is in the table."""

from collections.abc import Mapping
from typing import Any

import pytest

from local import dynamodb
from shop.dynamodb.keys import Key
from shop.dynamodb.table import ConditionFailed, OutcomeUnknown, Table
from shop.dynamodb.writes import Write
from tests.support.commits import wait_for_commits

KEY: Key = {"PK": "CUSTOMER#1", "SK": "PURCHASE#1"}


def test_a_transaction_is_answered_when_what_it_wrote_was_read(table: Table) -> None:
    wait_for_commits(table.client)
    calls: list[tuple[str, Any]] = []

    def note(params: Mapping[str, Any], model: Any, **_: object) -> None:
        calls.append((model.name, params.get("Key")))

    table.client.meta.events.register("before-parameter-build.dynamodb", note)
    table.transact([Write.create({**KEY}), Write.add({"PK": "STATS", "SK": "2026"}, {"purchases": 1})])
    table.transact([Write.add(KEY, {"paid": 1})])
    with pytest.raises(ConditionFailed):
        table.transact([Write.create({**KEY})])

    key = {name: {"S": value} for name, value in KEY.items()}
    read = [("TransactWriteItems", None), ("GetItem", key)]
    assert calls == [*read, *read, ("TransactWriteItems", None)]


@pytest.mark.usefixtures("no_waiting")
def test_a_transaction_whose_read_gets_no_answer_has_none(table: Table, dynamodb_url: str) -> None:
    wait_for_commits(table.client)
    table.client.meta.events.register("before-call.dynamodb.GetItem", lambda params, **_: _lose(params))

    with pytest.raises(OutcomeUnknown):
        table.transact([Write.create({**KEY})])

    assert Table(table.name, dynamodb.client(dynamodb_url)).get(KEY)


def _lose(request: dict[str, Any]) -> None:
    request["url"] = "http://127.0.0.1:9/"  # where nobody listens
