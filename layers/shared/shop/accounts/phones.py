"""Telephone numbers, in the form of E.164: https://www.itu.int/rec/T-REC-E.164."""

import re
from contextlib import suppress
from unicodedata import decimal

from shop import problems

_LIKE_A_NUMBER = re.compile(r"[+(]?\d[\d\s()./-]{4,30}")


def e164(text: str, region: str) -> str:
    """Return a telephone number such as `+8801711123456`; one without a country is of the region, such as `BD`.

    An empty text stays empty. Raises InvalidInput naming `phone`.
    """
    import phonenumbers  # few requests have a number

    if not text:
        return ""
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException as error:
        raise problems.PHONE_NOT_VALID.error() from error
    if not phonenumbers.is_valid_number(number):
        raise problems.PHONE_NOT_VALID.error()
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def searched(text: str, region: str) -> str:
    """Return what a search looks for: the digits of a telephone number as accounts have it, or any other text.

    A number may be written in any way, and a part of it is enough.
    """
    if not _LIKE_A_NUMBER.fullmatch(text.strip()):
        return text
    import phonenumbers  # few searches are for a number

    digits = "".join(f"{decimal(one)}" for one in text if one.isdecimal())
    with suppress(phonenumbers.NumberParseException):
        number = phonenumbers.parse(text, region)
        if phonenumbers.is_valid_number(number):
            return f"{number.country_code}{phonenumbers.national_significant_number(number)}"
    if digits.startswith("0"):
        return f"{phonenumbers.country_code_for_region(region)}{digits.lstrip('0')}"
    return digits
