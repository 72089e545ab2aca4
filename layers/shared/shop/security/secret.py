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


# Seconds from one read to the next, and to the next try after one that failed: a try may take as long as its time-outs.
_MAX_AGE = 300
_PAUSE = 30
_CONFIG = Config(connect_timeout=1, read_timeout=2, retries={"mode": "standard", "max_attempts": 2})


class StoredSecret:
    """A secret by its name, read when it is first needed and again every five minutes.

    While it cannot be read, the last text that was read serves for `LONGEST_HELD`.
    """

    def __init__(
        self, name: str, client: "SecretsManagerClient | None" = None, clock: Callable[[], float] = monotonic
    ) -> None:
        self._name = name
        self._client = client
        self._clock = clock
        self._text = ""
        self._next_read = self._held_until = float("-inf")

    def get(self) -> str:
        """The secret's text. Raises Unavailable when none was read, or none for too long."""
        if self._clock() >= self._next_read:
            self._refresh()
        now = self._clock()
        if now >= self._held_until:
            wait = math.ceil(self._next_read - now)
            raise problems.SECRET_UNAVAILABLE.error(retry_after=wait)
        return self._text

    def _refresh(self) -> None:
        """Read the text anew; the one before stays when that fails, or when what is stored is malformed."""
        try:
            text = self._read()
            parsed(text)
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
