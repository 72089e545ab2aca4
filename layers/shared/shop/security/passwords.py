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
    """What bcrypt gets: it takes 72 bytes and no NUL, so a digest stands for a password of any length and script."""
    return base64.b64encode(hashlib.sha256(unicodedata.normalize("NFKC", password).encode()).digest())


def hash_password(password: str, cost: int) -> str:
    """The salted hash to keep; `cost` is bcrypt's, the logarithm of its rounds."""
    return bcrypt.hashpw(_prepared(password), bcrypt.gensalt(cost)).decode()


def is_password(password: str, password_hash: str) -> bool:
    """Whether a password has a hash; takes the same time either way."""
    return bcrypt.checkpw(_prepared(password), password_hash.encode())


def is_password_in_time(password: str, password_hash: str | None, cost: int) -> bool:
    """Whether a password has a hash; None is the hash of an unknown account. Takes the time of `cost` in every case.

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


_LIST = Path(__file__).with_name("common-passwords.txt")
_LIKENESS = 0.7
_SHOPS_WORDS = re.compile("installments?|instalments?|shop")
_LEAST_BESIDE = 5
_SEPARATORS = re.compile(r"\W+")


def refuse_weak(field: str, password: str, personal: Iterable[str]) -> None:
    """Raises InvalidInput naming `field` for a password that is common, that hardly has more than words of the shop,
    or that is much like a personal text.
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
