"""The sentences of errors in the visitor's language."""

from collections.abc import Mapping

from shop.errors import FieldError, InvalidInput, ShopError
from shop.money import Formats, Language
from shop.text import translatable
from shop.web.languages import texts_in

_LOOK_BELOW = translatable("Please correct what is marked below.")


def problem_text(error: ShopError, formats: Formats) -> str:
    """Return the sentence of an error. The errors of several fields stand beside these."""
    if formats.language is Language.ENGLISH:
        return error.detail
    return _translated(error.text or _LOOK_BELOW, error.values, formats)


def field_texts(error: ShopError | None, formats: Formats) -> dict[str, str]:
    """Return what is wrong with each field of a form, by the field's name."""
    found: tuple[FieldError, ...] = error.errors if isinstance(error, InvalidInput) else ()
    if formats.language is Language.ENGLISH:
        return {one.field: one.message for one in found}
    return {one.field: _translated(one.text, one.values, formats) for one in found}


def _translated(text: str, values: Mapping[str, object], formats: Formats) -> str:
    written = {name: formats.digits(value) for name, value in values.items()}
    translated = texts_in(formats.language).gettext(text)
    return translated.format(**written) if written else translated
