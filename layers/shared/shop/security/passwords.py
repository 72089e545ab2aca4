"""Passwords, hashed with bcrypt."""

import base64
import hashlib
import unicodedata
from functools import cache

import bcrypt


def _prepared(password: str) -> bytes:
    """What bcrypt gets: it takes 72 bytes and no NUL, so a digest stands for a password of any length and script."""
    return base64.b64encode(hashlib.sha256(unicodedata.normalize("NFKC", password).encode()).digest())


def hash_password(password: str, cost: int) -> str:
    """The salted hash to keep; `cost` is bcrypt's, the logarithm of its rounds."""
    return bcrypt.hashpw(_prepared(password), bcrypt.gensalt(cost)).decode()


def is_password(password: str, password_hash: str) -> bool:
    """Whether a password is the one that was hashed; takes as long either way."""
    return bcrypt.checkpw(_prepared(password), password_hash.encode())


def is_password_in_time(password: str, password_hash: str | None, cost: int) -> bool:
    """Whether a password is the one that was hashed, None standing for nobody's; takes as long as `cost` always does.

    A hash of a lower cost is checked sooner. What is left of the time is worked off: each cost takes twice as long as
    the one below, so spent + (spent + (spent + 1) + … + (cost - 1)) is cost.
    """
    checked = password_hash or _nobodys_hash(cost)
    right = is_password(password, checked)
    for spent in range(cost_of(checked), cost):
        is_password(password, _nobodys_hash(spent))
    return right and password_hash is not None


def cost_of(password_hash: str) -> int:
    """The cost that a hash was made with."""
    return int(password_hash.split("$")[2])


@cache
def _nobodys_hash(cost: int) -> str:
    return hash_password("nobody's password", cost)
