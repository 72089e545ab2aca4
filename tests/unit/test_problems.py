"""Problem details, whatever they repeat of what a client sent."""

import json

from shop.errors import InvalidInput
from shop.http.problems import problem


def test_a_field_whose_name_no_encoding_has_is_told_of_all_the_same() -> None:
    refused = InvalidInput.of("\ud800", "Must be given once.")

    answer = problem(refused, "1")

    assert answer.body is not None
    assert json.loads(answer.body.encode())["errors"] == [{"field": "\ud800", "message": "Must be given once."}]
