"""Lists as clients see them: arrays, with their count and the URLs of the pages around in headers (RFC 8288)."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Annotated, TypeVar
from urllib.parse import urlencode

from aws_lambda_powertools.event_handler.api_gateway import Response
from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import BaseModel

from shop.api.headers import Headers
from shop.api.operations import JSON
from shop.api.resolver import Api
from shop.api.sizes import fitting
from shop.assembly.base import Base
from shop.errors import InvalidInput
from shop.security.keyring import Key, Keyring
from shop.store.paging import Page, Position

_DIGEST_BYTES = 16
_MOST_ROWS = 1000
"""Of a list that is asked for without a page's size. It ends earlier where its rows would not fit into one answer."""

PageSize = Annotated[int | None, Query(ge=1, le=100, description="How many rows a page has. Without it, up to 1,000.")]
Search = Annotated[str, Query(max_length=100, description="Finds what has a word beginning with each of these.")]
Cursor = Annotated[str | None, Query(max_length=2000, description="From a `Link` of another page.")]

T = TypeVar("T", bound=BaseModel)
U = TypeVar("U")


class Cursors:
    """Cursors of one list: bound to its path, its filters and the caller, so that no other list takes them.

    The secret is read only for a cursor: a list of one page needs none.
    """

    def __init__(self, keyring: Keyring, now: datetime, scope: Mapping[str, str]) -> None:
        self._keyring = keyring
        self._now = now
        self._scope = json.dumps(scope, sort_keys=True).encode()

    def encode(self, position: Position) -> str:
        """The opaque text of a position."""
        payload = json.dumps([position.key, int(position.backwards)], ensure_ascii=False).encode()
        digest = self._digest(self._keyring.signing(self._now), payload)
        return base64.urlsafe_b64encode(digest + payload).decode().rstrip("=")

    def decode(self, cursor: str) -> Position:
        """The position that a cursor means. Raises InvalidInput for one that was not made for this list."""
        try:
            raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        except ValueError:
            raw = b""
        digest, payload = raw[:_DIGEST_BYTES], raw[_DIGEST_BYTES:]
        if not any(hmac.compare_digest(digest, self._digest(key, payload)) for key in self._keyring.keys):
            raise InvalidInput.of("cursor", "This cursor is not of this list.", code="invalid_cursor")
        key, backwards = json.loads(payload)
        return Position(key, bool(backwards))

    def _digest(self, key: Key, payload: bytes) -> bytes:
        return hmac.digest(key.derive("cursors"), self._scope + b"\0" + payload, hashlib.sha256)[:_DIGEST_BYTES]


class Pager:
    """The cursors and URLs of the list that a request asks for."""

    def __init__(self, api: Api[Base], caller_id: str = "") -> None:
        query = api.current_event.query_string_parameters or {}
        self._api = api
        self._given = {name: value for name, value in query.items() if name != "cursor"}
        scope = {name: value for name, value in self._given.items() if name != "page_size"}
        path = api.current_event.path.rstrip("/")
        self._cursors = Cursors(api.shop.keyring, api.shop.clock(), {**scope, "\0path": path, "\0caller": caller_id})

    def position(self, cursor: str | None) -> Position | None:
        """Where a cursor leads; None is the list's beginning. Raises InvalidInput for another list's."""
        return self._cursors.decode(cursor) if cursor else None

    def links(self, page: Page[U]) -> Headers:
        """The `Link` to the pages around one; nothing where there are none."""
        around = {"next": page.next, "prev": page.previous}
        links = [f'<{self._url(position)}>; rel="{name}"' for name, position in around.items() if position is not None]
        return {"Link": ", ".join(links)} if links else {}

    def _url(self, position: Position) -> str:
        return f"{_address(self._api)}?{urlencode({**self._given, 'cursor': self._cursors.encode(position)})}"


def found(
    api: Api[Base],
    cursor: str | None,
    page_size: int | None,
    fetch: Callable[[Position | None, int], Page[U]],
    shape: Callable[[U], T],
    caller_id: str = "",
) -> tuple[list[T], Headers]:
    """The rows of the list that a request asks for, and the headers that tell of the rest.

    `fetch` finds up to so many from a position on, `shape` makes each a row. The rows are fewer where they would not
    fit into one answer; the `Link` goes on from there.
    """
    pager = Pager(api, caller_id)
    position = pager.position(cursor)
    backwards = position is not None and position.backwards
    page = fetch(position, page_size or _MOST_ROWS)
    rows = fitting(map(shape, page.items[::-1] if backwards else page.items), BaseModel.model_dump_json)
    page = page.cut(len(rows), backwards=backwards)
    headers: Headers = {"X-Total-Count": str(page.count), **pager.links(page)}
    if page.count_capped:
        headers["X-Total-Count-Capped"] = "true"
    return rows[::-1] if backwards else rows, headers


def listed(
    api: Api[Base],
    cursor: str | None,
    page_size: int | None,
    fetch: Callable[[Position | None, int], Page[U]],
    shape: Callable[[U], T],
    caller_id: str = "",
) -> Response[list[T]]:
    """The answer with the list that a request asks for, as `found` finds it."""
    return Response(200, JSON, *found(api, cursor, page_size, fetch, shape, caller_id))


def _address(api: Api[Base]) -> str:
    """The URL of the request, as its client wrote it, without the query."""
    event, public = api.current_event, api.shop.settings.public_url.rstrip("/")
    if public:
        return public + event.path
    context = event.request_context
    return f"https://{context.domain_name}{context.path}"
