"""Which passwords are refused: those that many have, and those that the shop's or their owner's names give away.

The list is Django's (django.contrib.auth, by Royce Williams), without entries of fewer than eight characters; the
rule of likeness is that of its UserAttributeSimilarityValidator.
"""

import re
from collections.abc import Iterable
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path

from shop.domain.text import fold
from shop.errors import InvalidInput

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
        raise InvalidInput.of(field, "This password is too common.", code="password_too_common")
    for text in personal:
        whole = fold(text)
        if any(_is_like(folded, part) for part in (whole, *_SEPARATORS.split(whole)) if part):
            raise InvalidInput.of(field, "This password is too much like your names.", code="password_too_personal")


def _is_like(password: str, part: str) -> bool:
    return SequenceMatcher(a=password, b=part).quick_ratio() >= _LIKENESS


@cache
def _common() -> frozenset[str]:
    return frozenset(_LIST.read_text(encoding="ascii").split("\n"))
