"""The pages of staff about customers: the counter, sales, the customer's file, payments that wait."""

from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import pytest

from shop.bootstrap import Shop
from shop.dynamodb.paging import PageRequest
from shop.ledger.purchases import Purchase, Status
from tests.api.conftest import ORDER, PASSWORD, Person, signed_in
from tests.support.clock import Clock
from tests.support.rest import call
from tests.support.visitor import Page, Visitor

SCRIPT = "<script>alert(1)</script>"


def purchases_of(shop: Shop, customer: Person) -> list[Purchase]:
    return list(shop.purchasing.page_of_customer(customer.id, None, "", PageRequest(None, 10)).items)


def till(customer: Person) -> str:
    return f"/admin/customers/{customer.id}/counter"


def payments(bought: Any) -> str:
    return f"/admin/purchases/{bought['id']}/payments"


def test_money_is_taken_in_three_clicks_and_a_receipt_comes(staff: Visitor, customer: Person, bought: Any) -> None:
    page = staff.send(staff.open("/admin/"), "/admin/counter", search=customer.username)
    page = staff.open(page.link(customer.username))
    assert page.path == till(customer)
    assert dict(page.form(payments(bought)).fields)["amount"] == "600.00"
    assert page.html.count(" autofocus") == 1

    page = staff.send(page, payments(bought), amount="600", reference="Slip 7")

    assert page.path.startswith(f"/admin/purchases/{bought['id']}/receipts/")
    for said in (
        "Done. Here is the receipt.",
        "৳600.00",
        "Cash",
        "Slip 7",
        "Still to pay of this purchase, without late fees ৳600.00",
    ):
        assert said in page.text
    assert "data-print" in page.html
    assert f"Customer {customer.username}" in page.text
    assert "/reversals/" in page.link("Wrong? Take it back")


def test_the_counter_shows_what_customers_owe_once_one_is_looked_for(
    staff: Visitor, customer: Person, bought: Any, clock: Clock, admin: Person
) -> None:
    assert customer.username not in staff.open("/admin/counter").text
    clock.move(days=40)
    staff.sign_in(admin.email, PASSWORD)

    text = staff.open(f"/admin/counter?search={customer.email}").text

    assert ("৳600.00" in text, "৳1,200.00" in text, bool(bought)) == (True, True, True)
    assert "Nobody was found." in staff.open("/admin/counter?search=zebra").text


def test_whoever_was_looked_for_on_another_page_has_the_focus(staff: Visitor, customer: Person) -> None:
    html = staff.open(f"/admin/counter?search={customer.username}").html

    assert html.count(" autofocus") == 1
    assert f'href="/dev{till(customer)}" autofocus' in html


def test_what_is_late_comes_first_with_the_fees_of_today(
    staff: Visitor, customer: Person, bought: Any, product: int, clock: Clock, admin: Person
) -> None:
    clock.move(days=40)
    later = customer.call("POST", "/purchases/create/", {"product": product, **ORDER}).json
    staff.sign_in(admin.email, PASSWORD)

    page = staff.open(till(customer))

    actions = [form.action.split("?")[0].removeprefix("/dev") for form in page.forms]
    assert [one for one in actions if one.endswith("/payments")] == [payments(bought), payments(later)]
    assert dict(page.form(payments(bought)).fields)["amount"] == "660.00"
    assert "then ৳600.00 are due today" in page.text
    assert "days late" in page.text


def test_too_much_money_is_refused_beside_its_field(staff: Visitor, customer: Person, bought: Any, shop: Shop) -> None:
    page = staff.send(staff.open(till(customer)), payments(bought), amount="1200.01", note=SCRIPT)

    assert page.status == 400
    assert page.text.count("The amount that settles everything is ৳1,200.00.") == 2
    fields = dict(page.form(payments(bought)).fields)
    assert (fields["amount"], fields["note"]) == ("1200.01", SCRIPT)
    assert SCRIPT not in page.html
    assert purchases_of(shop, customer)[0].outstanding == Decimal(1200)


def test_a_form_that_is_sent_twice_takes_the_money_once(
    staff: Visitor, customer: Person, bought: Any, shop: Shop
) -> None:
    page = staff.open(till(customer))

    first, second = (staff.send(page, payments(bought), amount="100") for _ in range(2))

    assert first.path == second.path
    assert purchases_of(shop, customer)[0].outstanding == Decimal(1100)


def test_a_late_fee_is_waived_while_money_is_taken(
    staff: Visitor, customer: Person, bought: Any, clock: Clock, admin: Person, shop: Shop
) -> None:
    clock.move(days=40)
    staff.sign_in(admin.email, PASSWORD)

    page = staff.send(staff.open(till(customer)), payments(bought), amount="600", waive_late_fee__reason="Was ill")

    assert "৳600.00" in page.text
    assert purchases_of(shop, customer)[0].outstanding == Decimal(600)


def sold(staff: Visitor, customer: Person, product: int, **values: str) -> Page:
    """Sell two pieces in four installments; the form is sent twice."""
    here = f"/admin/customers/{customer.id}/sell"
    page = staff.open(staff.open(f"{here}?search=rice").link("Rice Cooker"))
    typed = {"quantity": "2", "installment_count": "4", "first_installment_amount": "800", **values}
    first, second = (staff.send(page, f"{here}/{product}", **typed) for _ in range(2))
    assert first.path == second.path
    return first


def test_a_sale_at_the_counter_is_made_once_and_gives_a_receipt(
    staff: Visitor, customer: Person, product: int, shop: Shop
) -> None:
    page = sold(staff, customer, product, method="card", reference="Slip 9")

    for said in (
        "It is sold. Here is the receipt.",
        "৳800.00",
        "Card",
        "Slip 9",
        "Still to pay of this purchase, without late fees ৳1,200.00",
    ):
        assert said in page.text
    (purchase,) = purchases_of(shop, customer)
    assert (purchase.quantity, len(purchase.installments), purchase.status) == (2, 4, Status.DUE)


def test_a_plan_that_is_not_possible_is_said_beside_its_field_and_not_sold(
    staff: Visitor, customer: Person, product: int, shop: Shop
) -> None:
    here = f"/admin/customers/{customer.id}/sell/{product}"

    page = staff.open(f"{here}?first_installment_amount=1")
    again = staff.send(page, here)

    assert (page.status, again.status) == (200, 400)
    for one in (page, again):
        assert "The first installment must be at least ৳300.00." in one.text
    assert purchases_of(shop, customer) == []


def test_what_is_typed_is_sold_also_when_the_plan_beside_it_is_not_shown_yet(
    staff: Visitor, customer: Person, product: int, shop: Shop
) -> None:
    here = f"/admin/customers/{customer.id}/sell/{product}"

    staff.send(staff.open(here), here, installment_count="3", first_installment_amount="৳1,000.00", quantity="2")

    (purchase,) = purchases_of(shop, customer)
    assert [part.principal for part in purchase.installments] == [Decimal(1000), Decimal(500), Decimal(500)]


def test_a_walk_in_needs_no_username_and_is_found_by_the_telephone_number_as_people_write_it(
    staff: Visitor,
) -> None:
    new = "/admin/customers/new"

    page = staff.send(staff.open(new), new, email="nasrin@example.com", first_name="Nasrin", phone="01812-345678")

    assert "The customer is added." in page.text
    for search in ("01812-345678", "01812345678", "018123", "1812345678", "+880 1812 345678", "৮৮০১৮১২", "০১৮১২৩৪৫৬৭৮"):
        assert "Nasrin" in staff.open(f"/admin/counter?{urlencode({'search': search})}").text, search


def test_a_blocked_customer_is_sold_nothing(
    staff: Visitor, customer: Person, product: int, admin: Person, shop: Shop
) -> None:
    body = {"is_blocked": True, "reason": "Bounced"}
    admin.call("POST", f"/purchases/customers/{customer.id}/block/", body)

    page = sold(staff, customer, product)

    assert (page.status, "Buying is blocked for this account." in page.text) == (403, True)
    assert "This customer is blocked, and cannot buy." in page.text
    assert purchases_of(shop, customer) == []


def test_a_new_customer_is_added_and_found(staff: Visitor, shop: Shop) -> None:
    page = staff.open("/admin/customers/new")
    values = {"username": "karim", "email": "karim@example.com", "first_name": SCRIPT, "phone": "01712345678"}

    refused = staff.send(page, "/admin/customers/new", **{**values, "phone": "12"})
    assert (refused.status, "This is not a telephone number." in refused.text) == (400, True)
    assert dict(refused.form("/admin/customers/new").fields)["username"] == "karim"
    page = staff.send(refused, "/admin/customers/new", **values)

    assert "The customer is added." in page.text
    assert (SCRIPT in page.text, SCRIPT not in page.html, "+8801712345678" in page.text) == (True, True, True)
    account = shop.accounts.by_email("karim@example.com")
    assert account is not None
    assert page.path == f"/admin/customers/{account.id}"
    assert "karim@example.com" in staff.open("/admin/customers?search=karim").text
    taken = staff.post("/admin/customers/new", **values)
    assert (taken.status, "An account with this e-mail address exists already." in taken.text) == (409, True)


def test_names_that_nobody_verified_in_time_are_free_for_a_new_customer(
    staff: Visitor, clock: Clock, admin: Person, shop: Shop
) -> None:
    for name, address in (("karim", "other@example.com"), ("another", "karim@example.com")):
        call("POST", "/accounts/register/", {"username": name, "email": address, "password": PASSWORD})
    clock.move(hours=1)
    staff.sign_in(admin.email, PASSWORD)

    page = staff.send(
        staff.open("/admin/customers/new"), "/admin/customers/new", username="karim", email="karim@example.com"
    )

    assert "The customer is added." in page.text
    assert shop.accounts.by_email("other@example.com") is None


def test_contact_data_are_changed_but_no_rights(staff: Visitor, customer: Person) -> None:
    here = f"/admin/customers/{customer.id}/contact"

    page = staff.send(staff.open(here), here, first_name="Rahim", phone="01712345678", reminders="off")
    assert "The contact data are changed." in page.text
    account = customer.account_now()
    assert (account.first_name, account.phone, account.reminders) == ("Rahim", "+8801712345678", False)
    staff.send(staff.open(here), here, phone="")
    assert (customer.account_now().phone, customer.account_now().first_name) == ("", "Rahim")
    refused = staff.post(here, is_staff="true")
    assert (refused.status, customer.account_now().is_staff) == (400, False)


def test_only_owners_change_other_staff(clerk: Visitor, registered: Any) -> None:
    colleague = registered(staff=True, owner=False)
    here = f"/admin/customers/{colleague.id}/contact"

    assert clerk.send(clerk.open(here), here, first_name="Mallory").status == 403
    assert colleague.account_now().first_name == ""


def test_a_customers_file_has_notes_promises_limits_and_blocks(
    staff: Visitor, customer: Person, bought: Any, shop: Shop, admin: Person
) -> None:
    here = f"/admin/customers/{customer.id}"
    page = staff.send(staff.open(here), f"{here}/notes", text=SCRIPT, promise__date="2026-12-01", promise__amount="300")
    assert "Promised: ৳300.00 by 1 December 2026" in page.text
    assert (SCRIPT in page.text, SCRIPT not in page.html, admin.username in page.text) == (True, True, True)
    page = staff.send(page, f"{here}/credit-limit", credit_limit="5000", reason="Asked")
    assert ("The credit limit is set." in page.text, "Credit limit: ৳5,000.00." in page.text) == (True, True)
    page = staff.send(page, f"{here}/credit-limit", credit_limit="", reason="Back to the shop's")
    assert "There is no credit limit." in page.text
    page = staff.send(page, f"{here}/block", reason="Bounced")
    assert ("The customer may pay, but not buy any more." in page.text, "Blocked" in page.text) == (True, True)
    assert "The customer may buy again." in staff.send(page, f"{here}/block", reason="Paid").text
    assert "The reminder is on its way." in staff.send(page, f"{here}/reminders").text
    assert bought["product_name"] in page.text
    assert shop.notes.page(customer.id, PageRequest(None, 10)).items[0].note.text == SCRIPT


def test_a_promise_for_a_day_that_is_over_is_refused_beside_its_field(staff: Visitor, customer: Person) -> None:
    here = f"/admin/customers/{customer.id}"

    page = staff.send(staff.open(here), f"{here}/notes", text="x", promise__date="2020-01-01", promise__amount="3")

    assert (page.status, "The promised day must be between" in page.text) == (400, True)
    assert dict(page.form(f"{here}/notes").fields)["promise.date"] == "2020-01-01"


def test_the_parts_of_a_file_have_pages(staff: Visitor, customer: Person, bought: Any, clock: Clock) -> None:
    here = f"/admin/customers/{customer.id}"
    for number in range(6):
        clock.move(seconds=1)
        staff.send(staff.open(here), f"{here}/notes", text=f"Note {number}")

    assert "Note 0" not in staff.open(here).text
    assert "Note 0" in staff.open(staff.open(here).link("All notes")).text
    journal = staff.open(f"{here}/journal")
    assert ("Said by the customer" in journal.text, "৳800.00" in journal.text) == (True, True)
    assert journal.link("Receipt").startswith(f"/admin/purchases/{bought['id']}/receipts/")
    assert "This customer has not told the shop of a payment." in staff.open(f"{here}/attempts").text
    assert "None in the last 90 days." in staff.open(f"{here}/mails").text
    assert staff.open(f"{here}/nothing").status == 400


def test_clerks_do_not_set_limits(clerk: Visitor, customer: Person) -> None:
    here = f"/admin/customers/{customer.id}"

    assert "credit-limit" not in clerk.open(here).html
    assert clerk.post(f"{here}/credit-limit", reason="r", credit_limit="1").status == 403


@pytest.fixture
def waiting(customer: Person, product: int, confirming: Shop) -> list[Any]:
    """Two orders whose first payment waits."""
    assert confirming
    body = {"product": product, **ORDER, "reference": "TRX 4711"}
    return [customer.call("POST", "/purchases/create/", body).json["attempt"] for _ in range(2)]


def decision(attempt: Any) -> str:
    return f"/admin/waiting/{attempt['purchase']}/{attempt['id']}"


def test_payments_that_wait_are_confirmed_or_turned_down(
    staff: Visitor, waiting: list[Any], customer: Person, shop: Shop, clock: Clock, admin: Person
) -> None:
    clock.move(days=2)
    staff.sign_in(admin.email, PASSWORD)
    page = staff.open("/admin/waiting")
    for said in (customer.username, "Rice Cooker", "৳800.00", "Said by the customer", "TRX 4711", "2 days"):
        assert said in page.text
    first, second = map(decision, waiting)

    unsaid = staff.post(f"{first}/confirm")
    assert (unsaid.status, "Say how the money came" in unsaid.text) == (400, True)
    page = staff.open(first)
    assert "The payment is confirmed." in staff.send(page, f"{first}/confirm", method="cash").text
    assert "The payment is turned down." in staff.send(staff.open(second), f"{second}/reject", reason=SCRIPT).text
    assert "No payment waits for you." in staff.open("/admin/waiting").text
    again = staff.post(f"{second}/reject", reason="r")
    assert (again.status, "confirmed or turned down already" in again.text) == (409, True)
    failed = staff.open("/admin/waiting?status=failed")
    assert failed.link("Look") == second
    assert SCRIPT not in staff.open(f"/admin/customers/{customer.id}/attempts").html
    assert {one.status for one in purchases_of(shop, customer)} == {Status.DUE, Status.CANCELLED}


def test_money_that_came_late_is_confirmed_once(staff: Visitor, waiting: list[Any], shop: Shop) -> None:
    here = decision(waiting[0])
    staff.send(staff.open(here), f"{here}/reject", reason="Not found")
    page = staff.open(here)
    assert "If the money came late, it can still be confirmed." in page.text

    for _ in range(2):
        assert "The payment is confirmed." in staff.send(page, f"{here}/confirm", method="bank_transfer").text

    purchase = shop.purchases.find(waiting[0]["purchase"])
    assert purchase is not None
    assert purchase.refundable == Decimal(800)


def test_a_customer_whose_payment_waits_is_known_at_the_counter(
    staff: Visitor, customer: Person, waiting: list[Any]
) -> None:
    here = decision(waiting[0])
    staff.send(staff.open(here), f"{here}/confirm", method="cash")
    purchase = customer.call("GET", f"/purchases/{waiting[0]['purchase']}/").json
    customer.call("POST", f"/installments/pay/{purchase['installments'][1]['id']}/", {"amount": 600})

    assert "The customer says that ৳600.00 were paid already." in staff.open(till(customer)).text


@pytest.mark.parametrize(
    "path",
    [
        "/admin/customers/nobody",
        "/admin/customers/nobody/counter",
        "/admin/customers/nobody/sell",
        "/admin/customers/nobody/contact",
        "/admin/customers/nobody/journal",
        "/admin/waiting/nothing/nowhere",
    ],
)
def test_what_is_not_there_is_said_in_words(path: str, staff: Visitor) -> None:
    page = staff.open(path)

    assert (page.status, "not found" in page.text) == (404, True)


@pytest.mark.parametrize(
    "path", ["/admin/counter", "/admin/purchases", "/admin/waiting", "/admin/customers", "/admin/customers/new"]
)
def test_customers_see_none_of_it(path: str, customer: Person) -> None:
    visitor = Visitor()
    assert visitor.open(path).path.startswith("/shop/account/sign-in")
    visitor.sign_in(customer.email, PASSWORD)

    assert visitor.open(path).status == 403


def test_customers_do_not_act_as_staff(customer: Person, bought: Any, shop: Shop) -> None:
    visitor = signed_in(customer)

    for path, values in (
        (payments(bought), {"amount": "600", "method": "cash"}),
        (f"/admin/customers/{customer.id}/notes", {"text": "x"}),
        (f"/admin/customers/{customer.id}/contact", {}),
        ("/admin/customers/new", {"username": "x", "email": "x@example.com"}),
    ):
        assert visitor.post(path, **values).status == 403
    assert purchases_of(shop, customer)[0].outstanding == Decimal(1200)
