"""The shop's mails: their texts in `templates`, their sending by SES."""
