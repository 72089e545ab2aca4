"""The shop's secret, and the keys derived from it, one for each use."""

import hashlib
import hmac
import json
from functools import cached_property
from typing import Protocol


class SecretSource(Protocol):
    """Where the secret comes from: Secrets Manager, or a test."""

    def get(self) -> str:
        """The secret, a JSON object with the text `key`."""
        ...


class Keyring:
    """Keys for signing and hashing, read from the secret on first use. None is used for two purposes."""

    def __init__(self, source: SecretSource) -> None:
        self._source = source

    @cached_property
    def _key(self) -> bytes:
        return str(json.loads(self._source.get())["key"]).encode()

    def derive(self, purpose: str) -> bytes:
        """The key of a purpose: HMAC of its name under the secret."""
        return hmac.digest(self._key, purpose.encode(), hashlib.sha256)

    def digest(self, purpose: str, message: str) -> str:
        """A message's digest that only the shop can make, in hexadecimal."""
        return hmac.new(self.derive(purpose), message.encode(), hashlib.sha256).hexdigest()
