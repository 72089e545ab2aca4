"""Exact amounts: decimals of the shop's currency, never binary floats."""

from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
ZERO = Decimal("0.00")


def round_half_up(amount: Decimal) -> Decimal:
    """Round to 0.01, halves away from zero, as the contract's money rules say."""
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def split(amount: Decimal, parts: int) -> list[Decimal]:
    """Split an amount so that the parts differ by at most 0.01, the larger first, and add up exactly."""
    least, larger = divmod(int(amount / CENT), parts)
    return [(least + (1 if position < larger else 0)) * CENT for position in range(parts)]
