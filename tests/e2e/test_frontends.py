"""The shop through a frontend that is written as those of the old backend are, in Chromium and from another origin."""

import csv
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

from shop.calendar import Interval
from shop.ledger.purchases import Order
from tests.e2e.conftest import Browser, Cloud
from tests.e2e.test_shop import PASSWORD, sign_up
from tests.support import frontend
from tests.support.chromium import driven, needs_chromium
from tests.support.clock import Clock

LAPTOPS = 12
"""More than the frontend shows on a page."""


@dataclass(frozen=True)
class Frontend:
    """The frontend in Chromium."""

    url: str
    api_url: str
    folder: Path

    def play(self, scene: str, *given: str, refused: tuple[str, ...] = ()) -> Any:
        """Run a scene; it must meet no other refusal, call and error."""
        script = Path(__file__).with_name("frontends.mjs")
        told = driven(script, self.url, self.folder / f"{scene}.png", scene, *given)
        paths = [one["path"].removeprefix(urlsplit(self.api_url).path) for one in told["refusals"]]
        met = [f"{one['status']} {one['method']} {path}" for one, path in zip(told["refusals"], paths, strict=True)]
        assert met == list(refused)
        # Chromium itself writes a line for each of them.
        lines = Counter(re.sub(r"(?<=status of \d{3}).*", "", line) for line in told["complaints"])
        statuses = [one.partition(" ")[0] for one in refused]
        assert lines == Counter(f"Failed to load resource: the server responded with a status of {s}" for s in statuses)
        assert sorted(told["hosts"]) == sorted(urlsplit(url).netloc for url in (self.url, self.api_url))
        return told["seen"]


@pytest.fixture
def shown(cloud: Cloud, tmp_path: Path) -> Iterator[Frontend]:
    """The frontend, with a picture of each scene's end in the test's folder."""
    with frontend.served(cloud.places.api_url) as url:
        yield Frontend(url, cloud.places.api_url, tmp_path)


def buy_ten_days_ago(cloud: Cloud, browser: Browser, product: int) -> None:
    """Have the customer owe 700 since three days."""
    shop = cloud.shop(Clock(datetime.now(UTC) - timedelta(days=10)))
    order = Order(product, 1, Decimal(300), 2, Interval.WEEKLY)
    shop.purchasing.buy(browser.get("/accounts/profile/").json()["id"], order)


@needs_chromium
def test_a_customer_registers_buys_and_pays(cloud: Cloud, browser: Browser, admin: Browser, shown: Frontend) -> None:
    brand = f"brand{uuid4().hex[:6]}"
    email = f"{brand}@example.com"
    names = [f"{brand} Laptop {number:02}" for number in range(LAPTOPS)]
    made = [admin.post("/products/", json={"name": name, "price": 1000}).json() for name in names]

    registered = shown.play("register", email, PASSWORD)
    assert registered["said"] == "User registered. Check your email for OTP."
    code = re.search(r"\b\d{6}\b", cloud.await_mails(email, 1)[0]["text"])
    assert code

    refused = ("400 POST /purchases/create/",) * 2
    seen = shown.play("buy", email, PASSWORD, code[0], brand, refused=refused)
    assert seen["verified"] == "Account verified successfully."
    assert seen["links"] == ["Products", "Purchases", "Installments", "Schedule", "Next due", "Profile"]
    assert [[row[0] for row in page] for page in seen["pages"]] == [names[:10], names[10:]]
    assert seen["found"] == [[names[7], "1000", "Buy"]]
    assert seen["refused"] == [
        "The first installment amount must be a number, like 1234.50.",
        "The first installment must be at least ৳600.00.",
    ]
    assert seen["bought"] == f"You have bought {names[7]}."
    assert seen["history"] == [[names[7], "2", "2000", "3", "due"]]
    browser.log_in(email, PASSWORD)
    (purchase,) = browser.get("/purchases/my/").json()
    days = [part["due_date"] for part in purchase["installments"]]
    assert seen["installments"] == [
        [names[7], "2", "500", days[1], "due"],
        [names[7], "3", "500", days[2], "due"],
    ]
    assert seen["schedule"] == ["2 of 3", 3, True]

    buy_ten_days_ago(cloud, browser, made[0]["id"])
    refused = ("404 GET /installments/next-due/", "401 GET /accounts/profile/")
    seen = shown.play("pay", email, PASSWORD, "3", refused=refused)
    assert seen["paid"] == [
        [names[0], True, "770", "Payment successful."],
        [names[7], False, "500", "Payment successful."],
        [names[7], False, "500", "Payment successful."],
    ]
    assert seen["nothing"] == "No due installments found."
    updated = "Profile updated successfully."
    assert seen["profiles"] == [[updated, "Karim", "Uddin"], [updated, "Karim", ""]]
    assert browser.get("/accounts/profile/").json()["last_name"] == ""


@needs_chromium
def test_an_admin_keeps_the_catalogue_and_saves_the_reports(
    cloud: Cloud, browser: Browser, admin: Browser, shown: Frontend
) -> None:
    brand = f"brand{uuid4().hex[:6]}"
    customer = sign_up(cloud, browser)
    laptop = admin.post("/products/", json={"name": "Laptop", "price": 1000}).json()
    buy_ten_days_ago(cloud, browser, laptop["id"])

    seen = shown.play("administer", "admin@example.com", "admin-password", brand, customer)

    assert seen["links"][-3:] == ["Manage", "Weekly", "Monthly"]
    number = str(laptop["id"] + 1)
    assert seen["products"] == [
        ["Product added.", [[number, f"{brand} Kettle", "2500", "1.7 litres", "Edit", "Remove"]]],
        ["Product changed.", [[number, f"{brand} Kettle", "2750.5", "1.7 litres", "Edit", "Remove"]]],
        ["Product removed.", []],
    ]
    weekly, monthly = seen["reports"]["Weekly"], seen["reports"]["Monthly"]
    assert weekly["rows"] == [[customer, "0", "700", "700", "0", "due"]]
    assert monthly["rows"] == [[customer, "300", "700", "700", "1", "due"]]
    assert (weekly["named"], monthly["named"]) == ("weekly.csv", "monthly.csv")
    for report in (weekly, monthly):
        (row,) = [row for row in csv.DictReader(report["file"].splitlines()) if row["email"] == customer]
        amounts = [Decimal(row[name]) for name in ("total_paid_amount", "total_due_amount", "overdue_amount")]
        assert amounts == [Decimal(cell) for cell in report["rows"][0][1:4]]


def test_the_old_readmes_purchase_is_answered_as_it_was(cloud: Cloud, browser: Browser, admin: Browser) -> None:
    sign_up(cloud, browser)
    number = admin.post("/products/", json={"name": "Laptop", "price": 10000}).json()["id"]
    assert type(number) is int

    bought = browser.post(
        "/purchases/create/",
        json={"product": number, "quantity": 2, "first_installment_amount": 6000, "installment_count": 3},
    )

    promised = {
        "product_name": "Laptop",
        "total_price": 20000,
        "quantity": 2,
        "first_installment_amount": 6000,
        "installment_count": 3,
        "status": "due",
    }
    assert bought.status_code == 201, bought.text
    assert {name: bought.json()[name] for name in promised} == promised
