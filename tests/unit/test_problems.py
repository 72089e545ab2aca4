"""The list of problems, the places that raise them, and problem details."""

import ast
import json
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

from shop import errors, problems
from shop.errors import InvalidInput, Problem, ShopError, TooManyRequests
from shop.http.problems import problem

ROOT = Path(__file__).parents[2]
SHOP = ROOT / "layers" / "shared" / "shop"
PROBLEMS = {name: one for name, one in vars(problems).items() if isinstance(one, Problem)}
KINDS = {name for name, one in vars(errors).items() if isinstance(one, type) and issubclass(one, ShopError)}
# The list itself, and the module that makes errors of what pydantic finds.
MAY_MAKE_ERRORS = {SHOP / "errors.py", SHOP / "http" / "problems.py"}


def calls() -> Iterator[tuple[Path, ast.Call]]:
    for path in (*SHOP.rglob("*.py"), *(ROOT / "functions").rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        yield from ((path, node) for node in ast.walk(tree) if isinstance(node, ast.Call))


RAISED = [
    (call.func.value.attr, {keyword.arg for keyword in call.keywords})
    for _, call in calls()
    if isinstance(call.func, ast.Attribute)
    and call.func.attr == "error"
    and isinstance(call.func.value, ast.Attribute)
    and isinstance(call.func.value.value, ast.Name)
    and call.func.value.value.id == "problems"
]
"""The name of the problem and the given arguments of each `problems.NAME.error(...)`."""


def test_every_problem_is_raised_somewhere() -> None:
    assert {name for name, _ in RAISED} == set(PROBLEMS)


def test_only_problems_make_errors() -> None:
    made = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for path, call in calls()
        if path not in MAY_MAKE_ERRORS and isinstance(call.func, ast.Name) and call.func.id in KINDS
    ]

    assert made == []


def test_only_the_list_of_problems_names_codes() -> None:
    literal = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for path, call in calls()
        for keyword in call.keywords
        if keyword.arg == "code" and isinstance(keyword.value, ast.Constant)
    ]

    assert literal == []


@pytest.mark.parametrize(("name", "arguments"), RAISED)
def test_a_problem_is_raised_with_the_values_of_its_text(name: str, arguments: set[str]) -> None:
    one = PROBLEMS[name]
    placeholders = {field for _, field, _, _ in Formatter().parse(one.text) if field is not None}

    assert arguments - {"field", "retry_after"} == placeholders
    assert issubclass(one.kind, InvalidInput) == bool(one.field or "field" in arguments)
    assert not issubclass(one.kind, TooManyRequests) or "retry_after" in arguments


def test_a_problem_makes_an_error_of_its_kind() -> None:
    refused = Problem("too_little", "Pay at least {least}.", InvalidInput, "amount").error(least="{5}")

    assert isinstance(refused, InvalidInput)
    assert (refused.status, refused.code, refused.detail) == (400, "too_little", "Pay at least {5}.")
    assert refused.errors == (errors.FieldError("amount", "Pay at least {5}."),)


def test_only_an_error_that_may_be_repeated_says_when() -> None:
    def waits(one: Problem, seconds: int | None = None) -> object:
        return problem(one.error(retry_after=seconds), "1").headers.get("Retry-After")

    assert waits(problems.TOO_MANY_ATTEMPTS, 30) == "30"
    assert waits(problems.BUSY) == "1"
    assert waits(problems.SECRET_UNAVAILABLE, 0) == "0"
    assert waits(problems.OUTCOME_UNKNOWN) is None


def test_a_field_whose_name_no_encoding_has_is_told_of_all_the_same() -> None:
    refused = problems.PARAMETER_REPEATED.error(field="\ud800")

    answer = problem(refused, "1")

    assert answer.body is not None
    assert json.loads(answer.body.encode())["errors"] == [{"field": "\ud800", "message": "Must be given once."}]
