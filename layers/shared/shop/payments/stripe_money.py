"""Amounts as Stripe writes them: whole numbers of a currency's smallest unit (docs.stripe.com/currencies)."""

from decimal import Decimal

from shop.payments.provider import Money, Refused

_WHOLE = {"BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"}
_THOUSANDTHS = {"BHD", "JOD", "KWD", "OMR", "TND"}
_WHOLE_IN_HUNDREDTHS = {"ISK", "UGX"}


def minor_units(money: Money) -> int:
    """Return an amount in the currency's smallest unit. Raises Refused for one that Stripe cannot take exactly."""
    exact = money.amount.scaleb(_places(money.currency))
    if exact % _step(money.currency):
        raise Refused("amount_not_exact")
    return int(exact)


def from_minor_units(units: int, currency: str) -> Money:
    """Return the money that a number of smallest units is. Stripe writes currencies in lower case."""
    code = currency.upper()
    return Money(Decimal(units).scaleb(-_places(code)), code)


def _places(currency: str) -> int:
    return 0 if currency in _WHOLE else 3 if currency in _THOUSANDTHS else 2


def _step(currency: str) -> int:
    """Return what amounts must be a multiple of."""
    return 100 if currency in _WHOLE_IN_HUNDREDTHS else 10 if currency in _THOUSANDTHS else 1
