"""The pages in a real browser: at two widths, light and dark, in two languages, by keyboard, without scripts."""

import gzip
import json
import re
from base64 import b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from local.artwork import picture
from shop.accounts.model import Account
from shop.calendar import Interval
from shop.ids import new_id
from shop.ledger.purchases import Order
from shop.security.passwords import hash_password
from tests.e2e.conftest import Browser, Cloud
from tests.support.chromium import driven, needs_chromium
from tests.support.clock import Clock

HERE = Path(__file__).parent
STAFF = {"email": "admin@example.com", "password": "admin-password"}
PASSWORD = "a long password"


@dataclass(frozen=True)
class Bought:
    """A customer with a purchase of which an installment is overdue, and its product."""

    email: str
    customer: str
    product: str
    number: int
    purchase: str

    @property
    def login(self) -> dict[str, str]:
        return {"email": self.email, "password": PASSWORD}


@pytest.fixture
def bought(cloud: Cloud, admin: Browser) -> Bought:
    name = f"mina{uuid4().hex[:8]}"
    email = f"{name}@example.com"
    past = cloud.shop(Clock(datetime.now(UTC) - timedelta(days=10)))
    customer = Account(
        id=new_id(past.clock()),
        username=name,
        email=email,
        first_name="Mina",
        last_name="Akter",
        password_hash=hash_password(PASSWORD, 4),
        phone="+8801712345678",
        joined_at=past.clock(),
        is_verified=True,
    )
    past.accounts.create(customer, otp=None)
    word = f"Kettle{uuid4().hex[:6]}"
    product = admin.post("/products/", json={"name": word, "price": 1000, "category": "Kitchen"}).json()
    drawn = {"picture": b64encode(picture(1, "Kitchen")).decode()}
    assert admin.put(f"/products/{product['id']}/picture/", json=drawn).status_code == 200
    order = Order(product["id"], 1, Decimal(300), 3, Interval.WEEKLY)
    purchase = past.purchasing.buy(customer.id, order).purchase
    note = {"text": "Called", "promise": {"date": f"{datetime.now(UTC) + timedelta(days=3):%Y-%m-%d}", "amount": 100}}
    assert admin.post(f"/purchases/customers/{customer.id}/notes/", json=note).status_code == 201
    return Bought(email, customer.id, word, product["id"], purchase.id)


@needs_chromium
def test_pages_fit_every_look_and_everybody(cloud: Cloud, bought: Bought, tmp_path: Path) -> None:
    plan = "quantity=1&installment_count=3&first_installment_amount=300&interval=weekly"
    here = f"/shop/products/{bought.number}"
    account = "/shop/account"
    visits: list[dict[str, Any]] = [
        {"paths": ["/", here, f"{here}/checkout?{plan}", f"{account}/sign-in", f"{account}/sign-up"]},
        {
            **bought.login,
            "paths": [
                *("/shop/purchases", f"/shop/purchases/{bought.purchase}", "/shop/installments"),
                *(f"{account}/profile", f"{account}/delete"),
            ],
        },
        {
            **STAFF,
            "paths": [
                *("/admin/", "/admin/counter", f"/admin/customers/{bought.customer}", "/admin/waiting"),
                *("/admin/purchases", f"/admin/purchases/{bought.purchase}", "/admin/overdue", "/admin/reports"),
                *("/admin/reports/sales", "/admin/reports/aging", "/admin/reports/summary"),
                *("/admin/products", "/admin/products/archived", "/admin/products/new"),
                *(f"/admin/products/{bought.number}", "/admin/users", f"/admin/users/{bought.customer}"),
                *("/admin/audit", "/admin/settings"),
            ],
        },
    ]
    plan_file = tmp_path / "plan.json"
    plan_file.write_text(json.dumps({"base": cloud.places.api_url, "visits": visits}))

    seen = driven(HERE / "pages.mjs", plan_file)

    assert seen["wrong"] == []
    assert seen["opened"] == 4 * sum(len(visit["paths"]) for visit in visits)


@needs_chromium
def test_people_do_their_jobs(cloud: Cloud, bought: Bought, tmp_path: Path) -> None:
    plan = {"base": cloud.places.api_url, "folder": str(tmp_path), "staff": STAFF, "product": bought.product}
    plan_file = tmp_path / "plan.json"
    plan_file.write_text(json.dumps({**plan, "customer": bought.login}))

    seen = driven(HERE / "jobs.mjs", plan_file)

    assert seen["complaints"] == []
    assert seen["bought"] == "It is yours. Here is your plan."
    assert seen["paid"] == "Thank you. Your payment is noted."
    assert "৳100.00" in seen["receipt"]
    assert seen["posts"] == 1
    assert seen["pictured"] == ["The product has this picture now.", 1600, 800]


def test_a_first_view_is_at_most_150_kilobytes(cloud: Cloud, bought: Bought) -> None:
    base = cloud.places.api_url
    page = httpx.get(f"{base}/", timeout=60)
    files = set(re.findall(r'(?:href|src)="([^"#]*/static/[^"#]*)', page.text))
    texts = [
        page.content,
        *(httpx.get(f"{base}/static/{file.rpartition('/')[2]}", timeout=60).content for file in files),
    ]

    assert len(files) == 6, bought.product
    assert sum(len(gzip.compress(text)) for text in texts) <= 150 * 1024


def test_an_old_frontends_link_leads_to_the_desk(cloud: Cloud) -> None:
    for slashes in ("/", "//"):
        answer = httpx.get(f"{cloud.places.api_url}{slashes}admin", timeout=60, follow_redirects=True)
        assert (answer.status_code, "Sign in" in answer.text) == (200, True)
