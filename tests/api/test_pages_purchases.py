"""The pages of staff about purchases, and what they do to them."""

from decimal import Decimal
from typing import Any

import pytest

from shop.bootstrap import Shop
from shop.dynamodb.paging import PageRequest
from shop.ledger.purchases import Purchase, Status
from tests.api.conftest import ORDER, PASSWORD, Person
from tests.support.clock import Clock
from tests.support.visitor import Page, Visitor

SCRIPT = "<script>alert(1)</script>"


def purchase_now(shop: Shop, customer: Person) -> Purchase:
    (purchase,) = shop.purchasing.page_of_customer(customer.id, None, "", PageRequest(None, 10)).items
    return purchase


def act(staff: Visitor, purchase: str, name: str, **values: str) -> Page:
    """Open the page of an act from that of its purchase, and send its form."""
    path = f"/admin/purchases/{purchase}/{name}"
    assert f'href="/dev{path}"' in staff.open(f"/admin/purchases/{purchase}").html
    return staff.send(staff.open(path), path, **{"reason": "As agreed", **values})


def offered(visitor: Visitor, purchase: str) -> set[str]:
    html, below = visitor.open(f"/admin/purchases/{purchase}").html, f'href="/dev/admin/purchases/{purchase}/'
    return {part.split('"')[0] for part in html.split(below)[1:] if "/" not in part.split('"')[0]}


def test_the_acts_of_staff_change_the_purchase_and_say_so(
    staff: Visitor, customer: Person, bought: Any, shop: Shop, admin: Person
) -> None:
    here, second = bought["id"], bought["installments"][1]["id"]

    assert "The due date is moved." in act(staff, here, "due-dates", installment=second, due_date="2026-12-15").text
    assert "The amount is taken off." in act(staff, here, "goodwill", installment=second, amount="50").text
    assert "The pieces are taken back." in act(staff, here, "returns", quantity="1").text
    shown = act(staff, here, "plans", installment_count="2", first_due_date="2026-12-20")
    assert "It holds when you confirm it." in shown.text
    assert "New plan" not in staff.open(f"/admin/purchases/{here}/").text
    page = staff.send(shown, f"/admin/purchases/{here}/plans")
    assert "The new plan holds from now on." in page.text
    for told in ("Due date moved", "Goodwill", "Return", "New plan", "As agreed", admin.username):
        assert told in page.text
    assert "The purchase is cancelled." in act(staff, here, "cancel").text
    assert "Done. Here is the receipt." in act(staff, here, "refunds", amount="800", method="cash").text
    assert purchase_now(shop, customer).status is Status.CANCELLED
    assert offered(staff, here) == set()


def test_each_act_says_what_it_will_do(staff: Visitor, bought: Any) -> None:
    here = f"/admin/purchases/{bought['id']}"

    for name, said in (
        ("cancel", "৳1,200.00 will be owed no more, and ৳800.00 will be owed back to the customer."),
        ("write-off", "The customer owes ৳1,200.00 no more"),
        ("returns", "When one comes back, ৳200.00 are left to pay, and ৳0.00 are owed back."),
        ("plans", "What is left, ৳1,200.00, is split anew"),
        ("payments", "৳1,200.00 settle everything today"),
    ):
        assert said in staff.open(f"{here}/{name}").text


def test_money_is_taken_from_the_page_of_the_purchase(
    staff: Visitor, customer: Person, bought: Any, shop: Shop
) -> None:
    path = f"/admin/purchases/{bought['id']}/payments"

    page = staff.send(staff.open(path), path, amount="600", method="bank_transfer")

    assert "Done. Here is the receipt." in page.text
    assert purchase_now(shop, customer).outstanding == Decimal(600)


def test_a_late_fee_is_waived_before_and_after_it_was_paid(
    staff: Visitor, customer: Person, bought: Any, clock: Clock, admin: Person, shop: Shop
) -> None:
    here, paths = bought["id"], f"/admin/purchases/{bought['id']}"
    clock.move(days=40)
    staff.sign_in(admin.email, PASSWORD)
    staff.send(staff.open(f"{paths}/payments"), f"{paths}/payments", amount="660")
    assert "fee-waivers" in offered(staff, here)

    assert "The late fee is waived." in act(staff, here, "fee-waivers").text

    assert purchase_now(shop, customer).refundable == Decimal(60)
    assert "fee-waivers" not in offered(staff, here)


def test_what_is_refused_is_said_beside_its_field_with_what_was_typed(staff: Visitor, bought: Any) -> None:
    here, third = bought["id"], bought["installments"][2]["id"]

    page = act(staff, here, "goodwill", installment=third, amount="600.01", reason=SCRIPT)

    assert page.status == 400
    assert page.text.count("Only ৳600.00 of this installment are left to pay.") == 2
    fields = dict(page.form(f"/admin/purchases/{here}/goodwill").fields)
    assert (fields["installment"], fields["amount"], fields["reason"]) == (third, "600.01", SCRIPT)
    assert SCRIPT not in page.html
    assert act(staff, here, "plans", installment_count="99", first_due_date="2026-12-20").status == 400


def test_an_act_that_is_sent_twice_has_one_effect(staff: Visitor, customer: Person, bought: Any, shop: Shop) -> None:
    path = f"/admin/purchases/{bought['id']}/goodwill"
    page = staff.open(path)

    for _ in range(2):
        assert "The amount is taken off." in staff.send(page, path, amount="50", reason="Scratch").text

    assert purchase_now(shop, customer).outstanding == Decimal(1150)


def test_owners_write_off_and_reverse(staff: Visitor, customer: Person, bought: Any, shop: Shop) -> None:
    assert "The debt is written off." in act(staff, bought["id"], "write-off").text
    page = staff.open(f"/admin/purchases/{bought['id']}")
    journal = shop.desk.page_of_purchase(bought["id"], PageRequest(None, 10)).items
    path = f"/admin/purchases/{bought['id']}/reversals/{journal[-1].id}"
    assert page.link("Reverse") == path  # the sale itself cannot be: the write-off builds on it

    page = staff.open(path)
    assert "Left to pay now: ৳0.00, after it: ৳1,200.00." in page.text
    page = staff.send(page, path, reason="Wrong customer")

    assert ("The entry is reversed." in page.text, "Reversed" in page.text) == (True, True)
    assert purchase_now(shop, customer).status is Status.DUE
    again = staff.post(path, reason="r")
    assert (again.status, "This entry cannot be reversed" in again.text) == (409, True)


def test_staff_who_are_not_owners_are_not_offered_what_only_owners_may_do(clerk: Visitor, bought: Any) -> None:
    here = f"/admin/purchases/{bought['id']}"

    assert offered(clerk, bought["id"]) == {"payments", "due-dates", "plans", "returns", "cancel"}
    assert "/reversals/" not in clerk.open(here).html
    for name in ("goodwill", "write-off", "refunds", f"reversals/{bought['id']}"):
        page = clerk.open(f"{here}/{name}")
        assert (page.status, "Only owners may do this." in page.text) == (403, True)
        assert clerk.post(f"{here}/{name}", reason="r").status == 403


def test_an_act_that_makes_no_sense_any_more_is_not_offered(staff: Visitor, bought: Any) -> None:
    path = f"/admin/purchases/{bought['id']}/cancel"
    page = staff.open(path)
    act(staff, bought["id"], "cancel")

    again = staff.send(page, path, reason="Another reason")

    assert (again.status, "This purchase was cancelled." in again.text) == (409, True)
    assert "This cannot be done on the purchase as it is now." in again.text


def test_purchases_are_listed_and_found(staff: Visitor, customer: Person, bought: Any, registered: Any) -> None:
    other = registered()

    assert bought["product_name"] in staff.open("/admin/purchases").text
    assert bought["product_name"] in staff.open(f"/admin/purchases?search={customer.username}").text
    assert bought["product_name"] in staff.open(f"/admin/purchases?customer={customer.id}&status=due").text
    assert "No purchase was found." in staff.open(f"/admin/purchases?customer={other.id}").text
    assert "No purchase was found." in staff.open("/admin/purchases?status=paid").text


def test_a_receipt_that_was_reversed_says_so(staff: Visitor, bought: Any) -> None:
    here = f"/admin/purchases/{bought['id']}"
    receipt = staff.send(staff.open(f"{here}/payments"), f"{here}/payments", amount="600").path
    entry = receipt.rpartition("/")[2]

    staff.send(staff.open(f"{here}/reversals/{entry}"), f"{here}/reversals/{entry}", reason="Not counted")

    assert "Reversed" in staff.open(receipt).text


@pytest.mark.parametrize("path", ["nothing", "nothing/cancel", "a/receipts/b", "nothing/reversals/b"])
def test_what_is_not_there_is_said_in_words(path: str, staff: Visitor) -> None:
    page = staff.open(f"/admin/purchases/{path}")

    assert (page.status, "not found" in page.text) == (404, True)


def test_an_entry_of_another_purchase_is_not_there(staff: Visitor, bought: Any, customer: Person, product: int) -> None:
    other = customer.call("POST", "/purchases/create/", {"product": product, **ORDER}).json

    for kind in ("receipts", "reversals"):
        assert staff.open(f"/admin/purchases/{bought['id']}/{kind}/{other['id']}").status == 404
