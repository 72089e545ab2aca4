"""What Stripe's objects mean for the shop: PaymentIntents, Checkout Sessions, disputes, refunds."""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from shop.payments.provider import (
    Decline,
    Dispute,
    DisputeStanding,
    Movement,
    MovementKind,
    RefundReport,
    RefundStanding,
    Refusal,
    Report,
    SavedMethod,
    Standing,
)
from shop.payments.stripe_money import from_minor_units

Object = Mapping[str, Any]
"""An object of Stripe's API."""

KEY = "shop_key"
"""The name under which payments and refunds keep the shop's key, in their metadata."""

_STANDINGS = {
    "succeeded": Standing.PAID,
    "processing": Standing.PENDING,
    "requires_capture": Standing.PENDING,
    "requires_action": Standing.OPEN,
    "requires_confirmation": Standing.OPEN,
    "requires_payment_method": Standing.FAILED,
    "canceled": Standing.CANCELLED,
}
_REFUNDS = {
    "succeeded": RefundStanding.DONE,
    "pending": RefundStanding.PENDING,
    "requires_action": RefundStanding.PENDING,
    "failed": RefundStanding.FAILED,
    "canceled": RefundStanding.FAILED,
}
_DISPUTES = {
    "needs_response": DisputeStanding.OPEN,
    "under_review": DisputeStanding.OPEN,
    "won": DisputeStanding.WON,
    "lost": DisputeStanding.LOST,
}
"""The disputes that take money. Banks' inquiries (`warning_…`) do not."""
_HARD = {
    "card_not_supported",
    "currency_not_supported",
    "expired_card",
    "fraudulent",
    "incorrect_number",
    "invalid_account",
    "invalid_expiry_month",
    "invalid_expiry_year",
    "invalid_number",
    "lost_card",
    "merchant_blacklist",
    "new_account_information_available",
    "pickup_card",
    "restricted_card",
    "revocation_of_all_authorizations",
    "revocation_of_authorization",
    "stolen_card",
    "stop_payment_order",
    "transaction_not_allowed",
}
"""The decline codes after which the same card works no more (docs.stripe.com/declines/codes)."""
_NEEDS_ACTION = {"authentication_required", "payment_intent_authentication_failure"}
_MOVEMENTS = {
    "charge": MovementKind.PAYMENT,
    "payment": MovementKind.PAYMENT,
    "refund": MovementKind.REFUND,
    "payment_refund": MovementKind.REFUND,
    "refund_failure": MovementKind.REFUND,
    "payment_failure_refund": MovementKind.REFUND,
    "adjustment": MovementKind.DISPUTE,
}
_RISKY = {"elevated", "highest"}


def session_report(session: Object) -> Report:
    """Read a Checkout Session with its intent, charge and method."""
    intent = session["payment_intent"]
    report = intent_report(intent) if intent else _saving_report(session)
    if session["status"] == "open":
        standing = Standing.OPEN
    elif session["status"] == "expired":
        standing = Standing.EXPIRED
    else:
        standing = report.standing
    return replace(report, reference=session["id"], key=session["client_reference_id"] or "", standing=standing)


def intent_report(intent: Object) -> Report:
    """Read a PaymentIntent with its latest charge and its method."""
    charge = intent["latest_charge"] or {}
    standing, error = _STANDINGS[intent["status"]], intent["last_payment_error"]
    source = charge if standing is Standing.PAID else intent
    return Report(
        reference=intent["id"],
        key=intent["metadata"].get(KEY, ""),
        standing=standing,
        money=from_minor_units(source["amount"], source["currency"]),
        payment=intent["id"],
        decline=decline(error) if error and standing is Standing.FAILED else None,
        saved=_saved(intent) if standing is Standing.PAID and intent.get("setup_future_usage") else None,
        refunded=from_minor_units(charge.get("amount_refunded", 0), intent["currency"]).amount,
        is_risky=(charge.get("outcome") or {}).get("risk_level") in _RISKY,
    )


def _saving_report(session: Object) -> Report:
    """Read a session without a payment: it saves a method, or nobody has begun to pay."""
    intent = session["setup_intent"]
    is_saved = bool(intent) and intent["status"] == "succeeded"
    return Report(
        reference=session["id"],
        key=session["client_reference_id"] or "",
        standing=Standing.PAID if is_saved else Standing.OPEN,
        money=from_minor_units(session["amount_total"] or 0, session["currency"]),
        saved=_saved(intent) if is_saved else None,
        refunded=Decimal(0),
    )


def decline(error: Object) -> Decline:
    """Read why a card was declined. The network's advice counts more than the code."""
    code = error.get("decline_code") or error.get("code") or error["type"]
    if code in _NEEDS_ACTION or error.get("code") in _NEEDS_ACTION:
        return Decline(Refusal.NEEDS_ACTION, code)
    is_hard = code in _HARD or error.get("advice_code") in {"do_not_try_again", "confirm_card_data"}
    return Decline(Refusal.HARD if is_hard else Refusal.SOFT, code)


def _saved(intent: Object) -> SavedMethod:
    method = intent["payment_method"]
    card = method["card"]
    year, month = card["exp_year"], card["exp_month"]
    return SavedMethod(
        reference=f"{intent['customer']}/{method['id']}",
        label=f"{card['brand'].title()} {card['last4']}",
        expires_on=date(year, month, monthrange(year, month)[1]),
    )


def with_dispute(report: Report, disputes: list[Object]) -> Report:
    """Add the newest dispute that takes money to a report."""
    for one in disputes:
        if standing := _DISPUTES.get(one["status"]):
            return replace(report, dispute=Dispute(standing, from_minor_units(one["amount"], one["currency"])))
    return report


def refund_report(refund: Object) -> RefundReport:
    """Read a Refund."""
    money = from_minor_units(refund["amount"], refund["currency"])
    return RefundReport(refund["id"], _REFUNDS[refund["status"]], money, refund.get("failure_reason") or "")


def movement(transaction: Object) -> Movement | None:
    """Read a balance transaction with its source; None for one that is not about a payment, such as a payout."""
    source = transaction["source"]
    kind = _MOVEMENTS.get(transaction["type"])
    if kind is None or not source or "payment_intent" not in source:
        return None
    money = from_minor_units(source["amount"], source["currency"])
    amount = money.amount.copy_sign(Decimal(transaction["amount"]))
    at = datetime.fromtimestamp(transaction["created"], UTC)
    return Movement(kind, source["payment_intent"] or "", replace(money, amount=amount), at)
