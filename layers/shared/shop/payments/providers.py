"""The table of providers: which adapter has which name, and the keys that a secret has for it.

Their names are also methods of the journal (`shop.ledger.journal`).
"""

import json
from collections.abc import Callable, Mapping

from shop import problems
from shop.payments.provider import Provider
from shop.payments.sandbox import Sandbox
from shop.payments.sslcommerz import SslCommerz
from shop.payments.stripe import Stripe
from shop.security.keyring import MalformedSecret, SecretSource

ADAPTERS: Mapping[str, Callable[..., Provider]] = {
    "stripe": Stripe,
    "sslcommerz": SslCommerz,
    "sandbox": Sandbox,
}


class MalformedKeys(MalformedSecret):
    """The secret does not have the keys of a provider. The message does not quote it."""


def providers(secret: str) -> dict[str, Provider]:
    """Make the providers that a secret has keys for: `{"stripe": {"secret_key": …, "signing_secret": …}}`.

    Raises MalformedKeys.
    """
    try:
        return {name: _adapter(name, keys) for name, keys in json.loads(secret).items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        raise MalformedKeys("The secret is not an object of providers with their keys.") from None


def _adapter(name: str, keys: Mapping[str, str]) -> Provider:
    if not all(isinstance(key, str) and key for key in keys.values()):
        raise TypeError("no text")
    return ADAPTERS[name](**keys)


class Providers:
    """The providers of a deployment, by name."""

    def __init__(self, secret: SecretSource) -> None:
        self.secret = secret

    def all(self) -> dict[str, Provider]:
        """Return all providers. Raises Unavailable when the secret cannot be read."""
        return providers(self.secret.get())

    def of(self, name: str) -> Provider:
        """Return a provider. Raises Unavailable when the secret cannot be read, or has no keys for it."""
        found = self.all().get(name)
        if found is None:
            raise problems.PROVIDER_UNAVAILABLE.error()
        return found
