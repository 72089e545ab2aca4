"""Amounts and dates as people of the shop's country read them, in English.

Babel knows every country, but its data is 30 MB of a function's 250; a shop has one locale.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum


class Locale(StrEnum):
    """How the shop writes numbers and dates."""

    BANGLADESH = "en-BD"
    INDIA = "en-IN"
    BRITAIN = "en-GB"
    AMERICA = "en-US"


_SYMBOLS = {"BDT": "৳", "INR": "₹", "USD": "$", "GBP": "£", "EUR": "€"}
_LAKHS = {Locale.BANGLADESH, Locale.INDIA}


@dataclass(frozen=True, slots=True)
class Formats:
    """Formats for a locale and a currency (ISO 4217)."""

    locale: Locale
    currency: str

    def amount(self, amount: Decimal) -> str:
        """An amount, such as `৳1,23,456.50`; a currency without a sign of its own is named, such as `NPR 100.00`."""
        sign = "-" if amount < 0 else ""
        whole, _, cents = f"{abs(amount):.2f}".partition(".")
        head, tail = (whole[:-3], whole[-3:]) if self.locale in _LAKHS else ("", "")
        # Lakhs are grouped by two before the last three.
        grouped = f"{_by_two(head)},{tail}" if head else f"{int(whole):,}"
        symbol = _SYMBOLS.get(self.currency, f"{self.currency}\N{NO-BREAK SPACE}")
        return f"{sign}{symbol}{grouped}.{cents}"

    def date(self, day: date) -> str:
        """A date, such as `30 November 2026`."""
        return f"{day:%B} {day.day}, {day.year}" if self.locale is Locale.AMERICA else f"{day.day} {day:%B} {day.year}"


def _by_two(digits: str) -> str:
    first = len(digits) % 2
    pairs = [digits[start : start + 2] for start in range(first, len(digits), 2)]
    return ",".join([digits[:first], *pairs] if first else pairs)
