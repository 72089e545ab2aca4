"""Types of fields that several bodies share, with the limits of the contract."""

import re
import unicodedata
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
    WithJsonSchema,
)

from shop.accounts.model import normalised
from shop.catalogue.model import LARGEST_NUMBER
from shop.money import round_half_up
from shop.text import has_invisible, is_blank, reorders, scripts

_AMOUNT = re.compile(r"[0-9০-৯]{1,20}(\.[0-9০-৯]{1,8})?")  # up to 28 digits: decimals are exact to that many
_GROUPED = re.compile(r"[0-9০-৯]{1,3}(,[0-9০-৯]{2,3})*,[0-9০-৯]{3}(\.[0-9০-৯]+)?")  # not 3,20: that may be 3.20
_EMAIL = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]{0,61}[A-Za-z0-9]"
)

_LARGEST_COUNT = 1_000_000
_LARGEST_EXACT = Decimal("9999999999999.99")  # 15 digits
_WHOLE, _TWO_DECIMALS = "^[0-9]{1,7}$", "^[0-9]{1,20}(\\.[0-9]{1,2})?$"  # the form in the contract
_LARGE_TOTAL = "^-?[0-9]{14,}\\.[0-9]{2}$"
_COUNT = re.compile(r"\d{1,7}", re.ASCII)


class RequestBody(BaseModel):
    """The body of a request: unknown fields are refused by name."""

    model_config = ConfigDict(extra="forbid", defer_build=True)


class AnswerBody(BaseModel):
    """The body of an answer. Its validator is built on first use: a function has many bodies, a request needs one."""

    model_config = ConfigDict(defer_build=True)


class Message(AnswerBody):
    """The answer of an action that returns no resource: a sentence fit for a toast."""

    message: str


def _amount(value: object) -> Decimal:
    """Read an amount. A text may be as people write it: ৳3,200.00, ৩২০০."""
    if isinstance(value, Decimal):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    if isinstance(value, str):
        text = value.strip().removeprefix("৳").lstrip()
        if _GROUPED.fullmatch(text):
            text = text.replace(",", "")
        if _AMOUNT.fullmatch(text):
            return Decimal(text)
    raise ValueError("must be a number, like 1234.50.")


def _percent(value: object) -> Decimal:
    return _amount(value.removesuffix("%").rstrip() if isinstance(value, str) else value)


def _whole(value: object) -> object:
    if isinstance(value, bool):
        raise ValueError("must be a whole number.")  # noqa: TRY004 - pydantic collects ValueError
    if isinstance(value, str) and not _COUNT.fullmatch(value):
        raise ValueError("must be a whole number.")
    return value


def _client_date(value: object) -> date | datetime:
    try:
        if isinstance(value, str):
            return date.fromisoformat(value) if len(value) == len("2026-11-25") else _instant(value)
    except ValueError:
        pass
    raise ValueError("must be a date, like 2026-11-25.")


def _calendar_day(value: object) -> date:
    try:
        if isinstance(value, str) and len(value) == len("2026-11-25"):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise ValueError("must be a date, like 2026-11-25.")


def _instant(text: str) -> datetime:
    """Parse an instant in one of the forms that `datetime.fromisoformat` of Python 3.11 accepts."""
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def printable(value: str) -> str:
    """Refuse control characters, and those that show the text around them in another order."""
    if any(unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"} for char in value):
        raise ValueError("must not contain control characters.")
    if reorders(value):
        raise ValueError("must not contain characters that change the direction of writing.")
    return value


def _legible(value: str) -> str:
    """Check that a name shows something. Joiners are allowed: Bengali and other scripts use them in names."""
    if is_blank(value):
        raise ValueError("must contain a visible character.")
    return value


def _all_visible(value: str) -> str:
    if has_invisible(value):
        raise ValueError("must not contain invisible characters: it would look like another.")
    return value


def _email(value: str) -> str:
    if not _EMAIL.fullmatch(value):
        raise ValueError("must be valid, like rahim@example.com.")
    return value


def _of_one_script(value: str) -> str:
    if len(normalised(value)) > len(value) * 2:
        raise ValueError("must not contain ligatures that stand for whole words.")
    if len(scripts(value)) > 1:
        raise ValueError("must be written in one script: letters of two can look alike.")
    return value


def _json_number(amount: Decimal) -> int | float:
    """Make a JSON number. It is exact up to 15 digits, as a double is."""
    return int(amount) if amount == amount.to_integral_value() else float(amount)


def _json_total(amount: Decimal) -> int | float | str:
    """Make a JSON number if that is exact, else a text: most clients read numbers as doubles."""
    return _json_number(amount) if abs(amount) <= _LARGEST_EXACT else f"{amount:.2f}"


def _number_or_text(kind: str, pattern: str, **bounds: float) -> WithJsonSchema:
    """Return the schema of a number that may also be a string."""
    return WithJsonSchema({"oneOf": [{"type": kind, **bounds}, {"type": "string", "pattern": pattern}]})


AmountIn = Annotated[
    Decimal,
    Field(gt=0, le=Decimal("9999999999999.99"), decimal_places=2),  # first: else errors show the bounds as Python does
    BeforeValidator(_amount),
    AfterValidator(round_half_up),  # with two decimals, so that 10 and 10.00 are the same body
    _number_or_text("number", _TWO_DECIMALS, exclusiveMinimum=0, maximum=9_999_999_999_999.99),
]
Price = Annotated[
    Decimal,
    Field(ge=Decimal("0.01"), le=Decimal("99999999.99"), decimal_places=2),
    BeforeValidator(_amount),
    AfterValidator(round_half_up),
    _number_or_text("number", _TWO_DECIMALS, minimum=0.01, maximum=99_999_999.99),
]
# The sum of one purchase: 10,000 at the highest price, plus late fees of as much, is less than 10 ** 13.
Money = Annotated[Decimal, PlainSerializer(_json_number, when_used="json"), WithJsonSchema({"type": "number"})]
# The sum of any number of purchases.
Total = Annotated[
    Decimal,
    PlainSerializer(_json_total, when_used="json"),
    _number_or_text("number", _LARGE_TOTAL, minimum=-float(_LARGEST_EXACT), maximum=float(_LARGEST_EXACT)),
]
Rate = Annotated[Decimal, PlainSerializer(float, return_type=float, when_used="json")]  # 0.1 is 10 %
Share = Annotated[
    Decimal,
    Field(ge=0, le=1, decimal_places=4),
    BeforeValidator(_amount),
    _number_or_text("number", "^[01](\\.[0-9]{1,4})?$", minimum=0, maximum=1),
]
"""A part of an amount: 0.1 is 10 %."""
Percent = Annotated[
    Decimal,
    Field(ge=0, le=100, decimal_places=2),
    BeforeValidator(_percent),
    AfterValidator(lambda percent: percent / 100),
]
"""A share that a form asks for in percent: 10 and 10 % are 0.1."""
ProductNumber = Annotated[
    int,
    BeforeValidator(_whole),
    Field(ge=1, le=LARGEST_NUMBER),
    _number_or_text("integer", "^[0-9]{1,7}$", minimum=1, maximum=LARGEST_NUMBER),
]
ClientDate = Annotated[
    datetime | date,
    BeforeValidator(_client_date),
    WithJsonSchema({"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}(T|$)"}),
]
"""The client's current day or instant. An instant without a zone is in UTC."""
CalendarDay = Annotated[date, BeforeValidator(_calendar_day), WithJsonSchema({"type": "string", "format": "date"})]
Quantity = Annotated[
    int,
    BeforeValidator(_whole),
    Field(ge=1, le=10_000),
    _number_or_text("integer", _WHOLE, minimum=1, maximum=10_000),
]
PriceBound = Annotated[
    Decimal,
    Field(ge=0, le=Decimal("99999999.99"), decimal_places=2),
    BeforeValidator(_amount),
    WithJsonSchema({"type": "number", "minimum": 0, "maximum": 99_999_999.99}),
]
"""The lowest or highest price of a list."""
Stock = Annotated[
    int,
    BeforeValidator(_whole),
    Field(ge=0, le=1_000_000),
    _number_or_text("integer", _WHOLE, minimum=0, maximum=1_000_000),
]
InstallmentCount = Annotated[
    int,
    BeforeValidator(_whole),
    Field(ge=1, le=_LARGEST_COUNT),
    _number_or_text("integer", _WHOLE, minimum=1, maximum=_LARGEST_COUNT),
]
Name = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=255),
    AfterValidator(printable),
    AfterValidator(_legible),
]
CategoryName = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=60),
    AfterValidator(printable),
    AfterValidator(_legible),
]
Sku = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=64),
    AfterValidator(printable),
    AfterValidator(_all_visible),
]
"""The shop's own number of a product, as it stands on labels."""
Note = Annotated[str, StringConstraints(strip_whitespace=True, max_length=255), AfterValidator(printable)]
"""A short text that may be empty."""
PhoneText = Annotated[str, StringConstraints(strip_whitespace=True, max_length=255)]
"""A telephone number as people write it. One that was copied may carry characters that nobody sees."""
PersonName = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=255),
    AfterValidator(printable),
    AfterValidator(lambda name: _legible(name) if name else name),
]
"""A name that may be empty."""
Ignored = Annotated[object, Field(exclude=True, description="Ignored: what was read may be sent back whole.")]
Email = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=254),
    AfterValidator(_email),
    WithJsonSchema({"type": "string", "format": "email", "maxLength": 254}),
]
Username = Annotated[
    str,
    StringConstraints(min_length=1, max_length=150, pattern=r"^[\w.@+-]+$"),
    AfterValidator(_all_visible),
    AfterValidator(_of_one_script),
]
Password = Annotated[str, StringConstraints(min_length=8, max_length=128)]
OtpCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")]
