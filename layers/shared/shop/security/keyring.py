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
"""The time that a function keeps using its last secret while it cannot read it again (see `StoredSecret`)."""
ACTIVATION = LONGEST_HELD + timedelta(minutes=10)
"""The wait before a new key signs: by then every function has read it, or has stopped serving."""
_FIRST = "1"


class MalformedSecret(Exception):
    """The secret does not have the shop's form. The message does not quote it."""


class SecretSource(Protocol):
    """A source of the secret: Secrets Manager, or a test."""

    def get(self) -> str:
        """Return the secret: a JSON object with the text `key` and, after a rotation, the list `keys`."""
        ...


@dataclass(frozen=True, slots=True)
class Key:
    """A key: its id, which tokens have as `kid`, its bytes, and the time from which it signs."""

    id: str
    secret: bytes
    signs_from: datetime

    def derive(self, purpose: str) -> bytes:
        """Derive the key of a purpose: the HMAC of its name. Each purpose has its own key."""
        return hmac.digest(self.secret, purpose.encode(), hashlib.sha256)


@dataclass(frozen=True, slots=True)
class Secret:
    """A parsed secret: the key that outlasts rotations, and the signing keys, oldest first."""

    lasting: Key
    keys: tuple[Key, ...]


class Keyring:
    """Keys for signing and hashing. All keys of the secret verify; the newest active key signs."""

    def __init__(self, source: SecretSource) -> None:
        self._source = source

    def derive(self, purpose: str) -> bytes:
        """Derive the key of a purpose that must outlast rotations, such as links in mails. It signs no tokens."""
        return parsed(self._source.get()).lasting.derive(f"lasting {purpose}")

    def signing(self, now: datetime) -> Key:
        """Return the key that signs now: the newest active key, or the oldest key when none is active."""
        keys = self.keys
        return max((key for key in keys if key.signs_from <= now), key=lambda key: key.signs_from, default=keys[0])

    @property
    def keys(self) -> tuple[Key, ...]:
        """Return all keys whose signatures are valid."""
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
    except (KeyError, TypeError, ValueError, OverflowError, OSError):  # the last two for an instant out of range
        raise MalformedSecret("The secret is not a JSON object with a key.") from None  # the cause may quote it
    return Secret(lasting, keys)


def rotated(secret: str, new_key: str, new_id: str, now: datetime, kept: timedelta) -> str:
    """Add a key, which signs after `ACTIVATION`, and remove the keys that stopped signing longer than `kept` ago."""
    stored = _stored_keys(json.loads(secret))
    ends = [later["from"] for later in stored[1:]]  # a key signs until the next one does
    lasting = [
        key for key, end in zip(stored, [*ends, None], strict=True) if end is None or end > (now - kept).timestamp()
    ]
    new = {"id": new_id, "key": new_key, "from": int((now + ACTIVATION).timestamp())}
    return json.dumps({**json.loads(secret), "keys": [*lasting, new]})


def _stored_keys(stored: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the keys, oldest first; a secret that was never rotated has one."""
    return list(stored.get("keys") or [{"id": _FIRST, "key": stored["key"], "from": 0}])


def _key_bytes(stored: Mapping[str, Any]) -> bytes:
    key = stored["key"]
    if not isinstance(key, str) or not key:
        raise TypeError("no text")
    return key.encode()


_NETWORK_BITS = 64


def pseudonym(address: str, keyring: Keyring) -> str:
    """Return the pseudonym of a client's IP address; for IPv6, of its /64 network, which belongs to one client."""
    try:
        parsed = ip_address(address)
    except ValueError:
        network = address
    else:
        network = str(int(parsed) >> _NETWORK_BITS) if isinstance(parsed, IPv6Address) else str(parsed)
    return hmac.new(keyring.derive("sources"), network.encode(), hashlib.sha256).hexdigest()[:32]
