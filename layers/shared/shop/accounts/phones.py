"""Telephone numbers, in the form of E.164: https://www.itu.int/rec/T-REC-E.164."""

from shop import problems


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
