"""The shop's secret, and the keys derived from it, one for each use."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from ipaddress import IPv6Address, ip_address
from typing import Any, Protocol

LONGEST_HELD = timedelta(hours=6)
"""How long a function goes on with the secret it has read while it cannot read it anew (see `StoredSecret`)."""
ACTIVATION = LONGEST_HELD + timedelta(minutes=10)
"""How long after it was made a key signs nothing yet: by then every function has read it, or has stopped serving."""
_FIRST = "1"


class MalformedSecret(Exception):
    """The secret does not have the shop's form. The message does not quote it."""


class SecretSource(Protocol):
    """Where the secret comes from: Secrets Manager, or a test."""

    def get(self) -> str:
        """The secret: a JSON object with the text `key` and, once keys were rotated, the list `keys`."""
        ...


@dataclass(frozen=True, slots=True)
class Key:
    """A key: its name, which tokens carry as `kid`, its bytes, and from when on it signs."""

    id: str
    secret: bytes
    signs_from: datetime

    def derive(self, purpose: str) -> bytes:
        """The key of a purpose: HMAC of its name under this key. None is used for two purposes."""
        return hmac.digest(self.secret, purpose.encode(), hashlib.sha256)


@dataclass(frozen=True, slots=True)
class Secret:
    """A parsed secret: the key that outlasts rotations, and the signing keys, oldest first."""

    lasting: Key
    keys: tuple[Key, ...]


class Keyring:
    """Keys for signing and hashing. All that the secret holds verify; the newest that is active signs."""

    def __init__(self, source: SecretSource) -> None:
        self._source = source

    def derive(self, purpose: str) -> bytes:
        """The key of a purpose that must outlast rotations, such as links in mails. It signs no tokens."""
        return parsed(self._source.get()).lasting.derive(f"lasting {purpose}")

    def signing(self, now: datetime) -> Key:
        """The key that signs now: the newest that is active, or the oldest when none is yet."""
        keys = self.keys
        return max((key for key in keys if key.signs_from <= now), key=lambda key: key.signs_from, default=keys[0])

    @property
    def keys(self) -> tuple[Key, ...]:
        """All keys whose signatures are still valid."""
        return parsed(self._source.get()).keys


@lru_cache(maxsize=4)
def parsed(text: str) -> Secret:
    """Parse the text of a secret. Raises MalformedSecret."""
    try:
        stored = json.loads(text)
        lasting = Key("", _key_bytes(stored), datetime.fromtimestamp(0, UTC))
        keys = tuple(
            Key(str(key["id"]), _key_bytes(key), datetime.fromtimestamp(key["from"], UTC))
            for key in _stored_keys(stored)
        )
    except (KeyError, TypeError, ValueError, OverflowError, OSError):  # the last two for an instant of no year
        raise MalformedSecret("The secret is not a JSON object with a key.") from None  # the cause may quote it
    return Secret(lasting, keys)


def rotated(secret: str, new_key: str, new_id: str, now: datetime, kept: timedelta) -> str:
    """The secret with another key, which signs soon, and without those that have not signed for longer than `kept`."""
    stored = _stored_keys(json.loads(secret))
    ends = [later["from"] for later in stored[1:]]  # a key signs until the next one does
    lasting = [
        key for key, end in zip(stored, [*ends, None], strict=True) if end is None or end > (now - kept).timestamp()
    ]
    new = {"id": new_id, "key": new_key, "from": int((now + ACTIVATION).timestamp())}
    return json.dumps({**json.loads(secret), "keys": [*lasting, new]})


def _stored_keys(stored: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The keys in the order of their making; a secret that was never rotated has one."""
    return list(stored.get("keys") or [{"id": _FIRST, "key": stored["key"], "from": 0}])


def _key_bytes(stored: Mapping[str, Any]) -> bytes:
    key = stored["key"]
    if not isinstance(key, str) or not key:
        raise TypeError("no text")
    return key.encode()


_NETWORK_BITS = 64


def pseudonym(address: str, keyring: Keyring) -> str:
    """The pseudonym of a client's IP address. For IPv6, of the /64 network that one client has."""
    try:
        parsed = ip_address(address)
    except ValueError:
        network = address
    else:
        network = str(int(parsed) >> _NETWORK_BITS) if isinstance(parsed, IPv6Address) else str(parsed)
    return hmac.new(keyring.derive("sources"), network.encode(), hashlib.sha256).hexdigest()[:32]
