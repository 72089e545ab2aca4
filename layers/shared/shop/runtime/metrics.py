"""Metrics for operators: counts of events, in CloudWatch's embedded metric format.

They are for charts and alarms. Only the ledger has exact amounts.
"""

import os
import warnings
from decimal import Decimal
from enum import StrEnum

from aws_lambda_powertools import Metrics
from aws_lambda_powertools.metrics import MetricUnit

metrics = Metrics()
"""Powertools' metrics. A function publishes them with `@metrics.log_metrics`."""

# Most requests count nothing, and Powertools would warn of each.
warnings.filterwarnings("ignore", "No application metrics to publish*")


class Metric(StrEnum):
    """All metrics. Amounts are in the shop's currency."""

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
    PAYMENT_DIFFERENCES = "PaymentDifferences"
    KEYRING_FAILURES = "KeyringFailures"


def count(metric: Metric, amount: Decimal | int = 1) -> None:
    """Add to a metric, which is published when the function's handler returns. Tools and tests switch metrics off."""
    if os.environ.get("POWERTOOLS_METRICS_DISABLED") != "true":
        metrics.add_metric(metric.value, MetricUnit.Count, float(amount))
