"""The adapter of SSLCommerz: hosted session, IPN, order validation, refunds (developer.sslcommerz.com/doc/v4).

It saves no methods and lists no movements. A payment is known by the shop's own key, its `tran_id`.
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl, urlencode

from shop.payments import calls
from shop.payments.provider import (
    Checkout,
    Decline,
    Forged,
    Hosted,
    Money,
    NoAnswer,
    Notice,
    RefundReport,
    RefundStanding,
    Refusal,
    Refused,
    Report,
    Standing,
)

_SESSIONS = "/gwprocess/v4/api.php"
_VALIDATION = "/validator/api/validationserverAPI.php"
_TRANSACTIONS = "/validator/api/merchantTransIDvalidationAPI.php"
_PAID = {"VALID", "VALIDATED"}
_STANDINGS = {
    "PENDING": Standing.PENDING,
    "PROCESSING": Standing.PENDING,
    "UNATTEMPTED": Standing.OPEN,
    "FAILED": Standing.FAILED,
    "CANCELLED": Standing.CANCELLED,
    "EXPIRED": Standing.EXPIRED,
}
_REFUNDS = {
    "success": RefundStanding.PENDING,
    "processing": RefundStanding.PENDING,
    "refunded": RefundStanding.DONE,
    "cancelled": RefundStanding.FAILED,
}
"""`success` says that a refund was begun; `refunded`, when it is asked for later, that it was made."""
_SETTLED_IN = "BDT"
_UNKNOWN = "-"
"""What the shop says of an address that it does not know: SSLCommerz wants one."""

Row = Mapping[str, Any]
"""A transaction: one try to pay."""


@dataclass(frozen=True, slots=True)
class SslCommerz:
    """SSLCommerz, with the id and password of the shop's store there."""

    store_id: str
    store_password: str = field(repr=False)
    url: str = "https://securepay.sslcommerz.com"
    send: calls.Send = calls.send

    @calls.understood()
    def begin(self, checkout: Checkout) -> Hosted:
        """Make a session. A second one of the same key is about the same payment."""
        form = urlencode({**_session(checkout), **self._store}).encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = self._read(self.send("POST", self.url + _SESSIONS, headers, form))
        if answer["status"] == "FAILED":
            raise Refused(answer["failedreason"])
        return Hosted(checkout.key, answer["GatewayPageURL"])

    @calls.understood()
    def look_up(self, reference: str) -> Report:
        """Return what became of a payment: all of it that came, if it was paid twice, else how the last try ended."""
        found = self._ask(_TRANSACTIONS, tran_id=reference)
        rows = [row for row in found.get("element") or [] if row["tran_id"] == reference]
        if paid := [self._validated(row) for row in rows if row["status"] in _PAID]:
            return _paid_report(reference, paid)
        if not rows:
            return Report(reference, reference, Standing.OPEN, None)
        last = max(rows, key=lambda row: str(row.get("tran_date")))
        standing = _STANDINGS[last["status"]]
        decline = Decline(Refusal.SOFT, last.get("error") or "failed") if standing is Standing.FAILED else None
        return Report(reference, reference, standing, None, decline=decline)

    @calls.understood()
    def refund(self, payment: str, money: Money, key: str) -> RefundReport:
        """Begin to give taka back. SSLCommerz knows the key, and answers again for a refund that it has begun."""
        if money.currency != _SETTLED_IN:
            raise Refused("currency_not_refundable")
        begun = self._ask(
            _TRANSACTIONS,
            bank_tran_id=payment,
            refund_trans_id=key,
            refe_id=key,
            refund_amount=f"{money.amount:.2f}",
            refund_remarks="Refund",
        )
        if begun["status"] == "failed":
            raise Refused(begun["errorReason"])
        return RefundReport(begun.get("refund_ref_id") or "", _REFUNDS[begun["status"]], money)

    @calls.understood()
    def look_up_refund(self, reference: str) -> RefundReport:
        """Return what became of a refund."""
        found = self._ask(_TRANSACTIONS, refund_ref_id=reference)
        return RefundReport(reference, _REFUNDS[found["status"]], None, found.get("errorReason") or "")

    def notice(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Notice:  # noqa: ARG002
        """Authenticate an IPN. It has no time of sending, so an old one passes; it only leads to a look-up."""
        try:
            fields = dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=200))
        except ValueError:
            raise Forged("The notification is no form.") from None
        signed = set(fields.get("verify_key", "").split(","))
        if not signed <= fields.keys() or "tran_id" not in signed:
            raise Forged("The notification does not sign what it is about.")
        expected = self._signature({name: fields[name] for name in signed})
        if not hmac.compare_digest(expected.encode(), fields.get("verify_sign_sha2", "").encode()):
            raise Forged("The signature is wrong.")
        return Notice(expected, fields["tran_id"])

    def _signature(self, fields: Mapping[str, str]) -> str:
        pairs = sorted({**fields, "store_passwd": _sha256(self.store_password)}.items())
        return _sha256("&".join(f"{name}={value}" for name, value in pairs))

    def _validated(self, row: Row) -> Row:
        """Ask for the order of a payment by its own id, as SSLCommerz demands before anything is believed."""
        order = self._ask(_VALIDATION, val_id=row["val_id"])
        if order["status"] not in _PAID or order["tran_id"] != row["tran_id"]:
            raise NoAnswer("the validation contradicts the transaction")
        return order

    @property
    def _store(self) -> dict[str, str]:
        return {"store_id": self.store_id, "store_passwd": self.store_password}

    def _ask(self, path: str, **asked: str) -> dict[str, Any]:
        query = urlencode({**asked, **self._store, "v": "1", "format": "json"})
        answer = self._read(self.send("GET", f"{self.url}{path}?{query}", {}, None))
        if answer["APIConnect"] != "DONE":
            raise Refused(answer["APIConnect"])
        return answer

    def _read(self, answer: calls.Answer) -> dict[str, Any]:
        if not answer.is_ok:
            raise Refused(f"HTTP {answer.status}")
        return answer.body


def _session(checkout: Checkout) -> dict[str, str]:
    """Return the fields of a session. All that the customer comes back to is one page, which believes nothing."""
    payer = checkout.payer
    return {
        "tran_id": checkout.key,
        "total_amount": f"{checkout.money.amount:.2f}",
        "currency": checkout.money.currency,
        "product_name": checkout.purpose[:255],
        "product_category": "installments",
        "product_profile": "general",
        "shipping_method": "NO",
        "num_of_item": "1",
        "success_url": checkout.return_url,
        "fail_url": checkout.return_url,
        "cancel_url": checkout.return_url,
        "ipn_url": checkout.notice_url,
        "cus_name": payer.name[:50],
        "cus_email": payer.email,
        "cus_phone": payer.phone[:20] or _UNKNOWN,
        "cus_add1": payer.address[:50] or _UNKNOWN,
        "cus_city": _UNKNOWN,
        "cus_postcode": _UNKNOWN,
        "cus_country": "Bangladesh",
    }


def _paid_report(reference: str, paid: list[Row]) -> Report:
    """Report what came: the sum, and the last payment as the one to give back from."""
    last = max(paid, key=lambda order: str(order.get("tran_date")))
    moneys = [_money(order) for order in paid]
    if {one.currency for one in moneys} != {moneys[0].currency}:
        raise NoAnswer("one payment in two currencies")
    return Report(
        reference=reference,
        key=reference,
        standing=Standing.PAID,
        money=Money(sum((one.amount for one in moneys), Decimal(0)), moneys[0].currency),
        payment=last["bank_tran_id"],
        is_risky=any(str(order.get("risk_level")) == "1" for order in paid),
    )


def _money(row: Row) -> Money:
    """Read what the customer was asked for: SSLCommerz settles in taka, and keeps the shop's currency beside it."""
    return Money(Decimal(row["currency_amount"]), row["currency_type"])


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
