"""Authentication: the type of a parameter determines who may call a route.

    @api.get("/accounts/profile")
    def read_profile(caller: CurrentCustomer) -> ProfileOut: ...

The caller is checked before any other part of the request.
"""

from collections.abc import Callable
from typing import Annotated

from aws_lambda_powertools.event_handler.depends import Depends
from aws_lambda_powertools.event_handler.request import Request

from shop import problems
from shop.runtime.logging import logger
from shop.security.tokens import Caller

TOKEN_READER = "token_reader"  # noqa: S105 - the name of a context value
"""The name in a request's context of the function that reads the caller from a token."""

Check = Callable[[Request], Caller]
"""A function that reads the caller of a request. Raises Unauthenticated and Forbidden."""


def customer(request: Request) -> Caller:
    """Read the caller of a request. Raises Unauthenticated without a valid access token."""
    read: Callable[[str], Caller] = request.context[TOKEN_READER]
    caller = read(_bearer_token(request.headers.get("authorization")))
    logger.append_keys(caller_id=caller.user_id)
    return caller


def admin(request: Request) -> Caller:
    """Read the caller of a request for admins. Raises Unauthenticated, and Forbidden for other callers."""
    caller = customer(request)
    if not caller.is_staff:
        raise problems.NOT_AN_ADMIN.error()
    return caller


def owner(request: Request) -> Caller:
    """Read the caller of a request for owners. Raises Unauthenticated, and Forbidden for other callers."""
    caller = admin(request)
    if not caller.is_owner:
        raise problems.NOT_AN_OWNER.error()
    return caller


CurrentCustomer = Annotated[Caller, Depends(customer)]
CurrentAdmin = Annotated[Caller, Depends(admin)]
CurrentOwner = Annotated[Caller, Depends(owner)]


def _bearer_token(authorization: str | None) -> str:
    scheme, _, token = (authorization or "").strip().partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise problems.NOT_LOGGED_IN.error()
    return token.strip()
