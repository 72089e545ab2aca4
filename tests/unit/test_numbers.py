"""Numbers in bodies: the parser returns only numbers that are cheap to work with."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given

from shop.errors import InvalidInput
from shop.http import body
from tests.support.numbers import number_texts


def numbers_in(value: Any) -> list[int | Decimal]:
    if isinstance(value, dict):
        return [number for part in value.values() for number in numbers_in(part)]
    if isinstance(value, list):
        return [number for part in value for number in numbers_in(part)]
    return [value]


@given(text=number_texts())
@example("1e-30000000")
@example("1e30000000")
@example("0e30000000")
@example("9" * 5000)
@example("1e99999999999999999999")
@example("0." + "0" * 5000 + "1")
def test_a_number_is_read_exactly_with_28_digits_at_most_or_refused(text: str) -> None:
    for written in (text, f'{{"a": {text}}}', f'{{"a": [1, {{"b": [{text}]}}]}}'):
        try:
            read = body.parse(written)
        except InvalidInput:
            continue
        for number in numbers_in(read):
            value = Decimal(number)
            assert len(value.as_tuple().digits) <= 28
            assert abs(value.adjusted()) <= 28
        assert Decimal(numbers_in(read)[-1]) == Decimal(text)


@pytest.mark.parametrize("text", ["0", "-0.0", "1e28", "1E+28", "-1e-28", "9" * 28, "0." + "1" * 26])
def test_numbers_up_to_the_limits_are_read(text: str) -> None:
    assert body.parse(text) == Decimal(text)
