"""The languages of mails: their texts are English in code and templates, and translated by gettext.

`locales/` has a catalogue for each other language. `python -m local translate` keeps it (docs/decisions/0023).
"""

from functools import cache
from gettext import NullTranslations, translation
from pathlib import Path

from shop.money import Language

DOMAIN = "mails"
LOCALES = Path(__file__).parent / "locales"


@cache
def texts_in(language: Language) -> NullTranslations:
    """Return the texts in a language."""
    return NullTranslations() if language is Language.ENGLISH else translation(DOMAIN, LOCALES, [language])
