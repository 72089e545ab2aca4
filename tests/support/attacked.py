"""A shop in which every text is hostile that a customer, or staff, can write."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from shop.bootstrap import Shop
from shop.ids import new_id
from shop.ledger.journal import Method
from shop.online.mandates import Mandate
from shop.runtime.config import PaymentMode
from shop.web import assets
from tests.api.conftest import Person, Serve
from tests.support.clock import Clock
from tests.support.hostile import hostile, short
from tests.support.mails import Machinery

OF_CUSTOMERS = {"first_name", "last_name", "address", "reference", "declared_reference", "declared_note"}
"""The texts of a customer that pages show."""
OF_STAFF = {
    *("name", "description", "category", "sku", "note", "taken_reference", "taken_note"),
    *("move", "cancel", "goodwill", "reversal", "reject", "refund"),
}
"""The texts of staff that pages show."""


@dataclass
class Attacked:
    """The shop, forty days after its customer bought. `examples` are values for the parameters of its addresses."""

    shop: Shop
    serve: Serve
    clock: Clock
    machinery: Machinery
    admin: Person
    customer: Person
    examples: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._name_everybody()
        product = self._add_product()
        due, cancelled = (self._buy(product, count) for count in (3, 2))
        self._act(due, "due-dates", installment=due["installments"][2]["id"], due_date="2026-12-20", reason="move")
        goodwill = self._act(due, "goodwill", installment=due["installments"][2]["id"], amount=1, reason="goodwill")
        self._act(due, "reversals", entry=goodwill["entry"]["id"], reason="reversal")
        paid = self._act(due, "payments", amount=10, method="cash", reference="taken_reference", note="taken_note")
        self._act(cancelled, "cancel", reason="cancel")
        self._act(cancelled, "refunds", amount=10, method="cash", reference="taken_reference", reason="refund")
        waiting, rejected = self._order(product), self._order(product)
        self._act(rejected, f"attempts/{rejected['attempt']['id']}/reject", reason="reject")
        self._write_to_the_file()
        self._let_time_pass()
        through = self.shop.today + timedelta(days=365)
        self.examples |= {
            "product_id": [str(product)],
            "customer_id": [self.customer.id],
            "user_id": [self.customer.id, self.admin.id],
            "purchase_id": [one["id"] for one in (due, cancelled, waiting, rejected)],
            "installment_id": [one["id"] for one in due["installments"]],
            "entry_id": [due["id"], paid["entry"]["id"], goodwill["entry"]["id"]],
            "attempt_id": [waiting["attempt"]["id"], rejected["attempt"]["id"]],
            "token": [self.shop.pay_links.token(self.customer.id, through, self.clock())],
            "payment": [
                self.shop.pay_links.payment_path(self.customer.id, waiting["id"], waiting["attempt"]["id"])[10:]
            ],
            "mandate": [self.shop.pay_links.mandate_path(self.customer.id, self._consent())[10:]],
            "name": [assets.hashed_name("pages.css"), assets.hashed_name("icons.svg")],
        }

    def _consent(self) -> str:
        now = self.clock()
        mandate = Mandate(new_id(now), self.customer.id, Method.SANDBOX, hostile("mandate"), now)
        self.shop.mandates.put(mandate)
        return mandate.id

    def _name_everybody(self) -> None:
        names = {"first_name": hostile("first_name"), "last_name": hostile("last_name", "=1+1 ")}
        contact = {**names, "address": hostile("address", "@SUM(1) "), "phone": "+8801712345678"}
        for person in (self.admin, self.customer):
            done(person.call("PATCH", "/accounts/profile/", contact))

    def _add_product(self) -> int:
        body = {"name": hostile("name", "+1 "), "price": 1000, "description": hostile("description")}
        more = {"category": short("category"), "sku": short("sku").replace(" ", "_")}
        return int(done(self.admin.call("POST", "/products/", {**body, **more}))["id"])

    def _buy(self, product: int, count: int) -> Any:
        order = {"product": product, "first_installment_amount": 400, "installment_count": count, "interval": "weekly"}
        said = {"method": "cash", "reference": hostile("reference", "-1 "), "note": hostile("declared_note")}
        return done(self.customer.call("POST", "/purchases/create/", {**order, **said}))

    def _order(self, product: int) -> Any:
        """Order where the shop confirms payments."""
        settings = self.shop.settings.model_copy(update={"payment_mode": PaymentMode.CONFIRMED})
        self.serve(replace(self.shop, settings=settings))
        order = {"product": product, "first_installment_amount": 400, "installment_count": 3, "method": "cash"}
        said = {"reference": hostile("declared_reference"), "note": hostile("declared_note")}
        return done(self.customer.call("POST", "/purchases/create/", {**order, **said}))

    def _act(self, purchase: Any, path: str, **values: Any) -> Any:
        """Act on a purchase; reasons, references and notes are hostile texts of these names."""
        self.clock.move(seconds=1)
        texts: dict[str, str] = {
            name: hostile(values[name]) for name in ("reason", "reference", "note") if name in values
        }
        return done(self.admin.call("POST", f"/purchases/{purchase['id']}/{path}/", {**values, **texts}))

    def _write_to_the_file(self) -> None:
        file = f"/purchases/customers/{self.customer.id}"
        promise = {"date": "2026-12-01", "amount": 50}
        done(self.admin.call("POST", f"{file}/notes/", {"text": hostile("note"), "promise": promise}))

    def _let_time_pass(self) -> None:
        self.machinery.send()
        self.clock.move(days=8)
        self.machinery.remind(f"{self.shop.today}")
        self.clock.move(days=32)
        self.machinery.plan(f"{self.shop.today}", "nightly")


def done(answer: Any) -> Any:
    """The body of an answer to a request that has worked."""
    assert answer.status in {200, 201, 202}, answer.text
    return answer.json
