"""Whole requests, with their calls to the table: the shop beside what it might have been written with.

Each peer runs in a process of its own, with Lambda's Python and the packed layer, and answers API Gateway's events. The
shop and FastAPI share one table on DynamoDB Local, each with a customer of its own; Django has the same shop in SQLite.
"""

FLOWS = ("buy", "pay", "list", "chart", "weekly, 20 rows", "weekly, 1,000 rows")
"""The requests. The old backend's reports have no pages: it is asked for all rows where the others give twenty."""
