"""The rotation's function: Secrets Manager calls it, step by step, to give the shop another signing key."""

from shop.start import ready

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from shop.assembly.upkeep import WithUpkeep
from shop.logs import logger

shop = WithUpkeep.from_environment()


@ready
def handler(event: dict[str, Any], context: LambdaContext) -> None:
    """The Lambda handler."""
    logger.structure_logs(append=False, request_id=context.aws_request_id)
    shop.rotating.step(event["Step"], event["SecretId"], event["ClientRequestToken"])
    logger.info("rotation step done", extra={"step": event["Step"]})
