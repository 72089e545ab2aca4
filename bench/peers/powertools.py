"""Powertools as in its documentation: resolver with validation, logger, metrics; tokens are read by PyJWT."""

import os
from datetime import UTC, datetime
from typing import Any

import jwt
from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.event_handler import APIGatewayRestResolver
from aws_lambda_powertools.event_handler.exceptions import UnauthorizedError
from aws_lambda_powertools.metrics import MetricUnit

from bench.peers import given
from bench.peers.profile import Profile
from shop.dynamodb.attributes import decoded
from tests.support.rest import Context

ITEM = given.item(datetime.now(UTC))
logger, metrics = Logger(), Metrics(namespace="Bench")
application = APIGatewayRestResolver(enable_validation=True)


def caller() -> str:
    """Return the caller in the token."""
    bearer = application.current_event.headers["Authorization"].removeprefix("Bearer ")
    try:
        claims = jwt.decode(bearer, given.KEY, algorithms=["HS256"], options={"require": ["exp"]})
    except jwt.InvalidTokenError as error:
        raise UnauthorizedError("The token is not valid.") from error
    return str(claims["sub"])


@application.get("/accounts/profile/")
def read_profile() -> Profile:
    """Return the profile of the caller."""
    caller()
    return Profile(**{name: decoded(value) for name, value in ITEM.items()})


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer."""
    return application.resolve(event, context)


@logger.inject_lambda_context
@metrics.log_metrics
def observed(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer, with a log line and a metric."""
    answer = application.resolve(event, context)
    metrics.add_metric("Conflicts", MetricUnit.Count, 1)
    logger.info("request", status=answer["statusCode"], path=event["path"], method=event["httpMethod"])
    return answer


given.clock(observed if os.environ.get("BENCH_COUNTS") else handler, given.event(given.valid_token()), Context())
