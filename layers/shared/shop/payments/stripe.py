"""The adapter of Stripe: Checkout Sessions, PaymentIntents, refunds, disputes (docs.stripe.com/api).

A small client instead of Stripe's SDK, whose import takes longer than a whole function of the shop. The tests hold the
two against each other.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode

from shop.payments import calls
from shop.payments.provider import (
    Checkout,
    Forged,
    Hosted,
    Money,
    Movement,
    Notice,
    RefundReport,
    Refused,
    Report,
    Standing,
)
from shop.payments.signatures import check
from shop.payments.stripe_answers import (
    KEY,
    Object,
    decline,
    intent_report,
    movement,
    refund_report,
    session_report,
    with_dispute,
)
from shop.payments.stripe_money import minor_units

VERSION = "2026-08-26.dahlia"
"""The version of the API that this was written for: the last one whose parameters localstripe knows."""
EVENTS = {
    "checkout.session.completed": "id",
    "checkout.session.async_payment_succeeded": "id",
    "checkout.session.async_payment_failed": "id",
    "checkout.session.expired": "id",
    "payment_intent.succeeded": "id",
    "refund.updated": "payment_intent",
    "refund.failed": "payment_intent",
    "charge.refunded": "payment_intent",
    "charge.dispute.created": "payment_intent",
    "charge.dispute.closed": "payment_intent",
}
"""The events to be told of, and where each has what to look up."""
_MOST = 100
"""The most that Stripe lists at once."""


@dataclass(frozen=True, slots=True)
class Stripe:
    """Stripe, with the keys of the shop's account."""

    secret_key: str = field(repr=False)
    signing_secret: str = field(repr=False)
    url: str = "https://api.stripe.com"
    send: calls.Send = calls.send

    @calls.understood()
    def begin(self, checkout: Checkout) -> Hosted:
        """Make a Checkout Session."""
        session = self._post("/v1/checkout/sessions", _session(checkout), checkout.key)
        return Hosted(session["id"], session["url"])

    @calls.understood()
    def look_up(self, reference: str) -> Report:
        """Return what became of a session or a PaymentIntent."""
        if reference.startswith("cs_"):
            expand = ["payment_intent.latest_charge", "payment_intent.payment_method", "setup_intent.payment_method"]
            session = self._get(f"/v1/checkout/sessions/{quote(reference)}", {"expand": expand})
            return self._with_dispute(session_report(session), session["payment_intent"])
        expand = ["latest_charge", "payment_method"]
        intent = self._get(f"/v1/payment_intents/{quote(reference)}", {"expand": expand})
        return self._with_dispute(intent_report(intent), intent)

    @calls.understood()
    def charge(self, saved: str, money: Money, key: str) -> Report:
        """Charge a saved card. Stripe forgets keys after a day, so earlier charges with the key are looked for."""
        customer, _, method = saved.partition("/")
        if earlier := self._charged(customer, key):
            return self.look_up(earlier)
        asked = {
            **_amount(money),
            "customer": customer,
            "payment_method": method,
            "payment_method_types": ["card"],
            "confirm": True,
            "off_session": True,
            "metadata": {KEY: key},
            "expand": ["latest_charge", "payment_method"],
        }
        try:
            return intent_report(self._post("/v1/payment_intents", asked, key))
        except _CardDeclined as error:
            reference = error.body.get("payment_intent", {}).get("id", "")
            return Report(reference, key, Standing.FAILED, money, decline=decline(error.body))

    def forget(self, saved: str) -> None:
        """Delete the customer that Stripe knows a saved card by: each card has one of its own."""
        customer, _, _ = saved.partition("/")
        try:
            self._call("DELETE", f"/v1/customers/{quote(customer)}")
        except Refused as error:
            if error.code != _MISSING:
                raise

    @calls.understood()
    def refund(self, payment: str, money: Money, key: str) -> RefundReport:
        """Give money back. As with charges, an earlier refund with the key is looked for."""
        for earlier in self._list("/v1/refunds", {"payment_intent": payment}):
            if earlier["metadata"].get(KEY) == key:
                return refund_report(earlier)
        asked = {"payment_intent": payment, "amount": minor_units(money), "metadata": {KEY: key}}
        return refund_report(self._post("/v1/refunds", asked, key))

    @calls.understood()
    def look_up_refund(self, reference: str) -> RefundReport:
        """Return what became of a refund."""
        return refund_report(self._get(f"/v1/refunds/{quote(reference)}"))

    def notice(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Notice:
        """Authenticate an event."""
        check(headers.get("stripe-signature", ""), body, self.signing_secret, now)
        try:
            event = json.loads(body)
            place = EVENTS.get(event["type"])
            return Notice(event["id"], event["data"]["object"][place] or "" if place else "")
        except (ValueError, KeyError, TypeError):
            raise Forged("The event has another form.") from None

    def movements(self, start: datetime, end: datetime) -> Iterator[Movement]:
        """Yield the payments, refunds and disputes among the balance transactions of a time."""
        created = {"gte": int(start.timestamp()), "lt": int(end.timestamp())}
        for transaction in self._list("/v1/balance_transactions", {"created": created, "expand": ["data.source"]}):
            if moved := movement(transaction):
                yield moved

    def _charged(self, customer: str, key: str) -> str:
        """Return the PaymentIntent that a key made a charge for; "" when there is none."""
        listed = self._list("/v1/charges", {"customer": customer, "expand": ["data.payment_intent"]})
        intents = (charge["payment_intent"] or {} for charge in listed)
        return next((str(one["id"]) for one in intents if one.get("metadata", {}).get(KEY) == key), "")

    def _with_dispute(self, report: Report, intent: Object | None) -> Report:
        charge = intent["latest_charge"] if intent else None
        if not charge or not charge.get("disputed"):
            return report
        return with_dispute(report, list(self._list("/v1/disputes", {"charge": charge["id"]})))

    def _list(self, path: str, asked: Mapping[str, object]) -> Iterator[Object]:
        """Yield all objects of a list, newest first."""
        page: Mapping[str, object] = {**asked, "limit": _MOST}
        while True:
            answer = self._get(path, page)
            yield from answer["data"]
            if not answer["has_more"]:
                return
            page = {**page, "starting_after": answer["data"][-1]["id"]}

    def _get(self, path: str, asked: Mapping[str, object] | None = None) -> dict[str, Any]:
        return self._call("GET", f"{path}?{encoded(asked)}" if asked else path)

    def _post(self, path: str, asked: Mapping[str, object], key: str) -> dict[str, Any]:
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Idempotency-Key": f"{path.rpartition('/')[2]}-{key}",
        }
        return self._call("POST", path, headers, encoded(asked).encode())

    @calls.understood()
    def _call(
        self, method: str, path: str, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> dict[str, Any]:
        sent = {"Authorization": f"Bearer {self.secret_key}", "Stripe-Version": VERSION, **(headers or {})}
        answer = self.send(method, self.url + path, sent, body)
        if answer.is_ok:
            return answer.body
        error = answer.body["error"]
        if answer.status == _DECLINED_STATUS:
            raise _CardDeclined(error)
        raise Refused(_MISSING if answer.status == _MISSING_STATUS else error.get("code") or error["type"])


_MISSING, _MISSING_STATUS, _DECLINED_STATUS = "resource_missing", 404, 402


class _CardDeclined(Refused):
    """A card was declined. `body` is Stripe's error."""

    def __init__(self, body: Object) -> None:
        super().__init__(str(body.get("code") or "card_declined"))
        self.body = body


def encoded(asked: Mapping[str, object]) -> str:
    """Write parameters as Stripe reads them: `outer[inner]=…`, `list[0]=…`, `true`."""
    return urlencode([pair for name, value in asked.items() for pair in _pairs(name, value)])


def _pairs(name: str, value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        inner = {f"{name}[{key}]": one for key, one in value.items()}
    elif isinstance(value, list):
        inner = {f"{name}[{number}]": one for number, one in enumerate(value)}
    else:
        yield name, str(value).lower() if isinstance(value, bool) else str(value)
        return
    for key, one in inner.items():
        yield from _pairs(key, one)


def _amount(money: Money) -> dict[str, object]:
    return {"amount": minor_units(money), "currency": money.currency.lower()}


def _session(checkout: Checkout) -> dict[str, object]:
    """Return what a session is made of."""
    kept = {KEY: checkout.key}
    shared = {
        "client_reference_id": checkout.key,
        "customer_email": checkout.payer.email,
        "success_url": checkout.return_url,
        "cancel_url": checkout.return_url,
        "expires_at": int(checkout.ends_at.timestamp()),
    }
    if checkout.saves:
        shared |= {"customer_creation": "always", "payment_method_types": ["card"]}
    if not checkout.money.amount:
        return {**shared, "mode": "setup", "currency": checkout.money.currency.lower()}
    amount = {
        "unit_amount": minor_units(checkout.money),
        "currency": checkout.money.currency.lower(),
        "product_data": {"name": checkout.purpose},
    }
    paid: dict[str, object] = {"metadata": kept, "description": checkout.purpose}
    if checkout.saves:
        paid["setup_future_usage"] = "off_session"
    return {
        **shared,
        "mode": "payment",
        "adaptive_pricing": {"enabled": False},
        "line_items": [{"price_data": amount, "quantity": 1}],
        "payment_intent_data": paid,
    }
