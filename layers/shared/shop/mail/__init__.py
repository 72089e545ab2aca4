"""Mails: texts in `templates`, planning, queues, and delivery by SES."""
