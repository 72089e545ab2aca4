"""The functions' roles: all they need, which every test of the API sees, and nothing that none of them uses."""

import json
from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from functions.audit import app as audit
from functions.feedback import app as feedback
from shop.bootstrap import Shop
from shop.runtime.config import PaymentMode
from tests.api.conftest import PASSWORD, Person, Roles, Serve
from tests.support.clock import Clock
from tests.support.mailbox import Mailbox
from tests.support.mails import Machinery
from tests.support.online import Online
from tests.support.online import online as paying_online
from tests.support.pictures import png
from tests.support.queues import Queues
from tests.support.rest import GROUPS, PAGES, Context, call
from tests.support.roles import unused

PLAN = {"first_installment_amount": 400, "installment_count": 3, "interval": "weekly"}
OTHER = "another long password"


def test_nothing_is_allowed_that_no_function_does(
    registered: Callable[..., Person],
    mailbox: Mailbox,
    queues: Queues,
    roles: Roles,
    shop: Shop,
    serve: Serve,
    clock: Clock,
) -> None:
    admin, customer, leaver = registered(staff=True), registered(), registered()
    product = _keep_the_catalogue(admin)
    _buy_and_pay(admin, customer, product)
    _look_around(admin, customer)
    _be_mailed(customer, leaver, mailbox, Machinery(queues))
    _get_in_and_out(customer, mailbox)
    _moderate(admin, customer)
    _leave(leaver, product)
    serve(replace(shop, settings=shop.settings.model_copy(update={"payment_mode": PaymentMode.CONFIRMED})))
    _order(admin, registered(), product, clock, Machinery(queues))
    _done(admin.call("POST", f"/purchases/customers/{customer.id}/notes/", {"text": "Called"}))
    _done(admin.call("GET", f"/purchases/customers/{customer.id}/mails/"))
    for query in ("", "?search=person"):
        _done(admin.call("GET", f"/reports/overdue/{query}"))
    _done(admin.call("GET", "/reports/refunds/"))
    _done(admin.call("GET", f"/purchases/customers/{customer.id}/"))
    _close_the_day(admin, customer, product, clock, Machinery(queues))
    with paying_online(shop, clock, queues) as online:
        serve(online.shop)
        _pay_online(online, admin, registered(), product)
    serve(shop)
    audit.handler({}, Context())

    assert not unused(
        roles(group)[0]
        for group in ({*GROUPS.values(), "planner", "sender", "feedback", "audit", "settler"} - {*PAGES})
    )


def _keep_the_catalogue(admin: Person) -> int:
    """Products are added, renamed, looked for and archived."""
    ids = [_done(admin.call("POST", "/products/", {"name": name, "price": 1000})) for name in ("Rice", "Tea", "Salt")]
    _done(admin.call("PATCH", f"/products/{ids[0]['id']}/", {"name": "Rice Cooker", "stock": 100}))
    _done(admin.call("DELETE", f"/products/{ids[1]['id']}/"))
    _done(admin.call("GET", "/products/archived/"))
    _done(admin.call("POST", f"/products/{ids[1]['id']}/restore/"))
    for order in ("-created", "name", "price"):
        _done(call("GET", f"/products/?ordering={order}"))
    _done(call("GET", "/products/?search=rice"))
    _file_the_catalogue(admin, ids[0]["id"])
    return int(ids[0]["id"])


def _file_the_catalogue(admin: Person, product: int) -> None:
    """A product moves to another category and gets another SKU, and is looked for by these."""
    for grey in (1, 2):
        picture = {"picture": b64encode(png(1, 1, grey)).decode()}
        shown = _done(admin.call("PUT", f"/products/{product}/picture/", picture))
    assert call("GET", shown["picture"].partition("/dev")[2]).status == 200
    for named in ("Kitchen", "Living"):
        _done(admin.call("PATCH", f"/products/{product}/", {"category": named, "sku": named}))
    _done(call("GET", "/products/categories/"))
    for order in ("-created", "name", "price"):
        _done(call("GET", f"/products/?category=living&available=true&ordering={order}"))
    _done(call("GET", "/products/?category=living"))


def _buy_and_pay(admin: Person, customer: Person, product: int) -> None:
    """Purchases are quoted, made, paid, paid off, cancelled and listed."""
    order = {"product": product, **PLAN}
    _done(call("POST", "/purchases/quote/", order))
    kept, early, cancelled = (_done(customer.call("POST", "/purchases/create/", order)) for _ in range(3))
    second = kept["installments"][1]["id"]
    _done(customer.call("POST", f"/installments/pay/{second}/", {"amount": 100}, headers={"Idempotency-Key": "1"}))
    _done(customer.call("GET", f"/installments/{second}/"))
    _done(customer.call("POST", f"/purchases/{early['id']}/payoff/", {"amount": 600}))
    _done(admin.call("POST", f"/purchases/{cancelled['id']}/cancel/", {"reason": "broken"}))
    for path in ("/purchases/my/", "/installments/", "/installments/next-due/", f"/purchases/{kept['id']}/"):
        _done(customer.call("GET", path))
    for query in ("", "?status=due", f"?search={customer.username}", f"?customer={customer.id}"):
        _done(admin.call("GET", f"/purchases/{query}"))
    _done(admin.call("GET", f"/installments/{early['installments'][1]['id']}/"))


def _order(admin: Person, customer: Person, product: int, clock: Clock, machinery: Machinery) -> None:
    """Payments wait, and are confirmed, rejected or forgotten."""
    bought = _done(customer.call("POST", "/purchases/create/", {"product": product, **PLAN}))
    first = _done(admin.call("GET", "/purchases/attempts/"))[0]
    confirm = f"/purchases/{bought['id']}/attempts/{first['id']}/confirm/"
    _done(admin.call("POST", confirm, {"method": "cash"}))
    _done(customer.call("POST", "/purchases/create/", {"product": product, **PLAN}))
    installment = bought["installments"][1]["id"]
    said = _done(customer.call("POST", f"/installments/pay/{installment}/", {"amount": 300}))["attempt"]
    _done(admin.call("POST", f"/purchases/{bought['id']}/attempts/{said['id']}/reject/", {"reason": "r"}))
    _done(customer.call("GET", "/purchases/attempts/my/"))
    clock.move(days=8)
    machinery.plan("2026-12-01", "receipts")
    assert machinery.send() == 0


def _pay_online(online: Online, admin: Person, customer: Person, product: int) -> None:
    """Orders are paid at the provider or left; what is too much goes back by itself, other money when staff say so."""
    _done(admin.call("PATCH", f"/products/{product}/", {"stock": 5}))
    order = {"product": product, **PLAN}
    left, bought, owed = (_done(customer.call("POST", "/purchases/create/", order)) for _ in range(3))
    online.choose(left["attempt"], "cancel")
    for begun in (bought, owed):
        online.choose(begun["attempt"])
    online.settle()
    installment = bought["installments"][1]["id"]
    begun = _done(customer.call("POST", f"/installments/pay/{installment}/", {"amount": 300}))["attempt"]
    _done(admin.call("POST", f"/purchases/{bought['id']}/payments/", {"amount": 300, "method": "cash"}))
    online.choose(begun)
    online.settle()
    _done(admin.call("POST", f"/purchases/{bought['id']}/cancel/", {"reason": "r"}))
    _done(customer.call("GET", "/installments/autopay/"))
    online.choose(_done(customer.call("POST", "/installments/autopay/", {"agrees": True})))
    online.settle()
    online.clock.move(days=60)
    online.charge()
    _done(customer.call("DELETE", "/installments/autopay/"))
    online.settle()
    refund = {"amount": 10, "method": "online", "reason": "r"}
    _done(admin.call("POST", f"/purchases/{bought['id']}/refunds/", refund))
    online.look_after()
    online.clock.move(days=1)
    assert online.compare()


def _close_the_day(admin: Person, customer: Person, product: int, clock: Clock, machinery: Machinery) -> None:
    """The nightly run adds up sales and debts, which admins read."""
    _done(
        admin.call(
            "POST", f"/purchases/customers/{customer.id}/purchases/", {"product": product, **PLAN, "method": "cash"}
        )
    )
    clock.move(days=30)
    machinery.plan("2026-12-31", "nightly")
    days = "?from=2026-12-30&to=2026-12-31"
    for path in ("overdue/?ordering=-amount", "aging/", f"due/{days}", f"overdue/series/{days}", f"sales/{days}"):
        _done(admin.call("GET", f"/reports/{path}"))
    assert _done(admin.call("GET", "/reports/sales/products/?from=2026-11-01&to=2026-12-30"))


def _look_around(admin: Person, customer: Person) -> None:
    """Figures are read."""
    _done(call("GET", "/public/global-summary/"))
    _done(customer.call("GET", "/user/summary/"))
    for path in ("/user-stats/", "/reports/chart/summary/", "/reports/payment-summary/weekly/", "/reports/till/"):
        _done(admin.call("GET", path))


def _be_mailed(customer: Person, bouncing: Person, mailbox: Mailbox, machinery: Machinery) -> None:
    """Send receipts, reminders and summaries, and deliver SES's events about them."""
    machinery.plan("2026-11-23", "receipts", "23:00:00")
    machinery.plan("2026-11-30", "weekly")
    mailbox.broken = True
    assert machinery.send()
    mailbox.broken = False
    machinery.remind("2026-11-27")
    tags = {"customer": [customer.id], "mail": ["a mail"]}
    bounce = {"bounceType": "Permanent", "bouncedRecipients": [{"emailAddress": bouncing.email}]}
    for event in (
        {"eventType": "Send", "mail": {"tags": tags}},
        {"eventType": "Bounce", "mail": {"tags": tags}, "bounce": bounce},
    ):
        feedback.handler({"Records": [{"Sns": {"Message": json.dumps(event)}}]}, Context())


def _get_in_and_out(customer: Person, mailbox: Mailbox) -> None:
    """Sessions begin and end; passwords are guessed, changed and forgotten."""
    login = {"email": customer.email, "password": PASSWORD}
    assert call("POST", "/accounts/login/", {**login, "password": "a guess, and wrong"}).status == 401
    assert call("POST", "/accounts/verify-otp/", {"email": customer.email, "otp_code": "000000"}).status == 400
    pair = _done(call("POST", "/accounts/login/", login))
    pair = _done(call("POST", "/accounts/token/refresh/", {"refresh": pair["refresh"]}))
    _done(customer.call("POST", "/accounts/logout/", {"refresh": pair["refresh"]}))
    _done(customer.call("POST", "/accounts/password/change/", {"old_password": PASSWORD, "new_password": OTHER}))
    _done(call("POST", "/accounts/password/reset/", {"email": customer.email}))
    code = {"email": customer.email, "otp_code": mailbox.code(customer.email)}
    _done(call("POST", "/accounts/password/reset/confirm/", {**code, "new_password": PASSWORD}))
    _done(customer.call("PATCH", "/accounts/profile/", {"first_name": "Selima"}))
    _done(customer.call("GET", "/accounts/export/"))


def _moderate(admin: Person, customer: Person) -> None:
    """An admin searches users and the audit log, and takes a user's rights."""
    for query in ("", "?search=selima"):
        _done(admin.call("GET", f"/accounts/users/{query}"))
    _done(admin.call("PATCH", f"/accounts/users/{customer.id}/", {"is_active": False}))
    _done(admin.call("GET", "/accounts/actions/"))


def _leave(leaver: Person, product: int) -> None:
    """A customer with purchases is erased."""
    paid = {"product": product, "first_installment_amount": 1000, "installment_count": 1}
    _done(leaver.call("POST", "/purchases/create/", paid))
    _done(leaver.call("POST", "/accounts/delete/", {"password": PASSWORD}))


def _done(answer: Any) -> Any:
    """The answer to a request, which must succeed."""
    assert answer.status < 300, answer.text
    return answer.json if answer.text else None
