"""Exact amounts of money: decimals of the shop's currency, never binary floats."""

from dataclasses import dataclass
from datetime import date
from datetime import date as Day  # noqa: N812 - `date` is a method of the formats too
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

CENT = Decimal("0.01")
ZERO = Decimal("0.00")


class Share(Decimal):
    """A part of an amount. Pages show 0.1 as 10 %."""


def round_half_up(amount: Decimal) -> Decimal:
    """Round to 0.01, halves away from zero, as the contract's money rules require."""
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def split(amount: Decimal, parts: int) -> list[Decimal]:
    """Split an amount into parts that add up exactly and differ by at most 0.01, the larger parts first."""
    least, larger = divmod(int(amount / CENT), parts)
    return [(least + (1 if position < larger else 0)) * CENT for position in range(parts)]


class Locale(StrEnum):
    """The locale in which the shop writes numbers and dates."""

    BANGLADESH = "en-BD"
    INDIA = "en-IN"
    BRITAIN = "en-GB"
    AMERICA = "en-US"


class Language(StrEnum):
    """A language in which the shop writes to people."""

    ENGLISH = "en"
    BENGALI = "bn"


_SYMBOLS = {"BDT": "৳", "INR": "₹", "USD": "$", "GBP": "£", "EUR": "€"}
_LAKHS = {Locale.BANGLADESH, Locale.INDIA}
_BENGALI_DIGITS = str.maketrans("0123456789", "০১২৩৪৫৬৭৮৯")
_BENGALI_MONTHS = (
    *("জানুয়ারি", "ফেব্রুয়ারি", "মার্চ", "এপ্রিল", "মে", "জুন"),
    *("জুলাই", "আগস্ট", "সেপ্টেম্বর", "অক্টোবর", "নভেম্বর", "ডিসেম্বর"),
)


@dataclass(frozen=True, slots=True)
class Formats:
    """Formats for a locale, a currency (ISO 4217) and a language."""

    locale: Locale
    currency: str
    language: Language = Language.ENGLISH

    def amount(self, amount: Decimal) -> str:
        """Format an amount, such as `৳1,23,456.50` or, for a currency without a known symbol, `NPR 100.00`."""
        sign = "-" if amount < 0 else ""
        whole, _, cents = f"{abs(amount):.2f}".partition(".")
        in_lakhs = self.locale in _LAKHS or self.language is Language.BENGALI
        head, tail = (whole[:-3], whole[-3:]) if in_lakhs else ("", "")
        # In lakh notation, the digits before the last three are grouped by two.
        grouped = f"{_by_two(head)},{tail}" if head else f"{int(whole):,}"
        symbol = _SYMBOLS.get(self.currency, f"{self.currency}\N{NO-BREAK SPACE}")
        return f"{sign}{symbol}{self.digits(f'{grouped}.{cents}')}"

    def date(self, day: date) -> str:
        """Format a date, such as `30 November 2026`."""
        if self.language is Language.BENGALI:
            return self.digits(f"{day.day} {_BENGALI_MONTHS[day.month - 1]} {day.year}")
        return f"{day:%B} {day.day}, {day.year}" if self.locale is Locale.AMERICA else f"{day.day} {day:%B} {day.year}"

    def short_date(self, day: Day) -> str:
        """Format a date of a known year, such as `30 Nov`."""
        if self.language is Language.BENGALI:
            return self.digits(f"{day.day} {_BENGALI_MONTHS[day.month - 1]}")
        return f"{day:%b} {day.day}" if self.locale is Locale.AMERICA else f"{day.day} {day:%b}"

    def month(self, day: Day) -> str:
        """Format the month of a day, such as `Nov 2026`."""
        if self.language is Language.BENGALI:
            return self.digits(f"{_BENGALI_MONTHS[day.month - 1]} {day.year}")
        return f"{day:%b} {day.year}"

    def percent(self, rate: Decimal) -> str:
        """Format a rate as a percentage: `10 %`, in Bengali `১০%`."""
        number = self.digits(f"{(rate * 100).normalize():f}")
        return f"{number}%" if self.language is Language.BENGALI else f"{number}\N{NO-BREAK SPACE}%"

    def digits(self, number: object) -> str:
        """Write a number in the digits of the language."""
        text = str(number)
        return text.translate(_BENGALI_DIGITS) if self.language is Language.BENGALI else text


def _by_two(digits: str) -> str:
    first = len(digits) % 2
    pairs = [digits[start : start + 2] for start in range(first, len(digits), 2)]
    return ",".join([digits[:first], *pairs] if first else pairs)
