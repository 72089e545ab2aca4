"""The acts of staff over HTTP: what they do, who may do them, and what is refused."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from shop.bootstrap import Shop
from shop.calendar import Interval
from shop.errors import Conflict
from shop.ledger.purchases import Order
from tests.api.conftest import PASSWORD, Person
from tests.support.clock import Clock
from tests.support.mailbox import Mailbox
from tests.support.mails import Machinery
from tests.support.queues import Queues
from tests.support.rest import call

NOBODY = "01ARZ3NDEKTSV4RRFFQ69G5FAV"
CASH = {"method": "cash", "reference": "R-17"}


@pytest.fixture
def machinery(queues: Queues) -> Machinery:
    """The functions that send mails."""
    return Machinery(queues)


@pytest.fixture
def purchase(customer: Person, product: int) -> Any:
    """Two pieces at 1,000: 600 at once, then twice 700, 30 days apart."""
    order = {"product": product, "quantity": 2, "first_installment_amount": 600, "installment_count": 3}
    return customer.call("POST", "/purchases/create/", order).json


def bodies(purchase: Any) -> dict[str, dict[str, object]]:
    """A body for each act on a purchase, by its path."""
    second = purchase["installments"][1]["id"]
    return {
        "payments": {**CASH, "amount": 100},
        "fee-waivers": {"installment": second, "reason": "flood"},
        "goodwill": {"installment": second, "amount": 50, "reason": "scratch"},
        "due-dates": {"installment": second, "due_date": "2026-12-30", "reason": "salary"},
        "plans": {"installment_count": 2, "first_due_date": "2026-12-30", "reason": "salary"},
        "returns": {"quantity": 1, "reason": "too many"},
        "refunds": {**CASH, "amount": 1, "reason": "returned"},
        "write-off": {"reason": "moved away"},
        "reversals": {"entry": purchase["id"], "reason": "mistake"},
        "cancel": {"reason": "broken"},
    }


def test_a_day_at_the_counter(
    admin: Person, customer: Person, purchase: Any, clock: Clock, machinery: Machinery, mailbox: Mailbox
) -> None:
    """A customer comes late, pays without the fee, brings one piece back and is refunded."""

    def act(path: str, body: dict[str, object]) -> Any:
        clock.move(minutes=1)
        answer = admin.call("POST", f"/purchases/{purchase['id']}/{path}/", body)
        assert answer.status in (200, 201), answer.text
        return answer.json

    clock.move(days=31)
    paid = act("payments", {**CASH, "amount": 700, "waive_late_fee": {"reason": "flood"}})
    assert paid["message"] == "Payment recorded."
    assert paid["entry"]["amount"] == 700
    assert paid["entry"]["postings"] == {"cash": 700, "receivable": -700}
    assert (paid["entry"]["reason"], paid["entry"]["reference"], paid["entry"]["role"]) == ("flood", "R-17", "staff")
    assert "customer" not in paid["purchase"]
    returned = act("returns", {"quantity": 1, "reason": "too many"})
    assert returned["purchase"]["refundable_amount"] == 300
    assert [one["status"] for one in returned["purchase"]["installments"]] == ["paid", "paid", "void"]
    refunded = act("refunds", {**CASH, "amount": 300, "reason": "returned"})
    assert (refunded["entry"]["amount"], refunded["purchase"]["refundable_amount"]) == (-300, 0)

    summary = customer.call("GET", "/user/summary/").json
    assert (summary["total_paid"], summary["total_due"], summary["total_refundable"]) == (1000, 0, 0)
    seen = customer.call("GET", f"/purchases/{purchase['id']}/").json
    assert (seen["status"], [one["amount"] for one in seen["payments"]]) == ("paid", [600, 700])
    journal = admin.call("GET", f"/purchases/{purchase['id']}/journal/").json
    assert [one["kind"] for one in journal] == ["purchase", "payment", "return", "refund"]
    assert sum(sum(one["postings"].values()) for one in journal) == 0
    assert len({one["receipt_number"] for one in journal}) == 4
    listed = admin.call("GET", "/accounts/actions/").json
    assert [one["action"] for one in listed][:3] == ["refund.made", "goods.returned", "payment.taken"]
    assert listed[2]["details"] == {"entry": paid["entry"]["id"], "reason": "flood", "amount": "700.00"}
    machinery.send()
    assert [message.subject for message in mailbox.to(customer.email)][1:] == [
        "Your purchase: Rice Cooker",
        "Payment received: ৳700.00",
        "We have your return: Rice Cooker",
        "Your refund: Rice Cooker",
    ]
    last = mailbox.to(customer.email)[-1]
    assert "We paid ৳300.00 back to you, in cash." in last.text
    assert refunded["entry"]["receipt_number"] in last.text
    assert refunded["entry"]["receipt_number"] in last.html


def test_a_receipt_is_read_as_json_and_as_a_page_by_its_customer_and_staff(
    admin: Person, customer: Person, registered: Callable[..., Person], purchase: Any
) -> None:
    paid = admin.call("POST", f"/purchases/{purchase['id']}/payments/", {**CASH, "amount": 100}).json["entry"]
    url = f"/purchases/{purchase['id']}/receipts/{paid['id']}/"

    for person in (customer, admin):
        receipt = person.call("GET", url).json
        assert (receipt["receipt_number"], receipt["amount"], receipt["currency"]) == (
            paid["receipt_number"],
            100,
            "BDT",
        )
        assert (receipt["reference"], receipt["left_to_pay"], receipt["is_reversed"]) == ("R-17", 1300, False)
        assert receipt["lines"] == [{"installment_number": 2, "amount": 100, "late_fee": 0}]
        page = person.call("GET", f"{url}?format=html")
        assert page.headers["Content-Type"] == "text/html; charset=utf-8"
        assert paid["receipt_number"] in page.text
    assert registered().call("GET", url).status == 404
    reversal = {"entry": paid["id"], "reason": "wrong purchase"}
    admin.call("POST", f"/purchases/{purchase['id']}/reversals/", reversal)
    assert customer.call("GET", url).json["is_reversed"] is True
    goodwill = admin.call("POST", f"/purchases/{purchase['id']}/goodwill/", bodies(purchase)["goodwill"]).json["entry"]
    assert admin.call("GET", f"/purchases/{purchase['id']}/receipts/{goodwill['id']}/").status == 404


@pytest.mark.parametrize("path", ["payments", "plans", "returns", "goodwill"])
def test_the_same_key_acts_once(admin: Person, purchase: Any, path: str) -> None:
    def once(body: dict[str, object]) -> Any:
        return admin.call("POST", f"/purchases/{purchase['id']}/{path}/", body, headers={"Idempotency-Key": "1"})

    body = bodies(purchase)[path]
    first, again = once(body), once(body)

    assert first.status in (200, 201), first.text
    assert (again.status, again.json) == (first.status, first.json)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert once({**body, **({"amount": 101} if "amount" in body else {"reason": "x"})}).status == 409
    assert len(admin.call("GET", f"/purchases/{purchase['id']}/journal/").json) == 2


def test_a_new_plan_is_previewed_by_what_makes_it(admin: Person, purchase: Any) -> None:
    url, body = f"/purchases/{purchase['id']}/plans/", bodies(purchase)["plans"]

    preview = admin.call("POST", url, {**body, "preview": True}).json
    assert preview["entry"] is None
    assert admin.call("GET", f"/purchases/{purchase['id']}/").json["installments"] == purchase["installments"]
    made = admin.call("POST", url, body).json

    assert made["purchase"]["installments"] == preview["purchase"]["installments"]
    assert [one["due_date"] for one in made["purchase"]["installments"]] == ["2026-11-23", "2026-12-30", "2027-01-30"]


def test_a_customer_may_not_do_what_staff_do_and_staff_not_what_owners_do(
    registered: Callable[..., Person], customer: Person, purchase: Any
) -> None:
    staff = registered(staff=True, owner=False)
    for path, body in bodies(purchase).items():
        url = f"/purchases/{purchase['id']}/{path}/"
        assert customer.call("POST", url, body).status == 403, path
        answer = staff.call("POST", url, {**body, "preview": True} if path == "plans" else {})
        is_for_owners = path in ("goodwill", "refunds", "write-off", "reversals")
        assert answer.status == (403 if is_for_owners else 200 if path == "plans" else 400), (path, answer.text)
    assert customer.call("GET", f"/purchases/{purchase['id']}/journal/").status == 403


@pytest.mark.parametrize("path", ["goodwill", "write-off", "reversals", "payments"])
def test_a_right_that_was_taken_meanwhile_is_missed_in_the_transaction(
    shop: Shop, admin: Person, purchase: Any, path: str
) -> None:
    body = bodies(purchase)[path]
    if path == "reversals":
        (entry,) = admin.call("GET", f"/purchases/{purchase['id']}/journal/").json
        body = {**body, "entry": entry["id"]}
    account = shop.accounts.get(admin.id)
    assert account is not None
    after = replace(account, is_superuser=False, is_staff=path != "payments", version=account.version + 1)
    assert shop.accounts.replace(account, after)

    answer = admin.call("POST", f"/purchases/{purchase['id']}/{path}/", body)

    told = "Only admins may do this." if path == "payments" else "Only owners may do this."
    assert (answer.status, answer.json["detail"]) == (403, told)


@pytest.mark.parametrize(
    ("path", "change", "field"),
    [
        ("plans", {"installment_count": 60}, "installment_count"),
        ("payments", {"amount": 0}, "amount"),
        ("payments", {"amount": "1.005"}, "amount"),
        ("payments", {"amount": 1400.01}, "amount"),
        ("payments", {"method": "self_declared"}, "method"),
        ("payments", {"method": None}, "method"),
        ("payments", {"received_on": "2026-11-24"}, "received_on"),
        ("payments", {"received_on": "2026-11-22"}, "received_on"),
        ("payments", {"received_on": 20261123}, "received_on"),
        ("payments", {"received_on": "2026-11-23T10:00:00Z"}, "received_on"),
        ("payments", {"reference": "x" * 256}, "reference"),
        ("payments", {"note": "a\nb"}, "note"),
        ("payments", {"waive_late_fee": {"reason": " "}}, "waive_late_fee.reason"),
        ("payments", {"waive_late_fee": True}, "waive_late_fee"),
        ("payments", {"tip": 1}, "tip"),
        ("fee-waivers", {"reason": ""}, "reason"),
        ("goodwill", {"amount": 700.01}, "amount"),
        ("due-dates", {"due_date": "2026-11-22"}, "due_date"),
        ("due-dates", {"due_date": "9999-12-31"}, "due_date"),
        ("due-dates", {"due_date": "30.12.2026"}, "due_date"),
        ("plans", {"installment_count": 61}, "installment_count"),
        ("plans", {"installment_count": 0}, "installment_count"),
        ("plans", {"first_due_date": "2026-11-22"}, "first_due_date"),
        ("plans", {"first_due_date": "9999-12-31"}, "first_due_date"),
        ("plans", {"interval": "daily"}, "interval"),
        ("returns", {"quantity": 2}, "quantity"),
        ("returns", {"quantity": 0}, "quantity"),
        ("returns", {"quantity": 1.5}, "quantity"),
        ("write-off", {"reason": None}, "reason"),
        ("reversals", {"entry": 7}, "entry"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_written(
    admin: Person, purchase: Any, path: str, change: dict[str, object], field: str
) -> None:
    answer = admin.call("POST", f"/purchases/{purchase['id']}/{path}/", {**bodies(purchase)[path], **change})

    assert answer.status == 400, answer.text
    assert [error["field"] for error in answer.json["errors"]] == [field]
    assert admin.call("GET", f"/purchases/{purchase['id']}/").json["installments"] == purchase["installments"]
    assert len(admin.call("GET", f"/purchases/{purchase['id']}/journal/").json) == 1


def test_an_installment_or_entry_of_another_purchase_is_not_found(
    admin: Person, customer: Person, product: int, purchase: Any
) -> None:
    order = {"product": product, "first_installment_amount": 400, "installment_count": 3}
    other = customer.call("POST", "/purchases/create/", order).json
    (entry,) = admin.call("GET", f"/purchases/{other['id']}/journal/").json
    wrong = {"installment": other["installments"][1]["id"], "entry": entry["id"]}
    for path in ("fee-waivers", "goodwill", "due-dates", "reversals"):
        body = bodies(purchase)[path]
        body |= {name: value for name, value in wrong.items() if name in body}

        assert admin.call("POST", f"/purchases/{purchase['id']}/{path}/", body).status == 404, path
    assert admin.call("GET", "/purchases/nobodys/journal/").status == 404
    for nobody in ("nobody", "x" * 3000, NOBODY):
        answer = admin.call("POST", f"/purchases/customers/{nobody}/purchases/", {**order, **CASH})
        assert (answer.status, answer.json["detail"]) == (404, "User not found.")


def test_the_journal_of_a_purchase_is_paged(admin: Person, purchase: Any) -> None:
    for amount in (10, 20, 30):
        admin.call("POST", f"/purchases/{purchase['id']}/payments/", {**CASH, "amount": amount})

    first = admin.call("GET", f"/purchases/{purchase['id']}/journal/?page_size=3")
    rest = admin.call("GET", first.link("next") or "")

    assert first.count == 4
    assert [one["amount"] for one in first.json + rest.json] == [600, 10, 20, 30]
    assert admin.call("GET", rest.link("prev") or "").json == first.json


def test_owners_alone_make_owners_and_change_their_rights(
    registered: Callable[..., Person], admin: Person, customer: Person
) -> None:
    staff = registered(staff=True, owner=False)

    def change(by: Person, whom: Person, **rights: bool) -> int:
        return by.call("PATCH", f"/accounts/users/{whom.id}/", rights).status

    assert change(staff, customer, is_staff=True) == 200
    assert change(staff, customer, is_superuser=True) == 403
    assert change(staff, admin, is_active=False) == 403
    assert change(admin, customer, is_superuser=True) == 200
    assert change(staff, customer, is_superuser=False) == 403
    assert change(admin, customer, is_superuser=False) == 200
    actions = [one["action"] for one in admin.call("GET", "/accounts/actions/").json]
    assert sorted(actions) == ["owner.changed", "owner.changed", "user.changed"]


def test_an_owner_is_one_from_the_next_login_on(admin: Person, customer: Person) -> None:
    credentials = {"email": customer.email, "password": PASSWORD}

    for is_owner, status in ((True, 404), (False, 403)):
        rights = {"is_staff": True, "is_superuser": is_owner}
        assert admin.call("PATCH", f"/accounts/users/{customer.id}/", rights).status == 200
        token = call("POST", "/accounts/login/", credentials).json["access"]
        limit = {"credit_limit": 1, "reason": "r"}
        unknown = "/purchases/customers/01ARZ3NDEKTSV4RRFFQ69G5FAV/credit-limit/"
        assert call("POST", unknown, limit, token=token).status == status


def test_a_customer_at_the_counter_is_registered_buys_and_sets_a_password_later(
    admin: Person, product: int, mailbox: Mailbox, machinery: Machinery
) -> None:
    new = {"username": "nasrin", "email": "nasrin@example.com", "first_name": "Nasrin", "is_verified": True}
    account = admin.call("POST", "/accounts/users/", new)
    assert (account.status, account.json["is_verified"], account.json["is_staff"]) == (201, True, False)
    url = f"/purchases/customers/{account.json['id']}/purchases/"
    order = {"product": product, "first_installment_amount": 400, "installment_count": 3, **CASH}

    sold = admin.call("POST", url, order, headers={"Idempotency-Key": "1"})
    again = admin.call("POST", url, order, headers={"Idempotency-Key": "1"})

    assert (sold.status, again.json) == (201, sold.json)
    assert sold.json["entry"]["postings"] == {"cash": 400, "receivable": 600, "sales": -1000}
    assert (sold.json["entry"]["actor"], sold.json["entry"]["role"]) == (admin.id, "staff")
    machinery.send()
    (mail,) = mailbox.to("nasrin@example.com")
    assert mail.subject == "Your purchase: Rice Cooker"
    assert f"৳400.00 paid, receipt {sold.json['entry']['receipt_number']}" in mail.text
    assert call("POST", "/accounts/login/", {"email": new["email"], "password": ""}).status == 401
    call("POST", "/accounts/password/reset/", {"email": new["email"]})
    reset = {"email": new["email"], "otp_code": mailbox.code("nasrin@example.com"), "new_password": PASSWORD}
    assert call("POST", "/accounts/password/reset/confirm/", reset).status == 200
    token = call("POST", "/accounts/login/", {"email": new["email"], "password": PASSWORD}).json["access"]
    mine = call("GET", "/purchases/my/", token=token).json
    assert [one["id"] for one in mine] == [sold.json["purchase"]["id"]]
    actions = admin.call("GET", "/accounts/actions/").json
    assert {"user.added", "purchase.made"} <= {one["action"] for one in actions}


def test_a_stranger_who_asks_for_codes_cannot_take_a_customer_of_the_counter_away(
    admin: Person, product: int, mailbox: Mailbox, clock: Clock
) -> None:
    new = {"username": "nasrin", "email": "nasrin@example.com"}
    account = admin.call("POST", "/accounts/users/", new).json["id"]
    order = {"product": product, "first_installment_amount": 400, "installment_count": 3, **CASH}
    assert admin.call("POST", f"/purchases/customers/{account}/purchases/", order).status == 201
    for path in ("resend-otp", "password/reset"):
        assert call("POST", f"/accounts/{path}/", {"email": new["email"]}).status == 202
    clock.move(days=1)

    stolen = {"username": "mallory", "email": new["email"], "password": PASSWORD}
    assert call("POST", "/accounts/register/", stolen).json["code"] == "email_taken"
    call("POST", "/accounts/password/reset/", {"email": new["email"]})
    reset = {"email": new["email"], "otp_code": mailbox.code(new["email"]), "new_password": PASSWORD}
    assert call("POST", "/accounts/password/reset/confirm/", reset).status == 200
    login = call("POST", "/accounts/login/", {"email": new["email"], "password": PASSWORD})
    assert login.status == 200
    assert admin.call("GET", f"/accounts/users/{account}/").json["is_verified"] is True


def test_a_customer_whose_address_is_not_verified_yet_keeps_it_and_verifies_it_later(
    admin: Person, mailbox: Mailbox, clock: Clock
) -> None:
    new = {"username": "nasrin", "email": "nasrin@example.com"}
    assert admin.call("POST", "/accounts/users/", new).json["is_verified"] is False
    clock.move(days=30)
    assert call("POST", "/accounts/register/", {**new, "password": PASSWORD}).status == 409
    assert (
        admin.call("POST", "/accounts/users/", {**new, "email": "other@example.com"}).json["code"] == "username_taken"
    )
    assert call("POST", "/accounts/resend-otp/", {"email": new["email"]}).status == 202
    code = {"email": new["email"], "otp_code": mailbox.code("nasrin@example.com")}

    assert call("POST", "/accounts/verify-otp/", code).status == 200


def test_a_blocked_customer_pays_but_does_not_buy(admin: Person, customer: Person, product: int, purchase: Any) -> None:
    url = f"/purchases/customers/{customer.id}"
    order = {"product": product, "first_installment_amount": 1000, "installment_count": 1}

    blocked = admin.call("POST", f"{url}/block/", {"is_blocked": True, "reason": "debts"})

    expected = {"customer": customer.id, "is_blocked": True, "owed": 1400, "pending": 0, "credit_limit": None}
    assert blocked.json == {**expected, "is_default_limit": True}
    refused = customer.call("POST", "/purchases/create/", order)
    assert (refused.status, refused.json["code"]) == (403, "buying_blocked")
    assert admin.call("POST", f"{url}/purchases/", {**order, "method": "cash"}).status == 403
    second = purchase["installments"][1]["id"]
    assert customer.call("POST", f"/installments/pay/{second}/", {"amount": 700}).status == 200
    admin.call("POST", f"{url}/block/", {"is_blocked": False, "reason": "paid"})
    assert customer.call("POST", "/purchases/create/", order).status == 201
    assert admin.call("GET", "/purchases/customers/nobody/credit/").status == 404


def test_parallel_purchases_do_not_pass_the_credit_limit_together(
    shop: Shop, admin: Person, customer: Person, product: int
) -> None:
    limit = {"credit_limit": 1500, "reason": "regular"}
    assert admin.call("POST", f"/purchases/customers/{customer.id}/credit-limit/", limit).status == 200
    order = Order(product, 1, Decimal(400), 3, Interval.WEEKLY)

    def buy(_: int) -> bool:
        try:
            shop.purchasing.buy(customer.id, order)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(8) as threads:
        made = list(threads.map(buy, range(8)))

    assert made.count(True) == 2
    assert customer.call("GET", "/user/summary/").json["total_due"] == 1200
    paid_at_once = {"product": product, "first_installment_amount": 1000, "installment_count": 1}
    assert customer.call("POST", "/purchases/create/", paid_at_once).status == 201


def test_the_limit_of_all_customers_is_a_parameter(
    shop: Shop, serve: Callable[[Shop], None], customer: Person, product: int
) -> None:
    settings = shop.settings.model_copy(update={"credit_limit": Decimal(500)})
    serve(replace(shop, settings=settings))
    order = {"product": product, "first_installment_amount": 400, "installment_count": 3}

    refused = customer.call("POST", "/purchases/create/", order)

    assert (refused.status, refused.json["detail"]) == (
        409,
        "৳600.00 would be left to pay, more than the credit limit of ৳500.00.",
    )
    assert customer.call("POST", "/purchases/create/", {**order, "first_installment_amount": 500}).status == 201
