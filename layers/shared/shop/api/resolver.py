"""The resolver that every HTTP function routes with."""

from functools import cached_property
from typing import Any, Generic, TypeVar, cast

from aws_lambda_powertools.event_handler.api_gateway import APIGatewayRestResolver, CORSConfig, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.event_handler.middlewares.base import NextMiddleware
from aws_lambda_powertools.event_handler.middlewares.openapi_validation import OpenAPIRequestValidationMiddleware
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError
from aws_lambda_powertools.utilities.data_classes.api_gateway_proxy_event import APIGatewayProxyEvent
from aws_lambda_powertools.utilities.typing import LambdaContext

from shop.api import body, callers, headers, problems
from shop.assembly.base import Base
from shop.errors import InvalidInput, NotFound, ShopError, TooManyRequests, Unauthenticated, Unavailable
from shop.logs import logger
from shop.metrics import published
from shop.security.sources import pseudonym
from shop.security.tokens import Caller
from shop.store.table import Contended

_PREFLIGHT_SECONDS = 7200

Shop = TypeVar("Shop", bound=Base, covariant=True)
"""The part of the shop that a function serves."""


class _Event(APIGatewayProxyEvent):
    """A request whose headers are looked through once: Powertools makes them anew each time that it asks for one."""

    @cached_property
    def headers(self) -> dict[str, str]:
        """The headers, whatever the case of their names."""
        return super().headers

    @cached_property
    def multi_value_headers(self) -> dict[str, list[str]]:
        """All values of each header."""
        return super().multi_value_headers

    @property
    def resolved_cookies_field(self) -> dict[str, str]:
        """None: no route reads cookies."""
        return {}


class _CallerThenValidation(OpenAPIRequestValidationMiddleware):
    """Checks who is calling, then the request: one who may not call learns nothing of what a call looks like."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]

    def handler(self, app: Any, next_middleware: NextMiddleware) -> Response[Any]:  # noqa: ANN401 - as it is declared
        route = app.context["_route"]
        needed = callers.served_by(route.func)
        if needed is not None:
            token = callers.bearer_token(app.current_event.headers.get("Authorization"))
            caller = app.shop.tokens.caller(token, app.shop.clock(), app.request_id)
            logger.append_keys(caller_id=caller.user_id)
            callers.require(needed, caller)
            app.append_context(**{callers.CONTEXT_KEY: caller})
        for name, values in (app.current_event.get("multiValueQueryStringParameters") or {}).items():
            if len(values) > 1:
                raise InvalidInput.of(name, "Must be given once.")
        return super().handler(app, next_middleware if needed is None else _handed_over(caller, next_middleware))

    def _get_body(self, app: Any) -> dict[str, Any]:  # noqa: ANN401 - as it is declared
        return body.read(app.current_event)


def _handed_over(caller: Caller, next_middleware: NextMiddleware) -> NextMiddleware:
    """Give the route its caller: Powertools would go through the types of all its parameters with every request."""

    def call(app: Any) -> Response[Any]:  # noqa: ANN401 - as it is declared
        route = app.context["_route"]
        app.context["_route_args"][callers.parameter_of(route.func)] = caller
        route._has_dependencies = False
        return next_middleware(app)

    return cast("NextMiddleware", call)


class Api(APIGatewayRestResolver, Generic[Shop]):
    """Routes of one endpoint group. Requests and answers are validated; errors become problem details."""

    def __init__(self, shop: Shop) -> None:
        origins = shop.settings.origins
        cors = CORSConfig(
            allow_origin=origins[0],
            extra_origins=origins[1:],
            allow_headers=["Idempotency-Key", "If-None-Match"],
            expose_headers=["ETag", "Idempotency-Replayed", "Link", "Retry-After", "WWW-Authenticate"],
            max_age=_PREFLIGHT_SECONDS,
        )
        super().__init__(cors=cors, enable_validation=True)
        self._request_validation_middleware = _CallerThenValidation()
        self.shop = shop
        self.exception_handler(ShopError)(self._refused)
        self.exception_handler(RequestValidationError)(lambda error: self._refused(problems.invalid_input(error)))
        self.exception_handler(Contended)(
            lambda _: self._refused(Unavailable("The shop is busy, try again in a moment."))
        )
        self.exception_handler(Exception)(self._failed)
        self.exception_handler(NotFoundError)(lambda _: self._refused(NotFound("There is nothing at this address.")))

    @published()
    def handle(self, event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
        """The Lambda handler."""
        logger.structure_logs(append=False, request_id=event["requestContext"]["requestId"])
        answer = self.resolve(event, context)
        answer["multiValueHeaders"] = headers.completed(answer["multiValueHeaders"])
        answer["body"] = answer["body"] or ""  # the body of a proxy answer is text; the local cloud refuses null
        logger.info(
            "request answered",
            extra={"method": event["httpMethod"], "path": event["path"], "status": answer["statusCode"]},
        )
        return answer

    def _to_proxy_event(self, event: dict[str, Any]) -> APIGatewayProxyEvent:
        return _Event(event)

    @property
    def request_id(self) -> str:
        """API Gateway's name of the request, which answers and logs carry."""
        return self.current_event.request_context.request_id or ""

    @property
    def client_address(self) -> str:
        """The IP address that the request came from: as API Gateway saw it or, behind proxies, the first of them.

        Each proxy adds whom it saw to a header; what stands before that was written by the client, who may lie.
        """
        seen = self.current_event.request_context.identity.source_ip
        if not self.shop.settings.proxies:
            return seen
        told = [part.strip() for part in self.current_event.headers.get("X-Forwarded-For", "").split(",")]
        return told[-1 - self.shop.settings.proxies] if len(told) > self.shop.settings.proxies else seen

    def _refused(self, error: ShopError) -> Response[str]:
        logger.append_keys(refused_with=error.code)
        if isinstance(error, Unauthenticated | TooManyRequests):  # so that one who tries many doors is seen
            logger.append_keys(source=pseudonym(self.client_address, self.shop.keyring))
        return problems.problem(error, self.request_id)

    def _failed(self, error: Exception) -> Response[str]:
        logger.error("request failed", exc_info=error)
        return self._refused(ShopError("Something went wrong, try again."))
