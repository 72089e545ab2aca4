"""Amounts as clients read them: a JSON number as a double, text as it is."""

import json
import re
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from shop.http.fields import AmountIn, AnswerBody, Money, Total

_READER: TypeAdapter[Decimal] = TypeAdapter(AmountIn)

MOST_OF_A_PURCHASE = Decimal("99999999.99") * 10_000 * 2
"""The largest quantity at the highest price, and a late fee of 100 %."""


class Body(AnswerBody):
    """An answer with one of each."""

    money: Money = Decimal(0)
    total: Total = Decimal(0)


NUMBER, TEXT = Body.model_json_schema(mode="serialization")["properties"]["total"]["oneOf"]


def as_read(value: float | str) -> Decimal:
    """An amount as a client reads it that has doubles for numbers, and shows the shortest digits that tell it apart."""
    return Decimal(value if isinstance(value, str) else repr(value))


def answered(body: Body) -> dict[str, float | str]:
    """JSON as clients parse it: all numbers are doubles."""
    read: dict[str, float | str] = json.loads(body.model_dump_json(), parse_int=float)
    return read


@given(amount=st.decimals(0, MOST_OF_A_PURCHASE, places=2))
@example(amount=MOST_OF_A_PURCHASE)
def test_no_client_loses_a_cent_of_a_purchase(amount: Decimal) -> None:
    assert as_read(answered(Body(money=amount))["money"]) == amount


@given(amount=st.decimals(-(10**24), 10**24, places=2))
@example(amount=Decimal("9999999999999.99"))
@example(amount=Decimal("10000000000000.00"))
@example(amount=Decimal("1234567890123456.78"))
@example(amount=Decimal("1E+16"))
def test_no_client_loses_a_cent_of_a_total(amount: Decimal) -> None:
    told = answered(Body(total=amount))["total"]

    assert as_read(told) == amount
    if isinstance(told, str):
        assert re.fullmatch(TEXT["pattern"], told)
    else:
        assert NUMBER["minimum"] <= told <= NUMBER["maximum"]


def test_a_total_is_a_number_as_long_as_a_number_is_exact() -> None:
    told = [answered(Body(total=Decimal(text)))["total"] for text in ("0.00", "2500.5", "9999999999999.99", "1E+13")]

    assert told == [0, 2500.5, 9999999999999.99, "10000000000000.00"]


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("3200", "3200"),
        ("৳3,200.00", "3200"),
        (" ৳ 1,34,999.50 ", "134999.50"),
        ("৩২০০.৫", "3200.5"),
        ("৩,২০০", "3200"),
    ],
)
def test_an_amount_is_read_as_people_write_it(typed: str, amount: str) -> None:
    assert _READER.validate_python(typed) == Decimal(amount)


@pytest.mark.parametrize(
    "typed", ["3,20", "3,2000", "3.200,00", ",200", "3 200", "1e3", "-5", "৳", "٣", "3,200,", "$5"]
)
def test_what_might_be_another_amount_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError):
        _READER.validate_python(typed)
