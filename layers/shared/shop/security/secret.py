"""The secret in AWS Secrets Manager."""

import math
from collections.abc import Callable
from time import monotonic
from typing import TYPE_CHECKING

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from shop import problems
from shop.runtime import clients
from shop.runtime.logging import logger
from shop.runtime.metrics import Metric, count
from shop.security.keyring import LONGEST_HELD, MalformedSecret, parsed

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient


# Seconds until the next read: after a success, and after a failure, which may itself take as long as the timeouts.
_MAX_AGE = 300
_PAUSE = 30
_CONFIG = Config(connect_timeout=1, read_timeout=2, retries={"mode": "standard", "max_attempts": 2})


class StoredSecret:
    """A secret in Secrets Manager, read on first use and again every five minutes.

    While it cannot be read, or `check` raises MalformedSecret for it, the last text is used, for up to `LONGEST_HELD`.
    """

    def __init__(
        self,
        name: str,
        client: "SecretsManagerClient | None" = None,
        clock: Callable[[], float] = monotonic,
        check: Callable[[str], object] = parsed,
    ) -> None:
        self._name = name
        self._check = check
        self._client = client
        self._clock = clock
        self._text = ""
        self._next_read = self._held_until = float("-inf")

    def get(self) -> str:
        """Return the secret's text. Raises Unavailable when it was never read, or not for too long."""
        if self._clock() >= self._next_read:
            self._refresh()
        now = self._clock()
        if now >= self._held_until:
            wait = math.ceil(self._next_read - now)
            raise problems.SECRET_UNAVAILABLE.error(retry_after=wait)
        return self._text

    def _refresh(self) -> None:
        """Read the text again. Keep the last text when reading fails or the stored text is malformed."""
        try:
            text = self._read()
            self._check(text)
        except (BotoCoreError, ClientError, MalformedSecret) as error:
            count(Metric.KEYRING_FAILURES)
            logger.error("secret not read", extra={"reason": str(error)})
            self._next_read = self._clock() + _PAUSE
        else:
            now = self._clock()
            self._text, self._next_read = text, now + _MAX_AGE
            self._held_until = now + LONGEST_HELD.total_seconds()

    def _read(self) -> str:
        if self._client is None:
            self._client = clients.client("secretsmanager", _CONFIG)
        return self._client.get_secret_value(SecretId=self._name).get("SecretString", "")
