"""The errors a client can cause or meet, each with its HTTP status and stable code.

ShopError
├── InvalidInput        400  a value the client sent is wrong; names the fields
├── Unauthenticated     401  no valid token, or wrong credentials
├── Forbidden           403  known, but may not
├── NotFound            404  not there, or not the caller's
├── Conflict            409  stored state stands against it
├── TooManyRequests     429  asked for too often; try again later
└── Unavailable         503  too busy for now, or what is needed is away; try again
    └── Unconfirmed     503  nobody knows whether it was done
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field of a body, or one parameter."""

    field: str
    message: str


class ShopError(Exception):
    """An error to be told to the client: `detail` is one sentence fit for a toast, `code` is stable."""

    status: ClassVar[int] = 500
    code: str = "internal_error"

    def __init__(self, detail: str, *, code: str | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        if code is not None:
            self.code = code


class InvalidInput(ShopError):
    """A value that the client sent is wrong."""

    status = 400
    code = "invalid_input"

    def __init__(self, detail: str, *, errors: Sequence[FieldError] = (), code: str | None = None) -> None:
        super().__init__(detail, code=code)
        self.errors = tuple(errors)

    @classmethod
    def of(cls, field: str, message: str, *, code: str | None = None) -> "InvalidInput":
        """One wrong field, whose message is also the detail."""
        return cls(message, errors=[FieldError(field, message)], code=code)


class Unauthenticated(ShopError):
    """No valid token, or wrong credentials."""

    status = 401
    code = "not_authenticated"


class Forbidden(ShopError):
    """The caller is known and may not do this."""

    status = 403
    code = "forbidden"


class NotFound(ShopError):
    """There is no such thing, or it is not the caller's: the two look the same."""

    status = 404
    code = "not_found"


class Conflict(ShopError):
    """Stored state stands against it."""

    status = 409
    code = "conflict"


class TooManyRequests(ShopError):
    """Asked for too often. The same request may be sent again after `retry_after` seconds."""

    status = 429
    code = "too_many_requests"

    def __init__(self, detail: str, *, retry_after: int) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class Unavailable(ShopError):
    """Too busy for now, or something that is needed is away.

    The same request may be sent again after `retry_after` seconds; None tells nobody to.
    """

    status = 503
    code = "try_again"

    def __init__(self, detail: str, *, retry_after: int | None = 1) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class Unconfirmed(Unavailable):
    """The table never answered, so the change may have been made. Only with an idempotency key is repeating it safe."""

    code = "outcome_unknown"

    def __init__(self) -> None:
        super().__init__("We could not confirm that this was done. Check before you try again.", retry_after=None)
