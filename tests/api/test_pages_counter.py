"""The pages of staff about customers and their money."""

from decimal import Decimal
from typing import Any

import pytest

from shop.bootstrap import Shop
from shop.dynamodb.paging import PageRequest
from shop.ledger.purchases import Status
from tests.api.conftest import PASSWORD, Person
from tests.support.clock import Clock
from tests.support.visitor import Page, Visitor

ORDER = {"quantity": 2, "first_installment_amount": 800, "installment_count": 3, "interval": "monthly"}


@pytest.fixture
def staff(admin: Person) -> Visitor:
    visitor = Visitor()
    visitor.sign_in(admin.email, PASSWORD)
    return visitor


@pytest.fixture
def bought(customer: Person, product: int) -> Any:
    """A purchase of 2,000.00 in three installments, of which the first is paid."""
    return customer.call("POST", "/purchases/create/", {"product": product, **ORDER}).json


def purchase_now(shop: Shop, customer: Person) -> Any:
    (purchase,) = shop.purchasing.page_of_customer(customer.id, None, "", PageRequest(None, 10)).items
    return purchase


def test_money_is_taken_in_two_clicks_and_a_receipt_comes(staff: Visitor, customer: Person, bought: Any) -> None:
    page = staff.send(staff.open("/admin/"), "/admin/counter", search=customer.username)
    page = staff.open(page.link(customer.username))
    form = f"/admin/customers/{customer.id}/purchases/{bought['id']}/payments"
    assert dict(page.form(form).fields)["amount"] == "600.00"

    page = staff.send(page, form, amount="600", reference="Slip 7")

    assert page.path.startswith(f"/admin/purchases/{bought['id']}/receipts/")
    for said in ("Done. Here is the receipt.", "৳600.00", "Cash", "Slip 7", "Left to pay today ৳600.00"):
        assert said in page.text


def test_too_much_money_is_refused_beside_its_field(staff: Visitor, customer: Person, bought: Any, shop: Shop) -> None:
    form = f"/admin/customers/{customer.id}/purchases/{bought['id']}/payments"

    page = staff.send(staff.open(f"/admin/customers/{customer.id}"), form, amount="1200.01")

    assert page.status == 400
    assert page.text.count("The amount that settles everything is ৳1,200.00.") == 2
    assert ("amount", "1200.01") in page.form(form).fields
    assert purchase_now(shop, customer).outstanding == Decimal(1200)


def test_a_form_that_is_sent_twice_takes_the_money_once(
    staff: Visitor, customer: Person, bought: Any, shop: Shop
) -> None:
    page = staff.open(f"/admin/customers/{customer.id}")
    form = f"/admin/customers/{customer.id}/purchases/{bought['id']}/payments"

    first, second = (staff.send(page, form, amount="100") for _ in range(2))

    assert first.path == second.path
    assert purchase_now(shop, customer).outstanding == Decimal(1100)


def test_a_late_fee_is_waived_while_money_is_taken(
    staff: Visitor, customer: Person, bought: Any, clock: Clock, admin: Person
) -> None:
    clock.move(days=40)
    staff.sign_in(admin.email, PASSWORD)
    page = staff.open(f"/admin/customers/{customer.id}")
    form = f"/admin/customers/{customer.id}/purchases/{bought['id']}/payments"
    assert ("days late" in page.text, dict(page.form(form).fields)["amount"]) == (True, "660.00")

    page = staff.send(page, form, amount="600", waive_late_fee__reason="Was ill")

    assert "৳600.00" in page.text


def act(staff: Visitor, purchase: str, name: str, **values: str) -> Page:
    path = f"/admin/purchases/{purchase}"
    return staff.send(staff.open(path), f"{path}/{name}", reason="As agreed", **values)


def test_the_acts_of_staff_change_the_purchase_and_say_so(
    staff: Visitor, customer: Person, bought: Any, shop: Shop
) -> None:
    here, second = bought["id"], bought["installments"][1]["id"]

    assert "The due date is moved." in act(staff, here, "due-dates", installment=second, due_date="2026-12-15").text
    assert "There is no late fee." in act(staff, here, "fee-waivers", installment=second).text
    assert "The amount is taken off." in act(staff, here, "goodwill", installment=second, amount="50").text
    assert "The pieces are taken back." in act(staff, here, "returns", quantity="1").text
    shown = act(staff, here, "plans", installment_count="2", first_due_date="2026-12-20")
    assert "It holds when you confirm it." in shown.text
    page = staff.send(shown, f"/admin/purchases/{here}/plans")
    assert "The new plan holds from now on." in page.text
    for told in ("Due date moved", "Goodwill", "Return", "New plan", "As agreed"):
        assert told in page.text
    assert "The purchase is cancelled." in act(staff, here, "cancel").text
    assert "Done. Here is the receipt." in act(staff, here, "refunds", amount="800", method="cash").text
    assert purchase_now(shop, customer).status is Status.CANCELLED


def test_owners_write_off_and_reverse(staff: Visitor, customer: Person, bought: Any, shop: Shop) -> None:
    assert "The debt is written off." in act(staff, bought["id"], "write-off").text
    journal = shop.desk.page_of_purchase(bought["id"], PageRequest(None, 10)).items

    assert "The entry is reversed." in act(staff, bought["id"], "reversals", entry=journal[-1].id).text
    assert purchase_now(shop, customer).status is Status.DUE


def test_staff_who_are_not_owners_are_not_offered_what_only_owners_may_do(
    registered: Any, bought: Any, customer: Person
) -> None:
    clerk, visitor = registered(staff=True, owner=False), Visitor()
    visitor.sign_in(clerk.email, PASSWORD)
    page = visitor.open(f"/admin/purchases/{bought['id']}")

    offered = {form.action.split("?")[0].rpartition("/")[2] for form in page.forms}
    assert not offered & {"goodwill", "refunds", "write-off", "reversals"}
    assert offered >= {"due-dates", "plans", "returns", "cancel", "fee-waivers"}
    refused = visitor.post(f"/admin/purchases/{bought['id']}/write-off", reason="r")
    assert (refused.status, "Only owners may do this." in refused.text) == (403, True)
    refused = visitor.post(f"/admin/customers/{customer.id}/credit-limit", reason="r", credit_limit="1")
    assert refused.status == 403


def test_a_customers_file_has_notes_promises_limits_and_blocks(
    staff: Visitor, customer: Person, bought: Any, shop: Shop
) -> None:
    here = f"/admin/customers/{customer.id}"
    page = staff.send(
        staff.open(here), f"{here}/notes", text="<b>Called</b>", promise__date="2026-12-01", promise__amount="300"
    )
    assert "Promised: ৳300.00 by 1 December 2026" in page.text
    assert "&lt;b&gt;Called&lt;/b&gt;" in page.html
    page = staff.send(page, f"{here}/credit-limit", credit_limit="5000", reason="Asked")
    assert "The credit limit is set." in page.text
    page = staff.send(page, f"{here}/credit-limit", credit_limit="", reason="Back to the shop's")
    assert "The credit limit is set." in page.text
    page = staff.send(page, f"{here}/block", reason="Bounced")
    assert ("The customer may pay, but not buy any more." in page.text, "Blocked" in page.text) == (True, True)
    assert "The customer may buy again." in staff.send(page, f"{here}/block", reason="Paid").text
    assert "The reminder is on its way." in staff.send(page, f"{here}/reminders").text
    assert bought["product_name"] in page.text
    assert shop.notes.page(customer.id, PageRequest(None, 10)).items[0].note.text == "<b>Called</b>"


def test_purchases_are_listed_and_found(staff: Visitor, customer: Person, bought: Any) -> None:
    assert bought["product_name"] in staff.open("/admin/purchases").text
    assert bought["product_name"] in staff.open(f"/admin/purchases?search={customer.username}").text
    assert "No purchase was found." in staff.open("/admin/purchases?status=paid").text
    assert "Nobody was found." in staff.open("/admin/customers?search=zebra").text


@pytest.mark.usefixtures("confirming")
def test_payments_that_wait_are_confirmed_or_turned_down(staff: Visitor, customer: Person, product: int) -> None:
    for _ in range(2):
        customer.call("POST", "/purchases/create/", {"product": product, **ORDER})
    page = staff.open("/admin/waiting")
    confirm, reject = (
        next(
            form.action.removeprefix("/dev").split("?")[0]
            for form in page.forms
            if form.action.split("?")[0].endswith(f"/{verb}")
        )
        for verb in ("confirm", "reject")
    )
    other = [form.action.removeprefix("/dev").split("?")[0] for form in page.forms if "/reject" in form.action][1]

    assert "The payment is confirmed." in staff.send(page, confirm, method="cash").text
    assert "The payment is turned down." in staff.send(page, other, reason="Not found").text
    assert "No payment waits for you." in staff.open("/admin/waiting").text
    again = staff.send(page, reject, reason="r")
    assert (again.status, "confirmed or turned down already" in again.text) == (409, True)


@pytest.mark.parametrize(
    "path", ["/admin/customers/nobody", "/admin/purchases/nothing", "/admin/purchases/a/receipts/b"]
)
def test_what_is_not_there_is_said_in_words(path: str, staff: Visitor) -> None:
    page = staff.open(path)

    assert (page.status, "not found" in page.text) == (404, True)


@pytest.mark.parametrize("path", ["/admin/counter", "/admin/purchases", "/admin/waiting", "/admin/customers"])
def test_customers_see_none_of_it(path: str, customer: Person) -> None:
    visitor = Visitor()
    assert visitor.open(path).path.startswith("/shop/account/sign-in")
    visitor.sign_in(customer.email, PASSWORD)

    assert visitor.open(path).status == 403
