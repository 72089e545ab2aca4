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
from shop.ids import new_id, numbered
from shop.ledger.acting import Received
from shop.ledger.attempts import Attempt
from shop.ledger.journal import Method
from shop.ledger.purchases import Order
from shop.security.passwords import hash_password
from tests.e2e.conftest import Browser, Cloud
from tests.support.chromium import driven, needs_chromium
from tests.support.clock import Clock
from tests.support.routes import routes

HERE = Path(__file__).parent
STAFF = {"email": "admin@example.com", "password": "admin-password"}
PASSWORD = "a long password"
LOOKS = [
    {"width": 360, "colorScheme": "light", "language": "bn"},
    {"width": 360, "colorScheme": "dark", "language": "en"},
    {"width": 1440, "colorScheme": "light", "language": "en"},
    {"width": 1440, "colorScheme": "dark", "language": "bn"},
]
PLAN = "quantity=1&installment_count=3&first_installment_amount=300&interval=weekly"
FILES = {"/static/<name>", "/shop/account/data"}
"""What browsers do not show as a page."""


@dataclass(frozen=True)
class Bought:
    """A customer with a purchase of which an installment is overdue, its product, and a link that pays it.

    A payment of another order waits to be confirmed.
    """

    email: str
    customer: str
    product: str
    number: int
    purchase: str
    entry: str
    waiting: Attempt
    link: str

    @property
    def examples(self) -> dict[str, list[str]]:
        """What stands in the addresses of pages."""
        return {
            "customer_id": [self.customer],
            "user_id": [self.customer],
            "product_id": [f"{self.number}"],
            "purchase_id": [self.purchase],
            "installment_id": [numbered(self.purchase, 2)],
            "entry_id": [self.entry],
            "attempt_id": [self.waiting.id],
            "token": [self.link],
        }

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
    order = Order(product["id"], 2, Decimal(600), 3, Interval.WEEKLY)
    outcome = past.purchasing.buy(customer.id, order)
    purchase = outcome.purchase
    waiting = cloud.shop(Clock(datetime.now(UTC))).attempting.order(customer.id, order, Received(Method.CASH)).attempt
    note = {"text": "Called", "promise": {"date": f"{datetime.now(UTC) + timedelta(days=3):%Y-%m-%d}", "amount": 100}}
    assert admin.post(f"/purchases/customers/{customer.id}/notes/", json=note).status_code == 201
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", cloud.places.cloud_url)  # where the secret is that signs the link
        link = past.pay_links.token(customer.id, datetime.now(UTC).date(), datetime.now(UTC))
    return Bought(email, customer.id, word, product["id"], purchase.id, outcome.entry.id, waiting, link)


@needs_chromium
def test_pages_fit_every_look_and_everybody(cloud: Cloud, bought: Bought, tmp_path: Path) -> None:
    here = f"/shop/products/{bought.number}"
    account = "/shop/account"
    visits: list[dict[str, Any]] = [
        {"paths": ["/", here, f"{here}/checkout?{PLAN}", f"{account}/sign-in", f"{account}/sign-up"]},
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

    assert wrong_with(cloud, visits, LOOKS, tmp_path) == []


@needs_chromium
def test_every_page_opens_and_nothing_complains(cloud: Cloud, bought: Bought, tmp_path: Path) -> None:
    visits: list[dict[str, Any]] = [{"paths": []}, {**bought.login, "paths": []}, {**STAFF, "paths": []}]
    for route in routes("GET"):
        if route.endpoint.path in FILES:
            continue
        of_waiting = {"purchase_id": [bought.waiting.purchase_id]} if "attempt_id" in route.path_parameters else {}
        addresses = route.addresses({**bought.examples, **of_waiting})
        who = 2 if route.endpoint.path.startswith("/admin") else 1 if route.endpoint.check else 0
        visits[who]["paths"] += [f"{one}?{PLAN}" if one.endswith("/checkout") else one for one in addresses]

    assert wrong_with(cloud, visits, LOOKS[:1], tmp_path) == []


def wrong_with(
    cloud: Cloud,
    visits: list[dict[str, Any]],
    looks: list[dict[str, Any]],
    folder: Path,
    pictures: str | None = None,
) -> list[str]:
    """What a browser finds wrong with pages. It keeps pictures of them in a folder, if one is given."""
    plan_file = folder / "plan.json"
    plan = {"base": cloud.places.api_url, "looks": looks, "visits": visits, "folder": pictures}
    plan_file.write_text(json.dumps(plan))
    seen = driven(HERE / "pages.mjs", plan_file)
    assert seen["opened"] == len(looks) * sum(len(visit["paths"]) for visit in visits)
    return list(seen["wrong"])


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


@needs_chromium
def test_what_people_do_works_without_scripts(cloud: Cloud, bought: Bought, tmp_path: Path) -> None:
    plan = {"base": cloud.places.api_url, "staff": STAFF, "product": bought.product, "link": f"/pay/{bought.link}"}
    plan_file = tmp_path / "plan.json"
    plan_file.write_text(json.dumps({**plan, "customer": bought.login}))

    seen = driven(HERE / "plain.mjs", plan_file)

    assert seen["complaints"] == []
    assert seen["found"] == [bought.product]
    assert "৳400.00" in seen["quote"]
    assert seen["bought"] == "It is yours. Here is your plan."
    assert seen["paid"] == seen["paid_by_link"] == "Thank you. Your payment is noted."
    assert "৳100.00" in seen["receipt"]


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
