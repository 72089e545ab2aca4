"""The function of the reconciliation: it checks the whole table and logs each difference. A schedule may start it."""

from shop.runtime.startup import started

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from shop.bootstrap import Shop
from shop.runtime.logging import logger
from shop.runtime.metrics import Metric, count, metrics

_MOST_SHOWN = 1000

shop = Shop.from_environment().prepare("reconciliation")


@started
@metrics.log_metrics
def handler(_event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """The Lambda handler. Its answer has the first differences; the log has all of them."""
    logger.append_keys(request_id=context.aws_request_id)
    findings = shop.reconciliation.run()
    differences = [difference.for_log() for difference in findings.differences]
    for difference in differences:
        logger.error("audit difference", extra={"difference": difference})
    count(Metric.AUDIT_DIFFERENCES, len(differences))
    summary = {
        "customers": findings.customers,
        "differences": len(differences),
        "moving": len(findings.moving),
    }
    logger.info("audit done", extra=summary)
    return {**summary, "first": differences[:_MOST_SHOWN]}
