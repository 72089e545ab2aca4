"""Who is calling: routes say whom they serve by the type of a parameter.

    @api.get("/accounts/profile")
    def read_profile(caller: CurrentCustomer) -> Profile: ...

A caller is checked before anything else of the request is looked at.
"""

from collections.abc import Callable
from functools import cache
from typing import Annotated, Any, get_args, get_type_hints

from aws_lambda_powertools.event_handler.depends import Depends
from aws_lambda_powertools.event_handler.request import Request

from shop.errors import Forbidden, Unauthenticated
from shop.security.tokens import Caller

CONTEXT_KEY = "caller"


def customer(request: Request) -> Caller:
    """Whoever is logged in."""
    return _known(request)


def admin(request: Request) -> Caller:
    """Whoever is logged in as an admin."""
    return _known(request)


def _known(request: Request) -> Caller:
    caller = request.context[CONTEXT_KEY]
    if not isinstance(caller, Caller):
        raise Unauthenticated("Log in first.")
    return caller


CurrentCustomer = Annotated[Caller, Depends(customer)]
CurrentAdmin = Annotated[Caller, Depends(admin)]


@cache
def served_by(route: Callable[..., Any]) -> Callable[[Request], Caller] | None:
    """`customer` or `admin` as a route's parameters say, None for a public one."""
    return next(iter(_callers_of(route).values()), None)


@cache
def parameter_of(route: Callable[..., Any]) -> str:
    """The parameter in which a route that serves somebody takes them."""
    return next(iter(_callers_of(route)))


def _callers_of(route: Callable[..., Any]) -> dict[str, Callable[[Request], Caller]]:
    return {
        name: part.dependency
        for name, hint in get_type_hints(route, include_extras=True).items()
        for part in get_args(hint)
        if isinstance(part, Depends) and part.dependency in (customer, admin)
    }


def bearer_token(authorization: str | None) -> str:
    """The token in an Authorization header. Raises Unauthenticated."""
    scheme, _, token = (authorization or "").strip().partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Unauthenticated("Log in first: send a Bearer access token.")
    return token.strip()


def require(needed: Callable[[Request], Caller], caller: Caller) -> None:
    """Raises Forbidden when a route is for admins and the caller is none."""
    if needed is admin and not caller.is_staff:
        raise Forbidden("Only admins may do this.")
