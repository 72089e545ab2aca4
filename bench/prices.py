"""AWS's prices in us-east-1, in dollars: list prices of the first tier, without free tiers.

The prices are as known in November 2026 and were not verified. Before you rely on them, check the pages named, and
enter the prices of your region.
"""

WRITE_UNIT, READ_UNIT = 0.625e-6, 0.125e-6
"""On demand: https://aws.amazon.com/dynamodb/pricing/on-demand/."""
STORED_GB_MONTH, RECOVERABLE_GB_MONTH = 0.25, 0.20
"""The table, and its point-in-time recovery: the same page."""
INVOCATION, GB_SECOND = 0.20e-6, 0.0000133334
"""On arm: https://aws.amazon.com/lambda/pricing/."""
API_REQUEST = 3.50e-6
"""Of a REST API: https://aws.amazon.com/api-gateway/pricing/."""
QUEUE_REQUEST = 0.40e-6
"""Of a standard queue: https://aws.amazon.com/sqs/pricing/."""
NOTIFICATION = 0.50e-6
"""https://aws.amazon.com/sns/pricing/."""
MAIL = 0.10e-3
"""https://aws.amazon.com/ses/pricing/."""
LOGGED_GB = 0.50
"""https://aws.amazon.com/cloudwatch/pricing/."""
