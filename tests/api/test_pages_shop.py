"""The pages of the shop: products and their plans, buying, purchases, paying, receipts, and the links of reminders."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from shop.bootstrap import Shop
from tests.api.conftest import PASSWORD, Person
from tests.support.clock import Clock
from tests.support.mailbox import Mailbox
from tests.support.mails import Machinery
from tests.support.queues import Queues
from tests.support.visitor import Visitor

SIGN_IN = "/shop/account/sign-in"
PRODUCT = "/shop/products/1"
CHECKOUT, BUY = f"{PRODUCT}/checkout", f"{PRODUCT}/buy"
PLAN = "quantity=1&installment_count=2&interval=weekly&first_installment_amount=300"


@pytest.fixture
def later(clock: Clock, visitor: Visitor, customer: Person) -> Callable[[], None]:
    """Let eight days pass. Whoever is signed in has to do it again."""

    def move() -> None:
        clock.move(days=8)
        visitor.sign_in(customer.email, PASSWORD)

    return move


def bought(person: Person, product: int, **more: object) -> Any:
    """Two weekly installments, the first of 300.00 paid; the second of 700.00 falls due on 30 November."""
    order = {"product": product, "first_installment_amount": 300, "installment_count": 2, "interval": "weekly", **more}
    answer = person.call("POST", "/purchases/create/", order)
    assert answer.status == 201
    return answer.json


def purchases(person: Person) -> list[Any]:
    return list(person.call("GET", "/purchases/my/").json)


# The catalogue and the plan


def test_the_catalogue_says_what_is_sold_out_and_what_a_plan_costs_a_month(
    visitor: Visitor, admin: Person, product: int
) -> None:
    admin.call("POST", "/products/", {"name": "Fan", "price": 50, "stock": 0})
    at_once = {"name": "Lamp <b>", "price": 20, "terms": {"most_installments": 1}}
    admin.call("POST", "/products/", at_once)

    page = visitor.open("/")

    assert "Rice Cooker ৳1,000.00 or from ৳11.87 a month, after a first payment" in page.text
    assert ("Fan ৳50.00 Sold out" in page.text, page.text.count("a month"), product) == (True, 1, 1)
    assert ("<b>" in page.html, "Lamp &lt;b&gt;" in page.html) == (False, True)


def test_a_product_has_a_plan_ready_that_needs_no_typing(visitor: Visitor, product: int) -> None:
    page = visitor.open(visitor.open("/").link("Rice Cooker"))

    fields = dict(page.form(PRODUCT).fields)
    assert (fields["installment_count"], fields["interval"]) == ("6", "monthly")
    assert (fields["first_installment_amount"], fields["suggested"], product) == ("300.00", "300.00", 1)
    assert "Today ৳300.00 Then 5 times ৳140.00 In total ৳1,000.00" in page.text
    assert "1.8 litres" in page.text
    assert "23 April 2027" in page.text


def test_the_plan_follows_what_is_picked(visitor: Visitor, product: int) -> None:
    page = visitor.open(f"/shop/products/{product}")

    page = visitor.send(page, PRODUCT, quantity="2", installment_count="3", interval="weekly")
    assert dict(page.form(PRODUCT).fields)["first_installment_amount"] == "600.00"  # nothing was typed, so it moves
    assert "Today ৳600.00 Then 2 times ৳700.00 In total ৳2,000.00" in page.text
    page = visitor.send(page, PRODUCT, first_installment_amount="1000")
    assert "Today ৳1,000.00 Then 2 times ৳500.00 In total ৳2,000.00" in page.text
    page = visitor.send(page, PRODUCT, first_installment_amount="", installment_count="1")
    assert "Today ৳2,000.00 In total ৳2,000.00" in page.text
    page = visitor.send(page, PRODUCT, installment_count="2")
    assert "Today ৳600.00" in page.text


@pytest.mark.parametrize(
    ("query", "field", "message"),
    [
        ("installment_count=3&first_installment_amount=10", "first_installment_amount", "must be at least ৳300.00."),
        ("installment_count=3&first_installment_amount=<b>", "first_installment_amount", "must be a number"),
        ("installment_count=3&first_installment_amount=1000", "first_installment_amount", "less than the total"),
        ("installment_count=99", "installment_count", "At most 60 installments are possible."),
        ("installment_count=x", "installment_count", "must be a whole number."),
        ("quantity=0", "quantity", "must be at least 1."),
        ("interval=daily", "interval", "must be one of"),
    ],
)
def test_what_is_wrong_with_a_plan_is_said_beside_its_field(
    query: str, field: str, message: str, visitor: Visitor, product: int
) -> None:
    page = visitor.open(f"/shop/products/{product}?{query}")

    assert (page.status, message in page.text, "<b>" in page.html) == (200, True, False)
    assert f'id="field-{field}"' in page.html
    assert 'aria-invalid="true"' in page.html
    assert CHECKOUT not in page.html


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("installment_count=3&first_installment_amount=10", "প্রথম কিস্তি কমপক্ষে ৳৩০.০০ হতে হবে।"),
        ("installment_count=99", "সর্বোচ্চ ৪টি কিস্তি সম্ভব।"),
        ("quantity=0", "কমপক্ষে ১ হতে হবে।"),
        ("interval=30d", "এখানে কিস্তির বিরতি হতে হবে প্রতি মাসে অথবা প্রতি সপ্তাহে।"),
        ("interval=daily", "সঠিক নয়।"),
        ("quantity=3", "২টি আছে"),
    ],
)
def test_what_is_wrong_with_a_plan_is_said_in_bengali(
    query: str, message: str, visitor: Visitor, admin: Person, customer: Person
) -> None:
    terms = {"most_installments": 4, "intervals": ["weekly", "monthly"]}
    admin.call("POST", "/products/", {"name": "Fan", "price": 100, "stock": 2, "terms": terms})
    admin.call("PATCH", "/accounts/profile/", {"language": "bn"})
    visitor.sign_in(admin.email, PASSWORD)

    for path in (PRODUCT, f"/admin/customers/{customer.id}/sell/1"):
        text = visitor.open(f"{path}?{query}").text
        assert message in text
        assert not [word for word in ("must", "only", "left", "weekly") if word in text]


def test_the_terms_of_a_product_limit_what_can_be_picked(visitor: Visitor, admin: Person) -> None:
    terms = {"least_first_share": 0.5, "most_installments": 4, "intervals": ["weekly"], "plan_markup": 0.1}
    admin.call("POST", "/products/", {"name": "Fan", "price": 100, "stock": 2, "terms": terms})

    page = visitor.open(PRODUCT)

    assert "On a plan ৳110.00, 10 % more" in page.text
    assert "Today ৳55.00 Then 3 times ৳18.34 In total ৳110.00" in page.text
    assert ('max="4"' in page.html, 'value="monthly"' in page.html) == (True, False)
    page = visitor.send(page, PRODUCT, quantity="3")
    assert "There are not enough of this product: 2 left." in page.text
    assert CHECKOUT not in page.html


def test_what_must_be_paid_at_once_or_is_sold_out_has_no_plan(visitor: Visitor, admin: Person) -> None:
    at_once = {"name": "Lamp", "price": 20, "terms": {"most_installments": 1}}
    admin.call("POST", "/products/", at_once)
    admin.call("POST", "/products/", {"name": "Fan", "price": 50, "stock": 0})

    page = visitor.open(PRODUCT)
    assert ("Today ৳20.00 In total ৳20.00" in page.text, 'type="range"' in page.html) == (True, False)
    page = visitor.open("/shop/products/2")
    assert ("It is sold out at the moment." in page.text, '<form method="get"' in page.html) == (True, False)


@pytest.mark.parametrize("number", ["2", "0", "abc", "99999999", "1'"])
def test_products_that_are_not_for_sale_have_no_page(number: str, visitor: Visitor, product: int) -> None:
    for path in (f"/shop/products/{number}", f"/shop/products/{number}/checkout"):
        page = visitor.open(path)
        assert (page.status, "Product not found." in page.text, product) == (404, True, 1)


# Buying


def test_a_visitor_picks_a_plan_signs_in_and_buys(visitor: Visitor, customer: Person, product: int) -> None:
    page = visitor.open(f"/shop/products/{product}")
    page = visitor.send(page, PRODUCT, installment_count="2", interval="weekly")
    page = visitor.open(page.link("Buy"))
    assert "Sign in to buy." in page.text
    page = visitor.open(page.link("Sign in to buy"))
    page = visitor.send(page, SIGN_IN, email=customer.email, password=PASSWORD)

    assert page.path.startswith(CHECKOUT)
    assert "You pay today ৳300.00 You pay later ৳700.00" in page.text
    assert "The purchase counts at once" in page.text
    page = visitor.send(page, BUY, method="bank_transfer", reference="TRX 1", note="<script>alert(1)</script>")

    (purchase,) = purchases(customer)
    assert page.path == f"/shop/purchases/{purchase['id']}"
    assert ("It is yours. Here is your plan." in page.text, "<script>alert" in page.html) == (True, False)
    assert (purchase["status"], purchase["total_price"], len(purchase["installments"])) == ("due", 1000, 2)


def test_a_form_that_is_sent_twice_buys_once(member: Visitor, customer: Person, product: int) -> None:
    page = member.open(f"{CHECKOUT}?{PLAN}")

    first, second = member.send(page, BUY), member.send(page, BUY)

    assert (first.path, len(purchases(customer)), product) == (second.path, 1, 1)
    member.send(member.open(f"{CHECKOUT}?{PLAN}"), BUY)
    assert len(purchases(customer)) == 2


def test_where_the_shop_confirms_payments_an_order_waits(
    confirming: Shop, member: Visitor, customer: Person, product: int
) -> None:
    page = member.open(f"/shop/products/{product}/checkout?{PLAN}")
    assert "Your order waits until we see that your first payment of ৳300.00 has come." in page.text
    assert "Order and pay ৳300.00" in page.text

    again, page = member.send(page, BUY, method="cash"), member.send(page, BUY, method="cash")

    (purchase,) = purchases(customer)
    assert (again.path, purchase["status"]) == (page.path, "pending")
    assert "Your order waits" in page.text
    assert "We are checking ৳300.00" in page.text
    assert confirming.settings.payment_mode == "confirmed"


def test_a_refused_purchase_shows_the_check_again_with_what_was_typed(
    member: Visitor, customer: Person, admin: Person
) -> None:
    admin.call("POST", "/products/", {"name": "Fan", "price": 1000, "stock": 1})
    page = member.open(f"{CHECKOUT}?{PLAN}")
    admin.call("POST", f"/purchases/customers/{customer.id}/block/", {"is_blocked": True, "reason": "Owes a lot"})

    page = member.send(page, BUY, reference='TRX "<4711>"')
    assert (page.status, "Buying is blocked for this account." in page.text) == (403, True)
    assert ("reference", 'TRX "<4711>"') in page.form(BUY).fields
    admin.call("POST", f"/purchases/customers/{customer.id}/block/", {"is_blocked": False, "reason": "Paid"})
    assert admin.call("PATCH", "/products/1/", {"stock": 0}).status == 200
    page = member.send(page, BUY)
    assert (page.status, "It is sold out at the moment." in page.text) == (409, True)
    assert purchases(customer) == []


def test_a_plan_that_became_impossible_leads_back_to_the_choice(
    member: Visitor, customer: Person, admin: Person, product: int
) -> None:
    page = member.open(f"{CHECKOUT}?{PLAN}")
    admin.call("PATCH", f"/products/{product}/", {"price": 2000})

    page = member.send(page, BUY)

    assert (page.status, "The first installment must be at least ৳600.00." in page.text) == (400, True)
    assert dict(page.form(PRODUCT).fields)["installment_count"] == "2"
    assert (purchases(customer), member.open(CHECKOUT).path) == ([], PRODUCT)


def test_nothing_is_bought_without_a_session(visitor: Visitor, product: int) -> None:
    page = visitor.post(BUY, product=str(product), installment_count="2", first_installment_amount="300")

    assert page.path.startswith(SIGN_IN)


# Purchases


def test_purchases_are_listed_searched_and_told_apart(
    member: Visitor, customer: Person, product: int, later: Callable[[], None]
) -> None:
    assert "You have bought nothing yet." in member.open("/shop/purchases").text
    for _ in range(27):
        bought(customer, product)
    customer.call("POST", f"/purchases/{bought(customer, product)['id']}/payoff/", {})

    page = member.open("/shop/purchases")
    assert page.text.count("Rice Cooker") == 25
    assert member.open(f"/shop/purchases{page.link('Next')}").text.count("Rice Cooker") == 3
    page = member.send(page, "/shop/purchases", status="paid")
    assert page.text.count("Rice Cooker") == 1
    assert "Nothing was found." in member.send(page, "/shop/purchases", search="bicycle").text
    later()
    assert "Rice Cooker Overdue ৳770.00 ৳1,000.00" in member.open("/shop/purchases?status=due").text


def test_a_purchase_shows_its_plan_and_its_payments(
    member: Visitor, customer: Person, product: int, later: Callable[[], None]
) -> None:
    purchase = bought(customer, product)
    later()

    page = member.open(f"/shop/purchases/{purchase['id']}")

    assert "2 30 November 2026 Overdue ৳770.00 with ৳70.00 late fee Pay" in page.text
    assert "Left to pay ৳770.00 Price ৳1,000.00" in page.text
    assert page.link("Receipt").startswith(f"/shop/purchases/{purchase['id']}/receipts/")


def test_the_rest_is_paid_off_once(member: Visitor, customer: Person, product: int) -> None:
    path = f"/shop/purchases/{bought(customer, product)['id']}"
    page = member.open(path)
    assert "You pay all that is left, ৳700.00, and owe nothing more for it." in page.text

    again, page = member.send(page, f"{path}/payoff"), member.send(page, f"{path}/payoff")

    assert (again.status, page.status, "Thank you. Everything is paid." in page.text) == (200, 200, True)
    assert ("Left to pay ৳0.00" in page.text, f"{path}/payoff" in page.html) == (True, False)
    page = member.post(f"{path}/payoff", amount="700")
    assert (page.status, "Left to pay ৳0.00" in page.text) == (409, True)


def test_a_payoff_that_is_not_right_any_more_is_refused(
    member: Visitor, customer: Person, product: int, later: Callable[[], None]
) -> None:
    path = f"/shop/purchases/{bought(customer, product)['id']}"
    page = member.open(path)
    later()

    page = member.send(page, f"{path}/payoff")

    assert (page.status, "The amount that pays everything off is ৳770.00." in page.text) == (400, True)
    assert "Everything is paid" in member.send(page, f"{path}/payoff").text


def test_a_payoff_waits_where_the_shop_confirms_payments(
    customer: Person, product: int, member: Visitor, request: pytest.FixtureRequest
) -> None:
    path = f"/shop/purchases/{bought(customer, product)['id']}"
    request.getfixturevalue("confirming")
    page = member.open(path)
    assert "It counts once we see that the money has come." in page.text

    page = member.send(page, f"{path}/payoff", method="mobile_wallet")

    assert ("We will check that the money has come" in page.text, f"{path}/payoff" in page.html) == (True, False)
    assert "We are checking ৳700.00" in page.text


def test_a_receipt_is_there_to_print(member: Visitor, customer: Person, product: int) -> None:
    page = member.open(f"/shop/purchases/{bought(customer, product)['id']}")

    page = member.open(page.link("Receipt"))

    assert "Receipt 261123-" in page.text
    assert "1 of 2 — ৳300.00 Received ৳300.00" in page.text
    assert ("data-print" in page.html, "Left to pay of this purchase now: ৳700.00" in page.text) == (True, True)


def test_what_is_another_customers_is_not_there(
    member: Visitor, registered: Callable[..., Person], product: int
) -> None:
    other = bought(registered(), product)
    installment = other["installments"][1]["id"]
    path = f"/shop/purchases/{other['id']}"

    pages = [
        member.open(path),
        member.open(f"{path}/receipts/{other['id']}"),
        member.open(f"/shop/installments/{installment}"),
        member.post(f"{path}/payoff", amount="700"),
        member.post(f"/shop/installments/{installment}/pay", amount="700"),
        member.open("/shop/purchases/abc"),
        member.open("/shop/installments/abc"),
    ]

    assert {page.status for page in pages} == {404}
    assert "Rice Cooker" not in " ".join(page.html for page in pages)
    assert "Rice Cooker" not in member.open("/shop/purchases").text


def test_in_the_shop_staff_see_only_what_they_bought_themselves(
    visitor: Visitor, admin: Person, customer: Person, product: int
) -> None:
    visitor.sign_in(admin.email, PASSWORD)
    others, own = bought(customer, product), bought(admin, product)

    for purchase, status in ((others, 404), (own, 200)):
        path = f"/shop/purchases/{purchase['id']}"
        assert visitor.open(path).status == status
        assert visitor.open(f"/shop/installments/{purchase['installments'][1]['id']}").status == status
    receipt = visitor.open(f"/shop/purchases/{own['id']}").link("Receipt")
    assert visitor.open(receipt).status == 200
    assert visitor.open(receipt.replace(own["id"], others["id"])).status == 404


@pytest.mark.parametrize("path", ["/shop/purchases?status=due", "/shop/installments", "/shop/purchases/abc"])
def test_what_is_a_customers_own_needs_a_session_and_is_come_back_to(
    path: str, visitor: Visitor, customer: Person
) -> None:
    page = visitor.open(path)

    assert page.path.startswith(f"{SIGN_IN}?next=")
    assert visitor.send(page, SIGN_IN, email=customer.email, password=PASSWORD).path == path


# Paying


def test_an_installment_is_paid_with_two_clicks(member: Visitor, customer: Person, product: int) -> None:
    purchase = bought(customer, product)
    page = member.open(member.open("/").link("To pay"))
    assert "To pay next ৳700.00" in page.text
    page = member.open(page.link("Pay"))
    action = f"{page.path}/pay"
    assert dict(page.form(action).fields)["amount"] == "700.00"

    again, page = member.send(page, action), member.send(page, action)

    assert (again.path, page.path) == (f"/shop/purchases/{purchase['id']}",) * 2
    assert ("Thank you. Your payment is noted." in page.text, "Left to pay ৳0.00" in page.text) == (True, True)
    assert "You have nothing to pay." in member.open("/shop/installments").text


def test_what_is_overdue_comes_first_with_its_late_fee_then_what_is_due(
    member: Visitor, customer: Person, product: int, later: Callable[[], None]
) -> None:
    late = bought(customer, product)
    bought(customer, product, installment_count=4, interval="monthly")
    later()

    page = member.open("/shop/installments")

    assert "Overdue ৳770.00 To pay next ৳233.34 In total ৳1,470.00" in page.text
    assert "Later: 2 more, ৳466.66 together." in page.text
    assert page.text.index("Installment 2 of 2") < page.text.index("Installment 2 of 4")
    assert f"/shop/installments/{late['installments'][1]['id']}" in page.html


def test_an_amount_that_is_not_right_is_said_beside_it_and_can_be_put_right(
    member: Visitor, customer: Person, product: int, later: Callable[[], None]
) -> None:
    purchase = bought(customer, product)
    path = f"/shop/installments/{purchase['installments'][1]['id']}"
    page = member.send(member.open(path), f"{path}/pay", amount="701", reference="<i>4711")
    assert (page.status, "You cannot pay more than the required amount: ৳700.00." in page.text) == (400, True)
    assert ('id="field-amount-hint" class="error"' in page.html, "<i>" in page.html) == (True, False)

    page = member.send(page, f"{path}/pay", amount="100.50")
    assert "Left to pay ৳599.50" in page.text
    later()
    page = member.open(path)
    assert "It is late, so it is paid whole, with its late fee." in page.text
    page = member.send(page, f"{path}/pay", amount="100")
    assert (page.status, "including penalty: ৳659.45." in page.text) == (400, True)
    assert "Left to pay ৳0.00" in member.send(page, f"{path}/pay", amount="659.45").text
    assert "It is paid. Thank you." in member.open(path).text


def test_a_payment_waits_where_the_shop_confirms_payments(
    member: Visitor, customer: Person, product: int, request: pytest.FixtureRequest
) -> None:
    purchase = bought(customer, product)
    request.getfixturevalue("confirming")
    path = f"/shop/installments/{purchase['installments'][1]['id']}"

    page = member.send(member.open(path), f"{path}/pay", method="cash")

    assert "We will check that the money has come" in page.text
    page = member.open(path)
    assert ("We are checking your payment of ৳700.00" in page.text, f"{path}/pay" in page.html) == (True, False)
    assert "We are checking" in member.open("/shop/installments").text


# Links in reminders


@pytest.fixture
def machinery(queues: Queues) -> Machinery:
    return Machinery(queues)


def links(shop: Shop, person: Person, through: str = "2026-11-30") -> str:
    return f"/pay/{shop.pay_links.token(person.id, date.fromisoformat(through), shop.clock())}"


def test_a_reminder_leads_to_where_it_is_paid_without_a_login(
    visitor: Visitor, customer: Person, product: int, mailbox: Mailbox, machinery: Machinery, clock: Clock, shop: Shop
) -> None:
    purchase = bought(customer, product)
    bought(customer, product, interval="monthly")
    clock.move(days=8)
    machinery.remind("2026-12-01")
    (line,) = (line for line in mailbox.to(customer.email)[-1].text.splitlines() if line.startswith("Pay now: "))
    assert line.startswith(f"Pay now: {shop.settings.public_url}/pay/")

    page = visitor.open(line.removeprefix(f"Pay now: {shop.settings.public_url}"))

    assert (
        "Rice Cooker Overdue Installment 2 of 2 Due 30 November 2026 To pay ৳770.00 with ৳70.00 late fee" in page.text
    )
    assert page.text.count("Rice Cooker") == 1
    for own in (customer.username, customer.email, "23 December"):
        assert own not in page.html
    action = f"{page.path}/{purchase['installments'][1]['id']}"
    assert dict(page.form(action).fields)["amount"] == "770.00"
    again, page = visitor.send(page, action), visitor.send(page, action)
    assert (again.status, page.status) == (200, 200)
    assert ("Thank you. Your payment is noted." in page.text, "Nothing is due. Thank you." in page.text) == (True, True)
    assert set(visitor.cookies) <= {"__Host-toast"}
    assert customer.call("GET", f"/purchases/{purchase['id']}/").json["status"] == "paid"


def test_what_is_wrong_with_a_payment_by_link_is_said_beside_its_form(
    visitor: Visitor, customer: Person, product: int, shop: Shop
) -> None:
    first, second = bought(customer, product), bought(customer, product)
    page = visitor.open(links(shop, customer))
    assert "In total ৳1,400.00" in page.text
    action = f"{page.path}/{second['installments'][1]['id']}"

    page = visitor.send(page, action, amount="1")

    assert (page.status, "Pay at least ৳7.00 of this installment." in page.text) == (400, True)
    assert page.html.count('class="error"') == 1
    assert dict(page.form(action).fields)["amount"] == "1"
    assert (
        dict(page.form(action.replace(second["installments"][1]["id"], first["installments"][1]["id"])).fields)[
            "amount"
        ]
        == "700.00"
    )


def test_a_payment_by_link_waits_where_the_shop_confirms_payments(
    visitor: Visitor, customer: Person, product: int, shop: Shop, request: pytest.FixtureRequest
) -> None:
    purchase = bought(customer, product)
    request.getfixturevalue("confirming")
    page = visitor.open(links(shop, customer))

    page = visitor.send(page, f"{page.path}/{purchase['installments'][1]['id']}", method="cash")

    assert "We will check that the money has come" in page.text
    assert "We are checking your payment of ৳700.00" in page.text


def test_a_link_pays_only_what_it_shows(
    visitor: Visitor, customer: Person, registered: Callable[..., Person], product: int, shop: Shop
) -> None:
    later, other = bought(customer, product, interval="monthly"), bought(registered(), product)
    path = links(shop, customer)

    for purchase in (later, other):
        page = visitor.post(f"{path}/{purchase['installments'][1]['id']}", amount="700")
        assert page.status == 404
    assert visitor.post(f"{path}/abc", amount="700").status == 404
    assert {one["status"] for one in purchases(customer)} == {"due"}


def forged(shop: Shop, person: Person) -> Iterator[str]:
    token = links(shop, person).removeprefix("/pay/")
    yield from (
        "x",
        "",
        "-",
        token[:-1],
        token[:-2] + ("00" if token[-2:] != "00" else "11"),
        token.lower(),
        f"{token}0",
    )
    yield token.replace("20261130", "20271130")
    user, through, ends, mac = token.split("-")
    yield f"{user}-{through}-{int(ends) + 1}-{mac}"
    yield shop.unsubscribing.token(person.id)


def test_links_that_are_changed_or_forged_say_so(visitor: Visitor, customer: Person, product: int, shop: Shop) -> None:
    purchase = bought(customer, product)

    for token in forged(shop, customer):
        page = visitor.open(f"/pay/{token}")
        assert (page.status, "Rice Cooker" in page.html) == (404, False), token
        if token:
            assert "This link does not work" in page.text, token
            assert page.link("Sign in to pay") == f"{SIGN_IN}?next=/shop/installments"
            page = visitor.post(f"/pay/{token}/{purchase['installments'][1]['id']}", amount="700")
            assert (page.status, "This link does not work" in page.text) == (404, True), token
    assert purchases(customer)[0]["status"] == "due"


def test_a_link_is_good_for_thirty_days(
    visitor: Visitor, customer: Person, product: int, shop: Shop, clock: Clock
) -> None:
    bought(customer, product)
    path = links(shop, customer)
    clock.move(days=30, seconds=-1)
    assert "What is due" in visitor.open(path).text
    clock.move(seconds=1)

    page = visitor.open(path)

    assert (page.status, "It has expired. Links in our mails are good for 30 days." in page.text) == (404, True)


def test_a_link_of_an_account_that_is_not_in_use_leads_nowhere(
    visitor: Visitor, customer: Person, product: int, shop: Shop
) -> None:
    purchase = bought(customer, product)
    path = links(shop, customer)
    before = shop.accounts.by_email(customer.email)
    assert before is not None
    assert shop.accounts.replace(before, replace(before, is_active=False, version=before.version + 1))

    page = visitor.open(path)

    assert (page.status, "It leads nowhere." in page.text) == (404, True)
    assert visitor.post(f"{path}/{purchase['installments'][1]['id']}", amount="700").status == 404


def test_a_link_speaks_its_customers_language(visitor: Visitor, customer: Person, shop: Shop) -> None:
    customer.call("PATCH", "/accounts/profile/", {"language": "bn"})

    assert '<html lang="bn">' in visitor.open(links(shop, customer)).html


def test_a_shop_with_its_own_address_to_pay_at_links_there(
    customer: Person, product: int, mailbox: Mailbox, machinery: Machinery, shop: Shop, serve: Callable[[Shop], None]
) -> None:
    serve(replace(shop, settings=shop.settings.model_copy(update={"pay_url": "https://pay.example.com/"})))
    bought(customer, product)
    machinery.remind("2026-11-27")

    text = mailbox.to(customer.email)[-1].text
    assert ("Pay now: https://pay.example.com/" in text, "/pay/" in text.replace("pay.example", "")) == (True, False)
