"""Values go into DynamoDB and come back as boto3 would have them."""

from decimal import Decimal
from typing import Any

import pytest
from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from hypothesis import given
from hypothesis import strategies as st

from shop.dynamodb.attributes import decoded, encoded

NUMBERS = st.integers(-(10**37), 10**37) | st.decimals(
    allow_nan=False, allow_infinity=False, places=4, min_value=-(10**20), max_value=10**20
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.text() | NUMBERS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(min_size=1), inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
def test_a_value_is_kept_as_boto3_keeps_it(value: Any) -> None:
    wire = encoded(value)
    assert wire == TypeSerializer().serialize(value)
    assert decoded(wire) == TypeDeserializer().deserialize(wire) == value


@pytest.mark.parametrize("value", [1.5, b"bytes", {"set"}, object(), Decimal("NaN"), Decimal("Infinity")])
def test_what_dynamodb_or_the_shop_does_not_keep_is_refused(value: object) -> None:
    with pytest.raises((TypeError, ArithmeticError)):
        encoded(value)


def test_a_number_that_would_be_rounded_is_refused() -> None:
    with pytest.raises(ArithmeticError):
        encoded(Decimal("1." + "1" * 40))


def test_an_attribute_of_another_kind_is_refused() -> None:
    with pytest.raises(TypeError):
        decoded({"B": b"bytes"})
