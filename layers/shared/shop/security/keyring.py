"""The shop's secret, and the keys derived from it, one for each use."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, Protocol

ACTIVATION = timedelta(minutes=10)
"""How long after it was made a key signs nothing yet: until then every function has read it (see `StoredSecret`)."""
_FIRST = "1"


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


class Keyring:
    """Keys for signing and hashing. All that the secret holds verify; the newest that is active signs."""

    def __init__(self, source: SecretSource) -> None:
        self._source = source

    def derive(self, purpose: str) -> bytes:
        """The key of a purpose that must outlast rotations, such as links in mails. It signs no tokens."""
        return Key("", str(_parsed(self._source.get())["key"]).encode(), _EPOCH).derive(f"lasting {purpose}")

    def signing(self, now: datetime) -> Key:
        """The key that signs now."""
        return max((key for key in self.keys if key.signs_from <= now), key=lambda key: key.signs_from)

    @property
    def keys(self) -> tuple[Key, ...]:
        """Every key that what it signed is still accepted of."""
        return _keys(self._source.get())


def rotated(secret: str, new_key: str, new_id: str, now: datetime, kept: timedelta) -> str:
    """The secret with another key, which signs soon, and without those that have not signed for longer than `kept`."""
    stored = _stored_keys(_parsed(secret))
    ends = [later["from"] for later in stored[1:]]  # a key signs until the next one does
    lasting = [
        key for key, end in zip(stored, [*ends, None], strict=True) if end is None or end > (now - kept).timestamp()
    ]
    new = {"id": new_id, "key": new_key, "from": int((now + ACTIVATION).timestamp())}
    return json.dumps({**_parsed(secret), "keys": [*lasting, new]})


_EPOCH = datetime.fromtimestamp(0, UTC)


def _parsed(secret: str) -> Mapping[str, Any]:
    found: dict[str, Any] = json.loads(secret)
    return found


def _stored_keys(parsed: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The keys in the order of their making; a secret that was never rotated has one."""
    return list(parsed.get("keys") or [{"id": _FIRST, "key": parsed["key"], "from": 0}])


@lru_cache(maxsize=4)
def _keys(secret: str) -> tuple[Key, ...]:
    return tuple(
        Key(str(key["id"]), str(key["key"]).encode(), datetime.fromtimestamp(key["from"], UTC))
        for key in _stored_keys(_parsed(secret))
    )
