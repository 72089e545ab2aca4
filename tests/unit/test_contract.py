"""The OpenAPI document matches the code."""

from pathlib import Path
from typing import Any

import pytest

from contract import __main__ as contract
from contract import architecture
from contract.codes import CODES
from contract.document import document
from local import template
from shop import problems
from shop.errors import Problem

ROOT = Path(__file__).parents[2]
# An error of the shop itself is in no operation; API Gateway sends the other code.
_NOT_DOCUMENTED, _OF_THE_GATEWAY = {"internal_error"}, {"throttled"}


@pytest.fixture(scope="module")
def made() -> dict[str, Any]:
    return document()


def operations(made: dict[str, Any]) -> list[dict[str, Any]]:
    return [operation for path in made["paths"].values() for operation in path.values()]


def test_nothing_is_stale() -> None:
    for path, text in contract.made().items():
        assert path.read_text(encoding="utf-8") == text, f"{path.name} is out of date: make docs"


def test_the_document_is_a_file_where_people_read_it_and_in_the_package_that_serves_it() -> None:
    for path in (contract.OPENAPI, contract.SERVED):
        assert path.is_file()
        assert not path.is_symlink()

    assert contract.OPENAPI.read_bytes() == contract.SERVED.read_bytes()


def test_every_code_of_the_shop_has_an_example_of_its_status() -> None:
    statuses = {(one.code, one.kind.status) for one in vars(problems).values() if isinstance(one, Problem)}
    documented = {(code, error.status) for code, error in CODES.items() if code not in _OF_THE_GATEWAY}

    assert {(code, status) for code, status in statuses if code not in _NOT_DOCUMENTED} == documented


def test_every_code_belongs_to_an_operation(made: dict[str, Any]) -> None:
    used = {
        code
        for operation in operations(made)
        for response in operation["responses"].values()
        for code in response.get("content", {}).get("application/problem+json", {}).get("examples", {})
    }

    assert used == set(CODES)


def test_an_operation_tells_who_may_call_it_and_what_goes_wrong(made: dict[str, Any]) -> None:
    pay = made["paths"]["/installments/pay/{installment_id}/"]["post"]

    assert pay["security"] == [{"bearer": []}]
    assert set(pay["responses"]) == {"200", "400", "401", "404", "409", "429", "503"}
    assert set(pay["responses"]["409"]["content"]["application/problem+json"]["examples"]) == {
        "idempotency_key_reused",
        "installment_already_paid",
        "purchase_cancelled",
        "purchase_pending",
        "payment_refused",
        "payment_waiting",
    }


def test_names_for_generated_clients_are_unique(made: dict[str, Any]) -> None:
    names = [operation["operationId"] for operation in operations(made)]

    assert len(names) == len(set(names))


def test_every_body_has_an_example(made: dict[str, Any]) -> None:
    for operation in operations(made):
        for body in [operation.get("requestBody", {}), *operation["responses"].values()]:
            for content in body.get("content", {}).values():
                assert "example" in content or "examples" in content, operation["operationId"]


def test_a_function_that_the_picture_has_no_place_for_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    functions = {"NewFunction": {"Description": "New."}, **template.resources("AWS::Serverless::Function")}
    monkeypatch.setattr(template, "resources", lambda kind: functions if kind.endswith("Function") else {})

    with pytest.raises(architecture.NotDrawn, match="New"):
        architecture.picture()
