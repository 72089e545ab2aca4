"""Stripe's objects as its API shows them (docs.stripe.com/api), with what the shop reads."""

from typing import Any

KEY = "01KAR0XW00TESTTESTTESTTEST"


def charge(**fields: Any) -> dict[str, Any]:
    """A charge of 2,200.50 taka."""
    return {
        "id": "ch_1",
        "object": "charge",
        "amount": 220050,
        "amount_refunded": 0,
        "currency": "bdt",
        "disputed": False,
        "outcome": {"risk_level": "normal"},
        "payment_intent": "pi_1",
        **fields,
    }


def intent(**fields: Any) -> dict[str, Any]:
    """A PaymentIntent that succeeded."""
    return {
        "id": "pi_1",
        "object": "payment_intent",
        "amount": 220050,
        "currency": "bdt",
        "customer": "cus_1",
        "last_payment_error": None,
        "latest_charge": charge(),
        "metadata": {"shop_key": KEY},
        "payment_method": method(),
        "setup_future_usage": None,
        "status": "succeeded",
        **fields,
    }


def method() -> dict[str, Any]:
    """A card."""
    return {"id": "pm_1", "type": "card", "card": {"brand": "visa", "last4": "4242", "exp_month": 2, "exp_year": 2032}}


def session(**fields: Any) -> dict[str, Any]:
    """A Checkout Session that was paid."""
    return {
        "id": "cs_1",
        "object": "checkout.session",
        "amount_total": 220050,
        "client_reference_id": KEY,
        "currency": "bdt",
        "mode": "payment",
        "payment_intent": intent(),
        "payment_status": "paid",
        "setup_intent": None,
        "status": "complete",
        "url": "https://checkout.stripe.com/c/pay/cs_1",
        **fields,
    }


def refund(**fields: Any) -> dict[str, Any]:
    """A refund of 1,000.25 taka."""
    return {
        "id": "re_1",
        "object": "refund",
        "amount": 100025,
        "currency": "bdt",
        "metadata": {"shop_key": KEY},
        "payment_intent": "pi_1",
        "status": "succeeded",
        **fields,
    }


def dispute(**fields: Any) -> dict[str, Any]:
    """A dispute of a whole payment."""
    return {
        "id": "dp_1",
        "object": "dispute",
        "amount": 220050,
        "currency": "bdt",
        "payment_intent": "pi_1",
        "status": "needs_response",
        **fields,
    }


def listed(*data: dict[str, Any], has_more: bool = False) -> dict[str, Any]:
    """A page of a list."""
    return {"object": "list", "data": list(data), "has_more": has_more}
