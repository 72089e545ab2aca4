"""The local cloud: AWS's services on loopback, the shop deployed to them, its demo data and its mailbox."""

import os

os.environ.setdefault("POWERTOOLS_METRICS_DISABLED", "true")  # tools publish none
