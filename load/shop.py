"""The simulated users of `make load`, run by Locust: customers who browse, customers who pay, and an admin.

A request answered with 429 or 503 is sent again with its idempotency key, as the API allows, and counted separately.
Any other unexpected answer fails the run.
"""

import os
import random
import re
from collections import Counter
from uuid import uuid4

import gevent
from locust import HttpUser, between, events, task
from requests import Response

PASSWORD = "plum river lantern"
MAILBOX = os.environ["SHOP_MAILBOX_URL"]
ADMIN = {"email": os.environ["SHOP_ADMIN_EMAIL"], "password": os.environ["SHOP_ADMIN_PASSWORD"]}
REPEATABLE = {429, 503}
TRIES, LONGEST_WAIT = 8, 5.0

repeated: Counter[str] = Counter()


class Client(HttpUser):
    """A client of the API that repeats requests after 429 and 503."""

    abstract = True
    wait_time = between(0.1, 0.5)

    def on_start(self) -> None:
        """Start without a token."""
        self.token = ""

    def ask(self, method: str, path: str, name: str, expected: int = 200, **options: object) -> Response | None:
        """Send a request. Returns the answer with the expected status, or None after a failure."""
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        if key := options.pop("key", None):
            headers["Idempotency-Key"] = str(key)
        for _ in range(TRIES):
            with self.client.request(
                method, path, name=f"{method} {name}", headers=headers, catch_response=True, **options
            ) as answer:
                if answer.status_code == expected:
                    return answer
                if answer.status_code not in REPEATABLE:
                    answer.failure(f"{answer.status_code} instead of {expected}: {answer.text[:200]}")
                    return None
                answer.success()
                repeated[f"{method} {name}: {answer.status_code}"] += 1
            gevent.sleep(min(float(answer.headers.get("Retry-After", "0.2")), LONGEST_WAIT))
        events.request.fire(
            request_type=method,
            name=name,
            response_time=0,
            response_length=0,
            exception=TimeoutError("no success after all tries"),
        )
        return None

    def log_in(self, email: str, password: str) -> None:
        """Log in and keep the access token."""
        answer = self.ask("POST", "/accounts/login/", "/accounts/login/", json={"email": email, "password": password})
        if answer is not None:
            self.token = answer.json()["access"]


class Customer(Client):
    """A registered customer."""

    abstract = True

    def on_start(self) -> None:
        """Register, read the code from the mailbox, and log in."""
        super().on_start()
        name = f"load{uuid4().hex[:12]}"
        self.email = f"{name}@example.com"
        new = {"username": name, "email": self.email, "password": PASSWORD}
        self.ask("POST", "/accounts/register/", "/accounts/register/", 201, json=new)
        code = {"email": self.email, "otp_code": self.code()}
        self.ask("POST", "/accounts/verify-otp/", "/accounts/verify-otp/", json=code)
        self.log_in(self.email, PASSWORD)

    def code(self) -> str:
        """Return the code mailed to this customer."""
        for _ in range(20):
            with self.client.get(MAILBOX, name="the mailbox", catch_response=True) as mails:
                for mail in (mail for account in mails.json()["messages"].values() for mail in account):
                    if self.email in mail["To"] and (found := re.search(r"\b\d{6}\b", mail["BodyText"])):
                        return found[0]
            gevent.sleep(0.5)
        return ""

    def products(self) -> list[dict[str, object]]:
        """Return the newest products."""
        answer = self.ask("GET", "/products/?page_size=20", "/products/")
        return answer.json() if answer is not None else []

    def buy(self) -> dict[str, object] | None:
        """Buy a product in three installments; send the request twice, like a client that lost the answer."""
        products = self.products()
        if not products:
            return None
        chosen = random.choice(products)
        plan = {
            "product": chosen["id"],
            "first_installment_amount": round(float(str(chosen["price"])) * 0.4, 2),
            "installment_count": 3,
            "interval": "weekly",
        }
        key, path = uuid4(), "/purchases/create/"
        first = self.ask("POST", path, path, 201, json=plan, key=key)
        if first is None:
            return None
        second = self.ask("POST", path, f"{path} again", 201, json=plan, key=key)
        if second is not None and second.json() != first.json():
            self.fail(path, "a different answer to the same key")
        return first.json()

    def fail(self, name: str, why: str) -> None:
        """Fail the run."""
        error = AssertionError(why)
        events.request.fire(request_type="CHECK", name=name, response_time=0, response_length=0, exception=error)


class Shopper(Customer):
    """A customer who browses and sometimes buys."""

    weight = 6

    @task(6)
    def browse(self) -> None:
        """List, search and read products."""
        products = self.products()
        self.ask("GET", "/products/?search=phone", "/products/?search=")
        if products:
            self.ask("GET", f"/products/{random.choice(products)['id']}/", "/products/{id}/")

    @task(2)
    def review_purchases(self) -> None:
        """Read the purchases and the summary."""
        self.ask("GET", "/purchases/my/", "/purchases/my/")
        self.ask("GET", "/user/summary/", "/user/summary/")

    @task(1)
    def shop(self) -> None:
        """Buy a product."""
        self.buy()


class Payer(Customer):
    """A customer who buys, pays an installment in parts and pays off the rest."""

    weight = 3

    @task
    def pay(self) -> None:
        """Buy a product and pay for it completely."""
        bought = self.buy()
        if bought is None:
            return
        installment = bought["installments"][1]  # type: ignore[index]
        path, name = f"/installments/pay/{installment['id']}/", "/installments/pay/{id}/"
        half = round(float(installment["due_amount"]) / 2, 2)
        key = uuid4()
        for suffix in ("", " again"):
            self.ask("POST", path, name + suffix, json={"amount": half}, key=key)
        detail = self.ask("GET", f"/purchases/{bought['id']}/", "/purchases/{id}/")
        if detail is None:
            return
        left = round(sum(part["amount_to_pay"] for part in detail.json()["installments"] if part["status"] == "due"), 2)
        self.ask(
            "POST", f"/purchases/{bought['id']}/payoff/", "/purchases/{id}/payoff/", json={"amount": left}, key=uuid4()
        )
        paid = self.ask("GET", f"/purchases/{bought['id']}/", "/purchases/{id}/")
        if paid is not None and paid.json()["status"] != "paid":
            self.fail("/purchases/{id}/", f"the status is {paid.json()['status']} after the payoff")


class Admin(Client):
    """An admin who changes the catalogue and reads reports."""

    fixed_count = 1

    def on_start(self) -> None:
        """Log in as the first admin."""
        super().on_start()
        self.log_in(ADMIN["email"], ADMIN["password"])

    @task(1)
    def change_the_catalogue(self) -> None:
        """Add a product and change its price."""
        new = {"name": f"Load {uuid4().hex[:6]}", "price": 1000, "description": "a product of the load test"}
        added = self.ask("POST", "/products/", "/products/", 201, json=new)
        if added is not None:
            self.ask("PATCH", f"/products/{added.json()['id']}/", "/products/{id}/", json={"price": 1200})

    @task(3)
    def read_reports(self) -> None:
        """Read lists and reports."""
        for path in ("/purchases/", "/accounts/users/", "/reports/chart/summary/", "/reports/payment-summary/weekly/"):
            self.ask("GET", path, path)


@events.quitting.add_listener
def print_repeated(environment: object, **_: object) -> None:
    """Print how often requests were repeated."""
    del environment
    print(f"\nRepeated after 429 or 503: {repeated.total()}")
    for name, times in repeated.most_common():
        print(f"  {times:5} {name}")
