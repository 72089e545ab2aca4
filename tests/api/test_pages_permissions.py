"""The roles of the functions that make pages: all they need, which every test of pages sees, and nothing else."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from shop.bootstrap import Shop
from shop.runtime.config import PaymentMode
from tests.api.conftest import PASSWORD, Person, Roles, Serve, signed_in
from tests.support.clock import Clock
from tests.support.mailbox import Mailbox
from tests.support.mails import Machinery
from tests.support.online import Online
from tests.support.online import online as paying_online
from tests.support.pictures import png
from tests.support.queues import Queues
from tests.support.rest import PAGES, call
from tests.support.roles import unused
from tests.support.visitor import Visitor

ACCOUNT, OTHER, LEAVER = "/shop/account", "another long password", "leaver@example.com"


def test_nothing_is_allowed_that_no_page_does(
    registered: Callable[..., Person],
    mailbox: Mailbox,
    queues: Queues,
    roles: Roles,
    shop: Shop,
    serve: Serve,
    clock: Clock,
) -> None:
    admin, customer = registered(staff=True), registered()
    product = _stocked(admin)
    staff, member = signed_in(admin), signed_in(customer)
    _look_for_products(member, product)
    purchase = _buy_and_pay(member, customer, shop, product)
    _come_and_go(mailbox, product)
    _forget_the_password(customer, mailbox)
    _serve(staff, customer, purchase)
    member.sign_in(customer.email, OTHER)
    serve(replace(shop, settings=shop.settings.model_copy(update={"payment_mode": PaymentMode.CONFIRMED})))
    _order(member, staff, product)
    with paying_online(shop, clock, queues) as online:
        serve(online.shop)
        _pay_online(online, admin, member, staff, product)
    serve(shop)
    for name, address in (("karim", "other@example.com"), ("another", "karim@example.com")):
        call("POST", "/accounts/register/", {"username": name, "email": address, "password": PASSWORD})
    clock.move(days=20)
    Machinery(queues).plan("2026-12-13", "nightly")
    staff.sign_in(admin.email, PASSWORD)
    _sell(staff)
    _look_at_the_shop(staff, customer)
    _look_after_products(staff)
    _look_after_users(staff, customer)
    for path in ("/shop/purchases", f"{ACCOUNT}/profile", "/admin/", "/admin/counter", "/admin/users"):
        _lose_the_session(path, admin, clock)

    assert not unused(roles(group)[0] for group in PAGES)


def _stocked(admin: Person) -> str:
    """A product of which there are some pieces."""
    body = {"name": "Rice Cooker", "price": 1000, "stock": 50, "category": "Kitchen"}
    return str(admin.call("POST", "/products/", body).json["id"])


def _look_for_products(member: Visitor, product: str) -> None:
    for ordering in ("-created", "name", "price"):
        for query in ("", "&category=kitchen"):
            assert "Rice Cooker" in member.open(f"/?ordering={ordering}{query}").text
    for path in ("/?search=rice", "/?search=rice&category=kitchen", f"/shop/products/{product}"):
        assert "Rice Cooker" in member.open(path).text


def _buy_and_pay(member: Visitor, customer: Person, shop: Shop, product: str) -> str:
    plan = "quantity=2&installment_count=3&first_installment_amount=800&interval=weekly"
    here = f"/shop/products/{product}"
    page = member.send(member.open(f"{here}/checkout?{plan}"), f"{here}/buy")
    purchase = page.path.rpartition("/")[2]
    installments = member.open("/shop/installments")
    pay = installments.link("Pay")
    assert "Thank you" in member.send(member.open(pay), f"{pay}/pay", amount="100").text
    page = member.open(f"/shop/purchases/{purchase}")
    assert member.open(page.link("Receipt")).status == 200
    token = shop.pay_links.token(customer.id, shop.today.replace(month=12), shop.clock())
    page = Visitor().open(f"/pay/{token}")
    action = next(form.action for form in page.forms if "/pay/" in form.action).removeprefix("/dev").split("?")[0]
    assert "Thank you" in Visitor().send(page, action).text
    assert member.open("/shop/purchases?search=rice").status == 200
    return purchase


def _pay_online(online: Online, admin: Person, member: Visitor, staff: Visitor, product: str) -> None:
    """An order is paid at the provider, then an installment that was settled meanwhile; its owner refunds another."""
    plan = "quantity=1&installment_count=2&first_installment_amount=400&interval=weekly"
    here = f"/shop/products/{product}"
    page = member.send(member.open(f"{here}/checkout?{plan}"), f"{here}/buy")
    assert "Go on and pay" in page.text
    online.choose({"checkout_url": page.link("Go on and pay")})
    page = member.open(page.path.partition("?")[0])
    assert "the money has come" in page.text
    purchase = page.link("To the purchase").rpartition("/")[2]
    pay = member.open(f"/shop/purchases/{purchase}").link("Pay")
    page = member.send(member.open(pay), f"{pay}/pay")
    checkout = page.link("Go on and pay")
    taken = {"amount": 600, "method": "cash"}
    assert admin.call("POST", f"/purchases/{purchase}/payments/", taken).status == 201
    online.choose({"checkout_url": checkout})
    assert "the money has come" in member.open(page.path.partition("?")[0]).text
    page = member.send(member.open("/shop/autopay"), "/shop/autopay", **{"agrees!": "true"})
    online.choose({"checkout_url": page.link("Go on and save it")})
    assert "is saved" in member.open(page.path.partition("?")[0]).text
    assert "deleted" in member.send(member.open("/shop/autopay"), "/shop/autopay/end").text
    online.settle()
    assert admin.call("POST", f"/purchases/{purchase}/cancel/", {"reason": "r"}).status == 200
    path = f"/admin/purchases/{purchase}/refunds"
    assert "Receipt" in staff.send(staff.open(path), path, amount="10", method="online", reason="r").text


def _come_and_go(mailbox: Mailbox, product: str) -> None:
    """An account is made, used, changed and erased."""
    leaver = Visitor()
    values = {"username": "leaver", "email": LEAVER, "password": PASSWORD, "first_name": "", "last_name": ""}
    page = leaver.send(leaver.open(f"{ACCOUNT}/sign-up"), f"{ACCOUNT}/sign-up", **values)
    page = leaver.send(page, f"{ACCOUNT}/verify", otp_code=mailbox.code(LEAVER))
    leaver.sign_in(LEAVER, PASSWORD)
    leaver.send(leaver.open(f"{ACCOUNT}/profile"), f"{ACCOUNT}/profile", first_name="Lea", phone="01712345678")
    here, plan = (
        f"/shop/products/{product}",
        "quantity=1&installment_count=1&first_installment_amount=1000&interval=30d",
    )
    leaver.send(leaver.open(f"{here}/checkout?{plan}"), f"{here}/buy")
    assert leaver.open(f"{ACCOUNT}/data").status == 200
    leaver.send(leaver.open("/"), f"{ACCOUNT}/sign-out")
    leaver.sign_in(LEAVER, PASSWORD)
    page = leaver.send(leaver.open(f"{ACCOUNT}/delete"), f"{ACCOUNT}/delete", password=PASSWORD)
    assert "Your account is deleted." in page.text


def _forget_the_password(customer: Person, mailbox: Mailbox) -> None:
    visitor = Visitor()
    page = visitor.send(visitor.open(f"{ACCOUNT}/password"), f"{ACCOUNT}/password", email=customer.email)
    code = mailbox.code(customer.email)
    visitor.send(page, f"{ACCOUNT}/password/reset", otp_code=code, new_password=PASSWORD + "!")
    visitor.sign_in(customer.email, PASSWORD + "!")
    change = f"{ACCOUNT}/password/change"
    page = visitor.send(visitor.open(change), change, old_password=PASSWORD + "!", new_password=OTHER)
    assert "Your password is changed." in page.text


def _serve(staff: Visitor, customer: Person, purchase: str) -> None:
    """A customer is found, noted on, reminded, limited, blocked; money is taken; pieces come back."""
    for path in (f"/admin/counter?search={customer.username}", "/admin/customers"):
        assert customer.username in staff.open(path).text
    here, there = f"/admin/customers/{customer.id}", f"/admin/purchases/{purchase}"
    page = staff.send(staff.open(f"{here}/counter"), f"{there}/payments", amount="100")
    assert "Receipt" in page.text
    for name, values in (
        ("notes", {"text": "Called", "promise__date": "2026-12-01", "promise__amount": "5"}),
        ("credit-limit", {"credit_limit": "50000", "reason": "r"}),
        ("block", {"reason": "r"}),
        ("block", {"reason": "r"}),
        ("reminders", {}),
    ):
        assert staff.send(staff.open(here), f"{here}/{name}", **values).status == 200
    page = staff.open(f"{there}/returns")
    assert "taken back" in staff.send(page, f"{there}/returns", quantity="1", reason="r").text
    for topic in ("notes", "mails", "journal", "attempts"):
        assert staff.open(f"{here}/{topic}").status == 200
    for query in ("", "?status=paid", f"?search={customer.username}"):
        assert "Rice Cooker" in staff.open(f"/admin/purchases{query}").text


def _order(member: Visitor, staff: Visitor, product: str) -> None:
    """Payments wait for staff, who confirm one and turn down another."""
    plan = "quantity=1&installment_count=2&first_installment_amount=500&interval=weekly"
    here = f"/shop/products/{product}"
    for _ in range(2):
        member.send(member.open(f"{here}/checkout?{plan}"), f"{here}/buy", method="cash")
    for verb, values in (("confirm", {}), ("reject", {"reason": "r"})):
        page = staff.open(staff.open("/admin/waiting").link("Decide"))
        assert staff.send(page, f"{page.path}/{verb}", **values).status == 200


def _sell(staff: Visitor) -> None:
    """A new customer, whose names somebody left behind, is noted down again and buys."""
    page = staff.send(
        staff.open("/admin/customers/new"), "/admin/customers/new", username="karim", email="karim@example.com"
    )
    here = page.path
    page = staff.send(staff.open(f"{here}/contact"), f"{here}/contact", first_name="Karim")
    page = staff.send(staff.open(f"{here}/contact"), f"{here}/contact", first_name="")
    assert "Rice Cooker" in staff.open(f"{here}/sell?search=rice").text
    page = staff.open(staff.open(f"{here}/sell").link("Rice Cooker"))
    selling = next(form for form in page.forms if form.method == "POST" and form.action.startswith(f"/dev{here}"))
    assert "It is sold." in staff.post(selling.action.removeprefix("/dev"), **dict(selling.fields)).text


def _look_at_the_shop(staff: Visitor, customer: Person) -> None:
    for path in (
        *("/admin/", "/admin/overdue", "/admin/overdue?ordering=-amount", "/admin/reports/aging"),
        *("/admin/reports/sales", "/admin/reports/summary", "/admin/reports/summary?format=csv"),
        *(
            "/admin/reports/refunds",
            "/admin/reports/sales/products?from=2026-11-01&to=2026-12-12",
            "/admin/reports/debts",
        ),
        f"/admin/overdue?search={customer.username}",
    ):
        assert staff.open(path).status == 200, path


def _look_after_products(staff: Visitor) -> None:
    """A product is added, found, changed, given pictures and taken off sale for a while."""
    new = "/admin/products/new"
    page = staff.send(staff.open(new), new, name="Blue Fan", price="900", category="Cooling", sku="F-1")
    here = page.path
    for data in (png(1, 1), png(1, 2)):
        page = staff.upload(page, f"{here}/picture", "picture", data)
    page = staff.send(page, here, name="Red Fan", category="Summer", sku="F-2")
    for act in ("picture/remove", "stock", "archive"):
        page = staff.send(page, f"{here}/{act}")
    assert "Red Fan" in staff.open("/admin/products/archived").text
    staff.send(page, f"{here}/restore")
    for query in ("", "?search=red"):
        assert "Red Fan" in staff.open(f"/admin/products{query}").text


def _look_after_users(staff: Visitor, customer: Person) -> None:
    for query in ("", f"?search={customer.username}"):
        assert customer.username in staff.open(f"/admin/users{query}").text
    here = f"/admin/users/{customer.id}"
    assert "are changed." in staff.send(staff.open(here), f"{here}/roles", is_staff="true").text
    assert "Product added" in staff.open("/admin/audit").text
    assert staff.open("/admin/settings").status == 200


def _lose_the_session(path: str, person: Person, clock: Clock) -> None:
    """A session is refreshed; a token that was used before ends it."""
    visitor = signed_in(person)
    stolen: dict[str, Any] = dict(visitor.cookies)
    clock.move(minutes=20)
    assert visitor.open(path).status == 200
    clock.move(minutes=20)
    assert Visitor(stolen).open(path).path.startswith(f"{ACCOUNT}/sign-in")
