"""The table on AWS's own engine: kinds of refusals, and pages while items come and go."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shop.dynamodb.paging import NOT_COUNTED, Page, PageRequest, Position, page_of
from shop.dynamodb.table import ConditionFailed, OutcomeUnknown, Range, Table
from shop.dynamodb.writes import Write
from tests.support.faults import Fault, FaultyClient


def item(position: int, **more: Any) -> dict[str, Any]:
    return {"PK": "LIST", "SK": f"ITEM#{position:05}", **more}


LIST = Range("LIST", "ITEM#")


def page(table: Table, position: Position | None, size: int, *, descending: bool = False) -> Page[dict[str, Any]]:
    return page_of(table, [LIST], PageRequest(position, size), NOT_COUNTED, descending=descending)


def test_a_refused_transaction_writes_nothing_and_tells_which_condition_failed(table: Table) -> None:
    table.write(Write.create(item(1)))

    with pytest.raises(ConditionFailed) as refused:
        table.transact([Write.create(item(2)), Write.create(item(1)), Write.add({"PK": "A", "SK": "B"}, {"n": 1})])

    assert refused.value.writes == (1,)
    assert table.get_all([{"PK": "LIST", "SK": "ITEM#00002"}, {"PK": "A", "SK": "B"}]) == [None, None]


@pytest.mark.usefixtures("no_waiting")
def test_a_refusal_that_follows_a_lost_answer_does_not_say_that_nothing_was_written(table: Table) -> None:
    lost = FaultyClient(table.client, Fault.LOST, lambda number: number == 0)
    throttled = FaultyClient(lost, Fault.THROTTLED, lambda number: number == 1)

    Table(table.name, throttled).transact([Write.create(item(1)), Write.add({"PK": "A", "SK": "B"}, {"n": 1})])  # type: ignore[arg-type]

    assert table.get_all([{"PK": "A", "SK": "B"}]) == [{"PK": "A", "SK": "B", "n": 1}]
    assert (throttled.calls, lost.calls) == (3, 2)


@pytest.mark.usefixtures("no_waiting")
def test_a_transaction_that_is_never_answered_is_not_said_to_be_refused(table: Table) -> None:
    lost = FaultyClient(table.client, Fault.LOST, lambda number: number == 0)
    throttled = FaultyClient(lost, Fault.THROTTLED, lambda number: number > 0)

    with pytest.raises(OutcomeUnknown):
        Table(table.name, throttled).transact([Write.create(item(1))])  # type: ignore[arg-type]


def test_a_hundred_and_more_items_are_read_in_the_order_of_their_keys(table: Table) -> None:
    for number in range(120):
        table.write(Write.put(item(number, number=number)))

    found = table.get_all([{"PK": "LIST", "SK": f"ITEM#{number:05}"} for number in reversed(range(121))])

    assert found[0] is None
    assert [one["number"] for one in found[1:] if one] == list(reversed(range(120)))


def test_items_outside_the_prefix_are_not_of_the_range(table: Table) -> None:
    for key in ("ITEL#1", "ITEM#00001", "ITEM$", "ITEN"):
        table.write(Write.put({"PK": "LIST", "SK": key}))

    assert [one["SK"] for one in table.query(LIST)] == ["ITEM#00001"]
    assert [one["SK"] for one in table.query(LIST, descending=True, after="ITEM#00002")] == ["ITEM#00001"]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    stays=st.sets(st.integers(0, 400), min_size=1, max_size=30),
    comes_and_goes=st.lists(st.integers(0, 400), max_size=20),
    size=st.integers(1, 7),
    descending=st.booleans(),
)
def test_paging_neither_misses_nor_repeats_what_stays(
    table: Table, stays: set[int], comes_and_goes: list[int], size: int, descending: bool
) -> None:
    for old in list(table.query(LIST)):
        table.write(Write.delete({"PK": old["PK"], "SK": old["SK"]}))
    for number in stays:
        table.write(Write.put(item(number)))
    changes = iter(number for number in comes_and_goes if number not in stays)

    def read(start: Position | None, *, backwards: bool) -> list[str]:
        found: list[str] = []
        position = start
        while True:
            current = page(table, position, size, descending=descending)
            keys = [one["SK"] for one in current.items]
            found += reversed(keys) if backwards else keys
            number = next(changes, None)
            if number is not None:
                table.write(Write.put(item(number)))
                if number - 1 not in stays:
                    table.write(Write.delete({"PK": "LIST", "SK": f"ITEM#{number - 1:05}"}))
            position = current.previous if backwards else current.next
            if position is None:
                return found

    expected = [item(number)["SK"] for number in sorted(stays, reverse=descending)]
    forward = read(None, backwards=False)
    backward = read(Position("ITEM#99999" if not descending else "ITEM#", backwards=True), backwards=True)

    assert [key for key in forward if key in expected] == expected
    assert [key for key in backward if key in expected] == expected[::-1]
