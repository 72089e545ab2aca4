"""Exact amounts of money: decimals of the shop's currency, never binary floats."""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

CENT = Decimal("0.01")
ZERO = Decimal("0.00")


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


_SYMBOLS = {"BDT": "৳", "INR": "₹", "USD": "$", "GBP": "£", "EUR": "€"}
_LAKHS = {Locale.BANGLADESH, Locale.INDIA}


@dataclass(frozen=True, slots=True)
class Formats:
    """Formats for a locale and a currency (ISO 4217)."""

    locale: Locale
    currency: str

    def amount(self, amount: Decimal) -> str:
        """Format an amount, such as `৳1,23,456.50` or, for a currency without a known symbol, `NPR 100.00`."""
        sign = "-" if amount < 0 else ""
        whole, _, cents = f"{abs(amount):.2f}".partition(".")
        head, tail = (whole[:-3], whole[-3:]) if self.locale in _LAKHS else ("", "")
        # In lakh notation, the digits before the last three are grouped by two.
        grouped = f"{_by_two(head)},{tail}" if head else f"{int(whole):,}"
        symbol = _SYMBOLS.get(self.currency, f"{self.currency}\N{NO-BREAK SPACE}")
        return f"{sign}{symbol}{grouped}.{cents}"

    def date(self, day: date) -> str:
        """Format a date, such as `30 November 2026`."""
        return f"{day:%B} {day.day}, {day.year}" if self.locale is Locale.AMERICA else f"{day.day} {day:%B} {day.year}"


def _by_two(digits: str) -> str:
    first = len(digits) % 2
    pairs = [digits[start : start + 2] for start in range(first, len(digits), 2)]
    return ",".join([digits[:first], *pairs] if first else pairs)
