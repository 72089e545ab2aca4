"""The API of one function: its routes, which `dispatch` runs and `contract` describes."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, TypeVar

from aws_lambda_powertools.event_handler.api_gateway import CORSConfig, Response
from aws_lambda_powertools.utilities.typing import LambdaContext

from shop import problems
from shop.bootstrap import Shop
from shop.dynamodb.table import Contended, OutcomeUnknown
from shop.errors import ShopError, TooManyRequests, Unauthenticated, Unavailable
from shop.http.auth import TOKEN_READER
from shop.http.dispatch import Endpoint, Endpoints, Event
from shop.http.problems import problem
from shop.runtime.logging import logger
from shop.security.keyring import pseudonym
from shop.security.tokens import Caller

Headers = dict[str, str | list[str]]
"""Headers of an answer; each value of a list is sent as a separate line."""
Route = TypeVar("Route", bound=Callable[..., Any])

_PREFLIGHT_SECONDS = 7200
_DEFAULT_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
}
"""The headers of each answer, unless the route sets its own."""


class Api:
    """The routes of one endpoint group. It validates requests and answers, and turns errors into problem details.

    A function serves one request at a time: `current_event` is the current one.
    """

    current_event: Event

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.endpoints = Endpoints()
        origins = shop.settings.origins
        self._cors = CORSConfig(
            allow_origin=origins[0],
            extra_origins=origins[1:],
            allow_headers=["Accept", "Idempotency-Key", "If-None-Match", "X-Requested-With"],
            expose_headers=[
                "Content-Disposition",
                "ETag",
                "Idempotency-Replayed",
                "Link",
                "Retry-After",
                "WWW-Authenticate",
                "X-Total-Count",
                "X-Total-Count-Capped",
            ],
            max_age=_PREFLIGHT_SECONDS,
        )

    def get(self, path: str, *, include_in_schema: bool = True) -> Callable[[Route], Route]:
        """Declare a GET route. Pages for people stay out of the OpenAPI document."""
        return self._route("GET", path, include_in_schema=include_in_schema)

    def post(self, path: str, *, include_in_schema: bool = True) -> Callable[[Route], Route]:
        """Declare a POST route."""
        return self._route("POST", path, include_in_schema=include_in_schema)

    def put(self, path: str) -> Callable[[Route], Route]:
        """Declare a PUT route."""
        return self._route("PUT", path)

    def patch(self, path: str) -> Callable[[Route], Route]:
        """Declare a PATCH route."""
        return self._route("PATCH", path)

    def delete(self, path: str) -> Callable[[Route], Route]:
        """Declare a DELETE route."""
        return self._route("DELETE", path)

    def _route(self, method: str, path: str, *, include_in_schema: bool = True) -> Callable[[Route], Route]:
        def declare(function: Route) -> Route:
            self.endpoints.add(Endpoint(method, path, function, is_page=not include_in_schema))
            return function

        return declare

    def handle(self, event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
        """Answer a proxy event, and log the answer."""
        logger.structure_logs(append=False, request_id=event["requestContext"]["requestId"])
        answer = self.resolve(event, context)
        logger.info(
            "request answered",
            extra={"method": event["httpMethod"], "path": event["path"], "status": answer["statusCode"]},
        )
        return answer

    def resolve(self, event: Mapping[str, Any], _context: LambdaContext) -> dict[str, Any]:
        """Return the proxy response to a proxy event."""
        request = self.current_event = Event(dict(event))
        try:
            answer = self._answer(request)
        except ShopError as error:
            answer = self._problem(error)
        except Contended:
            answer = self._problem(problems.BUSY.error())
        except OutcomeUnknown:
            answer = self._problem(problems.OUTCOME_UNKNOWN.error())
        except Exception as error:  # noqa: BLE001 - the client gets a problem for any error
            logger.error("request failed", exc_info=error)
            answer = self._problem(problems.INTERNAL_ERROR.error())
        headers = {**_DEFAULT_HEADERS, **answer.headers, **self._cors_headers(request.headers.get("origin"))}
        return {
            "statusCode": answer.status_code,
            "body": answer.body or "",  # text; the local cloud refuses null
            "isBase64Encoded": answer.base64_encoded,
            "multiValueHeaders": {
                name: [value] if isinstance(value, str) else value for name, value in headers.items()
            },
        }

    def document(self, html: str) -> Response[Any]:
        """Answer with a page that contains its styles, as mails do. Its forms lead to the API alone."""
        pictures = self.shop.settings.logo_origin or "'none'"
        policy = (
            f"default-src 'none'; style-src 'unsafe-inline'; img-src {pictures}; "
            "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        )
        return Response(200, "text/html; charset=utf-8", html, {"Content-Security-Policy": policy})

    @property
    def request_id(self) -> str:
        """Return API Gateway's id of the request, which answers and logs contain."""
        return str(self.current_event["requestContext"]["requestId"])

    @property
    def client_address(self) -> str:
        """Return the client's IP address, as seen by API Gateway or, behind proxies, by the first proxy.

        Each proxy appends the address it saw to X-Forwarded-For. The client itself may have sent the addresses before.
        """
        seen = self.current_event.request_context.identity.source_ip
        proxies = self.shop.settings.proxies
        if not proxies:
            return seen
        forwarded = [part.strip() for part in self.current_event.headers.get("x-forwarded-for", "").split(",")]
        return forwarded[-1 - proxies] if len(forwarded) > proxies else seen

    def _answer(self, event: Event) -> Response[str]:
        """Run the route of a request. Raises NotFound without a route, and any error of the route."""
        found = self.endpoints.find(event["httpMethod"], event["path"].rstrip("/"))
        if found is not None:
            endpoint, values = found
            return endpoint.answer(event, values, {TOKEN_READER: self._read_caller})
        if event["httpMethod"] == "OPTIONS":
            methods = {"OPTIONS", *(endpoint.method for endpoint in self.endpoints)}
            return Response(204, headers={"Access-Control-Allow-Methods": ",".join(sorted(methods))})
        raise problems.ADDRESS_NOT_FOUND.error()

    def _read_caller(self, token: str) -> Caller:
        return self.shop.tokens.caller(token, self.shop.clock(), self.request_id)

    def _cors_headers(self, origin: str | None) -> Mapping[str, str]:
        """Return the CORS headers for an origin; none for an origin that may not call."""
        return self._cors.to_dict(self._cors.allowed_origin(origin) if origin else None)

    def _problem(self, error: ShopError) -> Response[str]:
        """Return the answer to a request that failed."""
        self._log_refusal(error)
        return problem(error, self.request_id)

    def _log_refusal(self, error: ShopError) -> None:
        logger.append_keys(refused_with=error.code)
        if isinstance(error, Unauthenticated | TooManyRequests):  # shows a source that tries many accounts
            with suppress(Unavailable):  # without the secret there is no pseudonym
                logger.append_keys(source=pseudonym(self.client_address, self.shop.keyring))
