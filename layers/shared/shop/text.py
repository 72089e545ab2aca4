"""Text that people type: folded so that case and accents do not matter, and cut into words."""

import re
import unicodedata

_LATIN_ACCENTS = re.compile("[\u0300-\u036f]")

_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
"""Default_Ignorable_Code_Point of Unicode 16: https://www.unicode.org/Public/16.0.0/ucd/DerivedCoreProperties.txt."""
_REORDERING = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""What changes the direction of the text around it: https://www.unicode.org/reports/tr9/#Directional_Formatting_Codes."""

_JAPANESE = {"CJK", "HIRAGANA", "KATAKANA"}

_MOST_WORDS = 10
_NO_WORD = "-"
LONGEST_WORD = 60
"""A longer word is cut to this length."""


def fold(text: str) -> str:
    """Text for comparing: compatibility forms unified, accents dropped, case folded. Bengali vowel signs stay."""
    return unicodedata.normalize("NFC", _LATIN_ACCENTS.sub("", unicodedata.normalize("NFKD", text))).casefold()


def words(text: str) -> list[str]:
    """The folded words of a text, in order; a word is letters, digits and the marks that belong to them."""
    kept = (char if char.isalnum() or unicodedata.category(char).startswith("M") else " " for char in fold(text))
    return "".join(kept).split()


def has_invisible(text: str) -> bool:
    """Whether a text has invisible characters, such as joiners."""
    return _INVISIBLE.search(text) is not None


def is_blank(text: str) -> bool:
    """Whether a text has no visible character."""
    return not _INVISIBLE.sub("", text).strip()


def reorders(text: str) -> bool:
    """Whether a text has characters that change the order in which it, or what follows, is shown."""
    return _REORDERING.search(text) is not None


def scripts(text: str) -> set[str]:
    """The scripts of the letters and marks of a text, by their Unicode names. Japanese uses three, as one."""
    found = {
        unicodedata.name(char, "?").split()[0]
        for char in text
        if char.isalpha() or unicodedata.category(char)[0] == "M"
    }
    return {"JAPANESE" if script in _JAPANESE else script for script in found}


def search_words(search: str) -> tuple[str, ...]:
    """The words to look for: each once, and no more than anybody types, for each is a condition of the search.

    A blank search has none and finds everything. One of punctuation alone finds nothing: it has one that no word is.
    """
    found = tuple(dict.fromkeys(word[:LONGEST_WORD] for word in words(search)))[:_MOST_WORDS]
    return found if found or not search.strip() else (_NO_WORD,)


def search_text(*texts: str) -> str:
    """What live search looks in: every word with a blank before it, so that ` cre` finds any word starting so."""
    return "".join(f" {word}" for text in texts for word in words(text))


def matches(haystack: str, search: str) -> bool:
    """Whether every word of `search` starts some word of a `search_text`."""
    return all(f" {word}" in haystack for word in search_words(search))
