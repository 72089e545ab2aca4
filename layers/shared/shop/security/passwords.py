"""Passwords, hashed with bcrypt."""

import base64
import hashlib
import unicodedata

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
