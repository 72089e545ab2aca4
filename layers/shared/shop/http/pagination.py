"""Pages of lists over HTTP: arrays, with the length and the URLs of the neighbouring pages in headers (RFC 8288).

A cursor is a signed position in a list. It is bound to the list, its filters and the caller.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, TypeVar
from urllib.parse import urlencode

from aws_lambda_powertools.event_handler.api_gateway import Response
from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import BaseModel

from shop import problems
from shop.dynamodb.paging import Page, PageRequest, Position
from shop.http.app import Api, Headers
from shop.http.dispatch import JSON
from shop.security.keyring import Key, Keyring

MOST_BYTES = 4 * 1024 * 1024
"""The most bytes of the rows of a page or file: Lambda's limit of 6 MB also covers the rest of the answer."""
MOST_ROWS = 1000
"""The most rows of a list without a page size."""
_DIGEST_BYTES = 16

PageSizeQuery = Annotated[
    int | None, Query(ge=1, le=100, description="How many rows a page has. Without it, up to 1,000.")
]
SearchQuery = Annotated[str, Query(max_length=100, description="Finds what has a word beginning with each of these.")]
CursorQuery = Annotated[str | None, Query(max_length=2000, description="From a `Link` of another page.")]

T = TypeVar("T", bound=BaseModel)


def fitting(texts: Iterable[str]) -> int:
    """Return how many of the first texts fit into one answer, at least one. The body is a JSON string with escapes."""
    left, count = MOST_BYTES, 0
    for text in texts:
        left -= len(json.dumps(text))
        if left < 0 and count:
            break
        count += 1
    return count


class CursorSigner:
    """Makes and reads the cursors of one list. The secret is read only when there is a cursor."""

    def __init__(self, keyring: Keyring, now: datetime, scope: Mapping[str, str]) -> None:
        self._keyring = keyring
        self._now = now
        self._scope = json.dumps(scope, sort_keys=True).encode()

    def encode(self, position: Position) -> str:
        """Make the cursor of a position."""
        payload = json.dumps([position.key, int(position.backwards)], ensure_ascii=False).encode()
        digest = self._digest(self._keyring.signing(self._now), payload)
        return base64.urlsafe_b64encode(digest + payload).decode().rstrip("=")

    def decode(self, cursor: str) -> Position:
        """Read the position in a cursor. Raises InvalidInput for a cursor of another list."""
        try:
            raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        except ValueError:
            raw = b""
        digest, payload = raw[:_DIGEST_BYTES], raw[_DIGEST_BYTES:]
        if not any(hmac.compare_digest(digest, self._digest(key, payload)) for key in self._keyring.keys):
            raise problems.INVALID_CURSOR.error()
        key, backwards = json.loads(payload)
        return Position(key, bool(backwards))

    def _digest(self, key: Key, payload: bytes) -> bytes:
        return hmac.digest(key.derive("cursors"), self._scope + b"\0" + payload, hashlib.sha256)[:_DIGEST_BYTES]


class Pager:
    """One page of a list, as a request asks for it: `request` for the store, `answer` for the client.

    pager = Pager(api, cursor, page_size, caller.user_id)
    page = api.shop.purchasing.page_of_shop(status, search, pager.request)
    return pager.answer(page, [PurchaseOut.of(one, today) for one in page.items])
    """

    def __init__(
        self, api: Api, cursor: str | None, page_size: int | None, caller_id: str = "", *, most: int = 0
    ) -> None:
        query = api.current_event.query
        self._url = address_of(api)
        self._query = {name: value for name, value in query.items() if name != "cursor"}
        # a list is the same with other sizes of pages, and as a file
        scope = {name: value for name, value in self._query.items() if name not in {"page_size", "format"}}
        path = api.current_event.path.rstrip("/")
        self._signer = CursorSigner(
            api.shop.keyring, api.shop.clock(), {**scope, "\0path": path, "\0caller": caller_id}
        )
        self.request = PageRequest(self._signer.decode(cursor) if cursor else None, page_size or most or MOST_ROWS)

    def fit(self, page: Page[Any], rows: Sequence[T]) -> tuple[list[T], Headers]:
        """Return the rows that fit into one answer, and the headers with the length and the neighbouring pages."""
        backwards = self.request.backwards
        ordered = list(reversed(rows)) if backwards else list(rows)
        kept = ordered[: fitting(row.model_dump_json() for row in ordered)]
        page = page.cut(len(kept), backwards=backwards)
        headers: Headers = {} if page.count is None else {"X-Total-Count": str(page.count)}
        headers |= self.links(page)
        if page.count_capped:
            headers["X-Total-Count-Capped"] = "true"
        return kept[::-1] if backwards else kept, headers

    def answer(self, page: Page[Any], rows: Sequence[T]) -> Response[list[T]]:
        """Answer with the rows of a page. When they do not fit into one answer, the `Link` continues after them."""
        return Response(200, JSON, *self.fit(page, rows))

    def links(self, page: Page[Any]) -> Headers:
        """Return the `Link` header of a page; none when the list has no other pages."""
        links = [f'<{self._url}{query}>; rel="{name}"' for name, query in self.queries(page).items()]
        return {"Link": ", ".join(links)} if links else {}

    def queries(self, page: Page[Any]) -> dict[str, str]:
        """Return the queries of the pages around a page by their relation, `next` and `prev`, as far as there are."""
        around = {"next": page.next, "prev": page.previous}
        return {
            name: f"?{urlencode({**self._query, 'cursor': self._signer.encode(at)})}"
            for name, at in around.items()
            if at is not None
        }


def address_of(api: Api) -> str:
    """Return the URL of the request, as the client sent it, without the query."""
    return base_of(api) + api.current_event.path


def base_of(api: Api) -> str:
    """Return the URL of the API, as the client reaches it."""
    context = api.current_event.request_context
    stage = context.path.removesuffix(api.current_event.path)
    return api.shop.settings.public_url.rstrip("/") or f"https://{context.domain_name}{stage}"
