"""The function of the rotation: Secrets Manager calls it for each step of making a new signing key."""

from shop.runtime.startup import started

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from shop.bootstrap import Shop
from shop.runtime.logging import logger

shop = Shop.from_environment().prepare("rotation")


@started
def handler(event: dict[str, Any], context: LambdaContext) -> None:
    """The Lambda handler."""
    logger.structure_logs(append=False, request_id=context.aws_request_id)
    shop.rotation.step(event["Step"], event["SecretId"], event["ClientRequestToken"])
    logger.info("rotation step done", extra={"step": event["Step"]})
