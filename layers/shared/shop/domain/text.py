"""Text as people type it: folded so that case and accents do not matter, and cut into words."""

import re
import unicodedata

_LATIN_ACCENTS = re.compile("[\u0300-\u036f]")

_JAPANESE = {"CJK", "HIRAGANA", "KATAKANA"}

_MOST_WORDS = 10
_NO_WORD = "-"
LONGEST_WORD = 60
"""Of a word that is longer, the beginning is looked for."""


def fold(text: str) -> str:
    """Text for comparing: compatibility forms unified, accents dropped, case folded. Bengali vowel signs stay."""
    return unicodedata.normalize("NFC", _LATIN_ACCENTS.sub("", unicodedata.normalize("NFKD", text))).casefold()


def words(text: str) -> list[str]:
    """The folded words of a text, in order; a word is letters, digits and the marks that belong to them."""
    kept = (char if char.isalnum() or unicodedata.category(char).startswith("M") else " " for char in fold(text))
    return "".join(kept).split()


def scripts(text: str) -> set[str]:
    """The scripts that a text's letters and marks are of, told by their Unicode names; Japanese writes in three."""
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
