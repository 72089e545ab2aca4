"""The languages of pages: their texts are English in templates and code, and translated by gettext (decision 0023)."""

from functools import cache
from gettext import NullTranslations, translation
from pathlib import Path

from shop.money import Language

DOMAIN = "pages"
LOCALES = Path(__file__).parent / "locales"


@cache
def texts_in(language: Language) -> NullTranslations:
    """Return the texts in a language."""
    return NullTranslations() if language is Language.ENGLISH else translation(DOMAIN, LOCALES, [language])
