"""The sentences of errors in the visitor's language, and with values as pages write them."""

from collections.abc import Mapping
from datetime import date
from functools import reduce

from shop.calendar import Interval
from shop.errors import FieldError, InvalidInput, ShopError
from shop.money import Formats, Language, Share
from shop.text import translatable
from shop.web.languages import texts_in

_LOOK_BELOW = translatable("Please correct what is marked below.")
_EITHER = translatable("{one} or {other}")
_NAMES = {
    Interval.THIRTY_DAYS: translatable("every 30 days"),
    Interval.MONTHLY: translatable("every month"),
    Interval.BIWEEKLY: translatable("every two weeks"),
    Interval.WEEKLY: translatable("every week"),
}
"""What pages call a value that has a name."""


_MANDATE = translatable(
    "I allow {shop} to charge the method that I save now for each of my installments, on its due date or, when it is "
    "overdue, later with its late fee, until I take this back. I am told by mail before and after."
)


def mandate_text(shop_name: str, language: Language) -> str:
    """Return what customers agree to who want to be charged on due dates."""
    return texts_in(language).gettext(_MANDATE).format(shop=shop_name)


def problem_text(error: ShopError, formats: Formats) -> str:
    """Return the sentence of an error. The errors of several fields stand beside these."""
    if not error.text and formats.language is Language.ENGLISH:
        return error.detail
    return _worded(error.text or _LOOK_BELOW, error.values, formats)


def field_texts(error: ShopError | None, formats: Formats) -> dict[str, str]:
    """Return what is wrong with each field of a form, by the field's name."""
    found: tuple[FieldError, ...] = error.errors if isinstance(error, InvalidInput) else ()
    return {one.field: _field_text(one, formats) for one in found}


def _field_text(error: FieldError, formats: Formats) -> str:
    is_sentence = not error.text[:1].islower()
    if formats.language is Language.ENGLISH and not is_sentence:
        return error.message
    return _worded(error.text, error.values, formats)


def _worded(text: str, values: Mapping[str, object], formats: Formats) -> str:
    written = {name: _written(value, formats) for name, value in values.items()}
    translated = texts_in(formats.language).gettext(text)
    return translated.format(**written) if written else translated


def _written(value: object, formats: Formats) -> str:
    gettext = texts_in(formats.language).gettext
    if isinstance(value, tuple):
        either = gettext(_EITHER)
        return reduce(lambda one, other: either.format(one=one, other=other), (_written(one, formats) for one in value))
    if isinstance(value, Interval):
        return gettext(_NAMES[value])
    if isinstance(value, Share):
        return formats.percent(value)
    return formats.date(value) if isinstance(value, date) else formats.digits(value)
