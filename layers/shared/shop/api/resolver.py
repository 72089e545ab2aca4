"""The resolver that every HTTP function routes with."""

from collections.abc import Mapping
from contextlib import suppress
from functools import cached_property
from typing import Any, Generic, TypeVar

from aws_lambda_powertools.event_handler.api_gateway import (
    APIGatewayRestResolver,
    BaseRouter,
    CORSConfig,
    Response,
)
from aws_lambda_powertools.utilities.typing import LambdaContext

from shop.api import callers, headers, problems
from shop.api.operations import Event, Operations
from shop.assembly.base import Base
from shop.errors import NotFound, ShopError, TooManyRequests, Unauthenticated, Unavailable, Unconfirmed
from shop.logs import logger
from shop.metrics import published
from shop.security.sources import pseudonym
from shop.security.tokens import Caller
from shop.store.table import Contended, OutcomeUnknown

_PREFLIGHT_SECONDS = 7200

Shop = TypeVar("Shop", bound=Base, covariant=True)
"""The part of the shop that a function serves."""


class Api(APIGatewayRestResolver, Generic[Shop]):
    """Routes of one endpoint group. Requests and answers are validated; errors become problem details."""

    current_event: Event

    def __init__(self, shop: Shop) -> None:
        origins = shop.settings.origins
        cors = CORSConfig(
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
        super().__init__(cors=cors)
        self.shop = shop
        self._origins = cors

    @published
    def handle(self, event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
        """The Lambda handler."""
        logger.structure_logs(append=False, request_id=event["requestContext"]["requestId"])
        answer = self.resolve(event, context)
        logger.info(
            "request answered",
            extra={"method": event["httpMethod"], "path": event["path"], "status": answer["statusCode"]},
        )
        return answer

    def resolve(self, event: Mapping[str, Any], context: LambdaContext) -> dict[str, Any]:
        """The proxy answer to a proxy event, by the route that is declared for it."""
        request = Event(dict(event))
        BaseRouter.current_event, BaseRouter.lambda_context = request, context
        try:
            answer = self._answer(request)
        except ShopError as error:
            answer = self._refused(error)
        except Contended:
            answer = self._refused(Unavailable("The shop is busy, try again in a moment."))
        except OutcomeUnknown:
            answer = self._refused(Unconfirmed())
        except Exception as error:  # noqa: BLE001 - whatever it is, the client gets a problem
            logger.error("request failed", exc_info=error)
            answer = self._refused(ShopError("Something went wrong, try again."))
        answer.headers.update(self._cors_headers(request.headers.get("origin")))
        return {
            "statusCode": answer.status_code,
            "body": answer.body or "",  # the body of a proxy answer is text; the local cloud refuses null
            "isBase64Encoded": False,
            "multiValueHeaders": headers.completed(answer.headers),
        }

    @property
    def request_id(self) -> str:
        """API Gateway's name of the request, which answers and logs carry."""
        return str(self.current_event["requestContext"]["requestId"])

    @property
    def client_address(self) -> str:
        """The IP address that the request came from: as API Gateway saw it or, behind proxies, the first of them.

        Each proxy adds whom it saw to a header; what stands before that was written by the client, who may lie.
        """
        seen = self.current_event.request_context.identity.source_ip
        if not self.shop.settings.proxies:
            return seen
        told = [part.strip() for part in self.current_event.headers.get("x-forwarded-for", "").split(",")]
        return told[-1 - self.shop.settings.proxies] if len(told) > self.shop.settings.proxies else seen

    def _answer(self, event: Event) -> Response[str]:
        """What the route of a request answers. Raises NotFound where there is none, and whatever the route raises."""
        found = self._operations.find(event["httpMethod"], event["path"].rstrip("/"))
        if found is not None:
            operation, values = found
            return operation.answer(event, values, {callers.READER: self._read_caller})
        if event["httpMethod"] == "OPTIONS":
            methods = CORSConfig.build_allow_methods(self._cors_methods)
            return Response(204, headers={"Access-Control-Allow-Methods": methods})
        raise NotFound("There is nothing at this address.")

    @cached_property
    def _operations(self) -> Operations:
        return Operations(self._static_routes + self._dynamic_routes)

    def _read_caller(self, token: str) -> Caller:
        return self.shop.tokens.caller(token, self.shop.clock(), self.request_id)

    def _cors_headers(self, origin: str | None) -> Mapping[str, str]:
        """What a browser of an origin is told; nothing where it may not call."""
        allowed = self._origins.allowed_origin(origin) if origin else None
        return self._origins.to_dict(allowed)

    def _refused(self, error: ShopError) -> Response[str]:
        logger.append_keys(refused_with=error.code)
        if isinstance(error, Unauthenticated | TooManyRequests):  # so that one who tries many doors is seen
            with suppress(Unavailable):  # without the secret there is no pseudonym, but the refusal stands
                logger.append_keys(source=pseudonym(self.client_address, self.shop.keyring))
        return problems.problem(error, self.request_id)
