"""Payments online, from the button to the receipt: the shop, the sandbox gateway, and people in a real browser.

With the variable SHOP_PICTURES, a folder, pictures of the pages are kept there.
"""

import json
import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from local import sandbox
from local.processes import wait_until
from shop.accounts.model import Account
from shop.calendar import Interval
from shop.ids import new_id, numbered
from shop.ledger.acting import UNSAID
from shop.ledger.attempts import Attempt
from shop.ledger.purchases import Order, Purchase
from shop.payments.sandbox import Sandbox
from shop.security.passwords import hash_password
from tests.e2e.conftest import Browser, Cloud
from tests.e2e.test_pages import LOOKS, PLAN, STAFF, wrong_with
from tests.support.bought import PASSWORD
from tests.support.chromium import driven, needs_chromium
from tests.support.clock import Clock

HERE = Path(__file__).parent
PICTURES = os.environ.get("SHOP_PICTURES")


@dataclass(frozen=True)
class Customer:
    """A customer with two purchases: of one, the second installment fell due yesterday; of the other none has yet."""

    id: str
    email: str
    product: int
    late: Purchase
    early: Purchase


@pytest.fixture
def customer(online_cloud: Cloud) -> Customer:
    name = f"mina{uuid4().hex[:8]}"
    now = datetime.now(UTC)
    past = online_cloud.shop(Clock(now - timedelta(days=8)))
    account = Account(
        id=new_id(past.clock()),
        username=name,
        email=f"{name}@example.com",
        first_name="Mina",
        last_name="Akter",
        password_hash=hash_password(PASSWORD, 4),
        joined_at=past.clock(),
        is_verified=True,
    )
    past.accounts.create(account, otp=None)
    with Browser(base_url=online_cloud.places.api_url, timeout=60) as admin:
        admin.log_in(STAFF["email"], STAFF["password"])
        product = admin.post("/products/", json={"name": f"Kettle {name}", "price": 1000}).json()["id"]
    order = Order(product, 1, Decimal(300), 3, Interval.WEEKLY)
    late = past.purchasing.buy(account.id, order).purchase
    early = online_cloud.shop(Clock(now - timedelta(days=1))).purchasing.buy(account.id, order).purchase
    return Customer(account.id, account.email, product, late, early)


@needs_chromium
def test_customers_pay_online(online_cloud: Cloud, customer: Customer, tmp_path: Path) -> None:
    cloud, email = online_cloud, customer.email
    cloud.run("remind")
    [reminder] = [mail for mail in cloud.await_mails(email, 1) if "/pay/" in mail["text"]]
    found = re.search(rf"{re.escape(cloud.places.api_url)}(/pay/\S+)", reminder["text"])
    assert found is not None, reminder["text"]
    plan = {
        "base": cloud.places.api_url,
        "gateway": cloud.places.gateway_url,
        "folder": PICTURES,
        "customer": {"email": email, "password": PASSWORD},
        "job": "pay",
        "checkout": f"/shop/products/{customer.product}/checkout?{PLAN}",
        "link": found[1],
        "declined": f"/shop/installments/{numbered(customer.early.id, 2)}",
        "left": f"/shop/installments/{numbered(customer.early.id, 3)}",
        "purchase": f"/shop/purchases/{customer.early.id}",
    }
    plan_file = tmp_path / "plan.json"
    plan_file.write_text(json.dumps(plan))

    seen = driven(HERE / "online.mjs", plan_file)

    assert seen["complaints"] == []
    assert seen["bought"][0] == "পরিশোধিত"
    assert "৩০০" in seen["bought"][1]
    assert seen["plain"][0] == "Paid"
    assert "৳300.00" in seen["plain"][1]
    assert seen["linked"][0] == "Paid"
    assert email not in seen["linked"][1]
    assert seen["declined"] == ["প্রত্যাখ্যাত", "পরিশোধিত"]
    assert seen["left"] == ["Not paid yet", True, "Not paid"]
    subjects = [mail["subject"] for mail in cloud.await_mails(email, 5)]
    assert "Payment received: ৳385.00" in subjects, subjects  # with the late fee
    assert "0 differences, 0 moving" in cloud.run("audit")


@needs_chromium
def test_a_saved_card_is_charged_on_the_due_date(online_cloud: Cloud, customer: Customer, tmp_path: Path) -> None:
    cloud, email = online_cloud, customer.email
    a_week_ago = cloud.shop(Clock(datetime.now(UTC) - timedelta(days=7)))
    due = a_week_ago.purchasing.buy(customer.id, Order(customer.product, 1, Decimal(400), 3, Interval.WEEKLY)).purchase
    job: dict[str, Any] = {"base": cloud.places.api_url, "gateway": cloud.places.gateway_url, "folder": PICTURES}
    job |= {"customer": {"email": email, "password": PASSWORD}}
    plan_file = tmp_path / "plan.json"

    plan_file.write_text(json.dumps(job | {"job": "save"}))
    seen = driven(HERE / "online.mjs", plan_file)
    assert seen["complaints"] == []
    assert "Card 4242" in seen["saved"]
    cloud.run("remind")
    [reminder] = [mail for mail in cloud.await_mails(email, 1) if "/pay/" in mail["text"]]
    assert "we charge Card 4242 on the due date" in reminder["text"]
    cloud.run("charge")
    cloud.run("charge")

    subjects = [mail["subject"] for mail in cloud.await_mails(email, 3)]
    assert sorted(subjects)[1:] == ["Payment received: ৳300.00", "Payment received: ৳385.00"], subjects
    plan_file.write_text(json.dumps(job | {"job": "remove"}))
    seen = driven(HERE / "online.mjs", plan_file)
    assert seen["complaints"] == []
    assert "Card 4242" not in seen["removed"]
    with Browser(base_url=cloud.places.api_url, timeout=60) as admin:
        admin.log_in(STAFF["email"], STAFF["password"])
        parts = admin.get(f"/purchases/{due.id}/").json()["installments"]
    assert [part["status"] for part in parts] == ["paid", "paid", "due"]
    assert "0 differences, 0 moving" in cloud.run("audit")


@needs_chromium
def test_what_the_round_found_is_refunded_the_way_it_came(
    online_cloud: Cloud, customer: Customer, tmp_path: Path
) -> None:
    cloud, purchase = online_cloud, f"/purchases/{customer.early.id}/"
    first, second = (begun(cloud, customer, number) for number in (2, 3))
    answer = httpx.post(first.checkout_url, data={"choice": "approve", "notify": "never"}, timeout=60)
    assert answer.headers["Location"].startswith(f"{cloud.places.api_url}/payments/")

    cloud.run("settle")

    with Browser(base_url=cloud.places.api_url, timeout=60) as admin:
        admin.log_in(STAFF["email"], STAFF["password"])

        def statuses() -> list[str]:
            return [part["status"] for part in admin.get(purchase).json()["installments"]]

        wait_until(lambda: statuses() == ["paid", "paid", "due"], "The payment")
        assert httpx.post(second.checkout_url, data={"choice": "cancel"}, timeout=60).status_code == 303
        wait_until(lambda: not admin.get(purchase).json()["waiting_amount"], "The cancellation")
        assert admin.post(f"{purchase}cancel/", json={"reason": "unwanted"}).status_code == 200
        begun(cloud, customer, 2, of=customer.late)
        looked_at = [
            *("/admin/waiting?status=requires_action", "/admin/waiting?status=succeeded", "/admin/settings"),
            *(f"/admin/waiting/{customer.early.id}/{first.id}", f"/admin{purchase}refunds"),
        ]
        visits = [{**STAFF, "paths": looked_at}]
        assert wrong_with(cloud, visits, LOOKS, tmp_path, PICTURES) == []
        body = {"amount": 350, "method": "online", "reason": "unwanted"}
        assert admin.post(f"{purchase}refunds/", json=body).status_code == 201

    keys = sandbox.keys(cloud.places)
    gateway = Sandbox(keys["url"], keys["key"], keys["signing_key"])
    wait_until(lambda: gateway.look_up(first.reference).refunded == 350, "The refund")
    assert "0 differences, 0 moving" in cloud.run("audit")


def begun(cloud: Cloud, customer: Customer, number: int, of: Purchase | None = None) -> Attempt:
    """A payment of an installment that was begun ten minutes ago; the round asks about it."""
    past = cloud.shop(Clock(datetime.now(UTC) - timedelta(minutes=10)))
    part = (of or customer.early).installment(number)
    amount = (of or customer.early).amount_to_pay(part, past.today)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", cloud.places.cloud_url)  # where the secrets are
        outcome = past.attempting.pay(customer.id, numbered((of or customer.early).id, number), amount, UNSAID)
        return past.checkouts.open(outcome, cloud.places.api_url).attempt
