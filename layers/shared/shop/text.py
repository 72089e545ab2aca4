"""Text that people type: folding that ignores case and accents, splitting into words, and checks of characters."""

import re
import unicodedata

_LATIN_ACCENTS = re.compile("[\u0300-\u036f]")

_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
"""Default_Ignorable_Code_Point of Unicode 16: https://www.unicode.org/Public/16.0.0/ucd/DerivedCoreProperties.txt."""
_REORDERING = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Characters that change the direction of the text around them: https://www.unicode.org/reports/tr9/#Directional_Formatting_Codes."""

_JAPANESE = {"CJK", "HIRAGANA", "KATAKANA"}

_MOST_WORDS = 10
_NO_WORD = "-"
LONGEST_WORD = 60
"""Longer words are cut to this length."""


def translatable(text: str) -> str:
    """Mark a text that is translated where it is used."""
    return text


def fold(text: str) -> str:
    """Fold a text for comparison: unify compatibility forms, drop accents, fold case. Bengali vowel signs stay."""
    return unicodedata.normalize("NFC", _LATIN_ACCENTS.sub("", unicodedata.normalize("NFKD", text))).casefold()


def words(text: str) -> list[str]:
    """Split a text into its folded words; a word is letters, digits and their marks."""
    kept = (char if char.isalnum() or unicodedata.category(char).startswith("M") else " " for char in fold(text))
    return "".join(kept).split()


def one_line(text: str) -> str:
    """Write a text in one line, with single spaces."""
    return " ".join(text.split())


def has_invisible(text: str) -> bool:
    """Return whether a text has invisible characters, such as joiners."""
    return _INVISIBLE.search(text) is not None


def is_blank(text: str) -> bool:
    """Return whether a text has no visible character."""
    return not _INVISIBLE.sub("", text).strip()


def reorders(text: str) -> bool:
    """Return whether a text has characters that change the order of display of it or of the text after it."""
    return _REORDERING.search(text) is not None


def scripts(text: str) -> set[str]:
    """Return the scripts of a text's letters and marks, by Unicode name. The three Japanese scripts count as one."""
    found = {
        unicodedata.name(char, "?").split()[0]
        for char in text
        if char.isalpha() or unicodedata.category(char)[0] == "M"
    }
    return {"JAPANESE" if script in _JAPANESE else script for script in found}


def search_words(search: str) -> tuple[str, ...]:
    """Split a search into its distinct words, up to a limit.

    A blank search has no words and finds everything. A search of punctuation alone finds nothing: its only word
    matches no other.
    """
    found = tuple(dict.fromkeys(word[:LONGEST_WORD] for word in words(search)))[:_MOST_WORDS]
    return found if found or not search.strip() else (_NO_WORD,)


def search_text(*texts: str) -> str:
    """Return the text that live search examines: a blank before each word, so ` cre` finds words that begin with it."""
    return "".join(f" {word}" for text in texts for word in words(text))


def matches(haystack: str, search: str) -> bool:
    """Return whether every word of `search` is the start of a word in a `search_text`."""
    return all(f" {word}" in haystack for word in search_words(search))
