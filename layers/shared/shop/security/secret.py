"""The secret in AWS Secrets Manager."""

from collections.abc import Callable
from time import monotonic
from typing import TYPE_CHECKING

from botocore.config import Config

from shop import aws

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

_MAX_AGE = 300  # seconds; below keyring.ACTIVATION, so that a new key is known everywhere before it signs
_CONFIG = Config(connect_timeout=1, read_timeout=2, retries={"mode": "standard", "max_attempts": 3})


class StoredSecret:
    """A secret by its name, kept in memory for five minutes. Not all requests need it, so neither does a start."""

    def __init__(
        self, name: str, client: "SecretsManagerClient | None" = None, clock: Callable[[], float] = monotonic
    ) -> None:
        self._name = name
        self._client = client
        self._clock = clock
        self._text = ""
        self._stale_at = float("-inf")

    def get(self) -> str:
        """The secret's text."""
        if self._clock() >= self._stale_at:
            if self._client is None:
                self._client = aws.client("secretsmanager", _CONFIG)
            self._text = self._client.get_secret_value(SecretId=self._name)["SecretString"]
            self._stale_at = self._clock() + _MAX_AGE
        return self._text
