"""Secrets in a log."""

import re
from collections.abc import Iterable


def leaked(secrets: Iterable[str], logs: str) -> list[str]:
    """The secrets that stand in the logs as they are, not as a part of a longer word, id or number.

    A code of six digits is found by chance within ids and the fractions of seconds.
    """
    return [secret for secret in secrets if re.search(rf"(?<![\w-])(?<!\d\.){re.escape(secret)}(?![\w-])", logs)]
