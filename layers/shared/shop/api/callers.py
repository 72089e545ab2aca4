"""Who is calling: routes say whom they serve by the type of a parameter.

    @api.get("/accounts/profile")
    def read_profile(caller: CurrentCustomer) -> Profile: ...

A caller is checked before anything else of the request is looked at.
"""

from collections.abc import Callable
from typing import Annotated, Any, get_args, get_type_hints

from aws_lambda_powertools.event_handler.depends import Depends
from aws_lambda_powertools.event_handler.request import Request

from shop.errors import Forbidden, Unauthenticated
from shop.logs import logger
from shop.security.tokens import Caller

READER = "reader"
"""What these find in a request's context: a function that reads the caller out of a token, or refuses it."""

Check = Callable[[Request], Caller]
"""Who calls with a request. Raises Unauthenticated and Forbidden."""


def customer(request: Request) -> Caller:
    """Whoever is logged in. Raises Unauthenticated."""
    read: Callable[[str], Caller] = request.context[READER]
    caller = read(_bearer_token(request.headers.get("authorization")))
    logger.append_keys(caller_id=caller.user_id)
    return caller


def admin(request: Request) -> Caller:
    """Whoever is logged in as an admin. Raises Unauthenticated, and Forbidden for who is logged in as none."""
    caller = customer(request)
    if not caller.is_staff:
        raise Forbidden("Only admins may do this.")
    return caller


CurrentCustomer = Annotated[Caller, Depends(customer)]
CurrentAdmin = Annotated[Caller, Depends(admin)]


def served_by(route: Callable[..., Any]) -> tuple[str, Check] | None:
    """The parameter in which a route takes its caller, with `customer` or `admin`; None for a public one."""
    for name, hint in get_type_hints(route, include_extras=True).items():
        for part in get_args(hint):
            if isinstance(part, Depends):
                return name, part.dependency
    return None


def _bearer_token(authorization: str | None) -> str:
    """The token in an Authorization header. Raises Unauthenticated."""
    scheme, _, token = (authorization or "").strip().partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Unauthenticated("Log in first: send a Bearer access token.")
    return token.strip()
