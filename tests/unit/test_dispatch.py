"""A route's signature is read once, and refused at import when no request could fill it."""

from collections.abc import Callable
from typing import Annotated, Any

import pytest
from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import BaseModel

from shop.http.auth import CurrentAdmin, CurrentCustomer
from shop.http.dispatch import Endpoint, Endpoints


class Body(BaseModel):
    """A body."""

    amount: int


def of_a_path(purchase_id: str) -> None: ...


def with_everything(caller: CurrentAdmin, purchase_id: str, body: Body, page: Annotated[int, Query()] = 1) -> None: ...


def without_annotation(amount) -> None: ...  # type: ignore[no-untyped-def]  # noqa: ANN001


def of_a_type_that_is_no_body(amount: dict[str, int]) -> None: ...


def with_two_bodies(one: Body, other: Body) -> None: ...


def with_two_callers(one: CurrentAdmin, other: CurrentCustomer) -> None: ...


def with_any_arguments(*amounts: int) -> None: ...


@pytest.mark.parametrize(
    ("path", "function"),
    [
        ("/purchases", without_annotation),
        ("/purchases", of_a_type_that_is_no_body),
        ("/purchases", with_two_bodies),
        ("/purchases", with_two_callers),
        ("/purchases", with_any_arguments),
        ("/purchases", of_a_path),
        ("/purchases/<other_id>", of_a_path),
        ("/purchases/<purchase_id>/<number>", of_a_path),
    ],
)
def test_a_signature_that_no_request_can_fill_is_refused(path: str, function: Callable[..., Any]) -> None:
    with pytest.raises(TypeError, match=function.__name__):
        Endpoint("POST", path, function, is_page=False)


def test_a_route_is_found_by_method_and_path() -> None:
    endpoints = Endpoints()
    fixed = Endpoint("GET", "/purchases/<purchase_id>", of_a_path, is_page=False)
    full = Endpoint("POST", "/purchases/<purchase_id>", with_everything, is_page=False)
    endpoints.add(fixed)
    endpoints.add(full)

    assert endpoints.find("GET", "/purchases/7") == (fixed, {"purchase_id": "7"})
    assert endpoints.find("POST", "/purchases/7") == (full, {"purchase_id": "7"})
    assert endpoints.find("GET", "/purchases/7/8") is None
    assert endpoints.find("PUT", "/purchases/7") is None
    assert [(one.name, one.place) for one in full.parameters] == [("purchase_id", "path"), ("page", "query")]
