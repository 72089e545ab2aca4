"""Numbers of any form in any field of a body: an answer at once, never a failure of the shop."""

import json

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from shop.http.body import LONGEST_NUMBER
from tests.api.conftest import Person
from tests.support.numbers import number_texts

ORDER = {"product": "x", "quantity": 1, "first_installment_amount": 400, "installment_count": 3, "interval": "30d"}
BODIES = [
    ("/purchases/quote/", ORDER),
    ("/purchases/create/", ORDER),
    ("/purchases/01ARZ3NDEKTSV4RRFFQ69G5FAV/payoff/", {"amount": 1}),
    ("/installments/pay/01ARZ3NDEKTSV4RRFFQ69G5FAV/", {"amount": 1}),
    ("/products/", {"name": "Kettle", "price": 1, "description": ""}),
]
PLACES = ["{}", '"{}"', "[{}]", '{{"deep": [{{"deeper": {}}}]}}']


@pytest.mark.parametrize(("path", "valid"), BODIES, ids=[path for path, _ in BODIES])
def test_a_number_of_any_form_in_any_field_is_answered_for(
    admin: Person, product: int, path: str, valid: dict[str, object]
) -> None:
    body = {name: product if name == "product" else value for name, value in valid.items()}

    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(field=st.sampled_from([*body, "unknown"]), number=number_texts(), place=st.sampled_from(PLACES))
    @example(field="quantity", number="1e-30000000", place="{}")
    @example(field="first_installment_amount", number="1e30000000", place="{}")
    @example(field="amount", number="1e30000000", place="{}")
    @example(field="price", number="1e-30000000", place="{}")
    @example(field="price", number="9" * 5000, place="{}")
    @example(field="price", number="1e-28", place="{}")
    @example(field="unknown", number="1e30000000", place='{{"deep": [{{"deeper": {}}}]}}')
    def send(field: str, number: str, place: str) -> None:
        others = {name: value for name, value in body.items() if name != field}
        raw = f'{json.dumps(others)[:-1]}{", " if others else ""}"{field}": {place.format(number)}}}'

        answer = admin.call("POST", path, raw=raw)

        assert answer.status < 500, answer.text
        if len(number) > LONGEST_NUMBER and place != '"{}"':
            assert (answer.status, answer.json["errors"][0]["field"]) == (400, "body")

    send()


@pytest.mark.parametrize("amount", ["1234567890.00000000000000000001", "10." + "0" * 30 + "1"])
def test_an_amount_with_more_digits_than_are_counted_with_is_not_rounded_away(admin: Person, amount: str) -> None:
    for written in (amount, f'"{amount}"'):
        answer = admin.call("POST", "/products/", raw=f'{{"name": "Kettle", "price": {written}}}')

        assert answer.status == 400
