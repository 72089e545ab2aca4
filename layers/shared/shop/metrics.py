"""What the shop counts for its operators: sums over time, by CloudWatch's embedded metric format, a log line a request.

They are for charts and alarms. What is owed and paid is in the ledger alone, and exact.
"""

import os
import sys
from collections.abc import Callable
from contextvars import ContextVar
from decimal import Decimal
from enum import StrEnum
from functools import wraps
from typing import ParamSpec, TypeVar

from aws_lambda_powertools.metrics.functions import is_metrics_disabled
from aws_lambda_powertools.metrics.provider.cloudwatch_emf.cloudwatch import AmazonCloudWatchEMFProvider
from pydantic_core import to_json

Given = ParamSpec("Given")
Answer = TypeVar("Answer")

# Of Powertools' only the format: its set of metrics is one for all threads, and takes as long to make as a route.
_format = AmazonCloudWatchEMFProvider(
    namespace=os.environ.get("POWERTOOLS_METRICS_NAMESPACE", "InstallmentShop")  # the template names one for each stack
)


class Metric(StrEnum):
    """Everything that is counted. Amounts are in the shop's currency."""

    PURCHASES = "Purchases"
    AMOUNT_PURCHASED = "AmountPurchased"
    PAYMENTS = "Payments"
    AMOUNT_PAID = "AmountPaid"
    LATE_FEES = "LateFees"
    CODES_SENT = "CodesSent"
    LOGINS_REFUSED = "LoginsRefused"
    TRIES_HELD_UP = "TriesHeldUp"
    MAILS_SENT = "MailsSent"
    MAILS_FAILED = "MailsFailed"
    MAILS_WITHHELD = "MailsWithheld"
    ADDRESSES_LOST = "AddressesLost"
    CONFLICTS = "Conflicts"
    REMINDERS_STARTED = "RemindersStarted"
    SWEEPS_STARTED = "SweepsStarted"
    AUDIT_DIFFERENCES = "AuditDifferences"
    KEYRING_FAILURES = "KeyringFailures"


_counted: ContextVar[dict[Metric, Decimal] | None] = ContextVar("counted", default=None)


def count(metric: Metric, amount: Decimal | int = 1) -> None:
    """Add to a metric. Outside of `published`, as in tools and tests, nothing is counted."""
    counted = _counted.get()
    if counted is not None:
        counted[metric] = counted.get(metric, Decimal(0)) + amount


def published(handle: Callable[Given, Answer]) -> Callable[Given, Answer]:
    """Publish what a handler counts as one line, also when it fails; none where it counts nothing."""
    if is_metrics_disabled():
        return handle

    @wraps(handle)
    def publishing(*given: Given.args, **named: Given.kwargs) -> Answer:
        counted: dict[Metric, Decimal] = {}
        token = _counted.set(counted)
        try:
            return handle(*given, **named)
        finally:
            _counted.reset(token)
            if counted:
                _publish(counted)

    return publishing


def _publish(counted: dict[Metric, Decimal]) -> None:
    metrics = {metric.value: {"Unit": "Count", "Value": [float(amount)]} for metric, amount in counted.items()}
    sys.stdout.write(f"{to_json(_format.serialize_metric_set(metrics)).decode()}\n")
