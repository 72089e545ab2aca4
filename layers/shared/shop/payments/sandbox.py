"""The adapter of the sandbox gateway, a provider to try with (`local/gateway.py`)."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from shop.payments import calls
from shop.payments.provider import (
    Checkout,
    Decline,
    Dispute,
    DisputeStanding,
    Forged,
    Hosted,
    Money,
    Movement,
    MovementKind,
    Notice,
    RefundReport,
    RefundStanding,
    Refusal,
    Refused,
    Report,
    SavedMethod,
    Standing,
)
from shop.payments.signatures import check


@dataclass(frozen=True, slots=True)
class Sandbox:
    """The gateway at an address, as a shop with two keys reaches it."""

    url: str
    key: str = field(repr=False)
    signing_key: str = field(repr=False)
    send: calls.Send = calls.send

    @calls.understood()
    def begin(self, checkout: Checkout) -> Hosted:
        """Make a page on which the customer pays."""
        asked = {
            **_asked(checkout.money, checkout.key),
            "purpose": checkout.purpose,
            "return_url": checkout.return_url,
            "notice_url": checkout.notice_url,
            "ends_at": checkout.ends_at.isoformat(),
            "saves": checkout.saves,
        }
        made = self._call("POST", "/payments", asked)
        return Hosted(made["reference"], made["url"])

    @calls.understood()
    def look_up(self, reference: str) -> Report:
        """Return what became of a payment."""
        return _report(self._call("GET", f"/payments/{quote(reference)}"))

    @calls.understood()
    def charge(self, saved: str, money: Money, key: str) -> Report:
        """Charge a saved card."""
        return _report(self._call("POST", "/charges", {**_asked(money, key), "saved": saved}))

    def forget(self, saved: str) -> None:
        """Delete a saved card."""
        self._call("DELETE", f"/cards/{quote(saved)}")

    @calls.understood()
    def refund(self, payment: str, money: Money, key: str) -> RefundReport:
        """Give money back."""
        return _refund(self._call("POST", "/refunds", {**_asked(money, key), "payment": payment}))

    @calls.understood()
    def look_up_refund(self, reference: str) -> RefundReport:
        """Return what became of a refund."""
        return _refund(self._call("GET", f"/refunds/{quote(reference)}"))

    def notice(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Notice:
        """Authenticate a notification."""
        check(headers.get("gateway-signature", ""), body, self.signing_key, now)
        try:
            told = json.loads(body)
            return Notice(told["id"], told["payment"])
        except (ValueError, KeyError, TypeError):
            raise Forged("The notification has another form.") from None

    def movements(self, start: datetime, end: datetime) -> Iterator[Movement]:
        """Yield what moved in a time."""
        day = start.astimezone(UTC).date()
        while day <= end.astimezone(UTC).date():
            for moved in self._call("GET", f"/movements?day={day}")["movements"]:
                at = datetime.fromisoformat(moved["at"])
                if start <= at < end:
                    yield Movement(MovementKind(moved["kind"]), moved["payment"], _money(moved), at)
            day += timedelta(days=1)

    @calls.understood()
    def _call(self, method: str, path: str, asked: Mapping[str, object] | None = None) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
        answer = self.send(method, self.url + path, headers, json.dumps(asked).encode() if asked else None)
        if not answer.is_ok:
            raise Refused(answer.body["code"])
        return answer.body


def _asked(money: Money, key: str) -> dict[str, object]:
    return {"key": key, "amount": f"{money.amount:.2f}", "currency": money.currency}


def _money(body: Mapping[str, Any]) -> Money:
    return Money(Decimal(body["amount"]), body["currency"])


def _report(body: Mapping[str, Any]) -> Report:
    money, decline, saved = _money(body), body["decline"], body["saved"]
    return Report(
        reference=body["reference"],
        key=body["key"],
        standing=Standing(body["standing"]),
        money=money,
        payment=body["reference"],
        decline=Decline(Refusal(decline["kind"]), decline["code"]) if decline else None,
        saved=_saved(saved) if saved else None,
        refunded=Decimal(body["refunded"]),
        dispute=Dispute(DisputeStanding(body["dispute"]), money) if body["dispute"] else None,
    )


def _saved(body: Mapping[str, Any]) -> SavedMethod:
    return SavedMethod(body["reference"], body["label"], date.fromisoformat(body["expires_on"]))


def _refund(body: Mapping[str, Any]) -> RefundReport:
    return RefundReport(body["reference"], RefundStanding(body["standing"]), _money(body), body["reason"])
