"""The secret in AWS Secrets Manager."""

from aws_lambda_powertools.utilities.parameters import SecretsProvider

_MAX_AGE = 300  # seconds; below keyring.ACTIVATION, so that a new key is known everywhere before it signs


class StoredSecret:
    """A secret by its name, kept in memory for five minutes."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._provider = SecretsProvider()

    def get(self) -> str:
        """The secret's text."""
        return str(self._provider.get(self._name, max_age=_MAX_AGE))
