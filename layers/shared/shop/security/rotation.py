"""Rotation of the signing keys in Secrets Manager, in its four steps.

https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from shop.security.keyring import Keyring, rotated

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient


_CURRENT, _PENDING = "AWSCURRENT", "AWSPENDING"
_MARGIN = timedelta(days=1)


class RotationError(Exception):
    """A step failed. The secret in use is unchanged."""


@dataclass(frozen=True, slots=True)
class _ReadSecret:
    """The text of a secret that was already read."""

    text: str

    def get(self) -> str:
        """Return the text."""
        return self.text


@dataclass(frozen=True, slots=True)
class Rotation:
    """The use case of the schedule of rotations. Signatures of an old key stay valid until they expire."""

    client: "SecretsManagerClient"
    longest_signed: timedelta
    clock: Callable[[], datetime]

    def step(self, name: str, secret_id: str, version: str) -> None:
        """Do one step of a rotation. Steps may be repeated. Raises RotationError for an unknown step."""
        steps = {
            "createSecret": self._create,
            "setSecret": lambda _secret, _version: None,  # no other service needs the key
            "testSecret": self._test,
            "finishSecret": self._finish,
        }
        if name not in steps:
            raise RotationError(f"There is no step {name}.")
        steps[name](secret_id, version)

    def _create(self, secret_id: str, version: str) -> None:
        """Store the current keys and a new one, once for each version."""
        if self._is_stored(secret_id, version):
            return
        current = self.client.get_secret_value(SecretId=secret_id, VersionStage=_CURRENT)["SecretString"]
        new_key, new_id = secrets.token_urlsafe(48), secrets.token_hex(4)
        text = rotated(current, new_key, new_id, self.clock(), self.longest_signed + _MARGIN)
        self.client.put_secret_value(
            SecretId=secret_id, ClientRequestToken=version, SecretString=text, VersionStages=[_PENDING]
        )

    def _is_stored(self, secret_id: str, version: str) -> bool:
        try:
            self.client.get_secret_value(SecretId=secret_id, VersionId=version)
        except self.client.exceptions.ResourceNotFoundException:
            return False
        return True

    def _test(self, secret_id: str, version: str) -> None:
        """Check that the new version has the current keys and one more. Raises RotationError."""
        old = self.client.get_secret_value(SecretId=secret_id, VersionStage=_CURRENT)["SecretString"]
        new = self.client.get_secret_value(SecretId=secret_id, VersionId=version, VersionStage=_PENDING)["SecretString"]
        before, after = Keyring(_ReadSecret(old)), Keyring(_ReadSecret(new))
        if before.signing(self.clock()) not in after.keys or not set(after.keys) - set(before.keys):
            raise RotationError("The new version lacks a key.")
        if before.derive("test") != after.derive("test"):
            raise RotationError("The new version has lost what must outlast rotations.")

    def _finish(self, secret_id: str, version: str) -> None:
        """Make the new version the current one."""
        stages = self.client.describe_secret(SecretId=secret_id)["VersionIdsToStages"]
        current = next((one for one, held in stages.items() if _CURRENT in held), None)
        if current == version or current is None:
            return
        self.client.update_secret_version_stage(
            SecretId=secret_id, VersionStage=_CURRENT, MoveToVersionId=version, RemoveFromVersionId=current
        )
