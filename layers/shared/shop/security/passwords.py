"""Passwords, hashed with bcrypt."""

import base64
import hashlib
import re
import unicodedata
from collections.abc import Iterable
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path

import bcrypt

from shop import problems
from shop.text import fold


def _prepared(password: str) -> bytes:
    """Return the input for bcrypt, which takes 72 bytes without NUL: a digest, so that any password is allowed."""
    return base64.b64encode(hashlib.sha256(unicodedata.normalize("NFKC", password).encode()).digest())


def hash_password(password: str, cost: int) -> str:
    """Hash a password with a salt; `cost` is bcrypt's, the logarithm of its rounds."""
    return bcrypt.hashpw(_prepared(password), bcrypt.gensalt(cost)).decode()


def is_password(password: str, password_hash: str) -> bool:
    """Return whether a password matches a hash; takes the same time either way."""
    return bcrypt.checkpw(_prepared(password), password_hash.encode())


def is_password_in_time(password: str, password_hash: str | None, cost: int) -> bool:
    """Return whether a password matches a hash, always in the time of `cost`. None is the hash of an unknown account.

    A hash of a lower cost is checked faster. Further checks use up the rest of the time: a check of cost n takes twice
    as long as one of n - 1, so the check and one of each cost from its own to `cost` - 1 take as long as one of `cost`.
    """
    checked = password_hash or _dummy_hash(cost)
    right = is_password(password, checked)
    for spent in range(cost_of(checked), cost):
        is_password(password, _dummy_hash(spent))
    return right and password_hash is not None


def cost_of(password_hash: str) -> int:
    """Return the cost of a hash."""
    return int(password_hash.split("$")[2])


@cache
def _dummy_hash(cost: int) -> str:
    return hash_password("a dummy password", cost)


_LIST = Path(__file__).with_name("common-passwords.txt")
_LIKENESS = 0.7
_SHOPS_WORDS = re.compile("installments?|instalments?|shop")
_LEAST_BESIDE = 5
_SEPARATORS = re.compile(r"\W+")


def refuse_weak(field: str, password: str, personal: Iterable[str]) -> None:
    """Raise InvalidInput naming `field` for a weak password.

    A password is weak when it is common, has little beside words of the shop, or resembles a personal text.
    """
    folded = fold(password)
    if folded in _common() or len(_SHOPS_WORDS.sub("", folded)) < _LEAST_BESIDE:
        raise problems.PASSWORD_TOO_COMMON.error(field=field)
    for text in personal:
        whole = fold(text)
        if any(_is_like(folded, part) for part in (whole, *_SEPARATORS.split(whole)) if part):
            raise problems.PASSWORD_TOO_PERSONAL.error(field=field)


def _is_like(password: str, part: str) -> bool:
    return SequenceMatcher(a=password, b=part).quick_ratio() >= _LIKENESS


@cache
def _common() -> frozenset[str]:
    return frozenset(_LIST.read_text(encoding="ascii").split("\n"))
