"""The errors that clients receive: their kinds, each with its HTTP status, and the problems sent to them.

`shop.problems` lists every problem: its code, text and kind.

ShopError
├── InvalidInput        400  a value that the client sent is wrong; names the fields
├── Unauthenticated     401  no valid token, or wrong credentials
├── Forbidden           403  the caller is known and may not do this
├── NotFound            404  not there, or not the caller's
├── Conflict            409  the stored state does not allow it
├── TooManyRequests     429  too many requests; try again later
└── Unavailable         503  too busy, or a service that is needed does not answer; try again
    └── Unconfirmed     503  the outcome is unknown
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as has
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class FieldError:
    """The error of one field of a body, or of one parameter.

    `text` and `values` are what pages translate: a text with placeholders. It may leave the field out, as in
    "must be at least {ge}.", since on a page it stands beside the field.
    """

    field: str
    message: str
    text: str = has(default="", compare=False)
    values: Mapping[str, object] = has(default_factory=dict, compare=False)


class ShopError(Exception):
    """An error that is sent to the client: `detail` is one sentence fit for a toast, `code` is stable.

    `text` and `values` are what pages translate: the sentence with placeholders, and what stands in them. A tuple
    among the values has alternatives.
    """

    status: ClassVar[int] = 500
    code: str = "internal_error"

    def __init__(self, detail: str, *, code: str | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.text = ""
        self.values: Mapping[str, object] = {}
        if code is not None:
            self.code = code


class InvalidInput(ShopError):
    """A value that the client sent is wrong."""

    status = 400
    code = "invalid_input"

    def __init__(self, detail: str, *, errors: Sequence[FieldError] = (), code: str | None = None) -> None:
        super().__init__(detail, code=code)
        self.errors = tuple(errors)


class Unauthenticated(ShopError):
    """No valid token, or wrong credentials."""

    status = 401
    code = "not_authenticated"


class Forbidden(ShopError):
    """The caller is known and may not do this."""

    status = 403
    code = "forbidden"


class NotFound(ShopError):
    """The resource does not exist or is not the caller's: both look the same."""

    status = 404
    code = "not_found"


class Conflict(ShopError):
    """The stored state does not allow it."""

    status = 409
    code = "conflict"


class TooManyRequests(ShopError):
    """Too many requests. The client may send the same request again after `retry_after` seconds."""

    status = 429
    code = "too_many_requests"

    def __init__(self, detail: str, *, code: str | None = None, retry_after: int = 1) -> None:
        super().__init__(detail, code=code)
        self.retry_after = retry_after


class Unavailable(ShopError):
    """The shop is too busy, or a service that it needs does not answer.

    The client may send the same request again after `retry_after` seconds. With None the answer names no time.
    """

    status = 503
    code = "try_again"

    def __init__(self, detail: str, *, code: str | None = None, retry_after: int | None = 1) -> None:
        super().__init__(detail, code=code)
        self.retry_after = retry_after


class Unconfirmed(Unavailable):
    """The table did not answer, so the change may have been made. Repeating it is safe only with an idempotency key."""

    code = "outcome_unknown"

    def __init__(self, detail: str, *, code: str | None = None, retry_after: int | None = None) -> None:
        super().__init__(detail, code=code, retry_after=retry_after)


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem that the shop can send: its stable code, its text and its kind, which decides the HTTP status.

    `text` may have placeholders for values. `field` is the field that an InvalidInput is about.
    """

    code: str
    text: str
    kind: type[ShopError]
    field: str = ""

    def error(self, *, field: str = "", retry_after: int | None = None, **values: object) -> ShopError:
        """Make the exception of this problem, with `values` in the placeholders of its text.

        `field` replaces the problem's own. `retry_after` is for kinds that the client may repeat.
        """
        written = {name: " or ".join(one) if isinstance(one, tuple) else one for name, one in values.items()}
        made = self._made(self.text.format(**written), field, retry_after, values)
        made.text, made.values = self.text, values
        return made

    def _made(self, detail: str, field: str, retry_after: int | None, values: Mapping[str, object]) -> ShopError:
        if issubclass(self.kind, InvalidInput):
            errors = [FieldError(field or self.field, detail, self.text, values)]
            return self.kind(detail, errors=errors, code=self.code)
        if issubclass(self.kind, TooManyRequests | Unavailable) and retry_after is not None:
            return self.kind(detail, code=self.code, retry_after=retry_after)
        return self.kind(detail, code=self.code)
