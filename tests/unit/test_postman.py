"""The Postman collection has every operation, every variable and examples of answers."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from contract import postman
from contract.document import document
from contract.flow import FLOW, VARIABLES, Step

_PLACEHOLDER = re.compile(r"\{\{(\w+)\}\}")
_READ = re.compile(r'given\(\\"(\w+)\\"\)')
_SET = re.compile(r'pm\.environment\.set\(\\"(\w+)\\"')


@pytest.fixture(scope="module")
def described() -> dict[str, Any]:
    return document()


@pytest.fixture(scope="module")
def made(described: dict[str, Any]) -> dict[str, Any]:
    return postman.collection(described)


def items(made: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for folder in made["item"]:
        yield from folder["item"]


def test_every_operation_has_one_request_under_its_own_name(described: dict[str, Any], made: dict[str, Any]) -> None:
    named = Counter(item["name"] for item in items(made))
    operations = [told for methods in described["paths"].values() for told in methods.values()]

    assert {told["summary"]: named[told["summary"]] for told in operations} == {
        told["summary"]: 1 for told in operations
    }


def test_an_operation_that_the_flow_leaves_out_is_refused(described: dict[str, Any]) -> None:
    lacking = {"/new/": {"get": {"operationId": "novelty", "tags": ["Auth"]}}}

    with pytest.raises(postman.NotInFlow, match="novelty"):
        postman.collection({**described, "paths": {**described["paths"], **lacking}})


def test_the_environment_has_every_variable_and_no_other(made: dict[str, Any]) -> None:
    text = json.dumps(made["item"])

    assert {*_PLACEHOLDER.findall(text), *_READ.findall(text), *_SET.findall(text)} == set(VARIABLES)


def test_a_variable_has_a_value_before_it_is_sent(made: dict[str, Any]) -> None:
    known = {name for name, one in VARIABLES.items() if one.value}
    for item in items(made):
        before, after = (
            json.dumps([event for event in item["event"] if event["listen"] == kind]) for kind in ("prerequest", "test")
        )
        known |= set(_SET.findall(before))
        request = json.dumps(item["request"])
        assert set(_PLACEHOLDER.findall(request)) <= known, item["name"]
        known |= set(_SET.findall(after))


def test_every_request_has_tests_and_those_of_operations_have_examples(made: dict[str, Any]) -> None:
    for item in items(made):
        assert "pm.test(" in json.dumps(item["event"]), item["name"]
        if "{{base_url}}" in item["request"]["url"]["raw"]:
            assert item["response"], item["name"]


def test_every_refusal_is_one_that_its_operation_can_meet(described: dict[str, Any]) -> None:
    codes = {
        told["operationId"]: {
            code
            for response in told["responses"].values()
            for code in response.get("content", {}).get("application/problem+json", {}).get("examples", {})
        }
        for methods in described["paths"].values()
        for told in methods.values()
    }
    refused = {(step.operation, step.refused) for steps in FLOW.values() for step in steps if isinstance(step, Step)}

    assert [(name, code) for name, code in refused if code and code not in codes[name]] == []
