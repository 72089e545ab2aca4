"""A customer of the local cloud in the middle of things: late, with orders that wait, and with a link that pays."""

from base64 import b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from local.artwork import picture
from shop.accounts.model import Account
from shop.calendar import Interval
from shop.ids import new_id, numbered
from shop.ledger.acting import Received
from shop.ledger.attempts import Attempt
from shop.ledger.journal import Method
from shop.ledger.purchases import Order, Purchase
from shop.money import Language
from shop.online.mandates import Mandate, MandateStatus
from shop.security.passwords import hash_password
from tests.e2e.conftest import Browser, Cloud
from tests.support.clock import Clock

PASSWORD = "a long password"
_NAMES = {Language.ENGLISH: ("Mina", "Akter", "Kettle"), Language.BENGALI: ("মিনা", "আক্তার", "কেটলি")}
_CATEGORIES = {Language.ENGLISH: "Kitchen", Language.BENGALI: "রান্নাঘর"}


@dataclass(frozen=True)
class Bought:
    """A customer with two purchases of which an installment is overdue, their product, and a link that pays them.

    The first payments of two more orders wait to be confirmed; `payment` leads to the page of one, `mandate` to
    that of a consent to be charged that is over.
    """

    username: str
    customer: str
    product: str
    number: int
    purchases: list[Purchase]
    entry: str
    waiting: list[Attempt]
    link: str
    payment: str
    mandate: str

    @property
    def examples(self) -> dict[str, list[str]]:
        """What stands in the addresses of pages."""
        purchase = self.purchases[0].id
        return {
            "customer_id": [self.customer],
            "user_id": [self.customer],
            "product_id": [f"{self.number}"],
            "purchase_id": [purchase],
            "installment_id": [numbered(purchase, 2)],
            "entry_id": [self.entry],
            "attempt_id": [self.waiting[0].id],
            "token": [self.link],
            "payment": [self.payment],
            "mandate": [self.mandate],
        }

    @property
    def email(self) -> str:
        return f"{self.username}@example.com"

    @property
    def login(self) -> dict[str, str]:
        return {"email": self.email, "password": PASSWORD}


def trade(cloud: Cloud, admin: Browser, language: Language = Language.ENGLISH) -> Bought:
    """Let a customer buy twice, ten days ago, and order twice now. Names are in a language."""
    first_name, last_name, word = _NAMES[language]
    name, username = f"{word}{uuid4().hex[:6]}", f"mina{uuid4().hex[:8]}"
    product = admin.post("/products/", json={"name": name, "price": 1000, "category": _CATEGORIES[language]}).json()
    drawn = {"picture": b64encode(picture(1, "Kitchen")).decode()}
    assert admin.put(f"/products/{product['id']}/picture/", json=drawn).status_code == 200
    order = Order(product["id"], 2, Decimal(600), 3, Interval.WEEKLY)
    past, now = (cloud.shop(Clock(datetime.now(UTC) - timedelta(days=days))) for days in (10, 0))
    customer = Account(
        id=new_id(past.clock()),
        username=username,
        email=f"{username}@example.com",
        first_name=first_name,
        last_name=last_name,
        password_hash=hash_password(PASSWORD, 4),
        phone="+8801712345678",
        joined_at=past.clock(),
        is_verified=True,
    )
    past.accounts.create(customer, otp=None)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", cloud.places.cloud_url)  # where the queue is, and the secret that signs links
        bought = [past.purchasing.buy(customer.id, order) for _ in range(2)]
        waiting = [now.attempting.order(customer.id, order, Received(Method.CASH)).attempt for _ in range(2)]
        link = past.pay_links.token(customer.id, now.today, now.clock())
        page = past.pay_links.payment_path(customer.id, waiting[0].purchase_id, waiting[0].id)
        mandate = Mandate(new_id(now.clock()), customer.id, Method.SANDBOX, "I agree", now.clock(), MandateStatus.ENDED)
        now.mandates.put(mandate)
        saved = past.pay_links.mandate_path(customer.id, mandate.id).removeprefix("/mandates/")
    note = {"text": "✓", "promise": {"date": f"{now.today + timedelta(days=3)}", "amount": 100}}
    assert admin.post(f"/purchases/customers/{customer.id}/notes/", json=note).status_code == 201
    purchases = [one.purchase for one in bought]
    payment, entry = page.removeprefix("/payments/"), bought[0].entry.id
    return Bought(username, customer.id, name, product["id"], purchases, entry, waiting, link, payment, saved)
