"""A day at the counter, on the local cloud: late cash with the fee waived, a return, a refund, and the books closed."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

from local import operations
from shop.calendar import Interval
from shop.ledger.acting import Received
from shop.ledger.journal import Method
from shop.ledger.purchases import Order
from tests.e2e.conftest import Browser, Cloud
from tests.support.clock import Clock


def exported(admin: Browser, first: str, last: str) -> str:
    """The journal of some days for Beancount, all of its pages."""
    text, url = "", f"/reports/journal/?from={first}&to={last}&format=beancount&page_size=5"
    while url:
        answer = admin.get(url)
        assert answer.status_code == 200, answer.text
        text, url = text + answer.text, answer.links.get("next", {}).get("url", "")
    return text


def test_a_day_at_the_counter_ends_in_books_that_balance(cloud: Cloud, admin: Browser, tmp_path: Path) -> None:
    name = f"nasrin-{uuid4().hex[:8]}"
    email = f"{name}@example.com"
    new = {"username": name, "email": email, "is_verified": True}
    customer = admin.post("/accounts/users/", json=new).json()
    product = admin.post("/products/", json={"name": f"Fan {name}", "price": 1000}).json()
    past = cloud.shop(Clock(datetime.now(UTC) - timedelta(days=10)))
    bought = past.purchasing.buy(customer["id"], Order(product["id"], 2, Decimal(600), 3, Interval.WEEKLY)).purchase
    last_month = past.today.isoformat()

    def act(path: str, body: dict[str, object]) -> Any:
        answer = admin.post(f"/purchases/{bought.id}/{path}/", json=body, headers={"Idempotency-Key": path})
        assert answer.status_code in (200, 201), answer.text
        return answer.json()

    paid = act("payments", {"amount": 700, "method": "cash", "waive_late_fee": {"reason": "flood"}})
    assert paid["entry"]["postings"] == {"cash": 700, "receivable": -700}
    assert act("returns", {"quantity": 1, "reason": "one too many"})["purchase"]["refundable_amount"] == 300
    refunded = act("refunds", {"amount": 300, "method": "cash", "reason": "one too many"})
    assert refunded["purchase"]["refundable_amount"] == 0

    mails = cloud.await_mails(email, 3)
    assert {mail["subject"] for mail in mails} == {
        "Payment received: ৳700.00",
        f"We have your return: {product['name']}",
        f"Your refund: {product['name']}",
    }
    assert any(paid["entry"]["receipt_number"] in mail["text"] for mail in mails)
    till = admin.get("/reports/till/").json()
    (cash,) = [row for row in till["rows"] if row["method"] == "cash" and row["actor"] == paid["entry"]["actor"]]
    assert (cash["received"], cash["handed_out"]) == (700, 300)

    today = cloud.shop(Clock(datetime.now(UTC))).today.isoformat()
    file = tmp_path / "books.beancount"
    file.write_text(exported(admin, last_month, today), encoding="utf-8")
    checked = subprocess.run(
        [Path(sys.executable).with_name("bean-check"), file], capture_output=True, text=True, check=False
    )
    assert (checked.returncode, checked.stderr) == (0, "")
    assert file.read_text(encoding="utf-8").count(f"^{bought.id}") == 4
    assert "0 differences, 0 moving" in cloud.run("audit")


def test_payments_that_wait_are_confirmed_or_end_by_themselves(cloud: Cloud, admin: Browser) -> None:
    name = f"jamal-{uuid4().hex[:8]}"
    email = f"{name}@example.com"
    new = {"username": name, "email": email, "is_verified": True}
    customer = admin.post("/accounts/users/", json=new).json()["id"]
    product = admin.post("/products/", json={"name": f"Lamp {name}", "price": 1000}).json()["id"]
    order, by_bank = Order(product, 1, Decimal(400), 3, Interval.WEEKLY), Received(Method.BANK_TRANSFER)
    forgotten, found = (
        cloud.shop(Clock(datetime.now(UTC) - timedelta(days=days))).attempting.order(customer, order, by_bank)
        for days in (9, 2)
    )

    of_found = f"/purchases/{found.purchase.id}/attempts/{found.attempt.id}"
    confirmed = admin.post(f"{of_found}/confirm/", json={"reference": "seen today"}).json()
    event = {"plan": "receipts", "scheduled_time": datetime.now(UTC).isoformat()}
    operations.invoke(cloud.places, "PlannerFunctionName", event)

    assert confirmed["purchase"]["status"] == "due"
    mails = cloud.await_mails(email, 2)
    assert {mail["subject"] for mail in mails} == {
        f"Your purchase: Lamp {name}",
        f"Your payment was not confirmed: Lamp {name}",
    }
    assert admin.get(f"/purchases/{forgotten.purchase.id}/").json()["status"] == "cancelled"
    late = admin.post(f"/purchases/{forgotten.purchase.id}/attempts/{forgotten.attempt.id}/confirm/", json={}).json()
    assert late["purchase"]["refundable_amount"] == 400
    assert "0 differences, 0 moving" in cloud.run("audit")
